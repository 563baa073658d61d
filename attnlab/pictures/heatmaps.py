"""Weights as a table of shades, or of percentages where only ASCII can be shown; one grid, or two side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from attnlab.pictures.labels import cells, cut, left, right, visible
from attnlab.pictures.panels import Panel, differing
from attnlab.pictures.picture import Picture, Row, Span

_SHADES = " ░▒▓█"
_STYLES = ("", "blue", "cyan", "yellow", "bright_white")
_LONGEST_LABEL = 12
_WIDEST_CELL = 8
_GAP = 3
_MARK = "!"

Between = tuple[float, float]
Marked = frozenset[tuple[int, int]]
_WEIGHTS: Between = (0.0, 1.0)
_NONE: Marked = frozenset()


@dataclass(frozen=True, slots=True)
class _Style:
    """In ASCII or not, and between which limits the numbers lie."""

    plain: bool
    between: Between

    @property
    def narrowest(self) -> int:
        """What a cell takes at least: a shade, or the longest number, its mark and a space."""
        if not self.plain:
            return 3
        return 5 if self.between[0] >= 0 else 6


def heatmap(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    between: Between = _WEIGHTS,
    plain: bool = False,
) -> Picture:
    """Numbers `between` two limits, a row per query and a column per key; too many columns go on below."""
    panel = Panel(title, tuple(rows), tuple(columns), tuple(tuple(row) for row in values))

    def layout(width: int, ascii_only: bool) -> Sequence[Row]:
        style = _Style(ascii_only, between)
        drawn = _panel_rows(panel, width, style)
        return [*drawn, [(cut(_key(style), width), "dim")]] if rows and columns else drawn

    return Picture(layout, plain)


def side_by_side(
    ours: Panel, theirs: Panel, *, between: Between = _WEIGHTS, plain: bool = False, told: str = "differs"
) -> Picture:
    """Two panels of the same labels, beside each other where both are readable so, else one below the other.

    What differs is marked in the left one; `told` says in the key what the mark means.
    """
    marked = differing(ours, theirs)

    def layout(width: int, ascii_only: bool) -> Sequence[Row]:
        style = _Style(ascii_only, between)
        half = (width - _GAP) // 2
        beside = _fits(ours, half, style)
        room = half if beside else width
        left_rows = _panel_rows(ours, room, style, marked, tight=beside)
        right_rows = _panel_rows(theirs, room, style, tight=beside)
        key: list[Row] = [[(cut(_key(style), width), "dim")]]
        if marked:
            key.append([(cut(f"{_MARK} {told}", width), "dim")])
        if not beside:
            return [*left_rows, [], *right_rows, *key]
        return [*_joined(left_rows, right_rows, half), *key]

    return Picture(layout, plain)


def _fits(panel: Panel, width: int, style: _Style) -> bool:
    """Whether the panel is drawn in one band with every label of its columns written across."""
    if not panel.rows or not panel.columns:
        return True
    widths = _tight([visible(label, plain=style.plain) for label in panel.columns], style)
    return max(widths) <= _LONGEST_LABEL and _margin(panel, width, style) + 1 + sum(widths) <= width


def _tight(labels: Sequence[str], style: _Style) -> list[int]:
    return [max(cells(label) + 1, style.narrowest) for label in labels]


def _joined(left_rows: Sequence[Row], right_rows: Sequence[Row], half: int) -> list[Row]:
    joined: list[Row] = []
    for ours, theirs in zip_longest(left_rows, right_rows, fillvalue=()):
        used = sum(cells(words) for words, _ in ours)
        joined.append([*ours, (" " * (half + _GAP - used), ""), *theirs])
    return joined


def _panel_rows(panel: Panel, width: int, style: _Style, marked: Marked = _NONE, *, tight: bool = False) -> list[Row]:
    heading: Row = [(cut(visible(panel.name, plain=style.plain), width), "bold")]
    if not panel.rows or not panel.columns:
        return [heading, [("  there is nothing to show", "dim")]]
    row_labels = [visible(label, plain=style.plain) for label in panel.rows]
    column_labels = [visible(label, plain=style.plain) for label in panel.columns]
    margin = _margin(panel, width, style)
    many = math.ceil(len(panel.columns) / _bands(panel, width, style))
    drawn: list[Row] = [heading]
    for start in range(0, len(panel.columns), many):
        labels = column_labels[start : start + many]
        widths = _widths(labels, width - margin - 1, style, tight=tight)
        drawn += [[(" " * (margin + 1) + line, "dim")] for line in _column_heads(labels, widths)]
        for number, (label, values) in enumerate(zip(row_labels, panel.values, strict=True)):
            shown = zip(range(start, start + len(labels)), widths, strict=True)
            spans = [_cell(values[at], cell, style, (number, at) in marked) for at, cell in shown]
            drawn.append([(right(label, margin) + " ", ""), *spans])
    return drawn


def _margin(panel: Panel, width: int, style: _Style) -> int:
    longest = max(cells(visible(label, plain=style.plain)) for label in panel.rows)
    return min(longest, _LONGEST_LABEL, width // 3)


def _bands(panel: Panel, width: int, style: _Style) -> int:
    """How many times the rows are drawn, each time with the next columns."""
    room = width - _margin(panel, width, style) - 1
    return math.ceil(len(panel.columns) / max(room // style.narrowest, 1))


def _widths(labels: Sequence[str], room: int, style: _Style, *, tight: bool) -> list[int]:
    """All columns alike, unless their labels only fit across when each is as wide as its own."""
    wanted = max(cells(label) for label in labels) + 1
    even = max(min(wanted, room // len(labels), _WIDEST_CELL), style.narrowest)
    own = _tight(labels, style)
    if tight or (even < wanted <= _LONGEST_LABEL + 1 and sum(own) <= room):
        return own
    return [even] * len(labels)


def _column_heads(labels: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The labels side by side where they fit, else downwards, letter below letter."""
    if all(cells(label) < cell for label, cell in zip(labels, widths, strict=True)):
        return ["".join(left(label, cell) for label, cell in zip(labels, widths, strict=True)).rstrip()]
    labels = [cut(label, _LONGEST_LABEL) for label in labels]
    tallest = max(len(label) for label in labels)
    standing = [label.rjust(tallest) for label in labels]
    return [
        "".join(left(letters[line], cell) for letters, cell in zip(standing, widths, strict=True)).rstrip()
        for line in range(tallest)
    ]


def _cell(value: float, width: int, style: _Style, marked: bool) -> Span:
    low, high = style.between
    mark = _MARK if marked else ""
    if not math.isfinite(value):
        return left("?" + mark, width), "red"
    if style.plain:
        nothing = abs(value) < 0.01 if low < 0 else 0 <= value < 0.01
        written = "." if nothing else f"{100 * value:.0f}"
        # A number that has no room is a score where a weight should be.
        return left((written if len(written) < width else "*") + mark, width), ""
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    level = min(math.floor(share * 5 + 0.5), len(_SHADES) - 1)
    return left(_SHADES[level] * (width - 1) + mark, width), _STYLES[level]


def _key(style: _Style) -> str:
    low, high = style.between
    if style.plain:
        unit = "percent" if style.between == _WEIGHTS else "hundredths"
        return f"{unit}; '.' is less than one"
    steps = [f"{low + share * (high - low):.1f}" for share in (0.1, 0.3, 0.5, 0.7)]
    return f"░ from {steps[0]}   ▒ {steps[1]}   ▓ {steps[2]}   █ {steps[3]}"
