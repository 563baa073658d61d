"""A small course in which nothing is wrong, for each test to break in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from attnlab.authoring import new_exercise, new_lesson
from attnlab.content import Course, try_course

LESSON = "01-twice"
EXERCISE = "double"

COURSE = """\
# The order is the order of the lessons.
format_version = 1
id = "small"
version = "1"
title = "A small course"

[[tracks]]
id = "core"
title = "Core"
lessons = []
"""


class CourseFolder:
    """A course's folder, with short ways to read it and to break it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def course(self) -> Course:
        course, _ = try_course(self.root)
        assert course is not None
        return course

    @property
    def lesson_file(self) -> Path:
        return self.root / "course" / LESSON / "lesson.md"

    def edited(self, name: str, exercise: str = EXERCISE) -> Path:
        return self.root / "exercises" / LESSON / exercise / name

    def withheld(self, name: str, exercise: str = EXERCISE) -> Path:
        return self.root / "solutions" / LESSON / exercise / name

    def replace(self, file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def finish(self) -> None:
        """Write what the skeletons left to be written."""
        for file in self.root.rglob("*.*"):
            if file.is_file() and "TODO" in (text := file.read_text(encoding="utf-8")):
                file.write_text(text.replace("TODO: ", "").replace("TODO", "says"), encoding="utf-8")


@pytest.fixture
def empty(tmp_path: Path) -> CourseFolder:
    (tmp_path / "course").mkdir()
    (tmp_path / "exercises").mkdir()
    (tmp_path / "solutions").mkdir()
    (tmp_path / "course" / "course.toml").write_text(COURSE, encoding="utf-8")
    return CourseFolder(tmp_path)


@pytest.fixture
def small(empty: CourseFolder) -> CourseFolder:
    new_lesson(empty.root, LESSON)
    new_exercise(empty.root, LESSON, EXERCISE)
    empty.finish()
    return empty
