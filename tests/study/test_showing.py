"""What is said of two pictures: where they differ most, in one sentence, and what lies outside."""

import math

import pytest

from attnlab.content import picture
from attnlab.errors import WrongUsage
from attnlab.pictures import Panel
from attnlab.study.showing import Shown, save_html, save_png, show, showable, titled

RIGHT = ((0.25, 0.75), (1.0, 0.0))


def panel(values, name=""):
    return Panel(name, ("it", "sat"), ("cat", "mat"), tuple(tuple(row) for row in values))


def shown(double, *values, names=("",), between=(0.0, 1.0)):
    drawn = picture(title="Words", rows="query", columns="key", between=between)(lambda learner: [])
    pairs = tuple((panel(each, name), panel(RIGHT, name)) for each, name in zip(values, names, strict=True))
    return Shown(double, drawn, pairs)


def test_two_that_are_alike_but_for_rounding_are_the_same(double):
    nearly = ((0.25 + 1e-9, 0.75), (1.0, 1e-12))

    assert shown(double, nearly).difference == "Yours shows the same as the reference."


def test_the_largest_difference_is_told_with_both_numbers(double):
    told = shown(double, ((0.75, 0.25), (1.0, 0.1))).difference

    assert told == "The largest difference is at query 'it', key 'cat': yours 0.75, the reference 0.25."


def test_of_several_panels_the_one_that_differs_is_named(double):
    told = shown(double, RIGHT, ((0.25, 0.75), (0.0, 0.0)), names=("head 1", "head 2")).difference

    assert told.startswith("The largest difference is in 'head 2' at query 'sat', key 'cat'")


def test_a_difference_too_small_for_the_eye_is_said_to_be_so(double):
    told = shown(double, ((0.2505, 0.7495), (1.0, 0.0))).difference

    assert told.startswith("No difference can be seen; the largest is at")


@pytest.mark.parametrize(
    ("value", "count"), [(0.5, 0), (1.0 + 1e-9, 0), (1.5, 1), (-0.2, 1), (math.nan, 1), (math.inf, 1)]
)
def test_numbers_outside_what_a_right_answer_gives_are_counted(double, value, count):
    assert shown(double, ((value, 0.75), (1.0, 0.0))).outside == count


def test_a_picture_may_go_below_zero(double):
    assert shown(double, ((-1.0, 0.75), (1.0, 0.0)), between=(-1.0, 1.0)).outside == 0


def test_a_panel_is_named_by_whose_it_is():
    assert titled(panel(RIGHT), "yours").name == "yours"
    assert titled(panel(RIGHT, "head 1"), "yours").name == "yours: head 1"


def test_both_files_are_written_whole_or_not_at_all(double, tmp_path):
    drawn = shown(double, ((0.75, 0.25), (1.0, 0.1)))

    save_png(drawn, tmp_path / "a" / "look.png")
    save_html(drawn, tmp_path / "look.html")

    assert [file.name for file in (tmp_path / "a").iterdir()] == ["look.png"]
    assert "Cells marked ! differ from the reference." in (tmp_path / "look.html").read_text()


def test_an_exercise_without_a_picture_is_refused_before_anything_runs(workspace, course):
    assert [exercise.id for exercise in showable(course)] == ["double"]

    with pytest.raises(WrongUsage, match="double_sum has no picture"):
        show(workspace, course.exercise("double_sum"))
