"""A constant too many or too few: a factor, a sign, something added everywhere or to whole rows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from attnlab.grading.comparison import Difference
from attnlab.grading.explainers.evidence import (
    Inputs,
    Pair,
    constant_ratio,
    first_place,
    is_telling,
    nearly_equal,
    one_of,
    short,
    value_pair,
)
from attnlab.grading.verdicts import Diagnosis

LARGEST_UNNAMED = 64
# Beyond it no count or root of one explains a factor, and its square may be no number at all.
_LARGEST_FACTOR = 1e6


def sign(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = value_pair(difference)
    if pair is None or not is_telling(pair.expected, 2) or not pair.same(-pair.expected, pair.got):
        return None
    return Diagnosis(
        f"{pair.numbers} have the right size and the wrong sign, all of them.",
        "Where is something subtracted the other way round, or negated once too often?",
    )


def ratio(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = value_pair(difference)
    if pair is None or (pair.expected.size > 1 and not is_telling(pair.expected, 2)):
        return None
    found = constant_ratio(pair.expected, pair.got, pair.loose)
    if found is None or math.isclose(abs(found), 1.0, rel_tol=1e-4):
        return None
    known = _source(abs(found), pair, inputs)
    # A single number has some ratio to any other: only one that is known from elsewhere tells anything.
    if known is None and not is_telling(pair.expected):
        return None
    size = short(max(abs(found), 1 / abs(found)))
    direction = "large" if abs(found) > 1 else "small"
    flipped = ", and of the wrong sign" if found < 0 else ""
    told = f", and {known[0]}" if known else ""
    everywhere = " everywhere" if pair.expected.size > 1 else ""
    return Diagnosis(
        f"{pair.numbers} are {size} times too {direction}{everywhere}{flipped}{told}.",
        known[1] if known else "Which factor is there once too often, or not at all?",
    )


def offset(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = value_pair(difference)
    if pair is None or not is_telling(pair.expected):
        return None
    off = pair.got - pair.expected
    by = float(np.median(off))
    if not _constant(pair, np.asarray(by)):
        return None
    return Diagnosis(
        f"{pair.numbers} are {short(abs(by))} too {'large' if by > 0 else 'small'}, all by the same amount.",
        "What is added to, or taken from, everything alike?",
    )


def offset_of_rows(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = value_pair(difference)
    if pair is None or pair.expected.ndim < 2 or not is_telling(pair.expected, 6):
        return None
    off = pair.got - pair.expected
    for axis in reversed(range(pair.expected.ndim)):
        if pair.expected.shape[axis] < 3 or pair.expected.size < 2 * pair.expected.shape[axis]:
            continue
        if not _constant(pair, np.median(off, axis=axis, keepdims=True)):
            continue
        place = first_place(np.abs(off) == np.abs(off).max())
        rest = [pair.axes[other] if pair.axes else "" for other in range(off.ndim) if other != axis]
        words = " and ".join(one_of((word,), 0) for word in rest) if all(rest) else "row"
        return Diagnosis(
            f"For each {words}, {pair.does('is', 'are')} off by one amount all along {pair.along(axis)}: "
            f"by {short(float(off[place]))} around {pair.at(place)}.",
            f"What is added to, or taken from, everything along {pair.along(axis)} alike?",
        )
    return None


def _constant(pair: Pair, off: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Whether adding `off` explains everything, and is no mere rounding."""
    scale = float(np.abs(pair.expected).max())
    if float(np.abs(off).max()) <= 1e-4 * scale:
        return False
    return nearly_equal(pair.expected + off, pair.got, pair.loose)


def _source(found: float, pair: Pair, inputs: Inputs) -> tuple[str, str] | None:
    """What a factor is, and what to ask about it: 'that is the square root of 8, the size of d_k'."""
    large = max(found, 1 / found)
    if large > _LARGEST_FACTOR:
        return None
    tolerance = 10 * pair.loose
    own = dict(zip(pair.axes or (), pair.expected.shape, strict=False))
    for count, whose in _counts(pair, inputs, own):
        if math.isclose(large, math.sqrt(count), rel_tol=tolerance):
            return (
                f"{short(large)} is the square root of {count}, {whose}",
                "Where does the equation divide or multiply by such a root, and where does your code?",
            )
        if math.isclose(large, count, rel_tol=tolerance):
            return (
                f"{count} is {whose}",
                "Where does a sum become a mean, or a mean a sum, and which of them does the equation want?",
            )
    whole = round(large)
    if 2 <= whole <= LARGEST_UNNAMED and math.isclose(large, whole, rel_tol=tolerance):
        ask = "Which factor is there once too often, or not at all?"
        return (f"that is {whole} exactly", ask) if pair.expected.size > 1 else None
    square = round(large * large)
    if 2 <= square <= LARGEST_UNNAMED and math.isclose(large * large, square, rel_tol=tolerance):
        if pair.expected.size < 2:
            return None
        ask = "Of which number do you take that root, and is it the one the equation names?"
        return f"{short(large)} is the square root of {square}", ask
    return None


def _counts(pair: Pair, inputs: Inputs, own: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Every size that has a name, then products of two of them."""
    sizes = {**own, **inputs.sizes()}
    plain = {number for _, number in inputs.whole_numbers()}
    # Names of the inputs first: the answer's own axes are seldom what it is scaled by.
    for count in sorted({*sizes.values(), *plain}, reverse=True):
        if count > 1 and (whose := inputs.who_has(count, own)) is not None:
            yield count, whose
    words = sorted(sizes)
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            if sizes[one] > 1 and sizes[other] > 1:
                yield sizes[one] * sizes[other], f"{one} times {other}, {sizes[one]} times {sizes[other]}"
