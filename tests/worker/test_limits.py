"""The limits of a child, tried on one of our own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from attnlab.grading import Verdict
from attnlab.grading.actors import stopped_by

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these limits are Linux's")

LIMITED = """
from attnlab.worker.confinement.limits import limit_resources
limit_resources(memory=1 << 40, cpu_seconds=1, file_bytes=1000)
{then}
"""


def limited(then: str) -> int:
    return subprocess.run([sys.executable, "-c", LIMITED.format(then=then)], stderr=subprocess.DEVNULL).returncode


def test_spent_cpu_time_ends_with_a_signal_that_says_so():
    status = limited("while True: pass")

    assert status == -signal.SIGXCPU
    assert stopped_by(status).verdict is Verdict.TIMED_OUT


def test_spent_cpu_time_cannot_be_shrugged_off():
    ignoring = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"

    assert limited(ignoring) == -signal.SIGKILL


def test_a_file_cannot_grow_beyond_its_limit(tmp_path):
    file = tmp_path / "large"

    limited(f"open({os.fspath(file)!r}, 'wb').write(bytes(100_000))")

    assert file.stat().st_size <= 1000
