"""What a student may learn of their grades, and no more: whatever renders these records cannot give anything away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CheckFeedback:
    """One check as its student may see it; of a hidden one name, points and verdict alone.

    Args:
        name: its sentence, or 'hidden check 2'.
        verdict: in the report's word.
        problem: what is so and where; empty where it passed or nothing may be said.
        call: the call that showed it.
        excerpt: the student's own lines that it happened in.
        smallest_case: the first row that differs, both ways side by side.
        tell: what the mistake seems to be.
        ask: the question that leads out.
        reason: why its points were decided by hand; None where they were not.
    """

    name: str
    verdict: str
    points: float
    max_points: float
    problem: str = ""
    call: str = ""
    excerpt: tuple[str, ...] = ()
    smallest_case: tuple[str, ...] = ()
    tell: str = ""
    ask: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ExerciseFeedback:
    """One exercise as its student may see it.

    Args:
        verdict: how it ended, in words for the student.
        note: why nothing of it was reached; empty where it was.
        penalty: what coming late cost, in points.
        late_days: by how much it came late.
        origin: the file that was graded, as it was handed in.
        ignored: what was handed in and not taken into account, a clause each.
        reason: why its points were decided by hand; None where they were not.
        next: the command that leads on; empty where all is well or nothing can be suggested.
        looked_at: a person will look at it once more.
    """

    id: str
    title: str
    verdict: str
    note: str
    points: float
    max_points: float
    raw_points: float
    penalty: float
    late_days: float
    submitted: datetime | None
    origin: str
    ignored: tuple[str, ...]
    reason: str | None
    next: str
    looked_at: bool
    checks: tuple[CheckFeedback, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything one student is told.

    Args:
        title: of the assignment; of the course where there is none.
        due: when it was due for this student.
        left_out: files of theirs that nothing was made of, and why, a clause each.
    """

    name: str
    title: str
    points: float
    max_points: float
    penalty: float
    due: datetime | None
    exercises: tuple[ExerciseFeedback, ...]
    left_out: tuple[str, ...] = ()

    @property
    def looked_at(self) -> bool:
        """Whether a person will look at any of it once more."""
        return any(exercise.looked_at for exercise in self.exercises)
