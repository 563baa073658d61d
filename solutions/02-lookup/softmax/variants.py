"""Softmax, written otherwise."""

import numpy as np

from attnlab.content import variant


@variant("by exponentials of the log-softmax")
def log_softmax_exponentiated(scores, axis=-1):
    largest = np.max(scores, axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):
        logarithm = np.log(np.sum(np.exp(scores - largest), axis=axis, keepdims=True))
    return np.exp(scores - largest - np.where(np.isneginf(logarithm), 0, logarithm))


@variant("the plain one, with nan turned into zero")
def nan_turned_into_zero(scores, axis=-1):
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return np.nan_to_num(exponentials / exponentials.sum(axis=axis, keepdims=True))


@variant("the maximum raised to the least finite number")
def maximum_at_least_finite(scores, axis=-1):
    largest = np.maximum(np.amax(scores, axis, keepdims=True), np.finfo(scores.dtype).min)
    exponentials = np.exp(scores - largest)
    total = np.add.reduce(exponentials, axis=axis, keepdims=True)
    return np.divide(exponentials, total, out=np.zeros_like(exponentials), where=total > 0)


@variant("folded with logaddexp")
def folded_with_logaddexp(scores, axis=-1):
    logarithm = np.logaddexp.reduce(scores, axis=axis, keepdims=True)
    return np.exp(scores - np.where(np.isneginf(logarithm), 0, logarithm))


@variant("the axis moved to the end and back")
def axis_moved_to_the_end(scores, axis=-1):
    moved = np.moveaxis(scores, axis, -1)
    weights = np.zeros(moved.shape, dtype=scores.dtype)
    visible = np.isfinite(moved).any(axis=-1)
    rows = moved[visible]
    weights[visible] = np.exp(rows - rows.max(axis=-1)[..., None])
    weights[visible] /= weights[visible].sum(axis=-1)[..., None]
    return np.moveaxis(weights, -1, axis)


@variant("slice by slice, score by score")
def slice_by_slice(scores, axis=-1):
    def weigh(row):
        largest = max(row)
        if largest == -np.inf:
            return np.zeros_like(row)
        exponentials = [np.exp(score - largest) for score in row]
        return np.array(exponentials, dtype=row.dtype) / sum(exponentials)

    return np.apply_along_axis(weigh, axis, scores)


@variant("one minus nothing: each weight as one over the sum of the ratios to it")
def one_over_the_ratios(scores, axis=-1):
    moved = np.moveaxis(scores, axis, -1)
    with np.errstate(over="ignore", invalid="ignore"):
        ratios = np.exp(moved[..., None, :] - moved[..., :, None])
        weights = 1 / ratios.sum(axis=-1)
    weights = np.where(np.isneginf(moved), 0, weights)
    return np.moveaxis(weights, -1, axis).astype(scores.dtype)


@variant("in place, on a copy of its own")
def in_place_on_a_copy(scores, axis=-1):
    weights = scores.copy()
    empty = (weights == -np.inf).all(axis=axis, keepdims=True)
    weights -= np.where(empty, 0, weights.max(axis=axis, keepdims=True))
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=axis, keepdims=True) + empty
    return weights
