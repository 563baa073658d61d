"""Axes whose ticks are round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """A range from `low` to `high` with round ticks inside."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def place(self, value: float, cells: int) -> int:
        """Which of `cells` cells the value falls into, from 0 at `low`."""
        share = (value - self.low) / (self.high - self.low)
        return min(max(round(share * (cells - 1)), 0), cells - 1)


def scale_of(values: Sequence[float], ticks: int, *, from_zero: bool = False) -> Scale:
    """A scale that holds every value; it starts at zero when asked to and zero is not far away."""
    low, high = min(values), max(values)
    if from_zero and 0 < low < high / 2:
        low = 0.0
    if math.isclose(low, high, rel_tol=1e-12, abs_tol=1e-300):
        margin = abs(low) / 2 or 0.5
        low, high = low - margin, high + margin
    step = _round_step((high - low) / max(ticks - 1, 1), whole=all(value == round(value) for value in values))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(first * step, last * step, tuple(place * step for place in range(first, last + 1)))


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Every tick in the same form, with as few digits as tell them apart."""
    largest = max(abs(tick) for tick in ticks)
    if largest >= 1e5 or largest < 1e-3:
        return [f"{tick:.2g}" for tick in ticks]
    for digits in range(7):
        labels = [f"{tick:.{digits}f}" for tick in ticks]
        if all(math.isclose(float(label), tick, rel_tol=1e-6) for label, tick in zip(labels, ticks, strict=True)):
            break
    return [label.removeprefix("-") if float(label) == 0 else label for label in labels]


def _round_step(wanted: float, *, whole: bool) -> float:
    """The smallest round step that is at least `wanted`, and a whole number where all values are."""
    magnitude = 10.0 ** math.floor(math.log10(wanted))
    steps = [factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= wanted * (1 - 1e-9)]
    return next((step for step in steps if not whole or step == round(step)), 1.0)
