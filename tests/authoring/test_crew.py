import os
import signal
import subprocess
import sys

import pytest

from attnlab.authoring.crew import _interrupts_ignored


@pytest.mark.skipif(os.name == "nt", reason="signals are inherited on POSIX only")
def test_ctrl_c_is_for_the_leader_of_the_crew_alone():
    asked = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    before = signal.getsignal(signal.SIGINT)

    with _interrupts_ignored():
        born = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8")

    assert born.stdout.strip() == "True"
    assert signal.getsignal(signal.SIGINT) is before
