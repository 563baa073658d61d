"""A class in numbers: of all students, each counted once."""

from dataclasses import replace

import pytest
from books_made import ADA, ALAN, COURSE, GRACE, NOON, failed, made, report, result
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.classroom.assignment import Item, without_file
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.summing_up import spread, summed_up
from attnlab.classroom.records import Override
from attnlab.classroom.scoring import grades

BOTH = replace(without_file("s"), items=(Item("double", 4.0), Item("double_sum", 6.0)))


@pytest.fixture
def summary(tmp_path):
    works = [
        (ADA, b"a", report(result("shape"), result("values"), seconds=1.0)),
        (ADA, b"b", report(result("sums"), exercise="double_sum", seconds=3.0)),
        (ALAN, b"c", report(result("shape"), failed("values"), seconds=2.0)),
        (GRACE, b"d", report(result("shape"), failed("values"))),
        (GRACE, b"e", report(exercise="double_sum", attempted=False, seconds=0.0)),
    ]
    with open_gradebook(made(tmp_path / "book", works), writing=True) as book:
        book.decide(Override("grace", "double", None, 4.0, "in person", NOON))
        return summed_up(grades(book, BOTH, COURSE))


def test_students_works_and_full_marks_are_counted(summary):
    assert (summary.students, summary.works, summary.full, summary.overrides) == (3, 5, 1, 1)


def test_points_are_told_by_mean_median_and_quartiles(summary):
    points = summary.points

    assert (points.least, points.median, points.most, points.mean) == (2.0, 4.0, 10.0, pytest.approx(16 / 3))
    assert (points.lower, points.upper) == (3.0, 7.0)


def test_each_exercise_tells_who_passed_tried_and_left_it(summary):
    first, second = summary.exercises

    assert (first.exercise, first.passed, first.tried, first.missing) == ("double", 1, 3, 0)
    assert (second.exercise, second.passed, second.tried, second.missing) == ("double_sum", 1, 1, 2)


def test_mistakes_are_counted_by_students_in_the_courses_words(summary):
    ((mistake),) = summary.exercises[0].mistakes

    assert (mistake.id, mistake.tell, mistake.count) == ("adds_three", "It adds.", 2)


def test_what_took_longest_comes_first_and_all_is_added_up(summary):
    assert [(slow.student, slow.exercise) for slow in summary.slowest][:2] == [
        ("ada", "double_sum"),
        ("0042", "double"),
    ]
    assert summary.seconds == 6.25


def test_a_class_of_nobody_has_no_points():
    assert summed_up([]).points is None


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_a_spread_is_in_order(numbers):
    told = spread(numbers)

    assert told.least <= told.lower <= told.median <= told.upper <= told.most
    assert min(numbers) - 1e-9 <= told.mean <= max(numbers) + 1e-9
