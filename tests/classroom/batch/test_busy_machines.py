"""What a busy machine may have spoilt is judged once more, with nothing beside it."""

from __future__ import annotations

import pytest
from numpy_course import RIGHT, SUM, graded, handed_in, numpy_course, verdicts

from attnlab.classroom.batch import Attention, Judged, Retried, grading
from attnlab.classroom.batch.crew import Done
from attnlab.classroom.batch.jobs import Confinement, JudgeWork, Proof, Prove, TellConfinement
from attnlab.grading import CheckResult, Failure, Report, Verdict

VERSIONS = {"defined": "1", "shape": "1"}


def report(job, verdict, by_clock=()):
    failure = Failure("no answer within 9 seconds") if verdict is Verdict.TIMED_OUT else None
    return Report(
        job.exercise, job.seed, True, (CheckResult("shape", "it has", 1.0, verdict, failure),), by_clock=by_clock
    )


class BusyCrew:
    """Judges nothing itself: a clock ends the first try of everybody in `hanging`, and every try of `stuck`."""

    hanging = frozenset({"bob", "eve"})
    stuck = frozenset({"eve"})

    def __init__(self, settings, count):
        self.alone: list[str] = []

    def __enter__(self):
        BusyCrew.last = self
        return self

    def __exit__(self, *error):
        pass

    def do(self, agenda, *, one_at_a_time=False):
        while (job := agenda.next()) is not None:
            yield Done(job, self.answer(job, one_at_a_time))

    def answer(self, job, alone):
        if isinstance(job, TellConfinement):
            return Confinement(("limits",), {})
        if isinstance(job, Prove):
            return Proof(job.exercise, VERSIONS)
        assert isinstance(job, JudgeWork)
        if alone:
            self.alone.append((job.student, job.exercise))
        if job.exercise == "double_sum":
            # It stands on the other file, whose verdict has to be known by now.
            return report(job, Verdict.PASSED if job.carry["double"] else Verdict.FAILED)
        if job.student in (self.stuck if alone else self.hanging):
            return report(job, Verdict.TIMED_OUT, by_clock=("shape",))
        return report(job, Verdict.PASSED)


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    folder = tmp_path_factory.mktemp("busy")
    files = {name: {"double": RIGHT} for name in ("ada", "bob", "eve")}
    files["bob"]["double_sum"] = SUM
    intake = handed_in(folder / "handed_in", files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "Crew", BusyCrew)
        return graded(intake, numpy_course(folder / "course"), folder / "a.gradebook", jobs=2)


def test_who_was_ended_by_a_clock_alone_is_judged_once_more_by_itself(events):
    assert [event.student for event in events if isinstance(event, Retried)] == ["bob", "eve"]
    assert ("bob", "double") in BusyCrew.last.alone
    assert ("eve", "double") in BusyCrew.last.alone
    assert "ada" not in {student for student, _ in BusyCrew.last.alone}


def test_what_imports_a_file_waits_for_its_second_judgement(events):
    assert verdicts(events)["bob", "double_sum"] == [("shape", "passed")]


def test_the_second_judgement_counts(events):
    assert verdicts(events)["bob", "double"] == [("shape", "passed")]


def test_everybody_is_told_of_once(events):
    judged = [event.judgement.student for event in events if isinstance(event, Judged)]

    assert sorted(judged) == ["ada", "bob", "bob", "eve"]


def test_whom_a_clock_ends_twice_a_person_looks_at(events):
    assert [event.student for event in events if isinstance(event, Attention)] == ["eve"]
