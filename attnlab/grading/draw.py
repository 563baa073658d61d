"""Draws the inputs of checks: seeded, replayable, with a size of its own for every axis."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from attnlab.content import Library

# No perfect squares: a root taken of the wrong axis must not come out even.
_SIZES = (2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15)
_AT_HAND = 6
_SHARE_VISIBLE = 0.6


class Draw:
    """The inputs of one check. Arrays are of the exercise's library, float64 unless asked otherwise."""

    def __init__(self, seed: int, check: str, library: Library) -> None:
        self.generator = np.random.default_rng([seed, zlib.crc32(check.encode())])
        self._library = library
        self._sizes: dict[str, int] = {}

    def size(self, axis: str, *, at_least: int = 2) -> int:
        """The size of a named axis; fixed within one check, different from every other axis's."""
        if axis not in self._sizes:
            free = [size for size in _SIZES if size >= at_least and size not in self._sizes.values()]
            at_hand = free[:_AT_HAND]
            # What generator.choice would draw, a dozen times sooner.
            self._sizes[axis] = at_hand[int(self.generator.integers(len(at_hand)))]
        return self._sizes[axis]

    def normal(self, *axes: str | int, scale: float = 1.0, shift: float = 0.0, dtype: str = "float64") -> Any:
        """Standard normal values, times `scale`, plus `shift`."""
        return self._array(self.generator.standard_normal(self._shape(axes)) * scale + shift, dtype)

    def uniform(self, low: float, high: float, *axes: str | int, dtype: str = "float64") -> Any:
        """Values spread evenly from `low` to `high`."""
        return self._array(self.generator.uniform(low, high, self._shape(axes)), dtype)

    def integers(self, low: int, high: int, *axes: str | int) -> Any:
        """Whole numbers from `low` up to but without `high`, int64."""
        return self._array(self.generator.integers(low, high, self._shape(axes)), "int64")

    def mask(self, *axes: str | int, empty_row: bool = False) -> Any:
        """Booleans, True where a query may look; rows are the last axis.

        Every row has something to look at and something not, and not all rows are alike; with
        `empty_row` the last one has nothing to look at at all.
        """
        shape = self._shape(axes)
        rows = int(np.prod(shape[:-1]))
        keys = shape[-1]
        while True:
            mask = self.generator.random((rows, keys)) < _SHARE_VISIBLE
            for row in mask:
                visible, hidden = self.generator.choice(keys, size=2, replace=False)
                row[visible], row[hidden] = True, False
            if rows == 1 or (mask != mask[0]).any():
                break
        if empty_row:
            mask[-1] = False
        return self._array(mask.reshape(shape), "bool")

    def lengths(self, batch: str | int, time: str | int) -> Any:
        """How many positions of each item count, int64: one item is full, the others are shorter and differ."""
        (count, longest) = self._shape((batch, time))
        shorter = np.arange(1, longest)
        if count - 1 <= len(shorter):
            chosen = self.generator.choice(shorter, size=count - 1, replace=False)
        else:
            extra = self.generator.choice(shorter, size=count - 1 - len(shorter))
            chosen = np.concatenate([shorter, extra])
        return self._array(self.generator.permutation(np.append(chosen, longest)), "int64")

    def _shape(self, axes: tuple[str | int, ...]) -> tuple[int, ...]:
        return tuple(axis if isinstance(axis, int) else self.size(axis) for axis in axes)

    def _array(self, values: npt.NDArray[Any], dtype: str) -> Any:
        plain = np.ascontiguousarray(values, dtype=dtype).reshape(np.shape(values))
        if self._library is Library.TORCH:
            import torch

            return torch.from_numpy(plain)
        return plain
