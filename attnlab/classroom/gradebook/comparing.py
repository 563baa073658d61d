"""What differs between two gradebooks of one class: whose grade, in which check, from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from attnlab.classroom.records import Student
from attnlab.classroom.scoring import Grade, StudentGrades


@dataclass(frozen=True, slots=True)
class CheckChange:
    """A check that ended otherwise, or by which its exercise earned otherwise; None where a book does not have it."""

    id: str
    sentence: str
    before: str | None
    after: str | None
    points_before: float
    points_after: float


@dataclass(frozen=True, slots=True)
class Change:
    """An exercise of one student that is graded otherwise; a grade is None where that book has none."""

    student: Student
    exercise: str
    before: Grade | None
    after: Grade | None
    checks: tuple[CheckChange, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One student in both books, or in one of them.

    Args:
        missing: 'first' or 'second', the book that has no such student; empty where both do.
    """

    student: Student
    changes: tuple[Change, ...]
    points_before: float
    points_after: float
    missing: str = ""

    @property
    def same(self) -> bool:
        return not self.changes and not self.missing


def compared(before: Iterable[StudentGrades], after: Iterable[StudentGrades]) -> Iterator[Compared]:
    """Every student of either, both in the order of their keys; one of each in memory at a time."""
    for first, second in _side_by_side(iter(before), iter(after)):
        if first and second:
            changes = tuple(_changes(first, second))
            yield Compared(second.student, changes, first.points, second.points)
        elif first:
            yield Compared(first.student, (), first.points, 0.0, missing="second")
        elif second:
            yield Compared(second.student, (), 0.0, second.points, missing="first")


def _side_by_side(
    before: Iterator[StudentGrades], after: Iterator[StudentGrades]
) -> Iterator[tuple[StudentGrades | None, StudentGrades | None]]:
    first, second = next(before, None), next(after, None)
    while first or second:
        if second is None or (first and first.student.key < second.student.key):
            yield first, None
            first = next(before, None)
        elif first is None or second.student.key < first.student.key:
            yield None, second
            second = next(after, None)
        else:
            yield first, second
            first, second = next(before, None), next(after, None)


def _changes(first: StudentGrades, second: StudentGrades) -> Iterator[Change]:
    earlier = {grade.exercise: grade for grade in first.grades}
    later = {grade.exercise: grade for grade in second.grades}
    for exercise in dict.fromkeys([*earlier, *later]):
        before, after = earlier.get(exercise), later.get(exercise)
        checks = tuple(_check_changes(before, after))
        if checks or before is None or after is None or _told(before) != _told(after):
            yield Change(second.student, exercise, before, after, checks)


def _check_changes(before: Grade | None, after: Grade | None) -> Iterator[CheckChange]:
    earlier = {check.id: check for check in before.checks} if before else {}
    later = {check.id: check for check in after.checks} if after else {}
    # What a check is worth moves with every point that another one gets; alone that is nobody's other grade.
    worth = before is None or after is None or before.raw_points != after.raw_points
    for id in dict.fromkeys([*earlier, *later]):
        old, new = earlier.get(id), later.get(id)
        ended = old is None or new is None or old.verdict != new.verdict
        if ended or (worth and old and new and old.points != new.points):
            yield CheckChange(
                id=id,
                sentence=(new or old).sentence if new or old else "",  # type: ignore[union-attr]
                before=old.verdict if old else None,
                after=new.verdict if new else None,
                points_before=old.points if old else 0.0,
                points_after=new.points if new else 0.0,
            )


def _told(grade: Grade) -> tuple[object, ...]:
    return grade.points, grade.max_points, grade.verdict, grade.penalty
