"""Judges a learner's file, remembers the result and keeps every version that passes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from attnlab import files
from attnlab.errors import CannotWrite, NotThere
from attnlab.study.history import keep
from attnlab.study.progress import Entry, Progress, Status, change_progress, read_progress
from attnlab.study.timekeeping import noticed, stretch, worked
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.grading import Report


class Grader(Protocol):
    """What of a judge a check needs."""

    def grade(
        self,
        exercise: Exercise,
        source: bytes,
        *,
        filename: str,
        seed: int | None = None,
        siblings: Mapping[str, bytes] = ...,
        abandon: threading.Event | None = None,
    ) -> Report:
        """One file, one exercise, one report."""


@dataclass(frozen=True)
class Submission:
    """What is handed to the judge: one file's bytes, and the workspace's other files, importable by name."""

    exercise: Exercise
    source: bytes
    filename: str
    siblings: Mapping[str, bytes]


@dataclass(frozen=True)
class Checked:
    """A report, and what it changed: the entry before and after it, and what there is to do next.

    Args:
        forgotten: why the report could not be remembered; the verdict holds all the same.
    """

    exercise: Exercise
    report: Report
    before: Entry
    after: Entry
    next: Exercise | None
    forgotten: CannotWrite | None = None

    @property
    def newly_passed(self) -> bool:
        return self.after.done and not self.before.done


def submission(workspace: Workspace, exercise: Exercise) -> Submission:
    """The exercise's file as it is on disk now.

    Raises:
        NotThere: the file is missing or cannot be read.
    """
    file = workspace.file(exercise)
    remedy = f"'attnlab reset {exercise.id}' lays the starter out again, 'attnlab undo {exercise.id}' your last version"
    return submission_of(workspace, exercise, files.read(file, remedy=remedy))


def submission_of(workspace: Workspace, exercise: Exercise, source: bytes) -> Submission:
    """The same of bytes that are in hand already."""
    siblings = {}
    for other in workspace.course.exercises:
        # One that cannot be read is as one that is not there: it must not stop the others from being judged.
        with suppress(NotThere):
            if other.id != exercise.id and (content := files.read_if_there(workspace.file(other))) is not None:
                siblings[other.id] = content
    return Submission(exercise, source, f"{exercise.id}.py", siblings)


def check(
    workspace: Workspace,
    exercise: Exercise,
    *,
    judge: Grader,
    now: datetime,
    seed: int | None = None,
    abandon: threading.Event | None = None,
    timed: bool = True,
) -> Checked:
    """Judge the exercise's file and remember the result.

    Args:
        seed: replays the inputs of an earlier report.
        timed: whether the time since the last sign of activity was spent on this exercise.
    """
    handed_in = submission(workspace, exercise)
    report = judge.grade(
        exercise,
        handed_in.source,
        filename=handed_in.filename,
        seed=seed,
        siblings=handed_in.siblings,
        abandon=abandon,
    )
    return record_report(workspace, handed_in, report, now=now, timed=timed)


def record_report(
    workspace: Workspace, handed_in: Submission, report: Report, *, now: datetime, timed: bool = True
) -> Checked:
    """Remember a report on what was handed in; a version that passes is kept.

    On a full disk or in a read-only folder the report comes back all the same, with why it was forgotten.
    """
    from attnlab.study.browsing import next_exercise

    exercise = handed_in.exercise
    seen: dict[str, Entry] = {}
    seconds = stretch(workspace, exercise, now) if timed else 0

    def change(progress: Progress) -> Progress:
        if report.passed:
            keep(workspace, exercise, handed_in.source, reason="pass", now=now)
        seen["before"] = progress.of(exercise)
        seen["after"] = entry_after(worked(seen["before"], seconds) if timed else seen["before"], report, now)
        return progress.with_entry(exercise, seen["after"])

    try:
        progress = change_progress(workspace, change)
    except CannotWrite as error:
        progress = read_progress(workspace)
        entry = progress.of(exercise)
        return Checked(exercise, report, entry, entry, next_exercise(workspace.course, progress), forgotten=error)
    if timed:
        noticed(workspace, now)
    return Checked(exercise, report, seen["before"], seen["after"], next_exercise(workspace.course, progress))


def entry_after(entry: Entry, report: Report, now: datetime) -> Entry:
    at = now.isoformat(timespec="seconds")
    entry = replace(entry, checks=entry.checks + 1, last=_in_short(report, at))
    if report.passed:
        status = Status.REVEALED if entry.status is Status.REVEALED else Status.PASSED
        return replace(entry, status=status, passes=entry.passes + 1).marked("tried", at).marked("passed", at)
    if not report.attempted:
        return entry
    status = Status.TRIED if entry.status is Status.NOT_STARTED else entry.status
    return replace(entry, status=status).marked("tried", at)


def _in_short(report: Report, at: str) -> dict[str, Any]:
    short: dict[str, Any] = {"at": at, "seed": report.seed, "points": report.points, "of": report.max_points}
    if report.passed:
        return {"verdict": "passed", **short}
    if not report.attempted:
        return {"verdict": "not attempted", **short}
    failure = report.first_failure
    if failure is None:
        verdicts = [check.verdict.value for check in report.checks if not check.passed]
        return {"verdict": verdicts[0] if verdicts else "not judged", **short}
    diagnosis = failure.failure.diagnosis if failure.failure else None
    hint = {"hint": diagnosis.hint} if diagnosis and diagnosis.hint else {}
    return {"verdict": failure.verdict.value, "check": failure.id, **hint, **short}
