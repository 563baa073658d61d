"""What explainers have to go by: two arrays side by side, the inputs by name, and a few tests of fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from attnlab.grading.comparison import UNNAMED, Difference, DifferenceKind
from attnlab.grading.verdicts import Diagnosis
from attnlab.shapes import position, singular
from attnlab.wire.values import Array, Value

AnyArray: TypeAlias = npt.NDArray[Any]
Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Axes: TypeAlias = "tuple[str, ...] | None"

# Far looser than judging, far tighter than chance: by the width of one number.
_LOOSE = {2: 1e-2, 4: 1e-4, 8: 1e-7}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_LARGEST = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """The arguments of the call, by parameter name, and the words of their axes where known."""

    values: Mapping[str, Value]
    axes: Mapping[str, Axes]

    def arrays(self) -> Iterator[tuple[str, AnyArray]]:
        """The arrays of numbers or truth values among them."""
        for name, value in self.values.items():
            if isinstance(value, Array) and value.values.dtype.kind in "biuf" and value.values.size <= _LARGEST:
                yield name, value.values

    def numbers(self) -> Iterator[tuple[str, AnyArray]]:
        """The arrays among them that hold numbers."""
        return ((name, array) for name, array in self.arrays() if array.dtype.kind != "b")

    def whole_numbers(self) -> Iterator[tuple[str, int]]:
        """The plain ints among them."""
        return ((name, value) for name, value in self.values.items() if type(value) is int)

    def masks(self) -> Iterator[tuple[str, AnyArray]]:
        """The boolean arrays whose name says mask."""
        return ((name, array) for name, array in self.arrays() if array.dtype.kind == "b" and "mask" in name)

    def axes_of(self, name: str, rank: int) -> Axes:
        """The words of an input's axes, where they fit its rank."""
        axes = self.axes.get(name)
        return axes if axes is not None and len(axes) == rank else None

    def sizes(self) -> dict[str, int]:
        """The size of every axis that has a word, where all inputs agree on it."""
        found: dict[str, set[int]] = {}
        for name, array in self.arrays():
            for axis, size in zip(self.axes_of(name, array.ndim) or (), array.shape, strict=False):
                found.setdefault(axis, set()).add(size)
        return {axis: sizes.pop() for axis, sizes in found.items() if len(sizes) == 1}

    def who_has(self, size: int, also: Mapping[str, int] | None = None) -> str | None:
        """In words what has this size, as 'the size of d_k'; None where nothing known has."""
        known = {**(also or {}), **self.sizes()}
        axes = [axis for axis, count in known.items() if count == size]
        if axes:
            return f"the size of {' and of '.join(axes)}"
        arguments = [name for name, number in self.whole_numbers() if number == size]
        return f"`{arguments[0]}`" if arguments and size > 2 else None


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Expected and got, of one shape, as float64, with what to call them."""

    name: str
    axes: Axes
    expected: Floats
    got: Floats
    loose: float

    @property
    def numbers(self) -> str:
        return numbers_of(self.name)

    @property
    def your(self) -> str:
        return your(self.name)

    def at(self, index: Sequence[int]) -> str:
        return position(self.axes, [int(place) for place in index])

    def row(self, index: Sequence[int]) -> str:
        """Where a row along the last axis is: its place without that axis."""
        return self.slice(index[:-1], len(index) - 1)

    def slice(self, place: Sequence[int], axis: int) -> str:
        """Where a slice along an axis is, by its place among the other axes."""
        known = self.axes is not None and len(self.axes) == len(place) + 1
        left = self.axes[:axis] + self.axes[axis + 1 :] if self.axes is not None and known else None
        return position(left, [int(step) for step in place])

    def does(self, one: str, many: str) -> str:
        return does(self.name, one, many)

    def along(self, axis: int) -> str:
        return axis_word(self.axes, axis)

    def axis(self, axis: int) -> str:
        word = self.along(axis)
        return word if word.startswith(("the ", "axis ")) else f"the {word} axis"

    def same(self, one: AnyArray, other: AnyArray) -> bool:
        return nearly_equal(one, other, self.loose)


Explainer: TypeAlias = Callable[[Difference, Inputs], Diagnosis | None]


def value_pair(difference: Difference) -> Pair | None:
    """The two arrays, where numbers differ by more than rounding and all of them are finite."""
    pair = same_shape_pair(difference)
    if pair is None or difference.kind is not DifferenceKind.VALUES or is_boolean(difference):
        return None
    if not (np.isfinite(pair.expected).all() and np.isfinite(pair.got).all()):
        return None
    return None if pair.same(pair.expected, pair.got) else pair


def same_shape_pair(difference: Difference) -> Pair | None:
    """The two arrays, truth values as 0 and 1, where they have one shape and dtype and hold real numbers."""
    if difference.kind not in (DifferenceKind.VALUES, DifferenceKind.FINITENESS):
        return None
    return loose_pair(difference)


def loose_pair(difference: Difference) -> Pair | None:
    """The two as arrays, whatever their shapes and dtypes, as long as they hold real numbers."""
    expected, got = as_array(difference.expected_part), as_array(difference.got_part)
    if expected is None or got is None or max(expected.size, got.size) > _LARGEST:
        return None
    widths = [array.dtype.itemsize for array in (expected, got) if array.dtype.kind == "f"]
    loose = max((_LOOSE[width] for width in widths if width in _LOOSE), default=1e-7)
    return Pair(difference.name, difference.axes, expected.astype(np.float64), got.astype(np.float64), loose)


def as_array(value: Value) -> AnyArray | None:
    """The array or plain number as an array of real numbers; None for whatever else it is."""
    if isinstance(value, Array):
        return value.values if value.values.dtype.kind in "biuf" else None
    return np.asarray(value) if isinstance(value, bool | int | float) else None


def is_boolean(difference: Difference) -> bool:
    array = as_array(difference.expected_part)
    return array is not None and array.dtype.kind == "b"


def nearly_equal(one: AnyArray, other: AnyArray, loose: float) -> bool:
    """Whether two arrays have one shape and agree up to rounding everywhere; NaN agrees with nothing."""
    if one.shape != other.shape:
        return False
    scale = max(_largest(one), _largest(other))
    near: AnyArray = (one == other) | (np.abs(one - other) <= loose * (np.abs(one) + 1e-3 * scale))
    return bool(near.all())


def is_telling(array: AnyArray, distinct: int = 4) -> bool:
    """Whether an array holds enough different numbers for a fit not to be chance."""
    scale = _largest(array) or 1.0
    return len(np.unique(np.round(array / scale, 9))) >= min(distinct, 4) and array.size >= distinct


def constant_ratio(expected: Floats, got: Floats, loose: float) -> float | None:
    """The one number by which expected is multiplied everywhere, None where there is none."""
    there = np.abs(expected) > 1e-3 * _largest(expected)
    if not there.any() or not np.abs(got).any():
        return None
    ratio = float(np.median(got[there] / expected[there]))
    return ratio if ratio != 0.0 and nearly_equal(expected * ratio, got, loose) else None


def sums_to_one(array: Floats, axes: tuple[int, ...] | int, loose: float) -> bool:
    """Whether there is no negative number and every slice sums to one, or to zero for less than half of them."""
    if array.size == 0 or (array < 0).any():
        return False
    sums = array.sum(axis=axes)
    one = np.abs(sums - 1.0) <= loose * 10
    return bool((one | (sums == 0)).all()) and 2 * int(one.sum()) > sums.size


def weights_axis(expected: Floats, loose: float) -> int | None:
    """The axis along which weights sum to one, the last that fits; None where these are no weights."""
    axes = [axis for axis in range(expected.ndim) if expected.shape[axis] > 1 and sums_to_one(expected, axis, loose)]
    return axes[-1] if axes else None


def broadcast_by_words(array: AnyArray, axes: Axes, target: Sequence[int], target_axes: Axes) -> AnyArray | None:
    """An array stretched over a target's shape, by axis words where both have them, else as numpy does."""
    shape = tuple(target)
    if axes is not None and target_axes is not None and len(axes) == array.ndim < len(shape):
        if not set(axes) <= set(target_axes) or sorted(axes, key=target_axes.index) != list(axes):
            return None
        full = [array.shape[axes.index(word)] if word in axes else 1 for word in target_axes]
        array = array.reshape(full)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        return None


def first_place(where: Mask) -> tuple[int, ...]:
    """The first place in row-major order at which a mask is True."""
    return tuple(int(place) for place in np.unravel_index(int(where.argmax()), where.shape))


def axis_word(axes: Axes, axis: int) -> str:
    """What an axis is called, 'keys' or 'the second axis'."""
    if axes is not None and 0 <= axis < len(axes):
        return axes[axis]
    return f"the {_ORDINALS[axis]} axis" if axis < len(_ORDINALS) else f"axis {axis}"


def one_of(axes: Axes, axis: int) -> str:
    """What one position along an axis is called: 'key', 'item of the batch', 'place along the second axis'."""
    word = axis_word(axes, axis)
    if word == "batch":
        return "item of the batch"
    return f"place along {word}" if word.startswith(("the ", "axis ")) else singular(word)


def numbers_of(name: str) -> str:
    return "The numbers you return" if name == UNNAMED else f"The numbers in {your(name)}"


def your(name: str) -> str:
    """How the learner's part is spoken of: 'your weights', 'the gradient of query'."""
    if name == UNNAMED:
        return "what you return"
    return name if name.startswith("the ") else f"your {name}"


def does(name: str, one: str, many: str) -> str:
    """The name with the form of a verb that goes with it, 'your weights sum', 'your context sums'."""
    word = name.split()[0]
    plural = word.endswith("s") and not word.endswith("ss") and word != "bias"
    return f"{your(name)} {many if plural else one}"


def sentence(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def short(number: float) -> str:
    """A number as one says it: 2.83, 0.125, 3, 1003."""
    return f"{number:.0f}" if 100 <= abs(number) < 1e6 else f"{number + 0.0:.3g}"


def _largest(array: AnyArray) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0
