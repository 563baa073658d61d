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
    # Your code goes here.
    raise NotImplementedError("softmax is still to be written")
