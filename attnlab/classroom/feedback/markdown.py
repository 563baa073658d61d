"""Feedback as Markdown, for a mail or a repository: whatever a student wrote or printed stays text in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attnlab.classroom.feedback.records import CheckFeedback, ExerciseFeedback, Feedback
from attnlab.classroom.feedback.wording import evidence, moment, off, points, sentences
from attnlab.pictures.labels import visible

_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~&!$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
# What would open a list or a rule where a line begins.
_OPENING = re.compile(r"^(\d*)([-+=.)])")


def markdown(feedback: Feedback) -> str:
    """The whole text."""
    lines = [f"# {text(feedback.title)}: {text(feedback.name)}", ""]
    total = f"**{points(feedback.points, feedback.max_points)}**"
    lines += [total + (f", {off(feedback.penalty)} for coming late" if feedback.penalty else ""), ""]
    if feedback.due:
        lines += [f"Due {moment(feedback.due)}.", ""]
    lines += _table(feedback.exercises)
    if feedback.left_out:
        lines += ["Left out of what you handed in:", "", *(f"- {text(told)}" for told in feedback.left_out), ""]
    for exercise in feedback.exercises:
        lines += _exercise(exercise)
    return "\n".join(lines).rstrip("\n") + "\n"


def text(told: str) -> str:
    """What a reader of the Markdown sees as exactly these words, on one line."""
    return _OPENING.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", visible(told.strip(" "))))


def code(told: str) -> str:
    """The same for a command or a name, set as code."""
    shown = visible(told)
    fence = "`" * (_longest_run(shown) + 1)
    padded = f" {shown} " if shown[:1] in ("`", " ") or shown[-1:] in ("`", " ") else shown
    return f"{fence}{padded}{fence}" if shown.strip() else text(shown)


def block(lines: Iterable[str], indent: str = "") -> list[str]:
    """These lines as they are, each on its own."""
    shown = [visible(line.expandtabs(4)) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return [f"{indent}{line}" for line in (f"{fence}text", *shown, fence)]


def _table(exercises: tuple[ExerciseFeedback, ...]) -> list[str]:
    rows = [
        f"| {text(each.title)} | {points(each.points, each.max_points)} | {text(each.verdict)} |" for each in exercises
    ]
    return ["| exercise | points | |", "| :-- | :-- | :-- |", *rows, ""] if rows else []


def _exercise(exercise: ExerciseFeedback) -> list[str]:
    lines = [f"## {text(exercise.title)}: {points(exercise.points, exercise.max_points)}", ""]
    for sentence in sentences(exercise):
        lines += [text(sentence), ""]
    for check in exercise.checks:
        lines += _check(check)
    lines += [""] if exercise.checks else []
    for clause in exercise.ignored:
        lines.append(f"- not taken into account: {text(clause)}")
    lines += [""] if exercise.ignored else []
    if exercise.next:
        lines += [f"To go on: {code(exercise.next)}", ""]
    return lines


def _check(check: CheckFeedback) -> list[str]:
    worth = f", {points(check.points, check.max_points)}" if check.max_points else ""
    lines = [f"- **{text(check.verdict)}**{worth}: {text(check.name)}"]
    shown = evidence(check)
    if shown:
        lines += ["", *block(shown, "  "), ""]
    for said in (check.tell, check.ask):
        lines += ["", f"  {text(said)}", ""] if said else []
    if check.reason is not None:
        lines += ["", f"  Decided by hand: {text(check.reason)}", ""]
    return _without_doubles(lines)


def _without_doubles(lines: list[str]) -> list[str]:
    return [line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]]


def _longest_run(shown: str) -> int:
    return max((len(run) for run in re.findall("`+", shown)), default=0)
