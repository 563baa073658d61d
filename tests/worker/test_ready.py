"""A worker says that it is ready before a submission arrives: what fails earlier is the tool's own fault."""

from __future__ import annotations

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
    monkeypatch.setattr(Workers, "_session_folder", lambda workers: "/nowhere")

    with Judge(course) as judge, pytest.raises(ToolFault, match="before it was given anything"):
        judge.grade(course.exercise("double"), RIGHT, seed=1)


@pytest.mark.skipif(not FORKS, reason="children cannot be forked here")
def test_a_second_worker_that_cannot_be_had_is_not_held_against_the_submission(course, monkeypatch):
    folder = Workers._session_folder
    folders = []

    def only_once(workers):
        folders.append(folder(workers) if not folders else "/nowhere")
        return folders[-1]

    monkeypatch.setattr(Workers, "_session_folder", only_once)

    with Judge(course) as judge, pytest.raises(ToolFault):
        judge.grade(course.exercise("double"), RIGHT, seed=1)
    assert len(folders) == 2


def test_a_standby_that_does_not_come_up_earns_nobody_a_verdict(course, monkeypatch):
    monkeypatch.setattr("attnlab.grading.processes._BOOT", "raise SystemExit(1)")

    with Judge(course, forking=False) as judge, pytest.raises(ToolFault, match="before it was given anything"):
        judge.grade(course.exercise("double"), RIGHT, seed=1)


def test_a_submission_that_leaves_the_same_way_is_crashed(course):
    with Judge(course) as judge:
        report = judge.grade(course.exercise("double"), LEAVING, seed=1)

    assert report.checks[0].verdict == "crashed"
