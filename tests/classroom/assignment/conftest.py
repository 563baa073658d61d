from pathlib import Path
from typing import Any

import pytest

from attnlab.classroom.assignment import Assignment, read_assignment
from attnlab.content import Course, read_course

MINI_COURSE = Path(__file__).parents[2] / "mini_course"
SECRET = "0123456789abcdef0123"


@pytest.fixture(scope="session")
def course() -> Course:
    return read_course(MINI_COURSE)


class Desk:
    """Writes assignment files, and reads them."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.folder, self.course = folder, course
        self.file = folder / "assignment.toml"

    def read(self, *lines: str, exercises: str = '[[exercises]]\nid = "double"', **keys: Any) -> Assignment:
        """The assignment of these lines at the top, and tables after them."""
        head = {"format_version": 1, "secret": f'"{SECRET}"', **keys}
        told = [f"{key} = {value}" for key, value in head.items() if value is not None]
        self.file.write_text("\n".join([*told, *lines, exercises]), encoding="utf-8")
        return read_assignment(self.file, self.course)

    def private(self, exercise: str, text: str, name: str = "checks.py") -> Path:
        folder = self.folder / "private" / exercise
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name


@pytest.fixture
def desk(tmp_path: Path, course: Course) -> Desk:
    return Desk(tmp_path, course)
