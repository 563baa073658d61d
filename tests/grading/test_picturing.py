"""A submission draws as it is judged: confined, under its limits, and believed in nothing."""

import math

import pytest

from attnlab.content import Grid, picture, read_picture
from attnlab.errors import ContentInvalid
from attnlab.grading import Verdict, draw_reference, draw_submission

RIGHT = "def double(numbers):\n    return numbers * 2\n"


@pytest.fixture
def draw(course):
    exercise = course.exercise("double")

    def draw(source, drawn=None, siblings=None):
        return draw_submission(
            course,
            exercise,
            drawn or read_picture(course, exercise),
            source.encode(),
            filename="double.py",
            siblings=siblings or {},
        )

    return draw


def pictured(values, **options):
    """A picture of whatever `values` makes of the learner."""
    return picture(title="t", rows="row", columns="column")(
        lambda learner: Grid(("one",), ("a", "b"), values(learner), **options)
    )


def test_a_right_answer_is_drawn_like_the_reference(draw):
    drawn = draw(RIGHT)

    assert drawn.learner == drawn.reference
    (panel,) = drawn.reference
    assert panel.rows == ("one", "two")
    assert panel.values == ((0.1, 0.2, 0.8), (1.0, 0.5, 0.0))


def test_a_wrong_answer_of_the_right_shape_is_drawn_as_it_is(draw):
    drawn = draw("def double(numbers):\n    return numbers * 3\n")

    assert drawn.learner[0].values[0] == pytest.approx((0.15, 0.3, 1.2))
    assert drawn.reference[0].values[0] == (0.1, 0.2, 0.8)


def test_numbers_that_are_none_are_drawn_as_well(draw):
    drawn = draw("def double(numbers):\n    return numbers * float('nan')\n")

    assert all(math.isnan(value) for row in drawn.learner[0].values for value in row)


@pytest.mark.parametrize(
    ("body", "verdict", "told"),
    [
        ("return numbers.sum()", Verdict.FAILED, "shape"),
        ("return numbers.T", Verdict.FAILED, "shape"),
        ("return None", Verdict.FAILED, "None"),
        ("return 'text'", Verdict.FAILED, "text"),
        ("return numbers * 2j", Verdict.FAILED, ""),
        ("return numbers.nonesuch", Verdict.FAILED, "AttributeError"),
        ("while True: pass", Verdict.TIMED_OUT, "no answer within"),
        ("import os; os._exit(3)", Verdict.CRASHED, "ended its own process"),
        ("while True: print('x' * 1000)", Verdict.TOO_MUCH_OUTPUT, "were printed"),
    ],
)
def test_what_gives_no_picture_says_why(draw, body, verdict, told):
    drawn = draw(f"def double(numbers):\n    {body}\n")

    assert drawn.learner is None
    assert drawn.report.first_failure.verdict is verdict
    assert told in drawn.report.first_failure.failure.problem


def test_a_gap_that_is_still_open_is_not_attempted(draw, course):
    drawn = draw(course.exercise("double").starter.read_text())

    assert drawn.learner is None
    assert not drawn.report.attempted


def test_code_that_reaches_for_the_answers_finds_none(draw, course):
    place = course.exercise("double").answers / "reference.py"

    drawn = draw(f"def double(numbers):\n    open({str(place)!r})\n")

    assert "Error" in drawn.report.first_failure.failure.problem


def test_what_a_grid_takes_is_a_place_in_the_leading_axes(course):
    exercise = course.exercise("double")
    import numpy as np

    deep = np.arange(8.0).reshape(2, 2, 1, 2) / 100
    at_a_head = pictured(lambda learner: learner.double(deep), at=(1, 0))
    at_a_slice = picture(title="t", rows="r", columns="c")(
        lambda learner: Grid(("x", "y"), ("a", "b"), learner.double(deep), at=(0, slice(None), 0))
    )

    assert draw_reference(course, exercise, at_a_head)[0].values == ((0.08, 0.1),)
    assert draw_reference(course, exercise, at_a_slice)[0].values == ((0.0, 0.02), (0.04, 0.06))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (lambda learner: [[0.1, 0.2, 0.3]], "1 rows and 2 columns are labelled"),
        (lambda learner: [0.1, 0.2], "have the shape"),
        (lambda learner: [["a", "b"]], "real numbers"),
        (lambda learner: learner.nonesuch([1.0]), "nonesuch"),
        (lambda learner: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_picture_that_the_reference_cannot_draw_is_a_problem_of_the_course(course, values, told):
    with pytest.raises(ContentInvalid, match=told):
        draw_reference(course, course.exercise("double"), pictured(values))


def test_truth_values_are_drawn_as_zero_and_one(course):
    drawn = draw_reference(course, course.exercise("double"), pictured(lambda learner: [[True, False]]))

    assert drawn[0].values == ((1.0, 0.0),)
