"""The few numbers around the first difference, expected and got below each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.wording import apart, number_of, written
from attnlab.shapes import position, singular
from attnlab.wire.values import Array, Value

_FEW = 8


def smallest_case(difference: Difference) -> str | None:
    """The row in which two values first differ, expected and got side by side, at most eight numbers."""
    if difference.index is None:
        return None
    if difference.kind is DifferenceKind.TOKENS:
        row = difference.index[:-1]
        rows = [_inner(difference.expected_part, row), _inner(difference.got_part, row)]
        return _side_by_side(difference, rows)
    match difference.expected_part, difference.got_part:
        case Array(expected, _), Array(got, _) if expected.shape == got.shape and expected.ndim > 0:
            row = difference.index[:-1]
            return _side_by_side(difference, [expected[row].tolist(), got[row].tolist()])
    return None


def _inner(value: Value, row: tuple[int, ...]) -> list[Value]:
    for place in row:
        if not isinstance(value, list | tuple) or place >= len(value):
            return []
        value = value[place]
    return list(value) if isinstance(value, list | tuple) else []


def _side_by_side(difference: Difference, rows: Sequence[Sequence[Any]]) -> str:
    place = (difference.index or (0,))[-1]
    longest = max(len(row) for row in rows)
    start = max(0, min(place - _FEW // 2, longest - _FEW))
    stop = min(longest, start + _FEW)
    axes = difference.axes
    known = axes is not None and difference.index is not None and len(axes) == len(difference.index)
    label = singular(axes[-1]) if axes is not None and known else "index"
    columns = [[str(column), *(_cell(row, column) for row in rows)] for column in range(start, stop)]
    for column in columns:
        if column[1] == column[2] and column[0] == str(place):
            column[1:] = apart(rows[0][place], rows[1][place])
    widths = [max(map(len, column)) for column in columns]
    names = [label, "expected", "got"]
    wide = max(map(len, names))
    above = (difference.index or ())[:-1]
    at = f" at {position(axes[:-1] if axes is not None and known else None, above)}" if above else ""
    lines = [f"{difference.name}{at}"]
    for line, name in enumerate(names):
        cells = "  ".join(column[line].rjust(width) for column, width in zip(columns, widths, strict=True))
        lines.append(f"  {name.ljust(wide)}  {'... ' if start else ''}{cells}{' ...' if stop < longest else ''}")
    return "\n".join(lines)


def _cell(row: Sequence[Any], column: int) -> str:
    if column >= len(row):
        return "-"
    number = number_of(row[column]) if not isinstance(row[column], complex) else row[column]
    return "?" if number is None else written(number, 4)
