"""The right answer before or after one function too few or too many; an input, an average, nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from attnlab.grading.comparison import Difference
from attnlab.grading.explainers.evidence import (
    AnyArray,
    Floats,
    Inputs,
    Pair,
    as_array,
    is_boolean,
    is_telling,
    nearly_equal,
    same_shape_pair,
    sentence,
    short,
    value_pair,
    weights_axis,
)
from attnlab.grading.verdicts import Diagnosis

# What the learner's answer is of the right one, in words, and the question that leads out.
_FUNCTIONS: tuple[tuple[str, Callable[[Floats], Floats], str], ...] = (
    ("the logarithms of the right ones", np.log, "Does your code end in logarithms, and who undoes them?"),
    ("the exponentials of the right ones", np.exp, "Which exp comes last, and does the equation have it there?"),
    ("the tanh of the right ones", np.tanh, "How many times does each number go through tanh?"),
    ("the squares of the right ones", np.square, "What is multiplied by itself, and should it be?"),
    ("the square roots of the right ones", np.sqrt, "Which root is taken, and of what should it be?"),
    ("one over the right ones", np.reciprocal, "What is divided by what?"),
    ("the right ones without their signs", np.abs, "Where do the negative numbers lose their sign?"),
    ("one minus the right ones", lambda right: 1.0 - right, "Of the two shares, which one is asked for?"),
    ("the right ones with everything below zero cut off", lambda right: np.maximum(right, 0.0),
     "Which step cuts off below zero, and does the equation have it?"),
    ("the right ones put through a sigmoid", lambda right: 1.0 / (1.0 + np.exp(-right)),
     "Which step squeezes into 0 to 1, and does the equation have it?"),
)  # fmt: skip


def all_zeros(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = value_pair(difference)
    if pair is None or pair.got.any() or not is_telling(pair.expected, 2):
        return None
    return Diagnosis(
        f"{pair.numbers} are all zero.",
        "Which step makes everything zero: a mask, a product, or an array that nothing is written into?",
    )


def input_returned(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = same_shape_pair(difference)
    if pair is None or not is_telling(pair.got, 2):
        return None
    for name, array in inputs.arrays():
        # Few truth values are soon alike by chance.
        if array.dtype.kind == "b" and array.size < 12:
            continue
        if array.shape == pair.got.shape and np.array_equal(array.astype(np.float64), pair.got):
            return Diagnosis(
                f"What you return is `{name}` itself, number by number.",
                f"What should happen to `{name}` before it is returned?",
            )
    return None


def other_part_returned(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """One part of the answer holds what belongs into another."""
    pair = value_pair(difference)
    result = difference.expected_result
    if pair is None or not isinstance(result, list | tuple) or not is_telling(pair.got, 2):
        return None
    for part in result:
        other = as_array(part)
        if part is difference.expected_part or other is None:
            continue
        if pair.same(other.astype(np.float64), pair.got):
            return Diagnosis(
                f"{sentence(pair.does('is', 'are'))} another of the things you return, a second time.",
                "Which variable stands at which place of what you return?",
            )
    return None


def function_of_expected(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _telling(difference)
    if pair is None:
        return None
    for words, function, ask in _FUNCTIONS:
        image = function(pair.expected)
        if np.isfinite(image).all() and pair.same(image, pair.got):
            return Diagnosis(f"{pair.numbers} are {words}.", ask)
    for axis in reversed(range(pair.expected.ndim)):
        if pair.expected.shape[axis] < 2 or not pair.same(_softmax(pair.expected, axis), pair.got):
            continue
        if weights_axis(pair.expected, pair.loose) is not None:
            return Diagnosis(
                f"{sentence(pair.does('has', 'have'))} been through the softmax twice, along {pair.along(axis)}.",
                "Which of your steps already makes the numbers sum to one?",
            )
        return Diagnosis(
            f"{pair.numbers} are the softmax, along {pair.along(axis)}, of the right ones.",
            "Are scores asked for, or weights?",
        )
    return None


def before_the_tanh(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _telling(difference)
    if pair is None:
        return None
    # Where tanh is nearly one its inverse has no digits left.
    if (np.abs(pair.expected) >= 1).any() or not nearly_equal(pair.expected, np.tanh(pair.got), pair.loose):
        return None
    return Diagnosis(
        f"{pair.numbers} are the right ones before their tanh.",
        "What keeps the numbers between -1 and 1 in the equation?",
    )


def instead_of_the_tanh(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """What should have gone through tanh went through something else."""
    pair = _telling(difference)
    if pair is None or (np.abs(pair.expected) >= 0.9999).any():
        return None
    before = np.arctanh(pair.expected)
    for words, image in (("a sigmoid", 1.0 / (1.0 + np.exp(-before))), ("a relu", np.maximum(before, 0.0))):
        if pair.same(image, pair.got):
            return Diagnosis(
                f"{pair.numbers} have been through {words} in place of the tanh.",
                "Between which two numbers should they lie, and which function keeps them there?",
            )
    return None


def missing_term(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """What is missing, or too much, is one of the inputs; before a tanh where there is one."""
    pair = _telling(difference)
    if pair is None:
        return None
    small = (np.abs(pair.expected) < 0.999).all() and (np.abs(pair.got) < 0.999).all()
    for where, expected, got in (
        ("", pair.expected, pair.got),
        *((("before the tanh, ", np.arctanh(pair.expected), np.arctanh(pair.got)),) if small else ()),
    ):
        lacking = expected - got
        for name, array in inputs.numbers():
            for words, ask, term in (
                (f"lack `{name}`: adding it makes them right", f"Where does the equation add `{name}`?", lacking),
                (
                    f"are the right ones with `{name}` added once more",
                    f"Where does the equation add `{name}`, and how many times?",
                    -lacking,
                ),
                (
                    f"have `{name}` subtracted where it should be added",
                    f"Which sign does `{name}` have in the equation?",
                    lacking / 2,
                ),
            ):
                if _is(array, term, pair.loose, np.abs(expected).max()):
                    return Diagnosis(f"{sentence(where)}{_lower(pair.numbers, where)} {words}.", ask)
    return None


def plain_average(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Even weights, or the plain mean or sum of an input along one axis."""
    pair = value_pair(difference)
    if pair is None or pair.got.ndim == 0:
        return None
    axis = weights_axis(pair.expected, pair.loose)
    if axis is not None and pair.got.shape[axis] > 1 and is_telling(pair.expected):
        size = pair.got.shape[axis]
        if nearly_equal(pair.got, np.full_like(pair.got, 1 / size), pair.loose):
            return Diagnosis(
                f"{sentence(pair.does('is', 'are'))} {short(1 / size)} everywhere, one share of {size}: "
                f"all along {pair.along(axis)} get the same.",
                "Which inputs should make some weights larger than others, and how do they enter?",
            )
    if not is_telling(pair.got):
        return None
    for name, array in inputs.numbers():
        words = inputs.axes_of(name, array.ndim)
        for place in range(array.ndim):
            if array.shape[place] < 2:
                continue
            along = words[place] if words else f"axis {place}"
            for what, reduced in (("mean", array.mean(place)), ("sum", array.sum(place))):
                if nearly_equal(reduced.astype(np.float64), pair.got, pair.loose):
                    return Diagnosis(
                        f"{sentence(pair.does('is', 'are'))} the plain {what} of `{name}` over {along}: "
                        "all count the same.",
                        "What decides how much each of them counts, and where does it enter?",
                    )
    return None


def _telling(difference: Difference) -> Pair | None:
    pair = value_pair(difference)
    if pair is None or is_boolean(difference) or not is_telling(pair.expected):
        return None
    return pair if is_telling(pair.got, 3) else None


def _softmax(scores: Floats, axis: int) -> Floats:
    exponentials: Floats = np.exp(scores - scores.max(axis=axis, keepdims=True))
    weights: Floats = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return weights


def _is(array: AnyArray, term: Floats, loose: float, scale: float) -> bool:
    """Whether a term is an input, stretched as numpy stretches it, and large enough to be seen."""
    if not is_telling(array, 3) or array.ndim > term.ndim or np.abs(array).max() < 1e-3 * scale:
        return False
    try:
        stretched = np.broadcast_to(array, term.shape).astype(np.float64)
    except ValueError:
        return False
    return bool((np.abs(stretched - term) <= 10 * loose * (np.abs(term) + scale)).all())


def _lower(words: str, where: str) -> str:
    return words[:1].lower() + words[1:] if where else words
