"""Something else came back than what was expected: nothing, too much, another kind of thing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np

from attnlab.grading.comparison import Difference, DifferenceKind
from attnlab.grading.explainers.evidence import AnyArray, Inputs, as_array, does, nearly_equal, sentence
from attnlab.grading.verdicts import Diagnosis
from attnlab.grading.wording import in_words, plain
from attnlab.wire.values import Array, Opaque, Value

_CALLABLE = ("function", "method", "builtin_function_or_method", "type", "partial", "ufunc")


def nothing(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    if difference.kind is not DifferenceKind.NOTHING:
        return None
    if difference.name.startswith("the gradient"):
        return Diagnosis(
            f"Nothing flows back: {difference.name} is missing, as if the result did not depend on it.",
            "Which step leaves it out or cuts the tape: .item(), .detach(), .data, numpy, no_grad?",
        )
    if isinstance(difference.got_result, list | tuple):
        return Diagnosis(
            f"One of the things you return, {difference.name}, is None.",
            "On which line does it get its value, and does that line run on every path?",
        )
    return Diagnosis(
        "Your function ends without returning anything, so Python returns None for it.",
        "Which line hands the answer back, and does every path reach one?",
    )


def not_called(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    if difference.kind not in (DifferenceKind.KIND, DifferenceKind.PARTS):
        return None
    match difference.got_part:
        case Opaque(kind) if kind in _CALLABLE:
            return Diagnosis(
                f"What comes back is a {plain(kind)} itself, not the result of calling it.",
                "Is there a pair of brackets missing where it is returned?",
            )
        case Opaque(kind) if kind in ("generator", "map", "filter", "zip"):
            return Diagnosis(
                f"What comes back is a {plain(kind)}, which has not computed anything yet.",
                "What turns something you could loop over into the thing itself?",
            )
    return None


def parts_swapped(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """Every part is right and stands at another's place."""
    expected, got = difference.expected_result, difference.got_result
    if not isinstance(expected, list | tuple) or not isinstance(got, list | tuple):
        return None
    if not 2 <= len(expected) == len(got) <= 4:
        return None
    right, came = [as_array(part) for part in expected], [as_array(part) for part in got]
    names = [difference.name, *(part.name for part in difference.also)]
    if all(
        one is not None and other is not None and _alike(one, other) for one, other in zip(right, came, strict=True)
    ):
        # Nearly right, each at its place: that is no question of order.
        return None
    for order in permutations(range(len(right))):
        pairs = [(right[source], came[place]) for place, source in enumerate(order)]
        if not all(
            one is not None and other is not None and one.size > 1 and _alike(one, other) for one, other in pairs
        ):
            continue
        return Diagnosis(
            f"All that you return is right, but {' and '.join(names)} do not stand where they should.",
            "In which order does the docstring promise them?",
        )
    return None


def among_several(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """One thing was expected, several came, and one of them is right; or the other way round."""
    if difference.kind not in (DifferenceKind.KIND, DifferenceKind.PARTS):
        return None
    expected, got = difference.expected_part, difference.got_part
    if isinstance(got, list | tuple) and isinstance(expected, Array):
        for place, part in enumerate(got[:8]):
            array = as_array(part)
            if len(got) > 1 and array is not None and _alike(expected.values, array):
                return Diagnosis(
                    f"You return {len(got)} things; the one at place {place}, counted from 0, is right on its own.",
                    "What does the docstring say comes back, and how many things is that?",
                )
        if len(got) == 1 and (array := as_array(got[0])) is not None and _alike(expected.values, array):
            return Diagnosis(
                f"The answer is right, but it comes wrapped: {in_words(got)}.",
                "What puts it inside a list or a tuple, perhaps a comma after it?",
            )
    if isinstance(expected, list | tuple) and isinstance(got, Array):
        for place, part in enumerate(expected):
            array = as_array(part)
            if array is not None and _alike(array, got.values):
                return Diagnosis(
                    f"You return one thing, and it is right: it is number {place + 1} of the {len(expected)} "
                    "that are expected.",
                    "What else does the docstring promise to return beside it?",
                )
    return None


def list_of_rows(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    expected, got = difference.expected_part, difference.got_part
    if difference.kind is not DifferenceKind.KIND or not isinstance(expected, Array) or not isinstance(got, list):
        return None
    rows = _rows(got)
    if rows is None or not got:
        return None
    every = {row.shape for row in rows}
    if every == {expected.values.shape[1:]} and len(rows) == len(expected.values):
        return Diagnosis(
            f"You return a Python list of {len(rows)} pieces; together they have the right shape.",
            "What makes one array out of a list of arrays of the same shape?",
        )
    return Diagnosis(
        f"You return a Python list where one {_array(expected)} is expected.",
        "What makes one array out of a list, and along which axis should the pieces lie?",
    )


def other_library(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    expected, got = difference.expected_part, difference.got_part
    if not isinstance(expected, Array) or not isinstance(got, Array) or expected.library == got.library:
        return None
    ask = "Which operation on the way left torch, and what does torch call it?"
    if expected.library == "numpy":
        ask = "Which operation on the way came from torch, and what does numpy call it?"
    return Diagnosis(
        f"{sentence(does(difference.name, 'is', 'are'))} a {_array(got)}; the inputs are {expected.library}'s.", ask
    )


def plain_number(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    expected, got = difference.expected_part, difference.got_part
    if difference.kind is not DifferenceKind.KIND or not isinstance(got, int | float) or isinstance(got, bool):
        return None
    if not isinstance(expected, Array):
        return None
    if expected.library == "torch" and expected.values.ndim == 0:
        return Diagnosis(
            "You return a plain Python number; a tensor is expected, for only a tensor can be backpropagated.",
            "Which call, such as float() or .item(), takes the number out of its tensor?",
        )
    return Diagnosis(
        "You return a single number where a whole array is expected.",
        "Which operation reduces everything to one number, and which axis should it have reduced?",
    )


def too_few(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    expected, got = difference.expected_part, difference.got_part
    if difference.kind is not DifferenceKind.PARTS or not isinstance(expected, list | tuple):
        return None
    if isinstance(got, list | tuple):
        return Diagnosis(
            f"You return {len(got)} things, and {len(expected)} are expected: {difference.name}.",
            "What does the docstring say comes back, in which order?",
        )
    if isinstance(got, Array):
        return Diagnosis(
            f"You return one thing, and {len(expected)} are expected: {difference.name}.",
            "What else does the docstring promise, and at which line do you have it in hand?",
        )
    return None


def other_kind(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    if difference.kind is not DifferenceKind.KIND:
        return None
    if isinstance(difference.expected_part, list) and isinstance(difference.got_part, Array):
        return Diagnosis(
            f"You return {in_words(difference.got_part)} where plain Python lists are expected.",
            "Can an array hold rows of different lengths, and what makes a list of one?",
        )
    if not isinstance(difference.expected_part, Array):
        return None
    match difference.got_part:
        case bool():
            return Diagnosis(
                "You return True or False where an array is expected.",
                "Which comparison gives one answer for everything instead of one for every place?",
            )
        case str():
            return Diagnosis("You return a text where an array is expected.", "Which line turns the numbers into text?")
        case dict() | tuple():
            return Diagnosis(
                f"You return {in_words(difference.got_part)} where one {_array(difference.expected_part)} is expected.",
                "What does the docstring say comes back?",
            )
    return None


def _alike(expected: AnyArray, got: AnyArray) -> bool:
    width = expected.dtype.itemsize if expected.dtype.kind == "f" else 8
    loose = 1e-7 if width == 8 else 1e-4
    return nearly_equal(expected.astype(np.float64), got.astype(np.float64), loose)


def _rows(value: Sequence[Value]) -> list[AnyArray] | None:
    rows: list[AnyArray] = []
    for part in value:
        array = as_array(part)
        if isinstance(part, list):
            inner = _rows(part)
            shapes = {row.shape for row in inner or []}
            array = np.stack(inner) if inner and len(shapes) == 1 else None
        if array is None:
            return None
        rows.append(array)
    return rows


def _array(array: Array) -> str:
    return "torch tensor" if array.library == "torch" else "numpy array"
