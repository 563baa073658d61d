"""What filling a sheet would change, and what an autograder holds: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.cli.terminal import WIDEST, Terminal
from attnlab.pictures.labels import cells, cut, left, right, visible

if TYPE_CHECKING:
    from attnlab.classroom.exports.autograder import Built
    from attnlab.classroom.exports.filling import Change, Filling

_LISTED = 40
_NAME = 32


def filling_view(filling: Filling, terminal: Terminal) -> list[str]:
    """What changes, from what to what; then what stays, and who is not found."""
    counts = f", counting to {filling.maximum:g}" if filling.maximum is not None else ""
    scaled = "; points are scaled to that" if filling.scaled else ""
    named = terminal.paint(f"{filling.system}: {visible(filling.heading)}", "bold")
    lines = [*terminal.wrap(f"{named}{counts}{scaled}", hanging="  "), ""]
    lines += _changes(filling.changes, terminal)
    if filling.same:
        said = "1 cell says already what it is to say"
        lines.append(said if filling.same == 1 else f"{filling.same} cells say already what they are to say")
    staying = [f"{visible(each.name)} (row {each.row + 1}): {visible(each.why)}" for each in filling.left]
    lines += _listed("staying as they are", staying, terminal)
    if any(each.attention for each in filling.left):
        lines += terminal.wrap("--everybody fills in those who need attention, too")
    absent = [_named(one.name, one.key) for one in filling.absent]
    return lines + _listed("in the gradebook and not in the sheet", absent, terminal)


def filling_as_json(filling: Filling, written: Path | None) -> dict[str, Any]:
    return {
        "system": filling.system,
        "column": filling.heading,
        "maximum": filling.maximum,
        "scaled": filling.scaled,
        "changes": [
            {"row": each.row + 1, "name": each.name, "student": each.student, "old": each.old, "new": each.new}
            for each in filling.changes
        ],
        "same": filling.same,
        "left": [{"row": each.row + 1, "name": each.name, "why": each.why} for each in filling.left],
        "absent": [{"student": one.key, "name": one.name} for one in filling.absent],
        "written": str(written) if written else None,
    }


def built_view(built: Built, terminal: Terminal) -> list[str]:
    count = f"{built.exercises} exercise{'' if built.exercises == 1 else 's'}"
    private = ", your private checks" if built.private else ""
    brought = f"{built.wheels} wheels" if built.wheels else "no libraries: Gradescope fetches them when it builds it"
    size = f"{built.size / 1e6:.1f} MB"
    return [
        f"{terminal.paint(files.shown(built.file), 'bold')} {terminal.dot} {size}",
        "",
        *terminal.wrap(f"{count}{private}, the course with its solutions, attnlab; {brought}", "  "),
        *terminal.wrap("it holds the assignment's secret: upload it to Gradescope, give it to nobody else", "  "),
    ]


def built_as_json(built: Built) -> dict[str, Any]:
    return {
        "file": str(built.file),
        "bytes": built.size,
        "exercises": built.exercises,
        "private": built.private,
        "wheels": built.wheels,
    }


def _changes(changes: Sequence[Change], terminal: Terminal) -> list[str]:
    if not changes:
        return ["no cell changes"]
    arrow = terminal.words("→")
    rows = [(terminal.words(visible(each.name)), visible(each.old), visible(each.new)) for each in changes]
    shown = rows[:_LISTED]
    old, new = (max(cells(row[place]) for row in shown) for place in (1, 2))
    room = min(terminal.width, WIDEST) - old - new - len(arrow) - 6
    name = min(max(cells(row[0]) for row in shown), max(room, 8), _NAME)
    lines = [
        f"  {left(cut(row[0], name), name)}  {right(row[1], old)} {arrow} {terminal.paint(right(row[2], new), 'bold')}"
        for row in shown
    ]
    if len(rows) > len(shown):
        lines.append(f"  and {len(rows) - len(shown)} more, which --json lists")
    count = len(changes)
    return [f"{count} cell{' changes' if count == 1 else 's change'}:", *lines]


def _listed(heading: str, told: Sequence[str], terminal: Terminal) -> list[str]:
    if not told:
        return []
    lines = ["", f"{heading}: {len(told)}"]
    for each in told[:_LISTED]:
        lines += terminal.wrap(each, "  ", "    ")
    if len(told) > _LISTED:
        lines.append(f"  and {len(told) - _LISTED} more, which --json lists")
    return lines


def _named(name: str, key: str) -> str:
    return visible(key) if name in ("", key) else f"{visible(name)} ({visible(key)})"
