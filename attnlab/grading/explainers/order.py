"""The right numbers in other places of the same shape: permuted, reversed, shifted, reshaped."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from attnlab.grading.comparison import Difference
from attnlab.grading.explainers.evidence import Inputs, Pair, is_boolean, is_telling, one_of, same_shape_pair, sentence
from attnlab.grading.explainers.shape import RANKS, in_order
from attnlab.grading.verdicts import Diagnosis


def permuted(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _pair(difference)
    if pair is None or not 2 <= pair.expected.ndim <= RANKS:
        return None
    for order in permutations(range(pair.expected.ndim)):
        if pair.same(pair.expected.transpose(order), pair.got):
            return Diagnosis(
                f"{pair.numbers} are right, but the axes come in another order: {in_order(pair, order)}.",
                "What does each axis of your result stand for, and where do two of them change places?",
            )
    return None


def reversed_axis(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _pair(difference)
    if pair is None:
        return None
    for axis in range(pair.expected.ndim):
        if pair.expected.shape[axis] > 2 and pair.same(np.flip(pair.expected, axis), pair.got):
            return Diagnosis(
                f"{pair.numbers} are right, but they run backwards along {pair.along(axis)}.",
                f"Which {one_of(pair.axes, axis)} comes first, and from which end do you collect?",
            )
    return None


def shifted(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _pair(difference)
    if pair is None:
        return None
    for axis, size in enumerate(pair.expected.shape):
        for by in (1, -1):
            if size < 3:
                continue
            body = pair.expected.take(range(size - 1) if by > 0 else range(1, size), axis)
            moved = pair.got.take(range(1, size) if by > 0 else range(size - 1), axis)
            if not is_telling(body, 6) or not pair.same(body, moved) or _all_alike(pair, body, axis):
                continue
            direction = "late" if by > 0 else "early"
            end, start = (size - 1, 0) if by > 0 else (0, size - 1)
            around = pair.same(pair.expected.take([end], axis), pair.got.take([start], axis))
            told = "; the one that falls off comes in again at the other end" if around else ""
            return Diagnosis(
                f"{pair.numbers} are right, but everything stands one {one_of(pair.axes, axis)} too {direction} "
                f"along {pair.along(axis)}{told}.",
                "Is each result written down before or after the step that makes it?",
            )
    return None


def reshaped(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    """The numbers are right and in the order of other axes, cut anew: reshaped where axes were to be swapped."""
    pair = _pair(difference)
    if pair is None or not 2 <= pair.expected.ndim <= RANKS:
        return None
    for order in permutations(range(pair.expected.ndim)):
        if pair.same(pair.expected.transpose(order).reshape(-1), pair.got.reshape(-1)):
            return Diagnosis(
                f"{pair.numbers} are all there, and the shape is right, but they stand in the order they have when the "
                f"axes are {in_order(pair, order)}, cut anew: a reshape has mixed them.",
                "Which of reshape and transpose moves axes, and which only cuts the row of numbers differently?",
            )
    return None


def same_numbers(difference: Difference, inputs: Inputs) -> Diagnosis | None:
    pair = _pair(difference)
    if pair is None or is_boolean(difference) or not is_telling(pair.expected):
        return None
    right, came = np.sort(pair.expected, axis=None), np.sort(pair.got, axis=None)
    if len(np.unique(right)) < 6 or not pair.same(right, came):
        return None
    return Diagnosis(
        f"{sentence(pair.does('holds', 'hold'))} exactly the right numbers, but at other places.",
        "Which step moves numbers: an index, a sort, a reshape, a transpose?",
    )


def _pair(difference: Difference) -> Pair | None:
    pair = same_shape_pair(difference)
    if pair is None or pair.same(pair.expected, pair.got) or not np.isfinite(pair.got).all():
        return None
    if is_boolean(difference):
        return pair if pair.expected.size >= 8 and 0 < pair.expected.mean() < 1 else None
    return pair if is_telling(pair.expected) else None


def _all_alike(pair: Pair, body: np.ndarray[tuple[int, ...], np.dtype[np.float64]], axis: int) -> bool:
    """Whether nothing changes along the axis, so that a shift could not be seen."""
    first = body.take([0], axis)
    return pair.same(np.broadcast_to(first, body.shape), body)
