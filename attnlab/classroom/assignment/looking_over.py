"""What is to be known of an assignment before anything is graded by it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from attnlab.classroom.assignment.dates import has_zone
from attnlab.classroom.assignment.proving import Proof, prove
from attnlab.classroom.assignment.records import Assignment, LatePolicy, exactly
from attnlab.content import Course

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
# What the example is told for.
_POINTS = 10.0


@dataclass(frozen=True, slots=True)
class LateExample:
    """What `of` points are worth when they come this late."""

    late: timedelta
    points: float
    of: float = _POINTS


@dataclass(frozen=True, slots=True)
class LookedOver:
    """An assignment with what was found out about it.

    Args:
        points: of all exercises together.
        zone_named: whether the file says in which time zone it is due.
        examples: what coming late costs, from the first moment on that costs anything.
        proofs: of the private checks.
        remarks: what is allowed and may not be meant, a clause each.
    """

    assignment: Assignment
    points: float
    zone_named: bool
    examples: tuple[LateExample, ...]
    proofs: tuple[Proof, ...]
    remarks: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether a class can be graded by it as it is."""
        return not any(proof.problems for proof in self.proofs)


def looked_over(
    assignment: Assignment, course: Course, heard: Callable[[str], None] = lambda exercise: None
) -> LookedOver:
    """Everything there is to say; private checks are tried on the course's right and wrong answers.

    Args:
        heard: told whose private checks are tried now.
    """
    items = assignment.items or ()
    return LookedOver(
        assignment=assignment,
        points=float(sum(exactly(item.points) for item in items)),
        zone_named=has_zone(tomllib.loads(assignment.text).get("due")),
        examples=tuple(late_examples(assignment.late)),
        proofs=tuple(prove(assignment, course, heard)),
        remarks=tuple(_remarks(assignment)),
    )


def late_examples(policy: LatePolicy) -> Iterator[LateExample]:
    """Just after the grace, into the next days until nothing changes any more, and after the end."""
    told: float | None = None
    for day in range(4):
        late = max(day * _DAY, policy.grace) + _MINUTE
        if policy.closed_after is not None and late > policy.closed_after:
            break
        points = float(exactly(_POINTS) * (1 - policy.share(late)))
        if points != told and points != _POINTS:
            yield LateExample(late, points)
        told = points
    if policy.closed_after is not None:
        yield LateExample(policy.closed_after + _MINUTE, 0.0)


def _remarks(assignment: Assignment) -> Iterator[str]:
    if assignment.due is None and assignment.late != LatePolicy():
        yield "[late] says what coming late costs, but nothing says when it is due"
    if assignment.due is not None and assignment.late == LatePolicy():
        yield "it is due, but coming late costs nothing: there is no [late]"
    for name, when in assignment.extensions.items():
        if assignment.due is not None and when < assignment.due:
            yield f"the extension of {name} ends before the due date"
    if not any(item.points for item in assignment.items or ()):
        yield "all exercises together earn no points"
    for item in assignment.items or ():
        if item.hidden and assignment.per_student is False:
            yield "everybody's work is judged with the same inputs, hidden ones too, which one can tell another"
            break
    if assignment.file is not None and os.name == "posix" and assignment.file.stat().st_mode & 0o077:
        yield "others on this machine may read the file, and its secret with it: chmod 600 mends that"
