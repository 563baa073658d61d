"""Points, days and moments in words, and what is to be said of an exercise and of a check."""

from __future__ import annotations

from datetime import datetime

from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback

_LINES, _SIGNS = 12, 400


def number(value: float) -> str:
    """A number of points: at most two digits after the point, none where there is nothing to tell."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def points(earned: float, of: float) -> str:
    return f"{number(earned)} of {number(of)} {'point' if of == 1 else 'points'}"


def off(penalty: float) -> str:
    return f"{number(penalty)} {'point' if penalty == 1 else 'points'} off"


def days(count: float) -> str:
    """How late: '20 minutes', '3 hours', '1.5 days'."""
    hours = count * 24
    if hours < 1:
        return _counted(f"{max(hours * 60, 1):.0f}", "minute")
    return _counted(f"{hours:.0f}", "hour") if count < 1 else _counted(f"{count:.1f}".removesuffix(".0"), "day")


def moment(at: datetime) -> str:
    """A point in time, with its zone: '2026-11-20 23:59+01:00'."""
    return at.isoformat(sep=" ", timespec="minutes")


def sentences(exercise: ExerciseFeedback) -> list[str]:
    """What is to be said of an exercise before its checks."""
    told = [f"{exercise.verdict[:1].upper()}{exercise.verdict[1:]}{': ' if exercise.note else '.'}{exercise.note}"]
    if exercise.origin:
        told.append(f"Graded file: {exercise.origin}")
    if exercise.submitted:
        told.append(f"Handed in {moment(exercise.submitted)}{_late(exercise)}.")
    elif exercise.late_days:
        told.append(f"Handed in{_late(exercise)}.")
    if exercise.reason is not None:
        told.append(f"The points were decided by hand: {exercise.reason}")
    if exercise.looked_at:
        told.append("A person will look at this once more.")
    return told


def _late(exercise: ExerciseFeedback) -> str:
    late = f", {days(exercise.late_days)} late" if exercise.late_days else ""
    return late + (f": {off(exercise.penalty)}" if exercise.penalty else "")


def evidence(check: CheckFeedback) -> list[str]:
    """What was seen, line by line: the problem, the call, the student's own lines, the smallest case."""
    # An exception may say whole arrays.
    told = [_cut(line) for line in check.problem.splitlines()]
    left_out = len(told) - _LINES
    shown = [*told[:_LINES], *([f"and {_counted(str(left_out), 'line')} more"] if left_out > 0 else [])]
    shown += [f"in the call {check.call}"] if check.call else []
    shown += ["", *map(_cut, check.excerpt)] if check.excerpt else []
    shown += ["", *check.smallest_case] if check.smallest_case else []
    return shown


def _cut(line: str) -> str:
    return line if len(line) <= _SIGNS else f"{line[:_SIGNS]} ..."


def _counted(count: str, kind: str) -> str:
    return f"{count} {kind}{'' if count == '1' else 's'}"
