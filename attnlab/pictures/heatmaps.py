"""Weights as a table of shades, or of percentages where only ASCII can be shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attnlab.pictures.labels import cells, cut, left, right, visible
from attnlab.pictures.picture import Picture, Row, Span

_SHADES = " ░▒▓█"
_KEY = "░ from 0.1   ▒ 0.3   ▓ 0.5   █ 0.7"
_PLAIN_KEY = "percent; '.' is less than one"
_STYLES = ("", "blue", "cyan", "yellow", "bright_white")
_LONGEST_LABEL = 12
_WIDEST_CELL = 8


def heatmap(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    plain: bool = False,
) -> Picture:
    """Weights between 0 and 1, a row per query and a column per key; too many columns go on below."""

    def layout(width: int, ascii_only: bool) -> Sequence[Row]:
        heading: Row = [(cut(visible(title, plain=ascii_only), width), "bold")]
        if not rows or not columns:
            return [heading, [("  there is nothing to show", "dim")]]
        row_labels = [visible(label, plain=ascii_only) for label in rows]
        column_labels = [visible(label, plain=ascii_only) for label in columns]
        margin = min(max(cells(label) for label in row_labels), _LONGEST_LABEL, width // 3)
        narrowest = 4 if ascii_only else 3
        bands = math.ceil(len(columns) / max((width - margin - 1) // narrowest, 1))
        many = math.ceil(len(columns) / bands)
        drawn: list[Row] = [heading]
        for start in range(0, len(columns), many):
            labels = column_labels[start : start + many]
            cell = _cell_width(labels, width - margin - 1, narrowest)
            drawn += [[(" " * (margin + 1) + line, "dim")] for line in _column_heads(labels, cell)]
            for label, weights in zip(row_labels, values, strict=True):
                spans = [_cell(weight, cell, ascii_only) for weight in weights[start : start + many]]
                drawn.append([(right(label, margin) + " ", ""), *spans])
        return [*drawn, [(cut(_PLAIN_KEY if ascii_only else _KEY, width), "dim")]]

    return Picture(layout, plain)


def _cell_width(labels: Sequence[str], room: int, narrowest: int) -> int:
    wanted = max(cells(label) for label in labels) + 1
    return max(min(wanted, room // len(labels), _WIDEST_CELL), narrowest)


def _column_heads(labels: Sequence[str], cell: int) -> list[str]:
    """The labels side by side where they fit, else downwards, letter below letter."""
    if all(cells(label) < cell for label in labels):
        return ["".join(left(label, cell) for label in labels).rstrip()]
    labels = [cut(label, _LONGEST_LABEL) for label in labels]
    tallest = max(len(label) for label in labels)
    return [
        "".join(left(letters[line], cell) for letters in (label.rjust(tallest) for label in labels)).rstrip()
        for line in range(tallest)
    ]


def _cell(weight: float, width: int, plain: bool) -> Span:
    if not math.isfinite(weight):
        return left("?", width), "red"
    if plain:
        return left("." if 0 <= weight < 0.01 else f"{100 * weight:.0f}", width), ""
    level = min(max(math.floor(weight * 5 + 0.5), 0), len(_SHADES) - 1)
    return _SHADES[level] * (width - 1) + " ", _STYLES[level]
