"""additive_attention: one look back at the sentence. The lesson: attnlab read 03"""

from additive_scores import additive_scores
from masked_softmax import masked_softmax


def additive_attention(query, keys, mask, W_query, W_key, v):
    """Look back at a sentence: weigh its keys by their additive scores and mix them.

    weights = softmax of the scores over the keys that the mask allows; context = sum_j weights_j key_j.
    A sentence of which nothing may be seen gets weights and context of zeros. No input is changed.
    Bahdanau, Cho, Bengio 2015, equations 5 and 6.

    Shapes:
        query:   (batch, d_q)
        keys:    (batch, keys, d_h)
        mask:    (batch, keys), True where there is a word to look at
        W_query: (d_q, d_a)
        W_key:   (d_h, d_a)
        v:       (d_a)
        returns: context (batch, d_h), weights (batch, keys)
    """
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    context = (weights[:, :, None] * keys).sum(axis=1)
    return context, weights
