"""Goes through a gradebook once, a student at a time, and counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from itertools import count
from typing import TYPE_CHECKING

from attnlab.classroom.class_report.records import ClassReport, Counted, ExerciseSummary, Mark, Note, Row
from attnlab.classroom.exports.heading import heading_of
from attnlab.classroom.feedback.wording import days, off, points
from attnlab.classroom.scoring import MISSING, NOT_ATTEMPTED, NOT_GRADED, grades, title_of
from attnlab.grading.verdicts import Verdict

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.classroom.scoring import Grade, StudentGrades
    from attnlab.content import Course

_BINS = 10
_SLOWEST = 10
# Of mistakes nobody has catalogued, only what several have in common is worth a line.
_OTHERS = 3


def class_report(
    book: Gradebook, assignment: Assignment, course: Course, *, heard: Callable[[int], None] = lambda done: None
) -> ClassReport:
    """The report on all that the gradebook holds.

    Args:
        heard: told how many students have been read.
    """
    heading = heading_of(book, assignment, course)
    gathering = _Gathering(tuple(name for name, _ in heading.exercises))
    for done, one in enumerate(grades(book, assignment, course), start=1):
        gathering.add(one)
        heard(done)
    rows = tuple(gathering.rows)
    shares = [row.share for row in rows if row.share is not None]
    return ClassReport(
        title=heading.title,
        course=f"{course.title} {heading.course_version}",
        layout=book.told("layout") or "",
        isolation=(book.told("isolation") or "").removeprefix("isolation: "),
        graded=gathering.graded,
        due=heading.due,
        exercises=tuple(gathering.summary(exercise, worth, course) for exercise, worth in heading.exercises),
        rows=rows,
        spread=_spread(shares),
        quarters=_quarters(shares),
        attention=tuple(gathering.attention),
        late=tuple(gathering.late),
        by_hand=tuple(gathering.by_hand),
        slowest=tuple(gathering.slowest()),
        oddities=tuple(book.oddities()),
    )


def _spread(shares: Iterable[float]) -> tuple[int, ...]:
    counts = [0] * _BINS
    for share in shares:
        # Full marks belong to the last tenth, more than that too.
        counts[min(max(int(share * _BINS), 0), _BINS - 1)] += 1
    return tuple(counts)


def _quarters(shares: list[float]) -> tuple[float, float, float] | None:
    from statistics import quantiles

    if len(shares) < 2:
        return None
    low, middle, high = quantiles(shares, n=4, method="inclusive")
    return low, middle, high


@dataclass
class _Tally:
    """One exercise, as far as it has been counted."""

    students: int = 0
    handed_in: int = 0
    not_attempted: int = 0
    passed: int = 0
    earned: float = 0.0
    most: float = 0.0
    mistakes: Counter[str] = field(default_factory=Counter)
    tells: dict[str, str] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)


class _Gathering:
    """All that is counted on the way."""

    def __init__(self, order: tuple[str, ...]) -> None:
        self.order = order
        self.rows: list[Row] = []
        self.attention: list[Note] = []
        self.late: list[Note] = []
        self.by_hand: list[Note] = []
        self.graded: tuple[datetime, datetime] | None = None
        self._tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
        self._slow: list[tuple[float, int, Note]] = []
        self._number = count(0, -1)

    def add(self, one: StudentGrades) -> None:
        by_name = {grade.exercise: grade for grade in one.grades}
        marks = tuple(_mark(by_name[name]) if name in by_name else None for name in self.order)
        self.rows.append(Row(one.student.key, one.student.name, marks, one.points, one.max_points))
        if one.attention:
            self.attention.append(Note(one.student.key, one.student.name, "", "all of it", one.attention))
        for grade in one.grades:
            self._count(grade)
            self._note(grade)

    def summary(self, exercise: str, worth: float | None, course: Course) -> ExerciseSummary:
        tally = self._tallies[exercise]
        return ExerciseSummary(
            id=exercise,
            title=title_of(exercise, course),
            worth=worth,
            students=tally.students,
            handed_in=tally.handed_in,
            not_attempted=tally.not_attempted,
            passed=tally.passed,
            share=tally.earned / tally.most if tally.most else None,
            mistakes=tuple(
                Counted(times, in_words(name), tally.tells[name]) for name, times in _commonest(tally.mistakes)
            ),
            others=tuple(Counted(times, sentence) for sentence, times in _commonest(tally.others)[:_OTHERS]),
        )

    def slowest(self) -> Iterator[Note]:
        """Whose judging took longest, the longest first."""
        return (note for _, _, note in sorted(self._slow, reverse=True))

    def _count(self, grade: Grade) -> None:
        tally = self._tallies[grade.exercise]
        tally.students += 1
        tally.handed_in += grade.verdict != MISSING
        tally.not_attempted += grade.verdict == NOT_ATTEMPTED
        tally.passed += grade.verdict == Verdict.PASSED
        tally.earned += grade.points
        tally.most += grade.max_points
        if grade.diagnosis:
            tally.mistakes[grade.diagnosis] += 1
            tally.tells[grade.diagnosis] = grade.tell
        elif grade.verdict not in (Verdict.PASSED, MISSING, NOT_ATTEMPTED, NOT_GRADED):
            ended = next((check for check in grade.checks if check.verdict != Verdict.PASSED), None)
            if ended:
                tally.others[f"{ended.verdict}: {ended.sentence}{' (hidden)' if ended.hidden else ''}"] += 1
        if grade.graded_at:
            first, last = self.graded or (grade.graded_at, grade.graded_at)
            self.graded = min(first, grade.graded_at), max(last, grade.graded_at)

    def _note(self, grade: Grade) -> None:
        if grade.needs_attention:
            self.attention.append(_noted(grade, grade.needs_attention))
        if grade.late_days:
            lost = f": {off(grade.penalty)}" if grade.penalty else ""
            self.late.append(_noted(grade, f"{days(grade.late_days)} late{lost}"))
        for override in (grade.override, *(check.override for check in grade.checks)):
            if override:
                what = "" if override.check is None else f"{override.check}: "
                most = next((each.max_points for each in grade.checks if each.id == override.check), grade.max_points)
                by = f" ({override.by})" if override.by else ""
                told = f"{what}{points(override.points, most)}: {override.reason}{by}"
                self.by_hand.append(_noted(grade, told))
        if grade.seconds:
            # The number decides where the time is the same: notes have no order.
            note = _noted(grade, f"{grade.seconds:.1f} seconds")
            self._slow = nlargest(_SLOWEST, [*self._slow, (grade.seconds, next(self._number), note)])


def in_words(misconception: str) -> str:
    """A misconception's name as it is read: 'softmax over queries'."""
    return misconception.replace("_", " ")


def _mark(grade: Grade) -> Mark:
    return Mark(
        points=grade.points,
        max_points=grade.max_points,
        verdict=grade.verdict,
        late=bool(grade.late_days),
        by_hand=bool(grade.override) or any(check.override for check in grade.checks),
        attention=bool(grade.needs_attention),
    )


def _noted(grade: Grade, told: str) -> Note:
    return Note(grade.student.key, grade.student.name, grade.exercise, grade.title, told)


def _commonest(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))
