"""The two-exercise course, a judge with warm workers, and a way to judge a few lines of source."""

from __future__ import annotations

from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.grading import Judge

MINI_COURSE = Path(__file__).parents[1] / "mini_course"


@pytest.fixture(scope="session")
def course():
    return read_course(MINI_COURSE)


@pytest.fixture(scope="session")
def judge(course):
    with Judge(course) as judge:
        yield judge


@pytest.fixture
def grade(course, judge):
    def grade(source: str | bytes, *, exercise: str = "double", seed: int = 7, **options):
        text = source.encode() if isinstance(source, str) else source
        return judge.grade(course.exercise(exercise), text, seed=seed, **options)

    return grade
