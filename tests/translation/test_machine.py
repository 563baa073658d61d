import os
import subprocess
import sys

import pytest

from attnlab.errors import AttnlabError
from attnlab.translation import machine


def told(script, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    run = subprocess.run(
        [sys.executable, "-c", script], env={**kept, **environment}, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


SCRIPT = """
import os
from attnlab.translation.machine import prepare
{first}
prepare()
print(os.environ.get('OMP_PROC_BIND'))
"""


def test_threads_are_bound_before_torch_is_there():
    assert told(SCRIPT.format(first="")) == "true"


def test_what_the_user_has_set_stays():
    assert told(SCRIPT.format(first=""), OMP_PROC_BIND="spread") == "spread"


def test_after_torch_nothing_is_changed_any_more():
    assert told(SCRIPT.format(first="import torch")) == "None"


def test_the_precision_is_one_that_torch_knows():
    import torch

    chosen = machine.choose("cpu")

    assert chosen.device == "cpu"
    assert getattr(torch, chosen.precision) in (torch.float32, torch.bfloat16)
    assert chosen.threads >= 1


def test_a_machine_that_is_slow_at_half_precision_computes_in_single(monkeypatch):
    monkeypatch.setattr(machine, "_seconds", {"bfloat16": 1.0, "float32": 1.1}.__getitem__)

    assert machine.choose("cpu").precision == "float32"


def test_a_device_that_is_not_there_is_told():
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is one here")
    with pytest.raises(AttnlabError, match="no CUDA device"):
        machine.choose("cuda")


def test_a_device_mistyped_gets_the_nearest():
    with pytest.raises(AttnlabError) as refused:
        machine.choose("cudaa")

    assert "cuda" in refused.value.remedy
