"""Grades as CSV: ours, nbgrader's and Otter's; text that a spreadsheet would run or change is kept from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from attnlab.classroom.scoring import NOT_GRADED
from attnlab.pictures.labels import visible

if TYPE_CHECKING:
    from attnlab.classroom.exports.heading import Heading
    from attnlab.classroom.records import Student
    from attnlab.classroom.scoring import Grade, StudentGrades

# What a spreadsheet takes for the beginning of a formula, in full width too; it skips blanks before it.
_FORMULA = tuple("=+-@＝＋－＠")

Cell = str | float | int | None


def wide(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """A row for each student, a column for each exercise; empty where nothing was handed in or nothing is judged."""
    names = [name for name, _ in heading.exercises]
    ending = ("total", "max_points", "penalty", "late_days", "needs_attention")
    yield _line(["student", "name", "email", *names, *ending])
    for one in students:
        by_name = {grade.exercise: grade for grade in one.grades}
        attention = [f"{grade.exercise}: {grade.needs_attention}" for grade in one.grades if grade.needs_attention]
        yield _line(
            [
                *_person(one.student),
                *(_points(by_name.get(name)) for name in names),
                one.points,
                one.max_points,
                one.penalty,
                max((round(grade.late_days, 2) for grade in one.grades), default=0.0),
                one.attention or "; ".join(attention),
            ]
        )


def long(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """A row for each student and exercise."""
    columns = (
        "student", "name", "email", "exercise", "title", "points", "max_points", "raw_points", "penalty", "verdict",
        "diagnosis", "needs_attention", "attempt", "submitted", "late_days", "override",
    )  # fmt: skip
    yield _line(columns)
    for one in students:
        for grade in one.grades:
            yield _line(
                [
                    *_person(one.student),
                    grade.exercise,
                    grade.title,
                    _points(grade),
                    grade.max_points,
                    grade.raw_points,
                    grade.penalty,
                    grade.verdict,
                    grade.diagnosis,
                    grade.needs_attention,
                    grade.attempt,
                    grade.submitted.isoformat() if grade.submitted else "",
                    round(grade.late_days, 2),
                    grade.override.reason if grade.override else "",
                ]
            )


def nbgrader(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """What `nbgrader export` writes: a row for each student, the assignment as one."""
    columns = (
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
        "late_submission_penalty", "score", "max_score",
    )  # fmt: skip
    yield _line(columns, quoted=False)
    due = heading.due.isoformat(sep=" ") if heading.due else ""
    for one in students:
        moments = [grade.submitted for grade in one.grades if grade.submitted]
        first, last = _names(one.student)
        yield _line(
            [
                heading.title,
                due,
                max(moments).isoformat(sep=" ") if moments else "",
                one.student.key,
                last,
                first,
                one.student.email,
                # Whatever was decided by hand is in the score; the two others have to add up to it.
                round(one.points + one.penalty, 2),
                one.penalty,
                one.points,
                one.max_points,
            ],
            quoted=False,
        )


def otter(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """Otter's `final_grades.csv`: the questions are the exercises, and the first row is what each is worth."""
    names = [name for name, _ in heading.exercises]
    yield _line(["file", *names, "total_points_earned", "percent_correct", "grading_status"], quoted=False)
    worth = [points for _, points in heading.exercises]
    whole = sum(points or 0.0 for points in worth)
    yield _line(["points-per-question", *worth, whole, None, None], quoted=False)
    for one in students:
        by_name = {grade.exercise: grade for grade in one.grades}
        attention = [grade.needs_attention for grade in one.grades if grade.needs_attention]
        yield _line(
            [
                one.student.key,
                *(_points(by_name.get(name)) for name in names),
                one.points,
                round(one.points / one.max_points, 4) if one.max_points else 0.0,
                one.attention or "; ".join(attention) or "Completed",
            ],
            quoted=False,
        )


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula, and no terminal for a command.

    An apostrophe tells where it would have been a formula; control characters are written out as escapes.
    """
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _line(cells: Sequence[Cell], *, quoted: bool = True) -> str:
    """One row. All text is quoted and no number is, so that a reader who asks can tell '0042' from 42."""
    buffer = io.StringIO()
    told = [harmless(cell) if isinstance(cell, str) else _number(cell) for cell in cells]
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC if quoted else csv.QUOTE_MINIMAL, lineterminator="\n").writerow(
        told
    )
    return buffer.getvalue()


def _number(cell: float | int | None) -> float | int | str:
    if cell is None:
        return ""
    return int(cell) if float(cell).is_integer() else cell


def _points(grade: Grade | None) -> float | None:
    """What stands in an exercise's column: nothing where there is nothing that could have been counted."""
    unknown = grade is None or (grade.verdict == NOT_GRADED and grade.override is None)
    return None if unknown or grade is None else grade.points


def _person(student: Student) -> tuple[str, str, str]:
    return student.key, student.name, student.email


def _names(student: Student) -> tuple[str, str]:
    """First and last name as well as one can tell: the last word is the last name, unless a comma says otherwise."""
    last, comma, first = student.name.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = student.name.rpartition(" ")
    return first.strip(), last.strip()
