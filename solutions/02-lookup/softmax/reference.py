"""softmax: scores become weights. The lesson: attnlab read 02"""

import numpy as np


def softmax(scores, axis=-1):
    """Turn scores into weights that are positive and sum to one along an axis.

    weights_i = exp(scores_i) / sum_j exp(scores_j), computed so that no score is too large.
    A slice in which every score is -inf gets weights of zero. The input is not changed.

    Shapes:
        scores:  (batch, keys), or any other shape
        returns: weights (batch, keys), the shape of scores
    """
    largest = scores.max(axis=axis, keepdims=True)
    # -inf minus -inf would be nan: an empty slice keeps its -inf, and exp makes it zero.
    exponentials = np.exp(scores - np.where(np.isneginf(largest), 0.0, largest))
    total = exponentials.sum(axis=axis, keepdims=True)
    return exponentials / np.where(total == 0.0, 1.0, total)
