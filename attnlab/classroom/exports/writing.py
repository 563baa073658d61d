"""One book, many formats: the text of an export, piece by piece, whatever the size of the class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from attnlab.classroom.exports.heading import Heading, heading_of
from attnlab.classroom.scoring import grades
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.classroom.scoring import StudentGrades
    from attnlab.content import Course

Heard = Callable[["StudentGrades"], object]
Writer = Callable[[Heading, Iterable["StudentGrades"]], Iterator[str]]


class ExportFormat(StrEnum):
    """What grades can be written as."""

    CSV = "csv"
    JSON = "json"
    JUNIT = "junit"
    GRADESCOPE = "gradescope"
    NBGRADER = "nbgrader"
    OTTER = "otter"
    GITHUB = "github"


def exported(
    format: ExportFormat,
    book: Gradebook,
    assignment: Assignment,
    course: Course,
    *,
    student: str | None = None,
    long: bool = False,
    heard: Heard | None = None,
) -> Iterator[str]:
    """The text of the export, in pieces.

    Args:
        student: the key of the only one wanted.
        long: with CSV: a row for each student and exercise.
        heard: called with each student's grades as they are written.

    Raises:
        WrongUsage: Gradescope's results are one student's, and the book has several.
    """
    if format is ExportFormat.GRADESCOPE:
        return iter([_results(book, assignment, course, student, heard)])
    writer = _writer(format, long=long)
    counted = _hearing(grades(book, assignment, course, student=student), heard)
    return writer(heading_of(book, assignment, course), counted)


def results_files(
    book: Gradebook,
    assignment: Assignment,
    course: Course,
    *,
    heard: Heard | None = None,
) -> Iterator[tuple[str, str]]:
    """Gradescope's results of each student: a file name that is safe, and the text."""
    from attnlab.classroom.exports.gradescope import as_text, results
    from attnlab.classroom.feedback.file_names import file_name

    theirs = defaultdict(list)
    for odd in book.oddities():
        theirs[odd.student].append(odd)
    for one in _hearing(grades(book, assignment, course), heard):
        key = one.student.key
        yield f"{file_name(key)}.json", as_text(results(one, assignment, course, theirs[key]))


def _hearing(students: Iterable[StudentGrades], heard: Heard | None) -> Iterator[StudentGrades]:
    for one in students:
        if heard:
            heard(one)
        yield one


def _results(
    book: Gradebook,
    assignment: Assignment,
    course: Course,
    student: str | None,
    heard: Heard | None,
) -> str:
    from attnlab.classroom.exports.gradescope import as_text, results, results_for_nobody

    oddities = book.oddities()
    keys = [one.key for one in book.students()] if student is None else [student]
    if not keys:
        return as_text(results_for_nobody(oddities))
    if len(keys) > 1:
        raise WrongUsage(
            f"Gradescope's results are one student's, and this gradebook has {len(keys)}",
            remedy="name one with --student, or with --out a folder that gets a file for each",
        )
    (one,) = _hearing(grades(book, assignment, course, student=keys[0]), heard)
    # Where there is but one student, what belongs to nobody is theirs too.
    alone = student is None
    theirs = [odd for odd in oddities if odd.student == keys[0] or (alone and odd.student is None)]
    return as_text(results(one, assignment, course, theirs))


def _writer(format: ExportFormat, *, long: bool) -> Writer:
    from attnlab.classroom.exports import github, junit, rows, tables

    writers: dict[ExportFormat, Writer] = {
        ExportFormat.CSV: tables.long if long else tables.wide,
        ExportFormat.JSON: rows.as_json,
        ExportFormat.JUNIT: junit.junit,
        ExportFormat.NBGRADER: tables.nbgrader,
        ExportFormat.OTTER: tables.otter,
        ExportFormat.GITHUB: github.notices,
    }
    return writers[format]
