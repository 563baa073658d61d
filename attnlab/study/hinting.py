"""Help in steps: hints one at a time, the one that fits the last mistake first, and at the end the solution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import WrongUsage
from attnlab.study.history import keep
from attnlab.study.progress import Entry, Progress, Status, change_progress, read_progress
from attnlab.study.timekeeping import noticed, stretch, worked
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.content import Exercise

# Of whom the solution is kept no longer.
_OPEN = (Status.PASSED, Status.REVEALED)


@dataclass(frozen=True)
class Hint:
    """One hint.

    Args:
        tier: which one, from 1; None when the exercise has none.
        fits: the last check's diagnosis points to this one.
        seen: it, and all others, had been shown before.
        shown: all tiers shown by now.
        solution_is_open: the solution may be had without giving up: it passed, or was revealed before.
    """

    exercise: Exercise
    tier: int | None
    text: str
    fits: bool
    seen: bool
    shown: tuple[int, ...]
    of: int
    solution_is_open: bool = False


@dataclass(frozen=True)
class Revealed:
    """A solution, why it works, and how the learner's file differs from it."""

    exercise: Exercise
    source: str
    why: str
    difference: tuple[str, ...]
    status: Status


def next_hint(
    workspace: Workspace, exercise: Exercise, tier: int | None = None, *, now: datetime | None = None
) -> Hint:
    """The hint the last diagnosis points to, else the lowest not shown yet, else the last again; it is noted as shown.

    Raises:
        WrongUsage: `tier` is not one the exercise has.
    """
    count = len(exercise.hints)
    if tier is not None and not 1 <= tier <= count:
        raise WrongUsage(
            f"{exercise.id} has {count} hints, none numbered {tier}", remedy=f"'attnlab hint {exercise.id}'"
        )
    if count == 0:
        return Hint(exercise, None, "", False, False, (), 0)
    chosen: dict[str, Hint] = {}
    seconds = stretch(workspace, exercise, now) if now else 0

    def change(progress: Progress) -> Progress:
        entry = progress.of(exercise)
        hint = _chosen(exercise, entry, tier)
        chosen["hint"] = hint
        entry = worked(entry, seconds) if now else entry
        return progress.with_entry(exercise, replace(entry, hints=hint.shown))

    change_progress(workspace, change)
    if now:
        noticed(workspace, now)
    return chosen["hint"]


def solution(workspace: Workspace, exercise: Exercise, *, give_up: bool, now: datetime) -> Revealed:
    """The solution: freely after a pass; before one only when giving up, which is recorded and never counts as done.

    Raises:
        WrongUsage: the exercise has not passed and the learner has not given up.
    """
    entry = read_progress(workspace).of(exercise)
    if entry.status not in _OPEN and not give_up:
        raise WrongUsage(
            f"{exercise.id} has not passed yet, so its solution stays closed",
            remedy=f"'attnlab hint {exercise.id}' goes one step further; "
            f"'attnlab solution {exercise.id} --give-up' shows it and records it as revealed, not as done",
        )
    remedy = "the course is incomplete: install it again"
    source = files.read(exercise.answers / "reference.py", remedy=remedy).decode("utf-8")
    why = files.read(exercise.answers / "why.md", remedy=remedy).decode("utf-8").strip()
    own = files.read_if_there(workspace.file(exercise))
    if entry.status not in _OPEN:
        entry = change_progress(workspace, lambda progress: _revealed(workspace, progress, exercise, own, now)).of(
            exercise
        )
    yours = (own or b"").decode("utf-8", "replace").splitlines()
    lines = unified_diff(yours, source.splitlines(), f"yours: {exercise.id}.py", "the solution", lineterm="")
    return Revealed(exercise, source, why, tuple(lines), entry.status)


def _chosen(exercise: Exercise, entry: Entry, tier: int | None) -> Hint:
    count = len(exercise.hints)
    pointed = entry.last.get("hint") if entry.last else None
    fitting = pointed if isinstance(pointed, int) and 1 <= pointed <= count else None
    unseen = [each for each in range(1, count + 1) if each not in entry.hints]
    if tier is None:
        tier = fitting if fitting in unseen else unseen[0] if unseen else fitting or count
    assert tier is not None
    shown = tuple(sorted({*entry.hints, tier}))
    is_open = entry.status in _OPEN
    return Hint(exercise, tier, exercise.hints[tier - 1], tier == fitting, tier not in unseen, shown, count, is_open)


def _revealed(
    workspace: Workspace, progress: Progress, exercise: Exercise, own: bytes | None, now: datetime
) -> Progress:
    # Read again under the lock: a check may have passed in the meantime, and a pass stays one.
    entry = progress.of(exercise)
    if entry.status is Status.PASSED:
        return progress
    if own is not None:
        keep(workspace, exercise, own, reason="reveal", now=now)
    at = now.isoformat(timespec="seconds")
    return progress.with_entry(exercise, replace(entry, status=Status.REVEALED).marked("revealed", at))
