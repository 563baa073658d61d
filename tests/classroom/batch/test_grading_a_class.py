"""A class is judged, kept, and judged again only where something has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from numpy_course import LEAVING, RIGHT, SQUARED, SUM, graded, handed_in, numpy_course, verdicts

from attnlab.classroom.assignment import Item, without_file
from attnlab.classroom.batch import Attention, Began, Finished, Judged, SelfTested, SelfTestFailed, grading
from attnlab.classroom.batch.planning import job_of
from attnlab.classroom.gradebook import open_gradebook
from attnlab.grading import Verdict

CLASS = {
    "ada": {"double": RIGHT, "double_sum": SUM},
    "bob": {"double": SQUARED, "double_sum": SUM},
    "eve": {"double": LEAVING},
}


def told(events, kind):
    return next(event for event in events if isinstance(event, kind))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return numpy_course(tmp_path_factory.mktemp("batch") / "course")


@pytest.fixture(scope="module")
def first(course, tmp_path_factory):
    """The class, its book, and what happened the first time."""
    folder = tmp_path_factory.mktemp("class")
    intake = handed_in(folder / "handed_in", CLASS)
    return intake, folder / "a.gradebook", graded(intake, course, folder / "a.gradebook")


@pytest.fixture
def own(course, tmp_path):
    """The same with a course and a book of one's own, to change."""
    mine = numpy_course(tmp_path / "course")
    intake = handed_in(tmp_path / "handed_in", {"ada": CLASS["ada"], "bob": {"double": SQUARED}})
    book = tmp_path / "own.gradebook"
    return mine, intake, book, graded(intake, mine, book)


def test_every_work_is_judged_once_and_kept(first):
    _, book, events = first

    with open_gradebook(book) as opened:
        kept = {(one.student.key, one.exercise): one.report for one in opened.kept()}

    assert set(kept) == set(verdicts(events))
    assert kept["ada", "double"].passed
    assert not kept["bob", "double"].passed


def test_the_judge_is_tried_before_anybody_is_judged(first):
    _, _, events = first
    kinds = [type(event) for event in events]

    assert kinds.index(SelfTested) < kinds.index(Began) < kinds.index(Judged)
    assert told(events, SelfTested).exercises == ("double", "double_sum")


def test_a_file_is_judged_after_those_it_imports_and_does_not_stand_where_they_fall(first):
    _, _, events = first
    notes = {event.judgement.student: event.judgement.report.note for event in events if isinstance(event, Judged)}

    assert verdicts(events)["ada", "double_sum"][-1] == ("untouched", "passed")
    assert "it imports double, which does not pass" in notes["bob"]


def test_whoever_ends_the_worker_is_said_to_have_crashed_and_takes_nobody_along(first):
    _, _, events = first

    assert ("shape", "crashed") in verdicts(events)["eve", "double"]
    assert told(events, Finished).attention == 0


def test_the_second_time_nothing_is_judged_and_nothing_proved(first, course):
    intake, book, _ = first

    events = graded(intake, course, book)

    assert told(events, SelfTested).reused == 2
    assert (told(events, Began).total, told(events, Began).reused) == (0, 5)


def test_grades_are_the_same_on_several_processes(first, course, tmp_path):
    intake, _, one = first

    several = graded(intake, course, tmp_path / "several.gradebook", jobs=3)

    assert verdicts(several) == verdicts(one)


def test_reports_are_equal_but_for_their_time_however_many_share_the_work(first, course, tmp_path):
    intake, book, _ = first
    graded(intake, course, tmp_path / "several.gradebook", jobs=2)

    def reports(file: Path):
        with open_gradebook(file) as opened:
            secrets = {one.seed for one in opened.kept()}
            return secrets, [replace(one.report, seconds=0.0).to_json() for one in opened.kept()]

    assert reports(tmp_path / "several.gradebook") == reports(book)


def test_another_attempt_is_judged_and_the_others_are_not(own):
    course, intake, book, _ = own
    intake.hand_ins[1].works[0].file.write_text(RIGHT)

    events = graded(intake, course, book)

    assert set(verdicts(events)) == {("bob", "double")}
    assert told(events, Judged).judgement.report.passed


def test_a_changed_check_is_judged_again_and_only_that_check(own, monkeypatch):
    course, intake, book, before = own
    checks = course.root / "solutions" / "01-doubling" / "double" / "checks.py"
    checks.write_text(checks.read_text().replace("numbers passed in are left as they were", "input is unchanged"))
    known = {}

    def planned(one, assignment, rows):
        known[one.key] = set(rows)
        return job_of(one, assignment, rows)

    monkeypatch.setattr(grading, "job_of", planned)

    events = graded(intake, course, book)

    assert known["ada", "double"] == {"defined", "shape", "values"}
    assert verdicts(events)["ada", "double"] == verdicts(before)["ada", "double"]


def test_a_file_that_is_gone_wants_a_person_and_stops_nobody(course, tmp_path):
    intake = handed_in(tmp_path / "handed_in", {"ada": {"double": RIGHT}, "bob": {"double": RIGHT}})
    intake.hand_ins[0].works[0].file.unlink()

    events = graded(intake, course, tmp_path / "a.gradebook")

    assert told(events, Attention).student == "ada"
    assert ("bob", "double") in verdicts(events)
    assert told(events, Finished).attention == 1


def test_a_reference_that_loses_points_stops_everything_before_it_begins(tmp_path):
    course = numpy_course(tmp_path / "course")
    checks = course.root / "solutions" / "01-doubling" / "double" / "checks.py"
    checks.write_text(checks.read_text().replace("leaves_inputs_alone()", "equals(0.0)"))
    intake = handed_in(tmp_path / "handed_in", {"ada": {"double": RIGHT}})

    with pytest.raises(SelfTestFailed) as failed:
        graded(intake, course, tmp_path / "a.gradebook")

    assert failed.value.problems[0].startswith("double: the reference gets 2 of 3 points ('untouched': ")
    with open_gradebook(tmp_path / "a.gradebook") as book:
        assert [one.report for one in book.kept()] == []


def test_a_check_that_breaks_on_everybody_stops_everything_too(tmp_path):
    course = numpy_course(tmp_path / "course")
    checks = course.root / "solutions" / "01-doubling" / "double" / "checks.py"
    checks.write_text(checks.read_text().replace("learner.double(", "draw.oops(", 1))
    intake = handed_in(tmp_path / "handed_in", {"ada": {"double": RIGHT}})

    with pytest.raises(SelfTestFailed, match="double: "):
        graded(intake, course, tmp_path / "a.gradebook")


def test_an_untouched_starter_is_no_attempt_and_is_not_judged_twice(course, tmp_path):
    starter = course.exercise("double").starter.read_text()
    intake = handed_in(tmp_path / "handed_in", {"ada": {"double": starter}})
    once = graded(intake, course, tmp_path / "a.gradebook")

    again = graded(intake, course, tmp_path / "a.gradebook")

    assert not told(once, Judged).judgement.report.attempted
    assert told(again, Began).reused == 1


def test_only_what_the_assignment_wants_is_kept_though_it_stands_on_more(course, tmp_path):
    intake = handed_in(tmp_path / "handed_in", {"ada": CLASS["ada"], "bob": CLASS["bob"]})
    only = replace(without_file("a secret"), items=(Item("double_sum", 10.0),))

    events = graded(intake, course, tmp_path / "a.gradebook", assignment=only)

    assert set(verdicts(events)) == {("ada", "double_sum"), ("bob", "double_sum")}
    assert told(events, Began).total == 2


def test_a_check_that_gets_hidden_is_judged_anew_by_itself(course, tmp_path):
    intake = handed_in(tmp_path / "handed_in", {"ada": {"double": RIGHT}})
    plain = without_file("a secret")
    hiding = replace(plain, items=(Item("double", 3.0, frozenset({"values"})),))
    graded(intake, course, tmp_path / "a.gradebook", assignment=plain)

    hidden = graded(intake, course, tmp_path / "a.gradebook", assignment=hiding)
    shown = graded(intake, course, tmp_path / "a.gradebook", assignment=plain)

    assert told(hidden, Began).total == 1
    assert told(shown, Began).reused == 1
    with open_gradebook(tmp_path / "a.gradebook") as book:
        assert not any(row.hidden for row in next(book.kept()).checks)


def test_files_that_import_each_other_keep_nobody_waiting(course, tmp_path):
    circle = "from double_sum import double_sum\n" + RIGHT
    intake = handed_in(tmp_path / "handed_in", {"ada": {"double": circle, "double_sum": SUM}})

    events = graded(intake, course, tmp_path / "a.gradebook")

    notes = [event.judgement.report.note for event in events if isinstance(event, Judged)]
    assert all("import each other" in note for note in notes)


def test_each_student_has_inputs_of_their_own(first):
    _, _, events = first
    seeds = [event.judgement.seed for event in events if isinstance(event, Judged)]

    assert len(set(seeds)) == len(seeds)


def test_no_verdict_is_left_open(first):
    _, _, events = first
    reports = [event.judgement.report for event in events if isinstance(event, Judged)]

    assert not any(check.verdict is Verdict.NOT_JUDGED for report in reports for check in report.checks)
