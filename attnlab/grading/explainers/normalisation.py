"""Weights that do not sum to one where they should, or that pick instead of mixing."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import (
    Inputs,
    Pair,
    first_place,
    is_boolean,
    is_telling,
    nearly_equal,
    one_of,
    same_shape_pair,
    sentence,
    short,
    sums_to_one,
    value_pair,
    weights_axis,
)
from attnlab.grading.verdicts import Diagnosis


def epsilon(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Each row is right but for a factor a hair below one."""
    pair = same_shape_pair(difference)
    if pair is None or difference.kind is not DifferenceKind.VALUES or is_boolean(difference):
        return None
    # Judged on the sums: rounding alone, at the dtype's own width, must not look like something added.
    fine = pair.loose / 100
    if not np.isfinite(pair.got).all() or (axis := weights_axis(pair.expected, pair.loose)) is None:
        return None
    sums = pair.got.sum(axis=axis, keepdims=True)
    full = pair.expected.sum(axis=axis, keepdims=True)
    missing = (full - sums)[full > 0.5]
    if not (missing > fine / 10).any() or (missing < -fine / 10).any() or missing.max() > 0.05:
        return None
    if (pair.got < 0).any() or not nearly_equal(pair.expected * sums, pair.got, max(fine, 1e-10)):
        return None
    lowest = float(sums[full > 0.5].min())
    digits = max(3, int(-np.log10(1 - lowest)) + 2) if lowest < 1 else 12
    return Diagnosis(
        f"{sentence(pair.does('sums', 'sum'))} along {pair.along(axis)} to {lowest:.{digits}g} and not to one: "
        "something small is added to what you divide by.",
        "What is that small number for, and is there a way to be safe without it?",
    )


def wrong_axis(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    found = _unequal(difference)
    if found is None:
        return None
    pair, axis = found
    for other in range(pair.got.ndim):
        many = pair.got.size // pair.got.shape[other] > 1
        if other == axis or not many or pair.got.shape[other] < 2 or not sums_to_one(pair.got, other, pair.loose):
            continue
        rest = one_of(pair.axes, other)
        ask = (
            "Which argument says along which axis the weights compete?"
            if " " in rest
            else f"For one {rest}, which numbers compete with each other?"
        )
        return Diagnosis(
            f"{sentence(pair.does('sums', 'sum'))} to one along {pair.along(other)}, not along {pair.along(axis)}.", ask
        )
    return None


def over_everything(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    found = _unequal(difference)
    if found is None:
        return None
    pair, axis = found
    for count in range(2, pair.got.ndim + 1):
        for several in combinations(range(pair.got.ndim), count):
            if not sums_to_one(pair.got, several, pair.loose):
                continue
            words = " and ".join(pair.along(other) for other in several)
            everything = "everything at once" if count == pair.got.ndim else f"{words} together"
            return Diagnosis(
                f"{sentence(pair.does('sums', 'sum'))} to one over {everything}, not along {pair.along(axis)} alone.",
                f"How many sums do you divide by, and how many places are there that share one {_share(pair, axis)}?",
            )
    return None


def not_divided(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """The proportions within each row are right, the sums are more than one."""
    found = _unequal(difference)
    if found is None or (found[0].got < 0).any():
        return None
    pair, axis = found
    sums = pair.got.sum(axis=axis, keepdims=True)
    if not pair.same(pair.expected * sums, pair.got) or pair.got.shape[axis] < 2:
        return None
    lowest, highest = float(sums[sums > 0].min(initial=np.inf)), float(sums.max())
    if not lowest < np.inf or (sums.size < 2 and abs(highest - 1) < 1e-3):
        return None
    return Diagnosis(
        f"Within each row the proportions of {pair.your} are right, but along {pair.along(axis)} they sum to "
        f"{_range(lowest, highest)}, not to one.",
        "What has each row to be divided by, and is the same number used for all of a row?",
    )


def picks_the_largest(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    found = _weights(difference)
    if found is None:
        return None
    pair, axis = found
    if not np.isin(pair.got, (0.0, 1.0)).all() or not (pair.got.sum(axis=axis) == 1).all():
        return None
    if not np.array_equal(pair.got.argmax(axis=axis), pair.expected.argmax(axis=axis)) or pair.got.size < 4:
        return None
    return Diagnosis(
        f"{sentence(pair.does('gives', 'give'))} all to the largest score along {pair.along(axis)} "
        "and nothing to the others.",
        "What would a small change of a score change, and could anything be learned from that?",
    )


def sums_to_something_else(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """No cause is known; that rows do not sum to one is certain."""
    found = _unequal(difference)
    if found is None:
        return None
    pair, axis = found
    if (negative := pair.got < 0).any():
        return Diagnosis(
            f"{pair.numbers} are partly negative, as at {pair.at(first_place(negative))}; "
            f"along {pair.along(axis)} shares of one are expected.",
            "Are scores returned in place of weights, or which step makes every number positive?",
        )
    sums, full = pair.got.sum(axis=axis), pair.expected.sum(axis=axis)
    wrong = np.abs(sums - full) > 1e-3
    if not wrong.any() or pair.got.size < 2:
        return None
    place = first_place(wrong)
    where = f" at {pair.slice(place, axis)}" if place else ""
    return Diagnosis(
        f"Along {pair.along(axis)}, {pair.does('sums', 'sum')} to {short(float(sums[place]))}{where}; "
        f"there it should be {short(float(full[place]))}.",
        "What makes the numbers of a row share a fixed amount, and what comes after that step?",
    )


def _weights(difference: Difference) -> tuple[Pair, int] | None:
    """The pair and the axis along which the expected ones sum to one."""
    pair = value_pair(difference)
    if pair is None:
        return None
    axis = weights_axis(pair.expected, pair.loose)
    return None if axis is None or not is_telling(pair.expected, 3) else (pair, axis)


def _unequal(difference: Difference) -> tuple[Pair, int] | None:
    """The same, where what came back does not sum to one there."""
    found = _weights(difference)
    return None if found is None or sums_to_one(found[0].got, found[1], found[0].loose) else found


def _share(pair: Pair, axis: int) -> str:
    return "sum" if pair.got.ndim < 2 else f"sum along {pair.along(axis)}"


def _range(low: float, high: float) -> str:
    return short(low) if short(low) == short(high) else f"between {short(low)} and {short(high)}"
