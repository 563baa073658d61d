"""Watching judges every save, lets the latest win, and notices when file events cannot be trusted."""

import os
import threading
from datetime import datetime
from pathlib import Path
from queue import Empty, Queue

import pytest

from attnlab.content import read_course
from attnlab.errors import ToolFault
from attnlab.grading import Abandoned, CheckResult, Report, Verdict
from attnlab.study import read_progress, start_workspace
from attnlab.study.watching import Broke, Judged, Judging, Missing, Polling, Watching

COURSE = Path(__file__).parents[1] / "mini_course"
PATIENCE = 20


class Judge:
    """Passes whatever says `right`; what says `slow` is judged until it is abandoned."""

    def __init__(self):
        self.warmed, self.judged = [], []
        self.abandoned = 0

    def warm(self, exercise):
        self.warmed.append(exercise.id)

    def grade(self, exercise, source, *, filename, seed=None, siblings=(), abandon=None):
        if b"slow" in source:
            assert abandon.wait(PATIENCE)
            self.abandoned += 1
            raise Abandoned
        if b"fault" in source:
            raise ToolFault("the judge broke", remedy="none")
        self.judged.append((exercise.id, source))
        verdict = Verdict.PASSED if b"right" in source else Verdict.FAILED
        check = CheckResult("values", "the values agree", 1, verdict)
        return Report(exercise=exercise.id, seed=1, attempted=True, checks=(check,))


class Events:
    """File events as a test hands them over; `silent` ones never tell of the probe file or a save."""

    def __init__(self, *, silent=False):
        self.silent = silent
        self.batches = Queue()
        self.probed = threading.Event()

    def __call__(self, folders, debounce, stop):
        yield set()
        if not self.silent:
            yield {str(probe) for probe in folders[1].glob("probe-*")}
        while not stop.is_set():
            self.probed.set()
            try:
                yield self.batches.get(timeout=0.01)
            except Empty:
                yield set()


@pytest.fixture
def workspace(tmp_path):
    return start_workspace(tmp_path / "attention", read_course(COURSE)).workspace


@pytest.fixture
def exercise(workspace):
    return workspace.course.exercise("double")


@pytest.fixture
def watch(workspace):
    """Start watching with given events; what happens is read from `.happened`."""
    opened = []

    def start(events=None, **options):
        happened = Queue()
        judge = Judge()
        now = datetime(2026, 1, 2)
        watching = Watching(
            workspace, judge, deliver=happened.put, now=lambda: now, events=events, grace=0.01, **options
        )
        watching.__enter__()
        opened.append(watching)
        watching.happened, watching.judge = happened, judge
        return watching

    yield start
    for watching in opened:
        watching.__exit__()


def next_of(kind, watching):
    while not isinstance(happening := watching.happened.get(timeout=PATIENCE), kind):
        assert not isinstance(happening, Broke), happening
    return happening


def save(workspace, exercise, text):
    beside = workspace.root / "beside"
    beside.write_text(text)
    os.replace(beside, workspace.file(exercise))


def test_a_save_by_rename_is_judged_and_recorded(watch, workspace, exercise):
    watching = watch()

    save(workspace, exercise, "right")

    judged = next_of(Judged, watching)
    assert judged.checked.report.passed
    assert read_progress(workspace).of(exercise).done


def test_a_save_in_place_is_judged(watch, workspace, exercise):
    watching = watch()

    workspace.file(exercise).write_text("wrong")

    assert not next_of(Judged, watching).checked.report.passed


def test_whichever_exercise_is_saved_is_judged(watch, workspace):
    watching = watch()
    other = workspace.course.exercise("double_sum")

    save(workspace, other, "right")

    assert next_of(Judged, watching).checked.exercise == other


def test_the_latest_save_wins_over_a_running_check(watch, workspace, exercise):
    events = Events()
    watching = watch(events)
    save(workspace, exercise, "slow")
    events.batches.put({"softmax.py"})
    next_of(Judging, watching)

    save(workspace, exercise, "right")
    events.batches.put({"softmax.py"})

    assert next_of(Judged, watching).checked.report.passed
    assert watching.judge.abandoned == 1


def test_exercises_saved_together_are_all_judged(watch, workspace):
    events = Events()
    watching = watch(events)
    for exercise in workspace.course.exercises:
        save(workspace, exercise, "right")

    events.batches.put({"both"})

    names = {next_of(Judged, watching).checked.exercise.id for _ in workspace.course.exercises}
    assert names == {exercise.id for exercise in workspace.course.exercises}


def test_several_events_of_one_save_are_one_check(watch, workspace, exercise):
    events = Events()
    watching = watch(events)
    save(workspace, exercise, "right")

    for _ in range(3):
        events.batches.put({str(workspace.file(exercise))})
    next_of(Judged, watching)
    watching.check([exercise])
    next_of(Judged, watching)

    assert len(watching.judge.judged) == 2


def test_a_removed_file_is_told_and_judged_once_it_is_back(watch, workspace, exercise):
    watching = watch()
    workspace.file(exercise).unlink()
    assert next_of(Missing, watching).exercise == exercise

    save(workspace, exercise, "right")

    assert next_of(Judged, watching).checked.report.passed


def test_an_emptied_file_that_fills_again_is_judged_only_when_full(watch, workspace, exercise):
    events = Events()
    watching = watch(events, debounce=2)
    watching._grace = PATIENCE
    workspace.file(exercise).write_text("")
    events.batches.put({"emptied"})

    save(workspace, exercise, "right")
    events.batches.put({"filled"})

    next_of(Judged, watching)
    assert {source for _, source in watching.judge.judged} == {b"right"}


def test_a_file_that_stays_empty_is_judged(watch, workspace, exercise):
    watching = watch()

    workspace.file(exercise).write_text("")

    assert not next_of(Judged, watching).checked.report.passed


def test_where_no_file_events_arrive_the_files_are_polled_and_that_is_said(watch, workspace, exercise, monkeypatch):
    monkeypatch.setattr("attnlab.study.watching_saves._PATIENCE", 0)
    watching = watch(Events(silent=True))
    assert "do not arrive" in next_of(Polling, watching).reason

    save(workspace, exercise, "right")

    assert next_of(Judged, watching).checked.report.passed


def test_a_save_without_an_event_makes_it_poll_and_is_judged(watch, workspace, exercise, monkeypatch):
    monkeypatch.setattr("attnlab.study.watching_saves._PATIENCE", 0.05)
    events = Events()
    watching = watch(events)
    assert events.probed.wait(PATIENCE)

    save(workspace, exercise, "right")

    assert "without a file event" in next_of(Polling, watching).reason
    assert next_of(Judged, watching).checked.report.passed


def test_events_that_cannot_be_had_make_it_poll(watch, workspace, exercise):
    def broken(folders, debounce, stop):
        raise OSError("no more watches")
        yield set()

    watching = watch(broken)

    assert "no more watches" in next_of(Polling, watching).reason


def test_the_probe_leaves_nothing_behind(watch, workspace, exercise):
    watching = watch()
    save(workspace, exercise, "right")
    next_of(Judged, watching)

    watching.__exit__()

    assert not list(workspace.root.rglob("*probe*"))


def test_a_fault_of_the_judge_is_handed_on_and_watching_goes_on(watch, workspace, exercise):
    watching = watch()
    save(workspace, exercise, "fault")
    happening = watching.happened.get(timeout=PATIENCE)
    while not isinstance(happening, Broke):
        happening = watching.happened.get(timeout=PATIENCE)
    assert isinstance(happening.error, ToolFault)

    save(workspace, exercise, "right")

    assert next_of(Judged, watching).checked.report.passed


def test_closing_abandons_what_is_running(watch, workspace, exercise):
    watching = watch()
    save(workspace, exercise, "slow")
    next_of(Judging, watching)

    watching.__exit__()

    assert watching.judge.abandoned == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("attnlab-")]


def test_warming_judges_once_for_nothing_and_tells_nobody(watch, workspace, exercise):
    watching = watch()

    watching.warm(exercise)
    save(workspace, exercise, "right")

    next_of(Judged, watching)
    assert watching.judge.warmed == ["double"]
    assert len(watching.judge.judged) == 2
    assert read_progress(workspace).of(exercise).checks == 1
