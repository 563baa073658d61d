"""Points given by hand are within what can be earned, have a reason, and stand until they are withdrawn."""

from dataclasses import replace

import pytest
from books_made import ADA, ALAN, COURSE, NOON, failed, hand_in, judge, made, report, result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnlab.classroom.assignment import Item, without_file
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.deciding import Deciding
from attnlab.errors import UnknownName, WrongUsage

WRONG = report(result("shape"), failed("values"), failed("untouched"))
OF_BOTH = replace(without_file("s"), items=(Item("double", 6.0), Item("double_sum", 4.0)))


@pytest.fixture
def book(tmp_path):
    with open_gradebook(made(tmp_path / "book", [(ADA, b"a", WRONG)]), writing=True) as book:
        yield book


@pytest.fixture
def deciding(book):
    return Deciding(book, OF_BOTH, COURSE)


def decide(deciding, check=None, *, student=ADA, exercise="double", points=1.0, reason="in person"):
    return deciding.decide(student, exercise, check, points=points, reason=reason, now=NOON, by="grace")


def test_an_exercise_as_a_whole_gets_what_was_decided(deciding, book):
    done = decide(deciding, points=5.5)

    assert (done.before.points, done.after.points, done.after.max_points) == (2.0, 5.5, 6.0)
    assert [(each.by, each.at, each.reason) for each in book.overrides("ada")] == [("grace", NOON, "in person")]


def test_a_check_gets_what_was_decided_in_the_assignments_points(deciding):
    done = decide(deciding, "values holds", points=2.0)

    assert (done.check, done.after.points) == ("values", 4.0)


def test_a_decision_outlives_that_the_work_is_judged_again(deciding, book):
    decide(deciding, points=5.0)

    judge(book, ADA, b"a", report(result("shape"), result("values"), result("untouched")))

    assert deciding.withdraw(ADA, "double", None).before.points == 5.0


def test_what_is_withdrawn_gives_back_what_was_graded(deciding, book):
    decide(deciding, points=5.0)

    done = deciding.withdraw(ADA, "double", None)

    assert (done.before.points, done.after.points, done.override) == (5.0, 2.0, None)
    assert book.overrides() == []


def test_an_exercise_that_was_never_handed_in_can_be_given_points(deciding):
    done = decide(deciding, exercise="double_sum", points=4.0)

    assert (done.before.verdict, done.after.points) == ("missing", 4.0)


@pytest.mark.parametrize("points", [-0.01, 6.01, float("nan"), float("inf")])
def test_more_than_can_be_earned_or_less_than_nothing_is_refused(deciding, book, points):
    with pytest.raises(WrongUsage, match="not within") as refused:
        decide(deciding, points=points)

    assert refused.value.remedy == "give from 0 to 6"
    assert book.overrides() == []


def test_a_check_cannot_be_given_more_than_it_is_worth(deciding):
    with pytest.raises(WrongUsage, match="the check 'values'") as refused:
        decide(deciding, "values", points=3.0)

    assert refused.value.remedy == "give from 0 to 2"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.floats(0, 6))
def test_whatever_lies_within_is_taken(deciding, points):
    done = decide(deciding, points=points)

    assert done.after.points == pytest.approx(points, abs=0.0051)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_without_a_reason_is_refused(deciding, reason):
    with pytest.raises(WrongUsage, match="no reason"):
        decide(deciding, reason=reason)


def test_bytes_that_are_no_text_do_not_stop_a_decision(deciding, book):
    decide(deciding, reason="caf\udce9")

    assert [each.reason for each in book.overrides()] == ["caf?"]


def test_a_check_that_is_not_there_is_refused_with_the_nearest(deciding):
    with pytest.raises(UnknownName) as unknown:
        decide(deciding, "vales")

    assert unknown.value.remedy == "did you mean 'values'?"


def test_a_check_of_a_work_that_was_never_judged_is_refused(deciding, book):
    hand_in(book, ALAN, {"double": b"b"})

    with pytest.raises(WrongUsage, match="no check of double was judged for Alan Turing"):
        decide(deciding, "values", student=ALAN)


def test_an_exercise_that_is_not_asked_for_is_refused(book):
    deciding = Deciding(book, replace(OF_BOTH, items=OF_BOTH.items[1:]), COURSE)

    with pytest.raises(WrongUsage, match="double is no part of the assignment"):
        decide(deciding)


def test_withdrawing_what_was_never_decided_names_what_was(deciding):
    decide(deciding, "values")

    with pytest.raises(WrongUsage, match="nothing was decided by hand for double as a whole") as refused:
        deciding.withdraw(ADA, "double", None)

    assert refused.value.remedy == "decided was: check 'values'"


def test_a_decision_on_a_check_that_is_gone_can_be_withdrawn(deciding, book):
    decide(deciding, "values")
    judge(book, ADA, b"a", report(result("shape")))

    deciding.withdraw(ADA, "double", "values")

    assert book.overrides() == []
