"""Another shape than expected: axes in another order, lost, left over, or of another axis's size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import Inputs, Pair, axis_word, is_telling, loose_pair, one_of, sentence
from attnlab.grading.verdicts import Diagnosis

RANKS = 5


def axes_reordered(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _shapes(difference)
    if pair is None or not 2 <= pair.expected.ndim == pair.got.ndim <= RANKS:
        return None
    orders = [order for order in permutations(range(pair.expected.ndim)) if _size(pair, order) == pair.got.shape]
    told = [order for order in orders if pair.same(pair.expected.transpose(order), pair.got)]
    if told:
        return Diagnosis(
            f"{pair.numbers} are right, but the axes come in another order: {in_order(pair, told[0])}.",
            "In which order does the docstring name the axes, and which two would you have to swap?",
        )
    # Which axis is which can be told from sizes alone only while no two are equal.
    if len(orders) == 1 and len(set(pair.expected.shape)) == pair.expected.ndim and 1 not in pair.expected.shape:
        return Diagnosis(
            f"The axes of {pair.your} have the right sizes in another order: {in_order(pair, orders[0])}.",
            "In which order does the docstring name the axes, and which operation puts them there?",
        )
    return None


def axis_lost(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _shapes(difference)
    if pair is None or pair.got.ndim != pair.expected.ndim - 1:
        return None
    lost = [axis for axis in range(pair.expected.ndim) if _without(pair.expected.shape, axis) == pair.got.shape]
    for axis in lost:
        if how := _taken(pair, axis):
            return Diagnosis(f"{sentence(pair.axis(axis))} is gone from {pair.your}: {how}.", _WHICH_AXIS)
    if len(lost) != 1:
        return None
    axis = lost[0]
    if pair.expected.shape[axis] == 1:
        return Diagnosis(
            f"{sentence(pair.axis(axis))}, of size 1, is gone from {pair.your}.",
            "Which operation drops an axis that it reduces or picks from, and how is it told to keep it?",
        )
    return Diagnosis(f"{sentence(pair.axis(axis))} is missing from {pair.your}; the others are there.", _WHICH_AXIS)


def axis_shrunk(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _shapes(difference)
    if pair is None or pair.got.ndim != pair.expected.ndim:
        return None
    other = [axis for axis in range(pair.got.ndim) if pair.got.shape[axis] != pair.expected.shape[axis]]
    if len(other) != 1:
        return None
    axis = other[0]
    size = pair.expected.shape[axis]
    if pair.got.shape[axis] == 1:
        how = _taken(Pair(pair.name, pair.axes, pair.expected, pair.got.squeeze(axis), pair.loose), axis)
        return Diagnosis(
            f"{sentence(pair.axis(axis))} has size 1 in {pair.your} instead of {size}" + (f": {how}." if how else "."),
            _WHICH_AXIS,
        )
    if size == 1 and pair.got.shape[axis] > 1:
        return Diagnosis(
            f"{sentence(pair.axis(axis))} should have size 1 in {pair.your} and has {pair.got.shape[axis]}: "
            "it was spread out, or not reduced.",
            "Which operation should leave a single number along it?",
        )
    return None


def extra_axis(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _shapes(difference)
    if pair is None or pair.got.ndim != pair.expected.ndim + 1:
        return None
    for axis, size in enumerate(pair.got.shape):
        if size == 1 and _without(pair.got.shape, axis) == pair.expected.shape:
            right = pair.same(pair.expected, pair.got.squeeze(axis))
            where = "in front" if axis == 0 else f"after {axis_word(pair.axes, axis - 1)}"
            told = "; without it every number is right" if right else ""
            return Diagnosis(
                f"{sentence(pair.does('has', 'have'))} an axis of size 1 too many, {where}{told}.",
                "Which slice, product or keepdims leaves it there, and what takes an axis of size 1 away?",
            )
    return None


def axis_left_over(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """One axis too many, of a size above one: not summed, not picked from, or each met with each."""
    pair = _shapes(difference)
    if pair is None or pair.got.ndim != pair.expected.ndim + 1 or pair.expected.size < 2:
        return None
    for one in range(pair.got.ndim):
        for other in range(one + 1, pair.got.ndim):
            if pair.got.shape[one] != pair.got.shape[other] or pair.got.shape[one] < 2:
                continue
            met = np.moveaxis(np.diagonal(pair.got, axis1=one, axis2=other), -1, one)
            if pair.same(pair.expected, met):
                return Diagnosis(
                    f"In {pair.your} every {one_of(pair.axes, one)} has met every other one; "
                    "the answers of each with itself are right.",
                    "Which axis of the two arrays is the same one, and does the product know that?",
                )
    over = [axis for axis in range(pair.got.ndim) if _without(pair.got.shape, axis) == pair.expected.shape]
    known = dict(zip(pair.axes or (), pair.expected.shape, strict=False))
    for axis in over:
        size = pair.got.shape[axis]
        whose = inputs.who_has(size, known)
        left = f"{sentence(pair.does('has', 'have'))} an axis too many, of size {size}{f', {whose}' if whose else ''}"
        for words, reduced in (
            ("summed over it, every number is right", pair.got.sum(axis)),
            ("averaged over it, every number is right", pair.got.mean(axis)),
            ("its last place holds the right answer", np.asarray(pair.got.take(-1, axis))),
            ("its first place holds the right answer", np.asarray(pair.got.take(0, axis))),
        ):
            if pair.same(pair.expected, np.asarray(reduced)):
                return Diagnosis(f"{left}; {words}.", "At which step should that axis go away, and by which operation?")
    if len(over) == 1 and (whose := inputs.who_has(pair.got.shape[over[0]], known)):
        return Diagnosis(
            f"{sentence(pair.does('has', 'have'))} an axis too many, of size {pair.got.shape[over[0]]}, {whose}.",
            "At which step should that axis go away, and by which operation?",
        )
    return None


def one_too_many(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """One axis is longer or shorter by one or two, and what is left is right."""
    pair = _shapes(difference)
    if pair is None or pair.got.ndim != pair.expected.ndim or not is_telling(pair.expected):
        return None
    other = [axis for axis in range(pair.got.ndim) if pair.got.shape[axis] != pair.expected.shape[axis]]
    if len(other) != 1:
        return None
    axis = other[0]
    many = pair.got.shape[axis] - pair.expected.shape[axis]
    if abs(many) > 2:
        return None
    shorter, longer = (pair.expected, pair.got) if many > 0 else (pair.got, pair.expected)
    length = shorter.shape[axis]
    if length == 0 or not is_telling(shorter):
        return None
    for place, start in (("end", 0), ("beginning", abs(many))):
        if pair.same(shorter, longer.take(range(start, start + length), axis)):
            verb = "more than there should be" if many > 0 else "missing"
            count = f"{abs(many)} {one_of(pair.axes, axis) if abs(many) == 1 else pair.along(axis)}"
            return Diagnosis(
                f"{sentence(pair.does('has', 'have'))} {count} {verb} at the {place} of {pair.along(axis)}; "
                "all others are right.",
                "Where does your loop or slice begin, and where does it end?",
            )
    return None


def column_met_row(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _shapes(difference)
    if pair is None or pair.expected.ndim == 0 or pair.got.ndim != pair.expected.ndim + (pair.expected.ndim == 1):
        return None
    size = max(pair.expected.shape)
    column = pair.expected.ndim == 1 or (pair.expected.ndim == 2 and 1 in pair.expected.shape)
    if size < 2 or pair.got.shape != (size, size) or not column:
        return None
    return Diagnosis(
        f"{sentence(pair.your)} came out as a square of {size} by {size}: "
        f"a column ({size}, 1) met a row ({size},), and broadcasting paired each with each.",
        "Which two arrays meet there, and what shape has each of them?",
    )


def flattened(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _shapes(difference)
    if pair is None or pair.expected.size < 2:
        return None
    if pair.got.ndim == 0:
        return Diagnosis(
            "A single number comes back: everything was reduced at once.",
            "Which axis should be reduced, and how does the operation learn of it?",
        )
    if pair.got.ndim >= pair.expected.ndim or pair.got.size != pair.expected.size:
        return None
    right = pair.same(pair.expected.reshape(pair.got.shape), pair.got)
    told = "; the numbers are right" if right else ""
    return Diagnosis(
        f"{sentence(pair.does('holds', 'hold'))} as many numbers as expected, but axes have been run together{told}.",
        "Which operation merges axes, and how do you give them back their own?",
    )


def axis_of_another_size(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Exactly one axis has the size of some other named axis."""
    pair = _shapes(difference)
    if pair is None or pair.got.ndim != pair.expected.ndim or pair.axes is None:
        return None
    other = [axis for axis in range(pair.got.ndim) if pair.got.shape[axis] != pair.expected.shape[axis]]
    known = dict(zip(pair.axes, pair.expected.shape, strict=False))
    if len(other) != 1 or len(pair.axes) != pair.got.ndim:
        return None
    axis = other[0]
    size = pair.got.shape[axis]
    whose = inputs.who_has(size, known)
    if whose is None or size < 2:
        return None
    return Diagnosis(
        f"Where {pair.your} should have {pair.axes[axis]}, {pair.expected.shape[axis]} of them, "
        f"it has {size}, and that is {whose}.",
        "In the product or sum that makes it, which axis goes away and which stays?",
    )


def in_order(pair: Pair, order: Sequence[int]) -> str:
    """What a reordering does, as 'queries and keys are swapped'."""
    moved = [axis for axis, source in enumerate(order) if axis != source]
    if len(moved) == 2:
        return f"{pair.along(moved[0])} and {pair.along(moved[1])} are swapped"
    if pair.axes is not None and len(pair.axes) == len(order):
        return f"they come as ({', '.join(pair.axes[source] for source in order)})"
    return f"axis {', '.join(map(str, order))} of the right answer, in this order"


_WHICH_AXIS = "Along which axis does your code sum, average or pick, and which axis should be left?"


def _shapes(difference: Difference) -> Pair | None:
    return loose_pair(difference) if difference.kind is DifferenceKind.SHAPE else None


def _size(pair: Pair, order: Sequence[int]) -> tuple[int, ...]:
    return tuple(pair.expected.shape[axis] for axis in order)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]


def _taken(pair: Pair, axis: int) -> str | None:
    """How an axis was reduced, where got equals that reduction of expected."""
    if pair.expected.shape[axis] < 2 or pair.got.size < 2:
        return None
    one = one_of(pair.axes, axis)
    ways = (
        ("it was summed away", pair.expected.sum(axis)),
        ("it was averaged away", pair.expected.mean(axis)),
        (f"only the first {one} is left", np.asarray(pair.expected.take(0, axis))),
        (f"only the last {one} is left", np.asarray(pair.expected.take(-1, axis))),
        ("only the largest is left", np.asarray(pair.expected.max(axis))),
    )
    for words, reduced in ways:
        if pair.same(reduced, pair.got) and is_telling(reduced, 2):
            return words
    return None
