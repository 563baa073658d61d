"""A gradebook on the desk: opened, with the course and the assignment it was graded by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab import files
from attnlab.cli.desk import Desk
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.content import Course

# What every database of SQLite begins with.
_DATABASE = b"SQLite format 3\0"

BookFile = Annotated[Path, typer.Argument(metavar="BOOK", help="The gradebook's file, as 'attnlab grade' made it.")]


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A gradebook and what its reading needs."""

    book: Gradebook
    course: Course
    assignment: Assignment


@contextmanager
def opened(file: Path, desk: Desk, *, writing: bool = False) -> Iterator[OpenBook]:
    """The gradebook in `file`, closed at the end, with the course it was graded by.

    Raises:
        WrongUsage: the course at hand is another.
    """
    from attnlab.classroom.assignment import assignment_in
    from attnlab.classroom.gradebook import open_gradebook

    with open_gradebook(desk.folder / file, writing=writing) as book:
        course = course_of(book, desk)
        yield OpenBook(book, course, assignment_in(book, course))


def target(out: Path, desk: Desk, *read: Path) -> Path:
    """The file that a command writes to.

    Raises:
        WrongUsage: it is one that the command reads, or any gradebook: what is in that cannot be made again.
    """
    file = desk.folder / out
    if file.is_file():
        if any(each.exists() and os.path.samefile(file, each) for each in (desk.folder / name for name in read)):
            raise WrongUsage(f"--out names {files.shown(out)}, which is read", remedy="name another file with --out")
        with suppress(OSError), file.open("rb") as opened:
            if opened.read(len(_DATABASE)) == _DATABASE:
                raise WrongUsage(
                    f"{files.shown(out)} is a gradebook, which nothing is written over",
                    remedy="name another file with --out",
                )
    return file


def course_of(book: Gradebook, desk: Desk) -> Course:
    """The course that was asked for, else the one the book was graded by where that is still there.

    Raises:
        WrongUsage: it is another course than the book's.
    """
    from attnlab.content import read_course
    from attnlab.paths import COURSE_VARIABLE

    told = book.told("course_root")
    asked_for = desk.course_option or os.environ.get(COURSE_VARIABLE)
    if told and not asked_for and (Path(told) / "course" / "course.toml").is_file():
        course = read_course(Path(told))
    else:
        course = desk.course
    if (graded := book.told("course")) and graded != course.id:
        raise WrongUsage(
            f"this gradebook is of the course '{graded}', and the course at hand is '{course.id}'",
            remedy="name the folder of the gradebook's course with --course",
        )
    return course
