"""Two pictures of one exercise as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.study.showing import Shown


def shown_view(shown: Shown, terminal: Terminal) -> list[str]:
    """Each pair of panels, then in one sentence where they differ; or why there is nothing to see."""
    from attnlab.pictures import side_by_side, visible
    from attnlab.study.showing import OURS, THEIRS, titled

    name, picture = shown.exercise.id, shown.picture
    head = f"{terminal.paint(name, 'bold')} {terminal.dot} {terminal.words(visible(picture.title))}"
    next_ = f"next: {terminal.paint(f'attnlab check {name}', 'bold')}"
    if not shown.pairs:
        problem = terminal.wrap(f"Your code gives no picture: {shown.problem}.", "  ", "    ")
        excerpt = [terminal.paint(f"    {line}", "dim") for line in shown.excerpt]
        return [head, "", *problem, *([""] if excerpt else []), *excerpt, "", next_]
    lines = [head, *(terminal.paint(line, "dim") for line in terminal.wrap(shown.axes)), ""]
    for ours, theirs in shown.pairs:
        drawn = side_by_side(
            titled(ours, OURS),
            titled(theirs, THEIRS),
            between=picture.between,
            plain=not terminal.unicode,
            told=f"differs from {THEIRS}",
        )
        lines += [*drawn.text(terminal.width, colour=terminal.colour).splitlines(), ""]
    lines += terminal.wrap(visible(shown.difference))
    if shown.outside:
        low, high = picture.between
        count = f"{shown.outside} of your numbers {'lies' if shown.outside == 1 else 'lie'}"
        lines += terminal.wrap(f"{count} outside {low:g} to {high:g}.")
    return [*lines, next_]


def shown_as_json(shown: Shown, saved: Sequence[Path]) -> dict[str, Any]:
    from attnlab.study.experimenting import plain_values

    picture, found = shown.picture, shown.furthest
    return {
        "exercise": shown.exercise.id,
        "title": picture.title,
        "drawn": bool(shown.pairs),
        "problem": shown.problem,
        "rows": picture.rows,
        "columns": picture.columns,
        "between": list(picture.between),
        "panels": [
            {
                "name": ours.name,
                "rows": list(ours.rows),
                "columns": list(ours.columns),
                "yours": plain_values(ours.values),
                "reference": plain_values(theirs.values),
            }
            for ours, theirs in shown.pairs
        ],
        "largest_difference": found
        and plain_values(
            {
                "panel": found.panel,
                "row": found.row,
                "column": found.column,
                "yours": found.ours,
                "reference": found.theirs,
                "difference": found.distance,
            }
        ),
        "saved": [str(file) for file in saved],
    }
