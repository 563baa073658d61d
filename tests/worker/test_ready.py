"""A worker says that it is ready before a submission arrives: what fails earlier is the tool's own fault."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.errors import ToolFault
from attnlab.grading import Judge
from attnlab.grading.processes import FORKS, Workers

COURSE = Path(__file__).parents[1] / "mini_course"
RIGHT = b"def double(numbers):\n    return numbers + numbers\n"
# What fails in the first worker is judged once more in another.
WRONG = b"def double(numbers):\n    return numbers + numbers + 1\n"
LEAVING = b"import os\nos._exit(71)\n" + RIGHT


@pytest.fixture
def course():
    return read_course(COURSE)


@pytest.mark.skipif(not FORKS, reason="children cannot be forked here")
def test_a_child_that_cannot_confine_itself_earns_nobody_a_verdict(course, monkeypatch):
    monkeypatch.setattr(Workers, "_scratch_root", lambda workers: "/nowhere")

    with Judge(course) as judge, pytest.raises(ToolFault, match="zygote is gone"):
        judge.grade(course.exercise("double"), RIGHT, seed=1)


@pytest.mark.skipif(not FORKS, reason="children cannot be forked here")
def test_a_second_worker_that_cannot_be_had_is_not_held_against_the_submission(course, monkeypatch):
    fork = Workers._fork
    forked = []

    def only_once(workers, library, limits):
        forked.append(library)
        if len(forked) > 1:
            raise ToolFault("no more workers", remedy="none")
        return fork(workers, library, limits)

    monkeypatch.setattr(Workers, "_fork", only_once)

    with Judge(course) as judge, pytest.raises(ToolFault):
        judge.grade(course.exercise("double"), WRONG, seed=1)
    assert len(forked) == 2


@pytest.mark.skipif(not FORKS, reason="children cannot be forked here")
def test_a_zygote_that_is_killed_in_the_middle_is_not_held_against_the_submission(course, monkeypatch):
    waiting = b"import time\ndef double(numbers):\n    time.sleep(1000)\n"
    fork = Workers._fork

    def soon_orphaned(workers, library, limits):
        worker = fork(workers, library, limits)
        threading.Timer(0.2, workers._zygotes[library]._process.kill).start()
        return worker

    monkeypatch.setattr(Workers, "_fork", soon_orphaned)

    with Judge(course) as judge, pytest.raises(ToolFault, match="zygote is gone"):
        judge.grade(course.exercise("double"), waiting, seed=1)


def test_a_standby_that_does_not_come_up_earns_nobody_a_verdict(course, monkeypatch):
    monkeypatch.setattr("attnlab.grading.processes._BOOT", "raise SystemExit(1)")

    with Judge(course, forking=False) as judge, pytest.raises(ToolFault, match="before it was given anything"):
        judge.grade(course.exercise("double"), RIGHT, seed=1)


def test_a_submission_that_leaves_the_same_way_is_crashed(course):
    with Judge(course) as judge:
        report = judge.grade(course.exercise("double"), LEAVING, seed=1)

    assert report.checks[0].verdict == "crashed"
