"""The report on a class: who earned what, which mistakes were common, what a person should look at."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.assignment import Item, LatePolicy, without_file
from attnlab.classroom.class_report import class_report
from attnlab.classroom.class_report.gathering import _quarters, _spread
from attnlab.classroom.records import Odd, Oddity, Override
from tests.classroom.feedback.made_up import (
    COURSE,
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
OFF = Made(checks=(passed("defined", points=0.0), failed("shape", "the shape is right"), waiting("values")))
OPEN_GAP = Made(checks=(waiting("defined"), waiting("values")), attempted=False)


@pytest.fixture
def reported(tmp_path):
    """The report on these students."""

    def report(*pupils, assignment=OPEN, overrides=(), oddities=()):
        with make_book(tmp_path / "made.gradebook", pupils, closed=False) as book:
            for override in overrides:
                book.decide(override)
            book.note_oddities(oddities)
            return class_report(book, assignment, COURSE)

    return report


def test_common_mistakes_are_counted_in_words(reported):
    report = reported(
        *(Pupil(f"s{number}", [work]) for number, work in enumerate([squaring(), squaring(), OFF, right()]))
    )

    (double,) = report.exercises
    assert (double.handed_in, double.passed) == (4, 1)
    assert double.mistakes == ((2, "squared", "You square every number: 3 becomes 9 and not 6."),)
    assert double.others == ((1, "failed: the shape is right", ""),)


def test_an_open_gap_is_no_mistake(reported):
    (double,) = reported(Pupil("ada", [OPEN_GAP]), Pupil("bob", [squaring()])).exercises

    assert (double.handed_in, double.not_attempted, double.passed) == (2, 1, 0)
    assert [mistake.times for mistake in double.mistakes] == [1]
    assert double.others == ()


def test_a_hidden_check_is_marked_as_one(reported):
    (double,) = reported(Pupil("ada", [replace(OFF, hidden=frozenset({"shape"}))])).exercises

    assert double.others == ((1, "failed: the shape is right (hidden)", ""),)


def test_a_row_has_a_mark_for_every_exercise(reported):
    assignment = replace(OPEN, items=(Item("double_sum", 3.0), Item("double", 6.0)))

    report = reported(Pupil("ada", [squaring()], name="Ada"), Pupil("bob", [right()]), assignment=assignment)

    assert [exercise.id for exercise in report.exercises] == ["double_sum", "double"]
    ada, bob = report.rows
    assert (ada.key, ada.name, ada.points, ada.max_points) == ("ada", "Ada", 2.0, 9.0)
    assert [mark.verdict for mark in ada.marks] == ["missing", "failed"]
    assert bob.share == pytest.approx(6 / 9)


def test_what_was_not_theirs_to_do_has_no_mark(reported):
    ada, bob = reported(Pupil("ada", [right()]), Pupil("bob", [right(), right("double_sum")])).rows

    assert [mark is None for mark in ada.marks] == [False, True]
    assert [mark is None for mark in bob.marks] == [False, False]


def test_what_wants_a_look_is_listed_with_why(reported):
    report = reported(Pupil("ada", [squaring(attention="it wrote to every descriptor")]), Pupil("bob", [right()]))

    (note,) = report.attention
    assert (note.key, note.exercise, note.told) == ("ada", "double", "it wrote to every descriptor")
    assert [mark.attention for row in report.rows for mark in row.marks] == [True, False]


def test_late_work_is_listed_with_what_it_cost(reported):
    due = SUBMITTED - timedelta(days=1, hours=12)
    assignment = replace(OPEN, due=due, late=LatePolicy(per_day=0.1))

    report = reported(Pupil("ada", [right()]), assignment=assignment)

    assert [note.told for note in report.late] == ["1.5 days late: 0.6 points off"]


def test_decisions_by_hand_are_listed_with_reason_and_by_whom(reported):
    by_hand = [
        Override("ada", "double", None, 2.5, "all but a comma", SUBMITTED, by="prof"),
        Override("ada", "double", "values", 1.0, "shown in person", SUBMITTED),
    ]

    report = reported(Pupil("ada", [squaring()]), overrides=by_hand)

    assert [note.told for note in report.by_hand] == [
        "2.5 of 3 points: all but a comma (prof)",
        "values: 1 of 1 point: shown in person",
    ]


def test_the_slowest_come_first_and_are_few(reported):
    report = reported(*(Pupil(f"s{number:02}", [right() if number else squaring(seconds=9.0)]) for number in range(12)))

    assert len(report.slowest) == 10
    assert (report.slowest[0].key, report.slowest[0].told) == ("s00", "9.0 seconds")


def test_the_book_says_how_and_when_it_was_graded(reported):
    oddity = Oddity(Odd.UNMATCHED, "notes.py", "no exercise is called so", "ada")

    report = reported(Pupil("ada", [right()]), oddities=[oddity])

    assert report.oddities == (oddity,)
    assert report.isolation == "landlock, seccomp, limits"
    assert report.layout == "a folder per student"
    assert report.graded[0] <= report.graded[1]


def test_an_empty_book_has_a_report(reported):
    report = reported()

    assert (report.rows, report.exercises, report.graded, report.quarters) == ((), (), None, None)


@given(st.lists(st.floats(0, 1.5), max_size=50))
def test_everybody_stands_in_one_tenth(shares):
    assert sum(_spread(shares)) == len(shares)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=50))
def test_quarters_lie_between_the_lowest_and_the_highest(shares):
    low, middle, high = _quarters(shares)

    assert min(shares) <= low <= middle <= high <= max(shares)
