"""A masked softmax, written otherwise."""

import numpy as np
from softmax import softmax

from attnlab.content import variant


@variant("-inf written into a copy")
def written_into_a_copy(scores, mask, axis=-1):
    masked = scores.copy()
    masked[~mask] = -np.inf
    return softmax(masked, axis)


@variant("everything in one function, with numpy's own where=")
def self_contained(scores, mask, axis=-1):
    largest = scores.max(axis=axis, keepdims=True, where=mask, initial=-np.inf)
    exponentials = np.exp(scores - largest, out=np.zeros_like(scores), where=mask)
    total = exponentials.sum(axis=axis, keepdims=True)
    return np.divide(exponentials, total, out=np.zeros_like(exponentials), where=total > 0)


@variant("a very negative number, and the mask once more afterwards")
def very_negative_and_zeroed(scores, mask, axis=-1):
    lowest = np.finfo(scores.dtype).min
    return softmax(np.where(mask, scores, lowest), axis=axis) * mask


@variant("the logarithm of the mask added")
def logarithm_of_the_mask(scores, mask, axis=-1):
    with np.errstate(divide="ignore"):
        return softmax(scores + np.log(mask.astype(scores.dtype)), axis=axis)


@variant("a masked array")
def masked_array(scores, mask, axis=-1):
    masked = np.ma.array(scores, mask=~mask)
    exponentials = np.ma.exp(masked - masked.max(axis=axis, keepdims=True))
    return (exponentials / exponentials.sum(axis=axis, keepdims=True)).filled(0).astype(scores.dtype)


@variant("slice by slice, only over what may be seen")
def slice_by_slice(scores, mask, axis=-1):
    weights = np.zeros_like(np.moveaxis(scores, axis, -1))
    rows, visible = np.moveaxis(scores, axis, -1), np.moveaxis(mask, axis, -1)
    for place in np.ndindex(rows.shape[:-1]):
        seen = visible[place]
        if seen.any():
            weights[place][seen] = softmax(rows[place][seen])
    return np.moveaxis(weights, -1, axis)


@variant("exponentials of visible scores, their own maximum taken off first")
def own_maximum_first(scores, mask, axis=-1):
    lowest = scores.min()
    largest = np.where(mask, scores, lowest).max(axis=axis, keepdims=True)
    exponentials = np.exp(np.minimum(scores - largest, 0)) * mask
    total = exponentials.sum(axis=axis, keepdims=True)
    return exponentials / np.maximum(total, np.finfo(scores.dtype).tiny)
