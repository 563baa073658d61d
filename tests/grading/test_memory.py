"""Memory is watched from outside too: there, where nothing limits the worker itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from attnlab.content import Limits, read_course
from attnlab.grading import Isolation, Judge, Verdict

COURSE = Path(__file__).parents[1] / "mini_course"
BOMB = b"""import time
def double(numbers):
    kept = [bytearray(b"x") * (8 << 20) for _ in range(30)]
    time.sleep(20)
    return numbers * 2
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells how much is used")
@pytest.mark.parametrize("forking", [True, False])
def test_a_worker_that_nothing_limits_is_ended_for_its_memory(forking):
    course = read_course(COURSE)
    limits = Limits(seconds=5, memory_mb=64, output_kb=16)

    with Judge(course, isolation=Isolation.NONE, forking=forking) as judge:
        report = judge.grade(course.exercise("double"), BOMB, seed=1, limits=limits)

    stopped = [check for check in report.checks if check.verdict is Verdict.OUT_OF_MEMORY]
    assert stopped
    assert "memory" in stopped[0].failure.problem
