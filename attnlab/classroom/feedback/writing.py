"""Writes every student's feedback into a folder, with a table that says which file is whose."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.classroom.exports.tables import harmless
from attnlab.classroom.feedback.file_names import file_name
from attnlab.classroom.feedback.markdown import markdown
from attnlab.classroom.feedback.pages import page
from attnlab.classroom.feedback.records import Feedback
from attnlab.classroom.feedback.telling import feedback_on
from attnlab.classroom.records import Student
from attnlab.classroom.scoring import grades

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.classroom.records import Oddity
    from attnlab.content import Course

INDEX = "index.csv"


class Format(StrEnum):
    """What a student's feedback is written as; the value is the file's ending."""

    MARKDOWN = "md"
    HTML = "html"


_AS: dict[Format, Callable[[Feedback], str]] = {Format.MARKDOWN: markdown, Format.HTML: page}


@dataclass(frozen=True, slots=True)
class Written:
    """Whose feedback was written, in which files.

    Args:
        looked_at: they are told that a person will look at some of it once more.
    """

    student: Student
    points: float
    max_points: float
    looked_at: bool
    files: tuple[Path, ...]


def write_feedback(
    book: Gradebook,
    assignment: Assignment,
    course: Course,
    folder: Path,
    *,
    student: str | None = None,
    formats: Collection[Format] = tuple(Format),
) -> Iterator[Written]:
    """Write student after student; at the end, for the whole class, the table of all files.

    Args:
        student: the key of the only one wanted; no table is written then.

    Raises:
        CannotWrite: a file could not be written; those before it were.
        NotThere: jinja2 is missing.
    """
    rows = []
    left_out: dict[str | None, list[Oddity]] = {}
    for odd in book.oddities():
        left_out.setdefault(odd.student, []).append(odd)
    for each in grades(book, assignment, course, student=student):
        feedback = feedback_on(each, assignment, course, left_out.get(each.student.key, ()))
        name = file_name(each.student.key)
        written = []
        for kind in (kind for kind in Format if kind in formats):
            file = folder / f"{name}.{kind}"
            files.write(file, _AS[kind](feedback).encode("utf-8", "backslashreplace"))
            written.append(file)
        rows.append([each.student.key, each.student.name, each.student.email, *(file.name for file in written)])
        yield Written(each.student, feedback.points, feedback.max_points, feedback.looked_at, tuple(written))
    if student is None:
        heads = ["student", "name", "email", *(kind for kind in Format if kind in formats)]
        files.write(folder / INDEX, _table([heads, *rows]))


def _table(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "backslashreplace")
