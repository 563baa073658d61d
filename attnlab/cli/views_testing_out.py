"""Testing out of a lesson: the file that was made, and what became of each exercise on it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_report import ending_of, failure_view

if TYPE_CHECKING:
    from attnlab.cli.desk import Desk
    from attnlab.content import Lesson
    from attnlab.grading import CheckResult
    from attnlab.study import LessonTried, Tried, Workspace


def made_view(lesson: Lesson, made: Path, desk: Desk) -> list[str]:
    terminal, count = desk.terminal, len(lesson.exercises)
    shown = os.path.relpath(made, desk.folder)
    told = f"{shown} holds the {_count(count, 'exercise')} of {lesson.id}: {', '.join(lesson.exercises)}"
    command = terminal.paint(f"attnlab test-out {lesson.number} {shown}", "bold")
    return [*terminal.wrap(told, "", "  "), f"next: fill its gap{'s' if count > 1 else ''}, then {command}"]


def made_as_json(lesson: Lesson, made: Path) -> dict[str, Any]:
    return {"lesson": lesson.id, "made": str(made), "exercises": list(lesson.exercises)}


def tried_view(result: LessonTried, desk: Desk) -> list[str]:
    """A line for every exercise, what went wrong once, and what became of the workspace."""
    terminal, workspace = desk.terminal, desk.workspace
    passed = sum(each.passed for each in result.tried)
    total = len(result.tried)
    said = "tested out" if result.passed else f"{passed} of {total} exercises passed"
    lines = [f"{terminal.paint(result.lesson.id, 'bold')} {terminal.dot} {said}", ""]
    told: set[str] = set()
    for each in result.tried:
        lines += _exercise_view(each, result.failing_under(each), told, terminal)
    if placed := [line for each in result.tried for line in _placed(each, result, workspace)]:
        lines += [*_apart(lines), *(line for each in placed for line in terminal.wrap(each, "", "  "))]
    return [*lines, *_apart(lines), *_next(result, os.path.relpath(result.file, desk.folder), terminal)]


def tried_as_json(result: LessonTried, workspace: Workspace) -> dict[str, Any]:
    return {
        "lesson": result.lesson.id,
        "file": str(result.file),
        "passed": result.passed,
        "exercises": [
            {
                "exercise": each.exercise.id,
                "status": each.after.status.value,
                "passed": each.passed,
                "newly_passed": each.newly_passed,
                "file": workspace.relative(each.exercise),
                "placed": each.placed.value,
                "kept": each.kept.number if each.kept else None,
                "failing_prerequisites": list(result.failing_under(each)),
                "report": each.report.to_json() if each.report else None,
            }
            for each in result.tried
        ],
        "next": result.next.id if result.next else None,
    }


def _exercise_view(each: Tried, under: tuple[str, ...], told: set[str], terminal: Terminal) -> list[str]:
    if each.report is None:
        return _line("passed", f"{each.exercise.id}  passed before, and not in this file", terminal)
    ending, report = ending_of(each.report), each.report
    said = "not attempted" if ending == "not started" else ending
    if not report.passed and report.attempted and not report.note:
        said = f"{said}, {report.points:g} of {report.max_points:g} points"
    if each.after.status == "revealed" and report.passed:
        said = "passed; it stays recorded as revealed"
    elif not report.passed and each.before.done:
        said = f"{said}; it passed before and stays passed"
    lines = _line(ending, f"{each.exercise.id}  {said}", terminal)
    if report.passed or not report.attempted:
        return lines
    if under:
        lines += terminal.wrap(f"it builds on {_joined(under)}, which {_does(under)} not pass yet", "  ", "    ")
    if report.note:
        return [*lines, *terminal.wrap(report.note, "    ")]
    if failed := report.first_failure:
        lines += _failed_view(failed, told, terminal)
    return lines


def _line(kind: str, said: str, terminal: Terminal) -> list[str]:
    first, *others = terminal.wrap(said, "  ", "    ")
    return [f"{terminal.mark(kind)} {first[2:]}", *others]


def _failed_view(failed: CheckResult, told: set[str], terminal: Terminal) -> list[str]:
    """The failure in full; a file that does not even run says so of its first exercise alone."""
    if failed.failure is None or failed.failure.problem in told:
        return []
    told.add(failed.failure.problem)
    lines = terminal.wrap(f"{failed.sentence} ({failed.verdict.value})", "  ", "    ")
    return [*lines, *failure_view(failed.failure, terminal), ""]


def _placed(each: Tried, result: LessonTried, workspace: Workspace) -> list[str]:
    name, place = each.exercise.id, workspace.relative(each.exercise)
    if each.kept is None:
        return []
    if each.placed == "replaced":
        return [f"{place} now holds your {name}; 'attnlab undo {name}' brings the starter back"]
    if each.placed == "kept beside":
        kept = each.kept.number
        return [f"{place} stays as you left it; 'attnlab undo {name} --version {kept}' takes what passed here instead"]
    return []


def _apart(lines: list[str]) -> list[str]:
    return [""] if lines[-1] else []


def _next(result: LessonTried, file: str, terminal: Terminal) -> list[str]:
    if result.passed:
        command = "attnlab next" if result.next else "attnlab list"
        return [f"next: {terminal.paint(command, 'bold')}"]
    number = result.lesson.number
    first = next(each for each in result.tried if not each.passed)
    again = terminal.paint(f"attnlab test-out {number} {file}", "bold")
    to_do = "mended" if first.report and first.report.attempted else "written"
    return [
        *terminal.wrap(f"'attnlab read {number}' has the lesson, 'attnlab hint {first.exercise.id}' one step of it."),
        f"next: {again}, once {first.exercise.id} is {to_do}",
    ]


def _joined(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _does(names: tuple[str, ...]) -> str:
    return "does" if len(names) == 1 else "do"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
