"""additive_scores: how well each word fits what the decoder is after. The lesson: attnlab read 03"""

import numpy as np


def additive_scores(query, keys, W_query, W_key, v):
    """Score every key of a sentence against that sentence's query, with a small network.

    score_j = v · tanh(query W_query + key_j W_key), a number for each key, not yet a weight.
    Bahdanau, Cho, Bengio 2015, appendix A.1.2.

    Shapes:
        query:   (batch, d_q)
        keys:    (batch, keys, d_h)
        W_query: (d_q, d_a)
        W_key:   (d_h, d_a)
        v:       (d_a)
        returns: scores (batch, keys)
    """
    # Your code goes here.
    raise NotImplementedError("additive_scores is still to be written")
