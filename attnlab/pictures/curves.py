"""Curves over two axes: every series has a marker of its own, so that colour carries nothing alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from attnlab.pictures.labels import cells, cut, right, visible
from attnlab.pictures.picture import Picture, Row, Span
from attnlab.pictures.scales import Scale, scale_of, tick_labels

_MARKERS = "●○▲△■□◆◇"
_PLAIN_MARKERS = "ox#*@%&$"
_SEVERAL = "="
_COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "red", "bright_cyan", "bright_yellow")
_HEIGHT = 14
_NARROWEST = 16

Points = Sequence[tuple[float, float]]
Marks = dict[tuple[int, int], Span]


def curve(
    title: str,
    x_label: str,
    y_label: str,
    series: Mapping[str, Points],
    *,
    height: int = _HEIGHT,
    plain: bool = False,
    reach: Points = (),
    bare: bool = False,
) -> Picture:
    """The series drawn over common axes, with a legend; points that are not finite are left out.

    Args:
        reach: points the axes hold without showing them, so that they stay as they are while a curve grows.
        bare: without title and legend, for one series among other words.
    """
    kept = {
        name: sorted((x, y) for x, y in points if math.isfinite(x) and math.isfinite(y))
        for name, points in series.items()
    }

    def layout(width: int, ascii_only: bool) -> Sequence[Row]:
        heading: Row = [(cut(visible(title, plain=ascii_only), width), "bold")]
        if not any(kept.values()) and not reach:
            return [heading, [("  nothing was measured", "dim")]]
        plotted = _plot(kept, max(width, _NARROWEST), height, ascii_only, reach)
        meeting = any(words == _SEVERAL for row in plotted for words, _ in row)
        axes: list[Row] = [
            [(cut(visible(y_label, plain=ascii_only), width), "dim")],
            *plotted,
            [(right(visible(x_label, plain=ascii_only), width), "dim")],
        ]
        if bare:
            return axes
        return [
            heading,
            *axes,
            *_legend(kept, width, ascii_only),
            *([[(f"  {_SEVERAL} several together", "dim")]] if meeting else []),
        ]

    return Picture(layout, plain)


def _plot(series: Mapping[str, Points], width: int, height: int, plain: bool, reach: Points) -> list[Row]:
    points = [*reach, *(point for drawn in series.values() for point in drawn)]
    down = scale_of([y for _, y in points], 5, from_zero=True)
    names = tick_labels(down.ticks)
    margin = max(len(name) for name in names)
    columns = width - margin - 2
    across = scale_of([x for x, _ in points], max(columns // 10, 2))
    labelled = {height - 1 - down.place(tick, height): name for tick, name in zip(down.ticks, names, strict=True)}
    wall, tee, floor, corner = ("|", "+", "-", "+") if plain else ("│", "┤", "─", "└")
    marks = _marks(series, across, down, columns, height, plain)
    rows: list[Row] = []
    for row in range(height):
        axis = f"{labelled.get(row, ''):>{margin}} {tee if row in labelled else wall}"
        rows.append([(axis, "dim"), *(marks.get((row, column), (" ", "")) for column in range(columns))])
    rows.append([(f"{'':{margin}} {corner}{floor * columns}", "dim")])
    rows.append([(" " * (margin + 2) + _tick_row(across, columns), "dim")])
    return rows


def _marks(series: Mapping[str, Points], across: Scale, down: Scale, columns: int, height: int, plain: bool) -> Marks:
    """What stands in each cell: thin dots between points first, so that no marker is covered by them."""
    dot = "." if plain else "·"
    placed = {
        name: [(height - 1 - down.place(y, height), across.place(x, columns)) for x, y in points]
        for name, points in series.items()
    }
    marks: Marks = {}
    for number, path in enumerate(placed.values()):
        for (row, column), (next_row, next_column) in pairwise(path):
            for step in range(1, next_column - column):
                share = step / (next_column - column)
                marks.setdefault((round(row + share * (next_row - row)), column + step), (dot, _colour(number)))
    marked: dict[tuple[int, int], set[int]] = {}
    for number, path in enumerate(placed.values()):
        for cell in path:
            marked.setdefault(cell, set()).add(number)
    for cell, numbers in marked.items():
        # Where several meet, the last marker would hide the others.
        alone = min(numbers)
        marks[cell] = (_marker(alone, plain), _colour(alone)) if len(numbers) == 1 else (_SEVERAL, "bold")
    return marks


def _tick_row(across: Scale, columns: int) -> str:
    row = ""
    for tick, name in zip(across.ticks, tick_labels(across.ticks), strict=True):
        start = min(max(across.place(tick, columns) - len(name) // 2, 0), columns - len(name))
        if start >= len(row) + (1 if row else 0):
            row = f"{row:{start}}{name}"
    return row


def _legend(series: Mapping[str, Points], width: int, plain: bool) -> list[Row]:
    rows: list[list[Span]] = [[]]
    used = 0
    for number, name in enumerate(series):
        words = cut(visible(name, plain=plain), width - 4)
        if used and used + cells(words) + 5 > width:
            rows.append([])
            used = 0
        rows[-1] += [(f"  {_marker(number, plain)} ", _colour(number)), (words + " ", "")]
        used += cells(words) + 5
    return list(rows)


def _marker(number: int, plain: bool) -> str:
    markers = _PLAIN_MARKERS if plain else _MARKERS
    return markers[number % len(markers)]


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]
