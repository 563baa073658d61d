"""From what a gradebook holds to what each student gets: points, late penalties, decisions by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from attnlab.classroom.assignment.records import exactly
from attnlab.classroom.records import CAPSTONE, CheckRow, Kept, Override, Student
from attnlab.errors import UnknownName
from attnlab.grading.verdicts import Failure, Report, Verdict

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.content import Course

MISSING, NOT_ATTEMPTED, NOT_GRADED = "missing", "not attempted", "not graded"
CAPSTONE_TITLE = "The translator"

_LEFT_OUT = "nothing could be made of what was handed in"
_DAY = timedelta(days=1)
_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class CheckGrade:
    """One check of one student's work, in the assignment's points.

    Args:
        points: what it earned, or what was decided by hand.
        max_points: its share of the exercise's points.
        hidden: its inputs and answers are not for students: of it they may see points and verdict alone.
    """

    id: str
    sentence: str
    points: float
    max_points: float
    verdict: str
    hidden: bool
    failure: Failure | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """What one student got for one exercise. For the instructor: see `CheckGrade.hidden` before a student sees it.

    Args:
        points: after the late penalty, or as decided by hand for the exercise as a whole.
        raw_points: what the checks earned, those decided by hand included, before the penalty.
        penalty: what coming late cost, in points.
        verdict: of the first check that did not pass, else 'passed'; or one of the three words above.
        diagnosis: the id of the misconception that was recognised; empty where none was.
        tell: what the mistake is, in a sentence or two; empty where nothing failed.
        told_by: the id of the check that `diagnosis` and `tell` come from; it may be a hidden one.
        needs_attention: why a person should look at it; empty where nobody need, or where a person has decided about
            the exercise as a whole.
        late_days: by how much it came late, in days; 0 for what is in time, in grace, or cannot be told.
        attempt: which of the student's hand-ins it is, from 1; 0 where there is none.
        override: for the exercise as a whole.
    """

    student: Student
    exercise: str
    title: str
    points: float
    max_points: float
    raw_points: float
    penalty: float
    verdict: str
    diagnosis: str = ""
    tell: str = ""
    needs_attention: str = ""
    checks: tuple[CheckGrade, ...] = ()
    late_days: float = 0.0
    submitted: datetime | None = None
    attempt: int = 0
    origin: str = ""
    seed: int | None = None
    seconds: float = 0.0
    graded_at: datetime | None = None
    override: Override | None = None
    ignored: tuple[str, ...] = ()
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class StudentGrades:
    """All grades of one student: the assignment's exercises in its order, and what they add up to.

    Args:
        needs_attention: whether a person should look at any of it.
        attention: why at the student as a whole: all that came from them was left out. Empty where it was not.
    """

    student: Student
    grades: tuple[Grade, ...]
    points: float
    max_points: float
    penalty: float
    needs_attention: bool
    attention: str = ""


def grades(
    book: Gradebook, assignment: Assignment, course: Course, *, student: str | None = None
) -> Iterator[StudentGrades]:
    """Every student's grades, by key, one student at a time.

    All is reckoned exactly and rounded once, when it is told: three thirds of a point are one point, and a total may
    differ by a cent from the sum of what stands above it. A check that was not judged earns nothing, leaves what can
    be earned as it is, and asks for attention.

    Args:
        student: the key of the only one wanted.
    """
    decided: dict[str, list[Override]] = {}
    for override in book.overrides(student):
        decided.setdefault(override.student, []).append(override)
    odd = {oddity.student for oddity in book.oddities()}
    for one in book.students():
        if student is None or one.key == student:
            scoring = _Scoring(one, assignment, course, decided.get(one.key, ()))
            yield scoring.all_of(book.kept(one.key), odd=one.key in odd)


def title_of(exercise: str, course: Course) -> str:
    """An exercise's title; its id where the course has it no more."""
    if exercise == CAPSTONE:
        return CAPSTONE_TITLE
    try:
        return course.exercise(exercise).title
    except UnknownName:
        return exercise


class _Exact(NamedTuple):
    """A grade with its amounts before they were rounded."""

    grade: Grade
    points: Fraction
    most: Fraction
    penalty: Fraction


class _Scoring:
    """One student's points."""

    def __init__(self, student: Student, assignment: Assignment, course: Course, decided: Iterable[Override]) -> None:
        self._student, self._assignment, self._course = student, assignment, course
        # None stands for the exercise as a whole.
        self._decided: Mapping[tuple[str, str | None], Override] = {
            (override.exercise, override.check): override for override in decided
        }

    def all_of(self, kept: Iterable[Kept], *, odd: bool) -> StudentGrades:
        """What the student got.

        Args:
            odd: whether any of their files was left out.
        """
        there = {work.exercise: work for work in kept}
        listed = [
            self._graded(there[exercise]) if exercise in there else self._missing(exercise)
            for exercise in self._order(there)
        ]
        attention = _LEFT_OUT if odd and not there and not self._decided else ""
        return StudentGrades(
            student=self._student,
            grades=tuple(exact.grade for exact in listed),
            points=_told(sum((exact.points for exact in listed), _NOTHING)),
            max_points=_told(sum((exact.most for exact in listed), _NOTHING)),
            penalty=_told(sum((exact.penalty for exact in listed), _NOTHING)),
            needs_attention=bool(attention) or any(exact.grade.needs_attention for exact in listed),
            attention=attention,
        )

    def _order(self, there: Iterable[str]) -> list[str]:
        if self._assignment.items is not None:
            return [item.exercise for item in self._assignment.items]
        places = {exercise.id: place for place, exercise in enumerate(self._course.exercises)}
        # What somebody sent by mail and was given points for has no work here.
        decided = {exercise for exercise, check in self._decided if check is None}
        counted = {*filter(self._assignment.wants, there), *decided}
        return sorted(counted, key=lambda name: (places.get(name, len(places)), name))

    def _missing(self, exercise: str) -> _Exact:
        most = self._worth(exercise, None)
        override = self._decided.get((exercise, None))
        points = exactly(override.points) if override else _NOTHING
        grade = Grade(
            student=self._student,
            exercise=exercise,
            title=title_of(exercise, self._course),
            points=_told(points),
            max_points=_told(most),
            raw_points=0.0,
            penalty=0.0,
            verdict=MISSING,
            override=override,
        )
        return _Exact(grade, points, most, _NOTHING)

    def _graded(self, kept: Kept) -> _Exact:
        report, override = kept.report, self._decided.get((kept.exercise, None))
        most = self._worth(kept.exercise, report)
        checks, raw = self._checks(kept, most)
        late = self._late(kept)
        penalty = _NOTHING if override else raw * self._assignment.late.share(late)
        points = exactly(override.points) if override else raw - penalty
        telling = report.first_failure if report else None
        failure = telling.failure if telling else None
        diagnosis = failure.diagnosis if failure else None
        grade = Grade(
            student=self._student,
            exercise=kept.exercise,
            title=title_of(kept.exercise, self._course),
            points=_told(points),
            max_points=_told(most),
            raw_points=_told(raw),
            penalty=_told(penalty),
            verdict=_verdict(report),
            diagnosis=(diagnosis.misconception if diagnosis else None) or "",
            tell=_mistake(report, failure),
            needs_attention="" if override else "; ".join(self._attention(kept)),
            checks=checks,
            late_days=late / _DAY if late > self._assignment.late.grace else 0.0,
            submitted=kept.submitted,
            attempt=kept.attempt,
            origin=kept.origin,
            seed=kept.seed,
            seconds=report.seconds if report else 0.0,
            graded_at=kept.graded_at,
            override=override,
            ignored=kept.ignored,
            told_by=telling.id if telling else "",
        )
        return _Exact(grade, points, most, penalty)

    def _worth(self, exercise: str, report: Report | None) -> Fraction:
        try:
            return exactly(self._assignment.points_of(exercise, self._course))
        except UnknownName:
            # Graded with an earlier course that had it.
            return exactly(report.max_points) if report else _NOTHING

    def _checks(self, kept: Kept, most: Fraction) -> tuple[tuple[CheckGrade, ...], Fraction]:
        """The checks in the assignment's points, and what they earned together."""
        shares = _shares(tuple(row.result.points for row in kept.checks), most)
        hidden = self._assignment.hidden_in(kept.exercise)
        found: list[CheckGrade] = []
        raw = _NOTHING
        for row, share in zip(kept.checks, shares, strict=True):
            override = self._decided.get((kept.exercise, row.result.id))
            if override:
                raw += exactly(override.points)
            elif row.result.passed:
                raw += share.exact
            found.append(_check_grade(row, share.told, row.hidden or row.result.id in hidden, override))
        return tuple(found), raw

    def _late(self, kept: Kept) -> timedelta:
        due = self._assignment.due_of(self._student)
        return max(kept.submitted - due, timedelta(0)) if due and kept.submitted else timedelta(0)

    def _attention(self, kept: Kept) -> Iterator[str]:
        if kept.attention:
            yield kept.attention
        report = kept.report
        if report is None:
            yield "it has not been graded"
        elif not kept.attention and _left_unjudged(report):
            yield "not all of it could be judged"
        if self._assignment.due_of(self._student) and kept.submitted is None and kept.late:
            yield "it came late, and nothing tells by how much: no points were taken off"
        there = {row.result.id for row in kept.checks}
        for exercise, check in self._decided:
            if report and exercise == kept.exercise and check is not None and check not in there:
                yield f"points were decided by hand for the check '{check}', which is no longer there"


class _Share(NamedTuple):
    exact: Fraction
    told: float


# A class has the same few of them over and over, and exact reckoning is slow.
@lru_cache(maxsize=1024)
def _shares(points: tuple[float, ...], most: Fraction) -> tuple[_Share, ...]:
    """What each check is worth where all of them together are worth `most`."""
    whole = sum(map(exactly, points), _NOTHING)
    exact = [most * exactly(one) / whole if whole else _NOTHING for one in points]
    return tuple(_Share(one, _told(one)) for one in exact)


def _check_grade(row: CheckRow, worth: float, hidden: bool, override: Override | None) -> CheckGrade:
    result = row.result
    return CheckGrade(
        id=result.id,
        sentence=result.sentence,
        points=_told(exactly(override.points)) if override else worth if result.passed else 0.0,
        max_points=worth,
        verdict=result.verdict.value,
        hidden=hidden,
        failure=result.failure,
        override=override,
    )


def _verdict(report: Report | None) -> str:
    if report is None:
        return NOT_GRADED
    if not report.attempted:
        return NOT_ATTEMPTED
    if not report.checks:
        return Verdict.NOT_JUDGED.value
    return next((check.verdict.value for check in report.checks if not check.passed), Verdict.PASSED.value)


def _mistake(report: Report | None, failure: Failure | None) -> str:
    if failure is not None:
        return failure.diagnosis.tell if failure.diagnosis else failure.problem
    return (report.note if report else None) or ""


def _left_unjudged(report: Report) -> bool:
    return not report.checks or any(check.verdict is Verdict.NOT_JUDGED for check in report.checks)


def _told(amount: Fraction) -> float:
    """An amount of points as it is written: to the hundredth, halves up."""
    return floor(amount * 100 + Fraction(1, 2)) / 100
