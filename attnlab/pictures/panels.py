"""A panel is a grid of numbers with its labels, ready to be drawn; two of them can be compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Below this nobody sees a difference: it is what one percent looks like.
SEEN = 0.01


@dataclass(frozen=True, slots=True)
class Panel:
    """One grid: `values` has a row for every label in `rows`, in it a number for every label in `columns`."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Furthest:
    """The cell in which two panels differ most: by name and labels, with both numbers."""

    panel: str
    row: str
    column: str
    ours: float
    theirs: float

    @property
    def distance(self) -> float:
        """How far apart they are; infinite where one of them is no number."""
        return distance(self.ours, self.theirs)


def furthest(ours: Sequence[Panel], theirs: Sequence[Panel]) -> Furthest | None:
    """Where the panels differ most; None where they have no cell."""
    cells = (
        Furthest(panel.name, panel.rows[row], panel.columns[column], value, other)
        for panel, beside in zip(ours, theirs, strict=True)
        for row, column, value, other in _both(panel, beside)
    )
    return max(cells, key=lambda cell: cell.distance, default=None)


def differing(ours: Panel, theirs: Panel) -> frozenset[tuple[int, int]]:
    """The cells in which a difference can be seen, by row and column."""
    return frozenset((row, column) for row, column, a, b in _both(ours, theirs) if distance(a, b) >= SEEN)


def distance(value: float, other: float) -> float:
    """How far apart two numbers are: infinitely where only one is a number, not at all where both are the same."""
    if value == other or (math.isnan(value) and math.isnan(other)):
        return 0.0
    apart = abs(value - other)
    return math.inf if math.isnan(apart) else apart


def _both(ours: Panel, theirs: Panel) -> Iterator[tuple[int, int, float, float]]:
    for row, (values, others) in enumerate(zip(ours.values, theirs.values, strict=True)):
        for column, (value, other) in enumerate(zip(values, others, strict=True)):
            yield row, column, value, other
