"""What was written as notebooks, and what was brought back from them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attnlab.study.notebooking import Brought, Came, Exported, Imported, Laid

if TYPE_CHECKING:
    from attnlab.cli.desk import Desk
    from attnlab.study.workspace import Workspace


def exported_view(exported: Sequence[Exported], desk: Desk, *, nbgrader: bool) -> list[str]:
    terminal = desk.terminal
    lines = []
    for each in exported:
        shown = os.path.relpath(each.file, desk.folder)
        said = {Laid.WRITTEN: "", Laid.UNCHANGED: " (unchanged)", Laid.KEPT: " (left alone: it holds something else)"}
        lines.append(f"{terminal.mark('passed' if each.laid is not Laid.KEPT else 'failed')} {shown}{said[each.laid]}")
    if kept := [each for each in exported if each.laid is Laid.KEPT]:
        shown = os.path.relpath(kept[0].file, desk.folder)
        lines += ["", *terminal.wrap(f"next: move {shown} away, name another folder with --out, or say --replace")]
    elif nbgrader:
        told = "put it into nbgrader's source folder, then nbgrader generate_assignment"
        lines += ["", *terminal.wrap(f"next: {told}", "", "      ")]
    else:
        first = os.path.relpath(exported[0].file, desk.folder)
        lines += ["", *terminal.wrap(f"next: jupyter lab {first}", "", "      ")]
    return lines


def exported_as_json(exported: Sequence[Exported]) -> list[dict[str, Any]]:
    return [{"lesson": each.lesson.id, "file": str(each.file), "laid": each.laid.value} for each in exported]


def imported_view(imported: Sequence[Imported], workspace: Workspace, desk: Desk) -> list[str]:
    terminal = desk.terminal
    lines: list[str] = []
    for each in imported:
        lines += [terminal.paint(_harmless(os.path.relpath(each.file, desk.folder)), "bold")]
        for brought in each.brought:
            lines += _brought_view(brought, workspace, desk)
        if each.problem:
            lines += terminal.wrap(_harmless(each.problem), f"  {terminal.mark('failed')} ", "    ")
        for ignored in each.ignored:
            lines += terminal.wrap(_harmless(ignored), "  not taken: ", "    ")
        lines.append("")
    came = [brought.exercise.id for each in imported for brought in each.brought if brought.came is Came.BROUGHT]
    command = f"attnlab check {came[0]}" if came else "attnlab"
    return [*lines, f"next: {terminal.paint(command, 'bold')}"]


def imported_as_json(imported: Sequence[Imported]) -> list[dict[str, Any]]:
    return [
        {
            "file": str(each.file),
            "problem": each.problem or None,
            "exercises": [
                {
                    "exercise": brought.exercise.id,
                    "came": brought.came.value,
                    "kept": brought.kept.number if brought.kept else None,
                }
                for brought in each.brought
            ],
            "ignored": list(each.ignored),
        }
        for each in imported
    ]


def _brought_view(brought: Brought, workspace: Workspace, desk: Desk) -> list[str]:
    terminal, name = desk.terminal, brought.exercise.id
    if brought.came is Came.BROUGHT:
        kept = f"; what it held is version {brought.kept.number}" if brought.kept else ""
        told, mark = f"{workspace.relative(brought.exercise)}{kept}", terminal.mark("passed")
    elif brought.came is Came.SAME:
        told, mark = f"{name}: the workspace has it already", terminal.mark("not started")
    else:
        told, mark = f"{name}: still to be written", terminal.mark("not started")
    first, *others = terminal.wrap(told, "    ")
    return [f"  {mark} {first.lstrip()}", *others]


def _harmless(text: str) -> str:
    """The text without control characters, which could rewrite what stands above it."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
