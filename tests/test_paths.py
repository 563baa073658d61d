"""Where the course lies: an option, then the environment, then the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from attnlab.errors import NotThere, nearest_name
from attnlab.paths import COURSE_VARIABLE, course_root

ROOT = Path(__file__).parents[1]
MINI_COURSE = ROOT / "tests" / "mini_course"


def test_an_option_goes_before_the_environment():
    assert course_root(MINI_COURSE, {COURSE_VARIABLE: str(ROOT)}) == MINI_COURSE


def test_the_environment_goes_before_the_checkout():
    assert course_root(None, {COURSE_VARIABLE: str(MINI_COURSE)}) == MINI_COURSE


def test_without_either_it_is_the_checkout():
    assert course_root(None, {}) == ROOT


def test_a_folder_without_a_course_is_named_with_what_is_missing(tmp_path):
    with pytest.raises(NotThere, match=r"--course holds no course: .*course\.toml is missing"):
        course_root(tmp_path, {})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sofmax", "softmax"), ("SOFTMAX", "softmax"), ("lookup", "soft_lookup"), ("xyzzy", None), ("", None)],
)
def test_the_nearest_name_is_found_or_nothing_is(typed, meant):
    assert nearest_name(typed, ["softmax", "soft_lookup", "rnn_step"]) == meant
