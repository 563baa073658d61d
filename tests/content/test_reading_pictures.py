"""An exercise's picture is read from its withheld folder; a wrong file is told, not passed over."""

import pytest

from attnlab.content import ExercisePicture, Grid, picture, read_course, read_picture
from attnlab.errors import ContentInvalid

DRAWN = """
from attnlab.content import Grid, picture

@picture(title="t", rows="query", columns="key", between=(-1.0, 1.0))
def drawn(learner):
    return Grid(("q",), ("k",), [[0.5]])
"""


@pytest.fixture
def course(tmp_path):
    import shutil
    from pathlib import Path

    shutil.copytree(Path(__file__).parents[1] / "mini_course", tmp_path / "course")
    return read_course(tmp_path / "course")


def test_an_exercise_without_the_file_has_no_picture(course):
    exercise = course.exercise("double_sum")

    assert not exercise.has_picture
    with pytest.raises(ContentInvalid, match="is missing"):
        read_picture(course, exercise)


def test_a_picture_is_read_with_everything_its_author_said(course):
    exercise = course.exercise("double_sum")
    (exercise.answers / "picture.py").write_text(DRAWN)

    found = read_picture(course, exercise)

    assert isinstance(found, ExercisePicture)
    assert (found.title, found.rows, found.columns, found.between) == ("t", "query", "key", (-1.0, 1.0))
    assert found.draw(None) == Grid(("q",), ("k",), [[0.5]])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "defines 0 pictures"),
        (DRAWN + DRAWN.replace("def drawn", "def other"), "defines 2 pictures"),
        ("1 / 0", "does not run: ZeroDivisionError"),
        ("import nonesuch", "does not run: ModuleNotFoundError"),
    ],
)
def test_a_file_that_defines_no_one_picture_is_a_problem_of_the_course(course, source, told):
    exercise = course.exercise("double_sum")
    (exercise.answers / "picture.py").write_text(source)

    with pytest.raises(ContentInvalid, match=told):
        read_picture(course, exercise)


def test_numbers_lie_between_zero_and_one_unless_the_author_says_otherwise():
    assert picture(title="t", rows="r", columns="c")(lambda learner: []).between == (0.0, 1.0)
