"""masked_softmax: some things may not be looked at. The lesson: attnlab read 02"""

import numpy as np
from softmax import softmax


def masked_softmax(scores, mask, axis=-1):
    """Turn scores into weights, where only what the mask allows takes part.

    Along the axis the allowed weights are positive and sum to one; all others are exactly zero, however
    large their scores. A slice with nothing to look at gets weights of zero. No input is changed.

    Shapes:
        scores:  (batch, keys), or any other shape
        mask:    (batch, keys), the shape of scores; True means may look
        returns: weights (batch, keys), the shape of scores
    """
    return softmax(np.where(mask, scores, -np.inf), axis=axis)
