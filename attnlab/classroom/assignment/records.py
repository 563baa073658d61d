"""An assignment once it has been read: frozen, typed, complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path

from attnlab.classroom.records import CAPSTONE, Student
from attnlab.classroom.seeds import seed_of
from attnlab.content import Course, Limits

# What the marks of `attnlab.submissions.judging` add up to, whatever was trained on.
CAPSTONE_POINTS = 20.0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise of an assignment.

    Args:
        exercise: its id in the course; `CAPSTONE` for the package with a trained run.
        points: what all of it earns, in place of the course's.
        hidden: the ids of its checks whose inputs and answers no student may learn, private ones among them.
    """

    exercise: str
    points: float
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What coming late costs, as a share of the points that the work earned.

    Args:
        grace: this late is not late.
        per_day: the share that each started day after the due date costs.
        most: it never costs more than this, until `closed_after`.
        closed_after: what comes later than this after the due date earns nothing; None: it always may come.
    """

    grace: timedelta = timedelta(0)
    per_day: float = 0.0
    most: float = 1.0
    closed_after: timedelta | None = None

    def share(self, late: timedelta) -> Fraction:
        """What coming so late costs, from 0 to 1, exact."""
        if late <= self.grace or late <= timedelta(0):
            return Fraction(0)
        if self.closed_after is not None and late > self.closed_after:
            return Fraction(1)
        return min(exactly(self.per_day) * ceil(late / _DAY), exactly(self.most), Fraction(1))


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be handed in and how it counts.

    Args:
        items: in the order of the file; None: whatever was handed in counts, with the course's own points.
        only: without items, the exercises that count; None: all.
        private: the folder with the instructor's own checks, by exercise.
        secret: what all seeds come from; never shown to a student.
        per_student: each student gets inputs of their own; if not, all get the same.
        due: with its time zone.
        extensions: other due dates, by a student's key, e-mail or name.
        limits: by exercise, complete, in place of the course's.
        text: the file as it was read, for the gradebook; empty without one.
        file: where it was read.
    """

    title: str
    items: tuple[Item, ...] | None
    private: Path | None
    secret: str = field(repr=False)
    per_student: bool
    due: datetime | None
    late: LatePolicy
    extensions: Mapping[str, datetime]
    limits: Mapping[str, Limits]
    text: str = field(repr=False)
    file: Path | None
    only: frozenset[str] | None = None

    def wants(self, exercise: str) -> bool:
        """Whether this exercise is part of it."""
        if self.items is None:
            return self.only is None or exercise in self.only
        return self._item(exercise) is not None

    def points_of(self, exercise: str, course: Course) -> float:
        """What all of an exercise earns here.

        Raises:
            UnknownName: neither the assignment nor the course knows it.
        """
        if item := self._item(exercise):
            return item.points
        return CAPSTONE_POINTS if exercise == CAPSTONE else course.exercise(exercise).points

    def hidden_in(self, exercise: str) -> frozenset[str]:
        """The ids of an exercise's checks whose inputs and answers no student may learn."""
        item = self._item(exercise)
        return item.hidden if item else frozenset()

    def seed_of(self, student_key: str, exercise: str) -> int:
        """The seed of the inputs that a student's work is judged with, below 2**31."""
        return seed_of(self.secret, exercise, student_key if self.per_student else None)

    def due_of(self, student: Student) -> datetime | None:
        """When this student's work is due: their extension, or the date for all."""
        return self.extensions.get(self.extended_as(student) or "", self.due)

    def extended_as(self, student: Student) -> str | None:
        """Under which name a student has an extension; None where they have none."""
        called = {student.key.casefold(), student.email.casefold(), student.name.casefold()} - {""}
        return next((name for name in self.extensions if name.casefold() in called), None)

    def unclaimed(self, students: Iterable[Student]) -> list[str]:
        """The extensions that are nobody's: a name mistyped takes points from whoever was meant."""
        claimed = {self.extended_as(student) for student in students}
        return [name for name in self.extensions if name not in claimed]

    def _item(self, exercise: str) -> Item | None:
        return next((item for item in self.items or () if item.exercise == exercise), None)


def exactly(number: float) -> Fraction:
    """The number as a person wrote it: 0.1 is a tenth."""
    return Fraction(repr(float(number)))
