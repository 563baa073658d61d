"""local_weights: a window around a guess. The lesson: attnlab read 04"""

import numpy as np
from masked_softmax import masked_softmax


def local_weights(scores, centre, half_width, mask):
    """Weigh only the words around a guessed position, the more the nearer they are.

    Positions count 0, 1, 2, ... A word is in the window where |position - centre| <= half_width; the centre
    is not rounded. The weights are a softmax over the words in the window that the mask allows, each then
    multiplied by exp(-(position - centre)² / (2 sigma²)) with sigma = half_width / 2, and left at that: they
    need not sum to one. A sentence with nothing to look at gets zeros. No input is changed.
    Luong, Pham, Manning 2015, section 3.2, equation 10.

    Shapes:
        scores:     (batch, keys)
        centre:     (batch), a position, not always a whole one
        half_width: a number above zero
        mask:       (batch, keys), True where there is a word to look at
        returns:    weights (batch, keys)
    """
    positions = np.arange(scores.shape[1], dtype=scores.dtype)
    distance = positions - centre[:, None]  # (batch, keys)
    weights = masked_softmax(scores, mask & (np.abs(distance) <= half_width))
    sigma = half_width / 2
    return weights * np.exp(-(distance**2) / (2 * sigma**2))
