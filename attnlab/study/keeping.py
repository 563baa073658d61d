"""Going back without losing anything: reset, undo, the kept versions, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import unified_diff
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import WrongUsage
from attnlab.study.history import Kept, keep, kept_of
from attnlab.study.progress import Progress, change_progress
from attnlab.study.workspace import Workspace, fingerprint

if TYPE_CHECKING:
    from attnlab.content import Exercise


@dataclass(frozen=True)
class Undone:
    """A file was replaced: by what, and where what it held before is kept (None when there was nothing to keep)."""

    exercise: Exercise
    restored: Kept | None
    kept: Kept | None
    changed: bool


@dataclass(frozen=True)
class Difference:
    """How the file differs from something else, as lines of a unified diff."""

    exercise: Exercise
    against: str
    lines: tuple[str, ...]


def reset(workspace: Workspace, exercise: Exercise, *, now: datetime) -> Undone:
    """Put the starter back; the file as it was is kept first."""
    starter = files.read(exercise.starter, remedy="the course is incomplete: install it again")
    with files.locked(workspace.lock_file):
        kept, changed = _replace(workspace, exercise, starter, reason="reset", now=now)

    def laid_out(progress: Progress) -> Progress:
        entry = progress.of(exercise)
        entry = replace(entry, starter=fingerprint(starter), file=workspace.relative(exercise))
        return progress.with_entry(exercise, entry)

    change_progress(workspace, laid_out)
    return Undone(exercise, None, kept, changed)


def undo(workspace: Workspace, exercise: Exercise, *, now: datetime, number: int | None = None) -> Undone:
    """Bring a kept version back, the last that differs or the one numbered; the file as it was is kept first.

    Undoing twice is therefore as if nothing had been done.

    Raises:
        WrongUsage: there is no such version.
    """
    with files.locked(workspace.lock_file):
        restored = _version(workspace, exercise, number)
        content = restored.content()
        kept, changed = _replace(workspace, exercise, content, reason="undo", now=now)
    return Undone(exercise, restored, kept, changed)


def kept_files(workspace: Workspace, exercise: Exercise | None = None) -> list[Kept]:
    """The kept versions of one exercise, or of all, the oldest first."""
    wanted = [exercise] if exercise else workspace.course.exercises
    found = [kept for each in wanted for kept in kept_of(workspace, each)]
    return found if exercise else sorted(found, key=lambda kept: (kept.at, kept.exercise, kept.number))


def difference(
    workspace: Workspace, exercise: Exercise, *, number: int | None = None, starter: bool = False
) -> Difference:
    """From a kept version to the file as it is: the last that differs, the one numbered, or the starter.

    Raises:
        WrongUsage: there is no version of that number.
    """
    present = files.read_if_there(workspace.file(exercise))
    versions = kept_of(workspace, exercise)
    if number is None and (starter or not any(kept.content() != present for kept in versions)):
        against, old = "the starter", exercise.starter.read_bytes()
    else:
        version = _version(workspace, exercise, number)
        against, old = f"version {version.number}, {version.reason}", version.content()
    lines = unified_diff(_lines(old), _lines(present or b""), against, f"yours: {exercise.id}.py", lineterm="")
    return Difference(exercise, against, tuple(lines))


def _version(workspace: Workspace, exercise: Exercise, number: int | None) -> Kept:
    versions = kept_of(workspace, exercise)
    if number is not None:
        if found := next((kept for kept in versions if kept.number == number), None):
            return found
        raise WrongUsage(
            f"{exercise.id} has no kept version {number}", remedy=f"'attnlab history {exercise.id}' lists them"
        )
    present = files.read_if_there(workspace.file(exercise))
    if found := next((kept for kept in reversed(versions) if kept.content() != present), None):
        return found
    raise WrongUsage(
        f"nothing is kept of {exercise.id} that differs from your file",
        remedy="a version is kept at every pass, reset, reveal and update",
    )


def _replace(
    workspace: Workspace, exercise: Exercise, content: bytes, *, reason: str, now: datetime
) -> tuple[Kept | None, bool]:
    file = workspace.file(exercise)
    present = files.read_if_there(file)
    if present == content:
        return None, False
    kept = None if present is None else keep(workspace, exercise, present, reason=reason, now=now)
    files.write(file, content)
    return kept, True


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()
