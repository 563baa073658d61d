"""Every grade as plain values: what `--json` prints and what programs read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attnlab.classroom.scoring import grades

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.exports.heading import Heading
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.classroom.records import Override
    from attnlab.classroom.scoring import Grade, StudentGrades
    from attnlab.content import Course

EXPORT_FORMAT = 1


def rows(book: Gradebook, assignment: Assignment, course: Course) -> Iterator[dict[str, Any]]:
    """A row for each student and exercise, by student; the instructor's own: hidden checks and seeds are in it."""
    for student in grades(book, assignment, course):
        yield from rows_of(student)


def rows_of(student: StudentGrades) -> Iterator[dict[str, Any]]:
    """The rows of one student."""
    for row in map(_row, student.grades):
        yield {**row, "needs_attention": row["needs_attention"] or student.attention}


def as_json(heading: Heading, students: Iterable[StudentGrades]) -> Iterator[str]:
    """All rows as one JSON document, of which only one student is in memory at a time."""
    told = {
        "format_version": EXPORT_FORMAT,
        "course": heading.course,
        "course_version": heading.course_version,
        "assignment": heading.title,
        "due": heading.due.isoformat() if heading.due else None,
    }
    opened = json.dumps(told, indent=1)
    yield f'{opened.removesuffix("}").rstrip()},\n "grades": ['
    between = "\n"
    for student in students:
        for row in rows_of(student):
            yield f"{between}  {json.dumps(row)}"
            between = ",\n"
    yield "\n ]\n}\n"


def _row(grade: Grade) -> dict[str, Any]:
    return {
        "student": grade.student.key,
        "name": grade.student.name,
        "email": grade.student.email,
        "exercise": grade.exercise,
        "title": grade.title,
        "points": grade.points,
        "max_points": grade.max_points,
        "raw_points": grade.raw_points,
        "penalty": grade.penalty,
        "verdict": grade.verdict,
        "diagnosis": grade.diagnosis,
        "tell": grade.tell,
        "needs_attention": grade.needs_attention,
        "attempt": grade.attempt,
        "submitted": grade.submitted.isoformat() if grade.submitted else None,
        "late_days": grade.late_days,
        "origin": grade.origin,
        "ignored": list(grade.ignored),
        "seed": grade.seed,
        "seconds": grade.seconds,
        "graded_at": grade.graded_at.isoformat() if grade.graded_at else None,
        "override": _decided(grade.override),
        "checks": [
            {
                "id": check.id,
                "sentence": check.sentence,
                "points": check.points,
                "max_points": check.max_points,
                "verdict": check.verdict,
                "hidden": check.hidden,
                "problem": check.failure.problem if check.failure else None,
                "override": _decided(check.override),
            }
            for check in grade.checks
        ],
    }


def _decided(override: Override | None) -> dict[str, Any] | None:
    if override is None:
        return None
    return {
        "points": override.points,
        "reason": override.reason,
        "at": override.at.isoformat(),
        "by": override.by,
    }
