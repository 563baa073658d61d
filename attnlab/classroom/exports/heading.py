"""What an export says once, about all the grades that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attnlab.classroom.records import CAPSTONE
from attnlab.errors import UnknownName

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.content import Course


@dataclass(frozen=True, slots=True)
class Heading:
    """Which course, which assignment, which exercises.

    Args:
        title: the assignment's; the course's where there is no assignment.
        exercises: their ids, each a column of a table, with what all of it earns; None where that is not known.
    """

    course: str
    course_version: str
    title: str
    due: datetime | None
    exercises: tuple[tuple[str, float | None], ...]


def heading_of(book: Gradebook, assignment: Assignment, course: Course) -> Heading:
    """What stands above all the grades of this book."""
    if assignment.items is not None:
        names = [item.exercise for item in assignment.items]
    else:
        places = {exercise.id: place for place, exercise in enumerate(course.exercises)}
        decided = {override.exercise for override in book.overrides() if override.check is None}
        there = {*filter(assignment.wants, book.exercises()), *decided}
        names = sorted(there, key=lambda name: (places.get(name, len(places)), name == CAPSTONE, name))
    return Heading(
        course=course.id,
        course_version=book.told("course_version") or course.version,
        title=assignment.title or course.title,
        due=assignment.due,
        exercises=tuple((name, _worth(name, assignment, course)) for name in names),
    )


def _worth(exercise: str, assignment: Assignment, course: Course) -> float | None:
    try:
        return assignment.points_of(exercise, course)
    except UnknownName:
        return None
