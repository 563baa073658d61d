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
        judge.grade(course.exercise("double"), RIGHT, seed=1)
    assert len(forked) == 2


@pytest.mark.skipif(not FORKS, reason="children cannot be forked here")
def test_a_zygote_that_is_killed_in_the_middle_is_not_held_against_the_submission(course):
    waiting = b"def double(numbers):\n    while True: pass\n"

    with Judge(course) as judge:
        exercise = course.exercise("double")
        judge.layers(exercise.library)
        zygote = judge._workers._zygotes[exercise.library]
        threading.Timer(0.3, zygote._process.kill).start()
        with pytest.raises(ToolFault, match="zygote is gone"):
            judge.grade(exercise, waiting, seed=1)


def test_a_standby_that_does_not_come_up_earns_nobody_a_verdict(course, monkeypatch):
    monkeypatch.setattr("attnlab.grading.processes._BOOT", "raise SystemExit(1)")

    with Judge(course, forking=False) as judge, pytest.raises(ToolFault, match="before it was given anything"):
        judge.grade(course.exercise("double"), RIGHT, seed=1)


def test_a_submission_that_leaves_the_same_way_is_crashed(course):
    with Judge(course) as judge:
        report = judge.grade(course.exercise("double"), LEAVING, seed=1)

    assert report.checks[0].verdict == "crashed"
