"""An assignment as it will count: points, dates, what coming late costs, what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.classroom.assignment.dates import said

if TYPE_CHECKING:
    from attnlab.classroom.assignment import AssignmentInvalid, Item
    from attnlab.classroom.assignment.looking_over import LookedOver
    from attnlab.classroom.assignment.proving import Proof
    from attnlab.cli.terminal import Terminal
    from attnlab.content import Exercise


def made_view(
    file: str, exercises: Sequence[Exercise], due: datetime | None, now: datetime, terminal: Terminal
) -> list[str]:
    points = sum(exercise.points for exercise in exercises)
    told = f"{_counted(len(exercises), 'exercise')}, {points:g} points"
    lines = [f"{terminal.paint(file, 'bold')} {terminal.dot} {told}"]
    if due:
        lines += terminal.wrap(f"due {said(due)}{', which is past' if due < now else ''}", "  ")
    lines += terminal.wrap("it holds a secret: keep it where no student can read it", "  ")
    lines += ["", f"next: {terminal.paint(f'attnlab assignment check {file}', 'bold')}"]
    return lines


def assignment_view(seen: LookedOver, terminal: Terminal) -> list[str]:
    assignment = seen.assignment
    items = assignment.items or ()
    name = files.shown(assignment.file or Path("assignment.toml"))
    head = [terminal.paint(name, "bold"), *([assignment.title] if assignment.title else []), f"{seen.points:g} points"]
    lines = [f" {terminal.dot} ".join(head), ""]
    width = max((len(item.exercise) for item in items), default=0)
    for item in items:
        lines += terminal.wrap(f"{item.exercise:<{width}}  {_worth(item)}", "  ", " " * (width + 4))
    lines.append("")
    for told in _terms(seen):
        lines += terminal.wrap(told, "  ", "    ")
    for proof in seen.proofs:
        lines += ["", *_proof_view(proof, terminal)]
    if seen.remarks:
        lines.append("")
    for remark in seen.remarks:
        lines += terminal.wrap(f"{terminal.mark('tried')} {remark}", "  ", "    ")
    grade = f"attnlab grade SUBMISSIONS --assignment {name} --out class.book"
    lines += ["", f"next: {terminal.paint(grade, 'bold')}" if seen.good else "this has to be mended before it is used"]
    return lines


def assignment_as_json(seen: LookedOver) -> dict[str, Any]:
    """All but the secret, so that it can be shown around."""
    assignment = seen.assignment
    return {
        "file": str(assignment.file),
        "good": seen.good,
        "title": assignment.title,
        "points": seen.points,
        "exercises": [
            {"exercise": item.exercise, "points": item.points, "hidden": sorted(item.hidden)}
            for item in assignment.items or ()
        ],
        "per_student": assignment.per_student,
        "due": assignment.due.isoformat() if assignment.due else None,
        "extensions": {name: when.isoformat() for name, when in assignment.extensions.items()},
        "late": [
            {"minutes": example.late / timedelta(minutes=1), "points": example.points, "of": example.of}
            for example in seen.examples
        ],
        "private": [
            {"exercise": proof.exercise, "checks": list(proof.checks), "problems": list(proof.problems),
             "remarks": list(proof.remarks)}
            for proof in seen.proofs
        ],
        "remarks": list(seen.remarks),
        "problems": [],
    }  # fmt: skip


def invalid_view(error: AssignmentInvalid, terminal: Terminal) -> list[str]:
    lines = [f"{terminal.mark('failed')} {_counted(len(error.problems), 'problem')}", ""]
    for problem in error.problems:
        lines += terminal.wrap(str(problem), "  ", "    ")
    return [*lines, "", *terminal.wrap(error.remedy)]


def invalid_as_json(error: AssignmentInvalid) -> dict[str, Any]:
    problems = [
        {"file": str(problem.file), "key": problem.key, "what": problem.what} for problem in error.problems
    ]  # fmt: skip
    return {"good": False, "problems": problems}


def _worth(item: Item) -> str:
    points = f"{item.points:g} point{'' if item.points == 1 else 's'}"
    return f"{points}, hidden: {', '.join(sorted(item.hidden))}" if item.hidden else points


def _terms(seen: LookedOver) -> Iterator[str]:
    assignment = seen.assignment
    if assignment.due is None:
        yield "due at no time"
    elif seen.zone_named:
        yield f"due {said(assignment.due)}"
    else:
        yield f"due {said(assignment.due)}: the file names no time zone, so it is this machine's"
    if seen.examples:
        grace = f"after {_span(assignment.late.grace)} of grace, " if assignment.late.grace else ""
        told = ", ".join(f"{example.points:g} from {_span(example.late)} on" for example in seen.examples)
        yield f"late: {grace}{seen.examples[0].of:g} points earned count {told}"
    if assignment.extensions:
        told = ", ".join(f"{name} until {said(when)}" for name, when in assignment.extensions.items())
        yield f"extended: {told}"
    yield "inputs: each student's own" if assignment.per_student else "inputs: the same for everybody"


def _span(time: timedelta) -> str:
    days, minutes = time.days, time.seconds // 60
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    return " ".join(_counted(count, unit) for count, unit in parts if count) or "0 minutes"


def _proof_view(proof: Proof, terminal: Terminal) -> Iterator[str]:
    sign = terminal.mark("failed" if proof.problems else "passed")
    told = f"{sign} {proof.exercise}"
    if proof.right:
        own = f"your checks {', '.join(proof.checks)}" if proof.checks else "your misconceptions"
        tried = f"{_counted(proof.right, 'right answer')} and {_counted(proof.wrong, 'wrong one')}"
        told += f": {own}, tried on {tried}"
    yield from terminal.wrap(told, "  ", "    ")
    for problem in proof.problems:
        yield from terminal.wrap(problem, "    ", "      ")
    for remark in proof.remarks:
        yield from terminal.wrap(remark, "    ", "      ")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
