"""A judge with every layer this machine has, and a marker outside the scratch folder that nobody may touch."""

from __future__ import annotations

from pathlib import Path

import pytest

from attnlab.content import Limits, read_course
from attnlab.grading import Judge, available_layers

COURSE = Path(__file__).parents[1] / "mini_course"
LIMITS = Limits(seconds=2.5, memory_mb=512, output_kb=64)


@pytest.fixture(scope="session")
def layers():
    return {name for name, (there, _) in available_layers().items() if there}


@pytest.fixture(scope="session")
def course():
    return read_course(COURSE)


@pytest.fixture(scope="session")
def judge(course):
    with Judge(course) as judge:
        yield judge


@pytest.fixture
def grade(course, judge):
    def grade(source: str):
        return judge.grade(course.exercise("double"), source.encode(), seed=5, limits=LIMITS)

    return grade
