"""Kept versions, differences and updates: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.cli.views import diff_lines

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study import Difference, Undone, Update, Workspace
    from attnlab.study.history import Kept


def history_view(kept: Sequence[Kept], exercise: Exercise | None, terminal: Terminal) -> list[str]:
    if not kept:
        of = f" of {exercise.id}" if exercise else ""
        return terminal.wrap(f"nothing is kept{of} yet: the first pass, reset or reveal will be")
    longest = max(len(each.exercise) for each in kept)
    lines = [
        f"{each.exercise:<{longest}}  {each.number:>4}  {each.at:%Y-%m-%d %H:%M:%S}  {each.reason}" for each in kept
    ]
    name = exercise.id if exercise else kept[-1].exercise
    told = f"attnlab diff {name} --version N shows one, attnlab undo {name} --version N brings it back"
    return [*lines, "", *terminal.wrap(told)]


def history_as_json(kept: Sequence[Kept]) -> list[dict[str, Any]]:
    return [_kept_as_json(each) for each in kept]


def difference_view(found: Difference, terminal: Terminal) -> list[str]:
    if not found.lines:
        return [f"{found.exercise.id} is the same as {found.against}"]
    return diff_lines(found.lines, terminal)


def difference_as_json(found: Difference) -> dict[str, Any]:
    return {"exercise": found.exercise.id, "against": found.against, "diff": list(found.lines)}


def undone_view(undone: Undone, workspace: Workspace, terminal: Terminal) -> list[str]:
    name, place = undone.exercise.id, workspace.relative(undone.exercise)
    if not undone.changed:
        return [f"{place} is just that already; nothing was changed"]
    what = f"version {undone.restored.number} ({undone.restored.reason})" if undone.restored else "the starter"
    lines = [f"{place} is {what} again"]
    if undone.kept:
        lines.append(f"what it held is kept as version {undone.kept.number}; 'attnlab undo {name}' brings that back")
    return [line for each in lines for line in terminal.wrap(each)]


def undone_as_json(undone: Undone) -> dict[str, Any]:
    return {
        "exercise": undone.exercise.id,
        "changed": undone.changed,
        "restored": _kept_as_json(undone.restored) if undone.restored else "starter",
        "kept": _kept_as_json(undone.kept) if undone.kept else None,
    }


def update_view(done: Update, terminal: Terminal) -> list[str]:
    if not done.changed:
        return [f"the workspace is up to date with version {done.after} of the course"]
    lines = [f"the workspace is at version {done.after} of the course" + _from(done)]
    for said, places in (
        ("new", done.added),
        ("replaced, you had not touched it", done.replaced),
        ("your file stays; the new starter is beside it", done.beside),
    ):
        lines += [f"  {said}: {place}" for place in places]
    lines += [f"  renamed: {before} is now {after}" for before, after in done.renamed]
    return [line for each in lines for line in terminal.wrap(each, "", "    ")]


def update_as_json(done: Update) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(done), "changed": done.changed}


def _kept_as_json(kept: Kept) -> dict[str, Any]:
    return {
        "exercise": kept.exercise,
        "number": kept.number,
        "at": kept.at.isoformat(),
        "reason": kept.reason,
        "file": str(kept.file),
    }


def _from(done: Update) -> str:
    return f", before it was at {done.before}" if done.before != done.after else ""
