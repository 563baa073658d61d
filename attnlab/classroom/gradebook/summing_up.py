"""A class in numbers: who got how much, what was passed, which mistakes were made how often, what took long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, median, quantiles

from attnlab.classroom.scoring import MISSING, NOT_ATTEMPTED, Grade, StudentGrades
from attnlab.grading.verdicts import Verdict

_COMMON = 3
_SLOWEST = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """How some numbers lie; quartiles as the values a quarter, a half and three quarters lie at or below."""

    mean: float
    least: float
    lower: float
    median: float
    upper: float
    most: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A misconception that was recognised.

    Args:
        tell: what the mistake is, in the course's words.
        count: how many students made it.
    """

    id: str
    tell: str
    count: int


@dataclass(frozen=True, slots=True)
class ExerciseSummary:
    """One exercise over all students; `passed`, `tried` and `missing` are numbers of students.

    Args:
        mean: of the points of those who handed it in or had to.
        seconds: what judging it once took, in the middle of all."""

    exercise: str
    title: str
    max_points: float
    passed: int
    tried: int
    missing: int
    mean: float
    seconds: float
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class Slow:
    """A work that took long to judge."""

    student: str
    exercise: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole class.

    Args:
        full: how many have all points.
        late: how many works came late.
        overrides: how many exercises or checks were decided by hand.
        seconds: what all judging took, added up.
        attention: student's key, exercise, and why a person should look at it.
        points: None where there is no student.
    """

    students: int
    works: int
    full: int
    late: int
    overrides: int
    max_points: float
    points: Spread | None
    exercises: tuple[ExerciseSummary, ...]
    slowest: tuple[Slow, ...]
    seconds: float
    attention: tuple[tuple[str, str, str], ...]


def summed_up(class_grades: Iterable[StudentGrades]) -> Summary:
    """The class in numbers; its grades are looked at once, student by student."""
    totals: list[float] = []
    most = 0.0
    full = late = overrides = works = 0
    attention: list[tuple[str, str, str]] = []
    tallies: dict[str, _Tally] = {}
    slow: list[Slow] = []
    for student in class_grades:
        totals.append(student.points)
        most = max(most, student.max_points)
        full += bool(student.grades) and student.points >= student.max_points
        if student.attention:
            attention.append((student.student.key, "all of it", student.attention))
        for grade in student.grades:
            tallies.setdefault(grade.exercise, _Tally(grade)).add(grade)
            works += grade.attempt > 0
            late += grade.late_days > 0
            overrides += (grade.override is not None) + sum(check.override is not None for check in grade.checks)
            if grade.needs_attention:
                attention.append((student.student.key, grade.exercise, grade.needs_attention))
            slow = sorted(
                [*slow, Slow(student.student.key, grade.exercise, grade.seconds)], key=lambda each: -each.seconds
            )[:_SLOWEST]
    return Summary(
        students=len(totals),
        works=works,
        full=full,
        late=late,
        overrides=overrides,
        max_points=most,
        points=spread(totals) if totals else None,
        exercises=tuple(tally.summary(len(totals)) for tally in tallies.values()),
        slowest=tuple(each for each in slow if each.seconds > 0),
        seconds=sum(tally.seconds for tally in tallies.values()),
        attention=tuple(attention),
    )


def spread(numbers: Iterable[float]) -> Spread:
    """How these lie; there must be one."""
    found = sorted(numbers)
    lower, _, upper = quantiles(found, n=4, method="inclusive") if len(found) > 1 else found * 3
    return Spread(mean(found), found[0], lower, median(found), upper, found[-1])


class _Tally:
    """One exercise, student by student."""

    def __init__(self, first: Grade) -> None:
        self._title, self._exercise, self._most = first.title, first.exercise, first.max_points
        self._points: list[float] = []
        self._took: list[float] = []
        self._passed = self._tried = 0
        self._mistakes: Counter[str] = Counter()
        self._tells: dict[str, str] = {}
        self.seconds = 0.0

    def add(self, grade: Grade) -> None:
        self._points.append(grade.points)
        self.seconds += grade.seconds
        if grade.seconds:
            self._took.append(grade.seconds)
        self._passed += grade.verdict == Verdict.PASSED
        self._tried += grade.verdict not in (MISSING, NOT_ATTEMPTED)
        if grade.diagnosis:
            self._mistakes[grade.diagnosis] += 1
            self._tells.setdefault(grade.diagnosis, grade.tell)

    def summary(self, students: int) -> ExerciseSummary:
        return ExerciseSummary(
            exercise=self._exercise,
            title=self._title,
            max_points=self._most,
            passed=self._passed,
            tried=self._tried,
            missing=students - self._tried,
            mean=mean(self._points),
            seconds=median(self._took) if self._took else 0.0,
            mistakes=tuple(Mistake(id, self._tells[id], count) for id, count in self._mistakes.most_common(_COMMON)),
        )
