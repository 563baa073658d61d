"""The audit has the reference draw its picture, and tells what is wrong with it."""

import pytest

from attnlab.authoring import audit

PICTURE = """
import numpy as np
from attnlab.content import Grid, picture

@picture(title="Twice", rows="row", columns="column")
def twice(learner):
    return Grid(("one",), ("a", "b"), learner.double(np.array([[0.1, 0.2]])))
"""


def told(small, source):
    small.withheld("picture.py").write_text(source)
    audited = audit(small.root, seeds=1, mutations=False, jobs=1)
    found = [*audited.findings, *(finding for each in audited.exercises for finding in each.findings)]
    return [str(finding) for finding in found if "picture.py" in str(finding)]


def test_a_picture_is_no_stray_file_and_a_right_one_has_nothing_wrong(small):
    assert told(small, PICTURE) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("0.2", "0.7", "the reference gives 1.4 at row 'one', column 'b'"),
        ("0.2", "np.nan", "the reference gives nan"),
        ('("a", "b")', '("a",)', "the reference cannot be drawn"),
        ('"Twice"', '" "', "is empty"),
        ('"column")', '"column", between=(1.0, 1.0))', "the first is the smaller one"),
        ("return Grid", "return [] and Grid", "the reference draws no grid"),
        ('("a", "b")', '("a", "b" * 30)', "is cut off in a terminal"),
        ("def twice(learner)", "def twice(learner", "does not run: SyntaxError"),
        ("learner.double", "2 * 2 and learner.triple", "cannot be drawn"),
    ],
)
def test_what_is_wrong_with_a_picture_is_told(small, old, new, says):
    assert old in PICTURE

    assert any(says in finding for finding in told(small, PICTURE.replace(old, new)))


def test_several_grids_need_names(small):
    twice = PICTURE.replace("return Grid", "return 2 * [Grid").replace("]])))", "]])))]")

    assert any("a name tells each from the others" in finding for finding in told(small, twice))
