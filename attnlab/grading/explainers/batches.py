"""Items that get each other's answers, or one item, one slice that alone is right or wrong."""

from __future__ import annotations

import numpy as np

from attnlab.grading.comparison import Difference
from attnlab.grading.explainers.evidence import (
    Floats,
    Inputs,
    Pair,
    is_boolean,
    is_telling,
    one_of,
    same_shape_pair,
    sentence,
)
from attnlab.grading.verdicts import Diagnosis
from attnlab.shapes import position


def first_item_for_all(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _pair(difference)
    if pair is None or len(pair.expected) < 2:
        return None
    for place, which in ((0, "first"), (len(pair.expected) - 1, "last")):
        answer = pair.expected[place]
        if is_telling(answer, min(answer.size, 3)) and all(pair.same(answer, item) for item in pair.got):
            return Diagnosis(
                f"Every {one_of(pair.axes, 0)} gets the same answer, that of the {which} one.",
                "Which index or slice always takes the same one?",
            )
    return None


def full_length_only(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Right are exactly the items of full length, where an input holds the lengths."""
    pair = _pair(difference)
    if pair is None or len(pair.expected) < 3 or pair.expected.ndim < 2:
        return None
    if not all(is_telling(one, min(one.size, 3)) for one in pair.expected):
        return None
    right = np.array([pair.same(one, other) for one, other in zip(pair.expected, pair.got, strict=True)])
    for name, array in inputs.numbers():
        if array.dtype.kind not in "iu" or array.shape != right.shape or "length" not in name:
            continue
        if np.array_equal(right, array == array.max()) and (~right).sum() > 1:
            short = int(np.flatnonzero(~right)[0])
            return Diagnosis(
                f"Only the items of the full length, {int(array.max())}, are right; "
                f"item {short}, of length {int(array[short])}, is the first that is not.",
                "For a sentence that ends earlier, what stands after its end, and does your answer depend on that?",
            )
    return None


def one_item_only(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Only the first or the last item is right, the others hold nothing or something else."""
    pair = _pair(difference)
    if pair is None or len(pair.expected) < 2 or pair.expected.ndim < 2:
        return None
    right = [pair.same(one, other) for one, other in zip(pair.expected, pair.got, strict=True)]
    if sum(right) != 1 or not (right[0] or right[-1]):
        return None
    others = pair.got[1:] if right[0] else pair.got[:-1]
    if len(right) < 3 and others.any():
        return None
    if not is_telling(pair.expected[right.index(True)], 3):
        return None
    which = "first" if right[0] else "last"
    if not others.any():
        return Diagnosis(
            f"Only the {which} {one_of(pair.axes, 0)} is right; the others are all zero.",
            "Does your loop or slice reach every one of them, and does each write to its own place?",
        )
    return Diagnosis(
        f"Only the {which} {one_of(pair.axes, 0)} is right; all others are wrong.",
        "What is special about that one, and do the others get anything that is meant for it alone?",
    )


def items_reordered(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Along one axis the right slices are all there, at each other's places."""
    pair = _pair(difference)
    if pair is None or pair.expected.ndim < 2:
        return None
    for axis in range(pair.expected.ndim):
        expected, got = np.moveaxis(pair.expected, axis, 0), np.moveaxis(pair.got, axis, 0)
        if not 2 <= len(expected) <= 64 or not all(is_telling(one, 2) for one in expected):
            continue
        found = [[place for place, one in enumerate(expected) if pair.same(one, other)] for other in got]
        places = [matches[0] for matches in found if len(matches) == 1]
        if sorted(places) != list(range(len(expected))):
            continue
        moved = next(place for place, source in enumerate(places) if place != source)
        words = None if pair.axes is None else (pair.axes[axis],)
        one, other = position(words, (moved,)), position(words, (places[moved],))
        return Diagnosis(
            f"Along {pair.along(axis)} every answer is there, but at another's place: "
            f"{one} holds what belongs to {other}.",
            "What puts them into another order, and what would put them back?",
        )
    return None


def same_along_axis(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Nothing changes along an axis along which the right answer does."""
    pair = _pair(difference)
    if pair is None or pair.expected.ndim < 2 or not is_telling(pair.got, 3) or is_boolean(difference):
        return None
    for axis in range(pair.expected.ndim):
        if pair.expected.shape[axis] < 2 or not _alike(pair, pair.got, axis) or _alike(pair, pair.expected, axis):
            continue
        each = one_of(pair.axes, axis)
        return Diagnosis(
            f"{sentence(pair.does('is', 'are'))} the same for every {each}; the right answer is not.",
            f"What is different from one {each} to the next, and where does it enter?",
        )
    return None


def one_slice_wrong(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """One slice along an axis is wrong throughout, everything else is right."""
    pair = _pair(difference)
    if pair is None or pair.expected.ndim < 2:
        return None
    wrong = np.abs(pair.got - pair.expected) > pair.loose * (np.abs(pair.expected) + np.abs(pair.expected).max())
    for axis in range(pair.expected.ndim):
        size = pair.expected.shape[axis]
        if size < 3 or pair.expected.size // size < 3:
            continue
        slices = np.moveaxis(wrong, axis, 0).reshape(size, -1)
        whole, some = slices.all(axis=1), slices.any(axis=1)
        if not (whole.sum() == some.sum() == 1):
            continue
        place = int(whole.argmax())
        which = {0: "the first", size - 1: "the last"}.get(place)
        word = one_of(pair.axes, axis)
        zero = not np.take(pair.got, place, axis).any()
        named = f"{which} {word}" if which else f"{word} {place}"
        return Diagnosis(
            f"Everything is right but {named}" + (", which holds nothing but zeros." if zero else "."),
            "What is special about it: where the loop begins or ends, or its mask or length?",
        )
    return None


def _pair(difference: Difference) -> Pair | None:
    pair = same_shape_pair(difference)
    if pair is None or pair.expected.ndim == 0 or pair.same(pair.expected, pair.got):
        return None
    return pair if np.isfinite(pair.got).all() and np.isfinite(pair.expected).all() else None


def _alike(pair: Pair, array: Floats, axis: int) -> bool:
    return pair.same(np.broadcast_to(array.take([0], axis), array.shape), array)
