"""Local weights, written otherwise."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import variant


@variant("the window's ends compared one by one, the bell in units of sigma")
def ends_and_sigmas(scores, centre, half_width, mask):
    middle = centre.reshape(-1, 1)
    positions = np.arange(scores.shape[-1]).astype(scores.dtype).reshape(1, -1)
    inside = (positions >= middle - half_width) & (positions <= middle + half_width)
    sigmas = (positions - middle) / (half_width / 2)
    return masked_softmax(scores, np.logical_and(inside, mask)) * np.exp(-0.5 * sigmas**2)


@variant("sigma put into numbers, the distance the other way round")
def two_over_the_square(scores, centre, half_width, mask):
    away = centre[:, None] - np.arange(scores.shape[1], dtype=centre.dtype)
    return np.exp(-2 * (away / half_width) ** 2) * masked_softmax(scores, (abs(away) <= half_width) & mask, axis=1)


@variant("a softmax of its own, with -inf outside")
def self_contained(scores, centre, half_width, mask):
    distance = np.arange(scores.shape[1], dtype=scores.dtype)[None] - centre[:, None]
    seen = np.where((np.abs(distance) > half_width) | ~mask, -np.inf, scores)
    largest = seen.max(axis=1, keepdims=True)
    exponentials = np.exp(seen - np.where(np.isfinite(largest), largest, 0))
    total = exponentials.sum(axis=1, keepdims=True)
    weights = exponentials / np.where(total > 0, total, 1)
    return weights * np.exp(-np.square(distance) / (half_width**2 / 2))


@variant("sentence by sentence, the window as a slice")
def with_slices(scores, centre, half_width, mask):
    weights = np.zeros_like(scores)
    for sentence, middle in enumerate(centre):
        first = max(0, int(np.ceil(middle - half_width)))
        after = min(scores.shape[1], int(np.floor(middle + half_width)) + 1)
        near = np.arange(first, after, dtype=scores.dtype)
        shares = masked_softmax(scores[sentence, first:after], mask[sentence, first:after])
        weights[sentence, first:after] = shares * np.exp(-((near - middle) ** 2) / (2 * (half_width / 2) ** 2))
    return weights


@variant("word by word, only over what takes part")
def with_loops(scores, centre, half_width, mask):
    weights = np.zeros(scores.shape, dtype=scores.dtype)
    for row, middle in enumerate(centre):
        near = [word for word in range(scores.shape[1]) if mask[row, word] and abs(word - middle) <= half_width]
        if near:
            shares = np.exp(scores[row, near] - scores[row, near].max())
            weights[row, near] = shares / shares.sum()
        for word in near:
            weights[row, word] *= np.exp(-((word - middle) ** 2) / (2 * (half_width / 2) ** 2))
    return weights
