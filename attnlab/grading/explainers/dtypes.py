"""Another dtype than the inputs', and what a narrower one leaves behind in the numbers."""

from __future__ import annotations

import numpy as np

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import (
    AnyArray,
    Inputs,
    does,
    is_telling,
    same_shape_pair,
    sentence,
    value_pair,
)
from attnlab.grading.verdicts import Diagnosis
from attnlab.wire.values import Array


def widened(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    arrays = _dtypes(difference)
    if arrays is None or not (arrays[0].dtype.kind == arrays[1].dtype.kind == "f"):
        return None
    expected, got = arrays
    if got.dtype.itemsize <= expected.dtype.itemsize:
        return None
    floats = {array.dtype for _, array in inputs.arrays() if array.dtype.kind == "f"}
    # Only where the inputs are all of the narrow kind has the submission itself brought the wide one in.
    whose = f"The inputs are {expected.dtype} and " if floats == {expected.dtype} else ""
    return Diagnosis(
        sentence(f"{whose}{does(difference.name, 'is', 'are')} {got.dtype}: ")
        + f"something {got.dtype} joined in, and the wider one wins.",
        "Which array or constant do you make yourself, such as zeros, arange or a square root, and which dtype has it?",
    )


def narrowed(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    arrays = _dtypes(difference)
    if arrays is None or not (arrays[0].dtype.kind == arrays[1].dtype.kind == "f"):
        return None
    expected, got = arrays
    if got.dtype.itemsize >= expected.dtype.itemsize:
        return None
    return Diagnosis(
        f"{sentence(does(difference.name, 'is', 'are'))} {got.dtype}, narrower than {expected.dtype}: "
        "digits are lost on the way.",
        "Where is an array made or converted without taking its dtype from the inputs?",
    )


def whole_numbers(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    arrays = _dtypes(difference)
    if arrays is None or arrays[0].dtype.kind != "f" or arrays[1].dtype.kind not in "iu":
        return None
    return Diagnosis(
        f"{sentence(does(difference.name, 'is', 'are'))} an array of whole numbers, {arrays[1].dtype}: "
        "it cannot hold fractions, whatever is written into it.",
        "Where is it made, and from what does it take its dtype?",
    )


def truth_values(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    arrays = _dtypes(difference)
    if arrays is None:
        return None
    expected, got = arrays
    if got.dtype.kind == "b":
        return Diagnosis(
            f"{sentence(does(difference.name, 'holds', 'hold'))} True and False where numbers are expected.",
            "Is the last step a comparison, and what was to be done with what it says?",
        )
    if expected.dtype.kind == "b":
        same = np.array_equal(got != 0, expected)
        known = "nonzero exactly where True is expected" if same else f"{got.dtype}"
        return Diagnosis(
            f"{sentence(does(difference.name, 'holds', 'hold'))} numbers, {known}, where True and False are expected.",
            "Which comparison says of every place whether one may look there?",
        )
    return None


def single_precision_inside(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Every number is nearly right, and is exactly one that a narrower float can hold."""
    pair = same_shape_pair(difference)
    if pair is None or difference.kind is not DifferenceKind.VALUES:
        return None
    expected, got = pair.expected, pair.got
    array = difference.got_part
    if not isinstance(array, Array) or array.values.dtype.kind != "f" or not is_telling(got):
        return None
    for narrow, close in ((np.float16, 2e-2), (np.float32, 1e-4)):
        if np.dtype(narrow).itemsize >= array.values.dtype.itemsize:
            continue
        held = np.array_equal(got.astype(narrow).astype(np.float64), got)
        by_chance = np.mean(expected.astype(narrow).astype(np.float64) == expected) > 0.5
        if held and not by_chance and np.allclose(expected, got, rtol=close, atol=close * np.abs(expected).max()):
            return Diagnosis(
                f"{pair.numbers} are right to as many digits as {np.dtype(narrow)} holds, and no further: "
                f"they went through {np.dtype(narrow)} on the way.",
                "Where is an array made or converted without taking its dtype from the inputs?",
            )
    return None


def rounded(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = value_pair(difference)
    if pair is None or not is_telling(pair.expected) or len(np.unique(pair.got)) < 2:
        return None
    ways = (
        ("cut down to the whole number towards zero", np.trunc),
        ("rounded to whole numbers", np.round),
        ("rounded down to whole numbers", np.floor),
        ("rounded up to whole numbers", np.ceil),
    )
    for words, rounding in ways:
        if np.array_equal(rounding(pair.expected) + 0.0, pair.got + 0.0):
            return Diagnosis(
                f"{pair.numbers} are the right ones {words}.",
                "Which division, or which array they are written into, knows only whole numbers?",
            )
    return None


def _dtypes(difference: Difference) -> tuple[AnyArray, AnyArray] | None:
    expected, got = difference.expected_part, difference.got_part
    if difference.kind is not DifferenceKind.DTYPE or not isinstance(expected, Array) or not isinstance(got, Array):
        return None
    return expected.values, got.values
