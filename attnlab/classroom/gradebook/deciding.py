"""Points decided by hand: within what can be earned, with a reason, and who decided."""

from __future__ import annotations

import getpass
import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attnlab.classroom.gradebook.naming import check_called
from attnlab.classroom.gradebook.store import Gradebook
from attnlab.classroom.records import Override, Student
from attnlab.classroom.scoring import Grade, grades
from attnlab.errors import WrongUsage
from attnlab.pictures.labels import visible

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.content import Course


@dataclass(frozen=True, slots=True)
class Decided:
    """A grade before and after.

    Args:
        check: its id; None for the exercise as a whole.
        override: what is in force now; None where it was withdrawn.
    """

    before: Grade
    after: Grade
    check: str | None
    override: Override | None


class Deciding:
    """A gradebook in which an instructor decides; it must be open for writing."""

    def __init__(self, book: Gradebook, assignment: Assignment, course: Course) -> None:
        self._book, self._assignment, self._course = book, assignment, course

    def decide(
        self,
        student: Student,
        exercise: str,
        check: str | None,
        *,
        points: float,
        reason: str,
        now: datetime,
        by: str | None = None,
    ) -> Decided:
        """Give these points, whatever is graded later, until it is withdrawn.

        Args:
            check: its id or sentence; None for the exercise as a whole, whose late penalty falls away then.
            by: who decides; the user of this machine if not given.

        Raises:
            WrongUsage: more than can be earned, less than nothing, or no reason.
            UnknownName: the work has no such check.
        """
        before = self._grade(student, exercise)
        id, most = self._meant(before, check)
        if not (math.isfinite(points) and 0 <= points <= most):
            what = f"the check '{id}'" if id else exercise
            raise WrongUsage(
                f"{points:g} points are not within what {what} can earn",
                remedy=f"give from 0 to {most:g}",
            )
        if not reason.strip():
            raise WrongUsage("a decision by hand has no reason", remedy="give it with --reason, a sentence")
        override = Override(
            student=student.key,
            exercise=exercise,
            check=id,
            points=points,
            # A shell may pass on bytes that are no text.
            reason=reason.strip().encode("utf-8", "replace").decode(),
            at=now,
            by=_user() if by is None else by,
        )
        self._book.decide(override)
        return Decided(before, self._grade(student, exercise), id, override)

    def withdraw(self, student: Student, exercise: str, check: str | None) -> Decided:
        """Take a decision back; what was graded stands again.

        Raises:
            WrongUsage: nothing was decided.
        """
        before = self._grade(student, exercise, also_gone=True)
        # A check that is no longer there can still have its decision withdrawn, under its id.
        known = {override.check for override in self._book.overrides(student.key, exercise)}
        id = check if check in known else self._meant(before, check)[0]
        if not self._book.withdraw(student.key, exercise, id):
            what = f"{exercise}, check '{id}'," if id else f"{exercise} as a whole"
            others = ", ".join(f"check '{each}'" if each else "the whole exercise" for each in known)
            raise WrongUsage(
                f"nothing was decided by hand for {what} of {visible(student.name)}",
                remedy=f"decided was: {others}" if others else "'attnlab gradebook show' tells what was",
            )
        return Decided(before, self._grade(student, exercise, also_gone=True), id, None)

    def _grade(self, student: Student, exercise: str, *, also_gone: bool = False) -> Grade:
        for each in grades(self._book, self._assignment, self._course, student=student.key):
            for grade in each.grades:
                if grade.exercise == exercise:
                    return grade
        if also_gone:
            return Grade(student, exercise, exercise, 0.0, 0.0, 0.0, 0.0, "missing")
        listed = self._assignment.items is not None and not self._assignment.wants(exercise)
        raise WrongUsage(
            f"{exercise} is no part of the assignment"
            if listed
            else f"{visible(student.name)} has handed in nothing for {exercise}",
            remedy="'attnlab gradebook show BOOK STUDENT' lists what counts",
        )

    def _meant(self, grade: Grade, check: str | None) -> tuple[str | None, float]:
        """The check's id and what it can earn at most."""
        if check is None:
            return None, grade.max_points
        if not grade.checks:
            raise WrongUsage(
                f"no check of {grade.exercise} was judged for {visible(grade.student.name)}",
                remedy="decide on the exercise as a whole: leave the check away",
            )
        id = check_called([(each.id, each.sentence) for each in grade.checks], check)
        return id, next(each.max_points for each in grade.checks if each.id == id)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # No name is known for the number we run under, as in some containers.
        return ""
