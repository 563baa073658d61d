"""What the report on a class is made of, gathered: names, numbers and clauses, nothing of how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from attnlab.classroom.records import Oddity


@dataclass(frozen=True, slots=True)
class Mark:
    """What one student got for one exercise.

    Args:
        by_hand: something of it was decided by hand.
    """

    points: float
    max_points: float
    verdict: str
    late: bool
    by_hand: bool
    attention: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One student: a mark for each of the report's exercises, None for one that was not theirs to do."""

    key: str
    name: str
    marks: tuple[Mark | None, ...]
    points: float
    max_points: float

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there was nothing to earn."""
        return self.points / self.max_points if self.max_points else None


class Counted(NamedTuple):
    """How many students' work something is said of.

    Args:
        words: what it is, short.
        tell: what the students were told of it; empty where nothing more is known.
    """

    times: int
    words: str
    tell: str = ""


@dataclass(frozen=True, slots=True)
class ExerciseSummary:
    """How the class fared in one exercise.

    Args:
        worth: what all of it earns; None where that is not known any more.
        handed_in: how many students' work there is, untouched starters included.
        passed: of those, with nothing left to find.
        share: the mean of points earned, from 0 to 1, of all who were to do it; None where nothing can be earned.
        mistakes: recognised misconceptions, the most common first.
        others: where work ended whose mistake is not known: the first check that did not pass.
    """

    id: str
    title: str
    worth: float | None
    students: int
    handed_in: int
    not_attempted: int
    passed: int
    share: float | None
    mistakes: tuple[Counted, ...]
    others: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One student's exercise that is to be told of, and why."""

    key: str
    name: str
    exercise: str
    title: str
    told: str


@dataclass(frozen=True, slots=True)
class ClassReport:
    """A whole class.

    Args:
        course: its title and version.
        isolation: what confined the submissions, in the words of the grading.
        graded: from the first to the last judgement; None where nothing was graded.
        exercises: in the order of the columns.
        spread: how many students earned up to a tenth, two tenths ... of what they could.
        quarters: lower quartile, median and upper quartile of these shares; None with fewer than two students.
    """

    title: str
    course: str
    layout: str
    isolation: str
    graded: tuple[datetime, datetime] | None
    due: datetime | None
    exercises: tuple[ExerciseSummary, ...]
    rows: tuple[Row, ...]
    spread: tuple[int, ...]
    quarters: tuple[float, float, float] | None
    attention: tuple[Note, ...]
    late: tuple[Note, ...]
    by_hand: tuple[Note, ...]
    slowest: tuple[Note, ...]
    oddities: tuple[Oddity, ...]
