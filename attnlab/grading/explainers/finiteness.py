"""NaN and infinity where the right answer has numbers, traced to the inputs they came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import (
    AnyArray,
    Axes,
    Inputs,
    Mask,
    Pair,
    broadcast_by_words,
    first_place,
    loose_pair,
    sentence,
    short,
)
from attnlab.grading.verdicts import Diagnosis
from attnlab.shapes import position
from attnlab.wire.values import Array


def empty_row(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """NaN fills exactly the rows in which a mask is False everywhere, or an input is -inf everywhere."""
    pair = _astray(difference)
    if pair is None or pair.expected.ndim == 0:
        return None
    astray: Mask = ~np.isfinite(pair.got)
    for name, array in inputs.arrays():
        closed = _closed(name, array)
        if closed is None:
            continue
        stretched = broadcast_by_words(closed, inputs.axes_of(name, closed.ndim), pair.got.shape, pair.axes)
        words = inputs.axes_of(name, closed.ndim)
        rows = _empty_rows(stretched) if stretched is not None else _rows_of_leading(closed, pair, words)
        if rows is None or not rows.any() or rows.all() or not np.array_equal(astray, rows & astray):
            continue
        # All of the row or nothing of it: a stray NaN within it would have another cause.
        if not np.array_equal(np.broadcast_to(astray.any(axis=-1, keepdims=True), rows.shape), astray):
            continue
        place = first_place(astray)
        shown = short(float(pair.got[place]))
        why = f"`{name}` is False at every place" if array.dtype.kind == "b" else f"every number of `{name}` is -inf"
        return Diagnosis(
            f"{sentence(pair.does('is', 'are'))} {shown} all through {pair.row(place)}, where {why}: "
            "there is nothing to look at, so the exponentials sum to zero and the division is 0/0.",
            "What should a row with nothing to look at get, and at which step does yours divide by zero or "
            "subtract -inf from -inf?",
        )
    return None


def overflow(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """The rows that went astray are those in which an input is too large for exp."""
    pair = _astray(difference)
    if pair is None:
        return None
    dtype = _dtype(difference)
    ceiling = float(np.log(np.finfo(dtype).max))
    astray: Mask = ~np.isfinite(pair.got)
    for name, array in inputs.numbers():
        if array.dtype.kind != "f":
            continue
        finite = np.where(np.isfinite(array), array, -np.inf)
        if not (finite > ceiling).any():
            continue
        axes = inputs.axes_of(name, array.ndim)
        where = _where_rows(finite, astray, pair, axes, lambda row: bool(row.max() > ceiling))
        if where is None:
            continue
        return Diagnosis(
            f"`{name}` reaches {short(float(finite.max()))}{where}, and exp of anything above {int(ceiling)} "
            f"is too large for {dtype}: it becomes inf, and inf/inf is nan.",
            "What may you subtract from every number of a row without changing its weights?",
        )
    return None


def underflow(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """The rows that went astray are those in which an input is so low throughout that every exp is zero."""
    pair = _astray(difference)
    if pair is None:
        return None
    dtype = _dtype(difference)
    floor = float(np.log(np.finfo(dtype).smallest_subnormal))
    astray: Mask = ~np.isfinite(pair.got)
    for name, array in inputs.numbers():
        if array.dtype.kind != "f" or not np.isfinite(array).any():
            continue
        axes = inputs.axes_of(name, array.ndim)
        where = _where_rows(array, astray, pair, axes, lambda row: bool(np.isfinite(row).any() and row.max() < floor))
        if where is None:
            continue
        return Diagnosis(
            f"`{name}` is nowhere above {short(floor)}{where}: every exp there is too small for {dtype} "
            "and becomes zero, and 0/0 is nan.",
            "What may you subtract from every number of a row without changing its weights?",
        )
    return None


def infinite_input(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """The places that went astray are those, or lie in rows, in which an input is infinite."""
    pair = _astray(difference)
    if pair is None:
        return None
    astray: Mask = ~np.isfinite(pair.got)
    for name, array in inputs.numbers():
        infinite: Mask = ~np.isfinite(array)
        if array.shape != pair.got.shape or not infinite.any() or infinite.all():
            continue
        place = first_place(astray)
        what = short(float(array[infinite].flat[0]))
        if np.array_equal(infinite, astray):
            return Diagnosis(
                f"{sentence(pair.does('is', 'are'))} {short(float(pair.got[place]))} exactly where `{name}` is {what}.",
                "What does each step make of that number: 0 times inf and inf minus inf are nan?",
            )
    return None


def everywhere(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """No cause is known; what nan and inf come from is still worth saying."""
    pair = _astray(difference)
    if pair is None:
        return None
    not_a_number = int(np.isnan(pair.got).sum())
    if not_a_number:
        every = not_a_number == pair.got.size
        count = "Every number is nan" if every else f"Nan stands at {not_a_number} of {pair.got.size} places"
        return Diagnosis(
            f"{count}. Nan is made by 0/0, inf/inf, inf - inf, 0 times inf, and by roots or logarithms of "
            "negative numbers; from there it spreads.",
            "Which of these can one of your steps meet on these inputs?",
        )
    sign = "-inf" if (pair.got[~np.isfinite(pair.got)] < 0).all() else "inf"
    made = "the logarithm of zero" if sign == "-inf" else "an exp of a large number"
    return Diagnosis(
        f"Some numbers are {sign}; what makes it is {made}, or a division by zero.",
        "Which of these can one of your steps meet on these inputs?",
    )


def _astray(difference: Difference) -> Pair | None:
    if difference.kind is not DifferenceKind.FINITENESS:
        return None
    return loose_pair(difference)


def _dtype(difference: Difference) -> np.dtype[Any]:
    part = difference.got_part
    return part.values.dtype if isinstance(part, Array) and part.values.dtype.kind == "f" else np.dtype(np.float64)


def _closed(name: str, array: AnyArray) -> Mask | None:
    """Where an input lets nothing through: False in a mask, -inf elsewhere."""
    if array.dtype.kind == "b":
        return ~array if "mask" in name else None
    return np.isneginf(array) if array.dtype.kind == "f" and np.isneginf(array).any() else None


def _empty_rows(closed: AnyArray) -> Mask:
    return np.broadcast_to(closed.all(axis=-1, keepdims=True), closed.shape)


def _rows_of_leading(closed: Mask, pair: Pair, axes: Axes) -> Mask | None:
    """The rows of another last axis, as context's, whose leading places are closed throughout."""
    if closed.ndim < 2 or axes is None or pair.axes is None or len(pair.axes) != pair.got.ndim:
        return None
    leading: Mask = np.asarray(closed.all(axis=-1))
    rows = broadcast_by_words(leading, axes[:-1], pair.got.shape[:-1], pair.axes[:-1])
    if rows is None or axes[:-1] != pair.axes[: len(axes) - 1]:
        return None
    return np.broadcast_to(rows[..., None], pair.got.shape)


def _where_rows(
    array: AnyArray, astray: Mask, pair: Pair, axes: Axes, extreme: Callable[[AnyArray], bool]
) -> str | None:
    """Where the rows of an input that are extreme are the very rows that went astray, in words."""
    if array.shape != astray.shape or array.ndim == 0:
        return None
    words = pair.axes if pair.axes is not None and len(pair.axes) == array.ndim else axes
    for axis in reversed(range(array.ndim)):
        rows: Mask = np.apply_along_axis(lambda row: np.asarray(extreme(row)), axis, array).astype(bool)
        if rows.any() and np.array_equal(rows, astray.any(axis=axis)):
            left = None if words is None else words[:axis] + words[axis + 1 :]
            return f" at {position(left, first_place(rows))}" if rows.ndim else ""
    return None
