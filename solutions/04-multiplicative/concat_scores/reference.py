"""concat_scores: query and key side by side, through a small network. The lesson: attnlab read 04"""

import numpy as np


def concat_scores(query, keys, W, v):
    """Score every key by a small network that reads the query and the key side by side.

    score_j = v · tanh([query; key_j] W): the query's numbers first, then the key's; not yet a weight.
    Luong, Pham, Manning 2015, section 3.1, "concat".

    Shapes:
        query:   (batch, d_q)
        keys:    (batch, keys, d_h)
        W:       (d_q + d_h, d_a)
        v:       (d_a)
        returns: scores (batch, keys)
    """
    repeated = np.broadcast_to(query[:, None], (*keys.shape[:2], query.shape[1]))  # (batch, keys, d_q)
    return np.tanh(np.concatenate([repeated, keys], axis=2) @ W) @ v
