"""What was done to an input that should have been left as it was."""

from __future__ import annotations

import numpy as np

from attnlab.grading.explainers.evidence import (
    AnyArray,
    Axes,
    Floats,
    as_array,
    constant_ratio,
    first_place,
    is_telling,
    nearly_equal,
    short,
)
from attnlab.grading.verdicts import Diagnosis
from attnlab.grading.wording import apart
from attnlab.shapes import position, shape_in_words
from attnlab.wire.values import Array, Value


def explain_mutation(name: str, before: Value, after: Value, *, axes: Axes = None) -> Diagnosis | None:
    """Where an argument was changed, and how, where that can be told; None if it was not changed."""
    one, other = as_array(before), as_array(after)
    if one is None or other is None:
        return _other_change(name, before, after)
    if one.shape != other.shape:
        words = f"from {shape_in_words(axes, one.shape)} to {shape_in_words(None, other.shape)}"
        return Diagnosis(f"Your code changes the shape of the caller's `{name}`, {words}.", _ASK.format(name=name))
    with np.errstate(all="ignore"):
        same = (one == other) | (_nan(one) & _nan(other))
        if same.all():
            if one.dtype == other.dtype:
                return None
            return Diagnosis(
                f"Your code changes the dtype of the caller's `{name}`, from {one.dtype} to {other.dtype}.",
                _ASK.format(name=name),
            )
        place = first_place(~same)
        shown = apart(one[place].item(), other[place].item())
        at = f" at {position(axes, place)}" if place else ""
        count = int((~same).sum())
        many = f"; {count} of {same.size} numbers changed" if same.size > 1 else ""
        how = _how(one, other, ~same)
    return Diagnosis(
        f"Your code changes the caller's `{name}`{at} from {shown[0]} to {shown[1]}{many}. {how}".rstrip(),
        _ASK.format(name=name),
    )


_ASK = (
    "Which line writes into `{name}` instead of making something new, "
    "perhaps by +=, -=, an index on the left or a name ending in _?"
)


def _other_change(name: str, before: Value, after: Value) -> Diagnosis | None:
    if before == after or isinstance(before, Array) or isinstance(after, Array):
        return None
    match before, after:
        case list(), list():
            if len(before) != len(after):
                what = f"it had {len(before)} entries and now has {len(after)}"
            else:
                place = next(place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
                what = f"the entry at place {place} is another one now"
            return Diagnosis(f"Your code changes the caller's list `{name}`: {what}.", _ASK_LIST.format(name=name))
    return None


_ASK_LIST = "Which line appends to, removes from or writes into `{name}` instead of into a list of its own?"


def _how(before: AnyArray, after: AnyArray, changed: AnyArray) -> str:
    """What the change was, as a sentence, or nothing where it is not certain."""
    if before.dtype.kind == "b" or after.dtype.kind == "b":
        return "True and False were exchanged." if np.array_equal(~before.astype(bool), after.astype(bool)) else ""
    one, other = before.astype(np.float64), after.astype(np.float64)
    written = np.unique(other[changed])
    if len(written) == 1 and changed.sum() > 1 and not changed.all():
        return f"All that changed holds {short(float(written[0]))} now: a value was filled in where a condition held."
    if not (np.isfinite(one).all() and np.isfinite(other).all()) or not is_telling(one):
        return ""
    loose = 1e-4 if before.dtype.itemsize < 8 else 1e-7
    if not other.any():
        return "It holds nothing but zeros now."
    for axis in reversed(range(one.ndim)):
        if one.shape[axis] < 2:
            continue
        shifted: Floats = one - one.max(axis=axis, keepdims=True)
        if nearly_equal(shifted, other, loose):
            return "The maximum was subtracted in place."
        weights = np.exp(shifted) / np.exp(shifted).sum(axis=axis, keepdims=True)
        if nearly_equal(weights, other, loose):
            return "The softmax was written over its own input."
        if nearly_equal(np.exp(shifted), other, loose):
            return "The exponentials were written over their own input."
    if nearly_equal(np.exp(one), other, loose):
        return "The exponentials were written over their own input."
    if (ratio := constant_ratio(one, other, loose)) is not None:
        return f"All of it was multiplied by {short(ratio)} in place."
    off = float(np.median(other - one))
    return f"{short(off)} was added to all of it in place." if nearly_equal(one + off, other, loose) else ""


def _nan(array: AnyArray) -> AnyArray:
    return np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, bool)
