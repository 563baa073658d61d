"""What a student may learn of their grades: everything of what is open, and nothing of what is hidden."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from attnlab.classroom.assignment import Item, LatePolicy, without_file
from attnlab.classroom.feedback import feedback_on
from attnlab.classroom.feedback.markdown import markdown
from attnlab.classroom.feedback.pages import page
from attnlab.classroom.records import CAPSTONE, Override
from attnlab.classroom.scoring import grades
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Input, Verdict
from tests.classroom.feedback.made_up import (
    COURSE,
    SEED,
    SQUARED,
    SUBMITTED,
    Made,
    Pupil,
    failed,
    make_book,
    passed,
    right,
    squaring,
    waiting,
)

OPEN = without_file("a secret")
SECRET = "1.61803"
BETRAYING = Failure(
    problem=f"problem {SECRET}",
    call=f"double({SECRET})",
    diagnosis=Diagnosis(f"tell {SECRET}", f"ask {SECRET}", f"named_{SECRET}", hint=2),
    excerpt=(f"excerpt {SECRET}",),
    smallest_case=f"case {SECRET}",
    inputs=(Input("numbers", SECRET),),
)


@pytest.fixture
def told(tmp_path):
    """What the only student is told of what they handed in."""

    def tell(*works, assignment=OPEN, overrides=(), **whose):
        with make_book(tmp_path / "made.gradebook", [Pupil("ada", works, **whose)], closed=False) as book:
            for override in overrides:
                book.decide(override)
            (one,) = grades(book, assignment, COURSE)
        return feedback_on(one, assignment, COURSE)

    return tell


def test_an_open_check_is_told_in_full(told):
    *_, values, untouched = told(squaring()).exercises[0].checks

    assert (values.verdict, values.points, values.max_points) == ("failed", 0.0, 1.0)
    assert values.problem == "result at row 0: expected 6, got 9"
    assert values.call == "double(numbers)"
    assert values.tell == SQUARED.tell
    assert values.ask == SQUARED.ask
    assert untouched.verdict == "not reached"


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.PASSED])
def test_of_a_hidden_check_nothing_is_told_but_points_and_verdict(told, verdict):
    check = CheckResult(f"id {SECRET}", f"sentence {SECRET}", 2.0, verdict, BETRAYING)
    work = Made(
        checks=(passed("defined", points=0.0), passed("open"), check),
        hidden=frozenset([check.id]),
        output=f"printed {SECRET}",
        attention=f"attention {SECRET}",
    )

    feedback = told(work)

    (hidden,) = [check for check in feedback.exercises[0].checks if "hidden" in check.name]
    assert (hidden.name, hidden.verdict, hidden.points, hidden.max_points) == ("hidden check 1", verdict, 0.0, 2.0)
    for written in (repr(feedback), markdown(feedback), page(feedback)):
        assert SECRET not in written


def test_a_check_that_the_assignment_hides_by_now_is_hidden_whatever_it_was_graded_as(told):
    assignment = replace(OPEN, items=(Item("double", 3.0, frozenset({"values"})),))

    feedback = told(squaring(), assignment=assignment)

    assert SQUARED.tell not in repr(feedback)
    assert feedback.exercises[0].checks[-1].name == "hidden check 1"


def test_the_capstone_does_not_quote_what_an_exercise_hides(told):
    quoting = failed("softmax", failure=BETRAYING)
    capstone = Made(CAPSTONE, (passed("opens", points=0.0), quoting))
    hiding = replace(right(), hidden=frozenset({"values"}))

    assert SECRET in repr(told(capstone))
    assert SECRET not in repr(told(capstone, hiding))


def test_no_seed_and_nothing_printed_is_told(told):
    feedback = told(replace(squaring(), output=f"printed {SECRET}"))

    for written in (repr(feedback), markdown(feedback), page(feedback)):
        assert str(SEED) not in written
        assert SECRET not in written
        assert "seed" not in written


def test_the_hint_that_fits_is_named(told):
    assert told(squaring()).exercises[0].next == "attnlab hint double --tier 1"


def test_a_hint_that_would_betray_a_hidden_mistake_is_not_named(told):
    assert told(squaring(hidden=frozenset({"values"}))).exercises[0].next == "attnlab hint double"


def test_an_open_gap_leads_to_the_lesson(told):
    (exercise,) = told(Made(checks=(waiting("defined"), waiting("values")), attempted=False)).exercises

    assert exercise.verdict == "the gap of the starter is still open"
    assert exercise.next == "attnlab read 01"


def test_what_stands_on_broken_ground_is_told_why(told):
    note = "it imports double, which does not pass yet: 'attnlab check double' says why"

    (exercise,) = told(Made("double_sum", (waiting("defined"), waiting("values")), note=note)).exercises

    assert exercise.note == note
    assert note in markdown(told()) + page(told(Made("double_sum", (waiting("defined"),), note=note))).replace(
        "&#39;", "'"
    )


def test_what_could_not_be_judged_is_no_fault_of_theirs(told):
    broken = CheckResult("values", "values", 2.0, Verdict.NOT_JUDGED, Failure(f"the check itself failed: {SECRET}"))

    feedback = told(Made(checks=(passed("defined"), broken)))

    assert feedback.looked_at
    assert feedback.exercises[0].verdict == "could not be judged, which is no fault of yours"
    assert "A person will look at this once more." in markdown(feedback)
    assert SECRET not in repr(feedback)


def test_what_was_not_handed_in_is_told_as_missing(told):
    assignment = replace(OPEN, items=(Item("double", 3.0), Item("double_sum", 5.0)))

    *_, missing = told(right(), assignment=assignment).exercises

    assert (missing.id, missing.verdict, missing.points, missing.max_points) == (
        "double_sum", "nothing was handed in", 0.0, 5.0,
    )  # fmt: skip
    assert missing.next == ""


def test_coming_late_is_told_with_what_it_cost_in_the_clock_of_the_due_date(told):
    due = datetime(2026, 11, 19, 20, 30, tzinfo=timezone(timedelta(hours=1)))
    assignment = replace(OPEN, due=due, late=LatePolicy(per_day=0.1))

    feedback = told(right(), assignment=assignment, submitted=datetime(2026, 11, 20, 21, 30, tzinfo=UTC))

    assert feedback.exercises[0].penalty == pytest.approx(0.6)
    for written in (markdown(feedback), page(feedback)):
        assert "Handed in 2026-11-20 22:30+01:00, 1.1 days late: 0.6 points off." in written
        assert "Due 2026-11-19 20:30+01:00." in written


def test_a_decision_by_hand_is_told_with_its_reason_and_not_by_whom(told):
    by_hand = [
        Override("ada", "double", "values", 1.0, "shown in person", SUBMITTED, by="prof"),
        Override("ada", "double", None, 2.5, "all but a comma", SUBMITTED, by="prof"),
    ]

    feedback = told(squaring(), overrides=by_hand)

    (exercise,) = feedback.exercises
    assert exercise.points == 2.5
    assert exercise.reason == "all but a comma"
    assert [check.reason for check in exercise.checks] == [None, None, "shown in person", None]
    for written in (markdown(feedback), page(feedback)):
        assert "all but a comma" in written
        assert "shown in person" in written
        assert "prof" not in written


def test_the_class_has_no_say_in_what_one_is_told(told):
    feedback = told(right(), right("double_sum"), name="Ada Lovelace")

    assert feedback.name == "Ada Lovelace"
    assert feedback.title == COURSE.title
    assert (feedback.points, feedback.max_points) == (6.0, 6.0)
    assert all(exercise.next == "" for exercise in feedback.exercises)
