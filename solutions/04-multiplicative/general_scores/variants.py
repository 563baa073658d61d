"""General scores, written otherwise."""

import numpy as np
from dot_scores import dot_scores

from attnlab.content import variant


@variant("one einsum over all three")
def with_einsum(query, keys, W):
    return np.einsum("bq,qh,bkh->bk", query, W, keys)


@variant("the keys translated for the query")
def keys_translated(query, keys, W):
    return dot_scores(query, keys @ W.T)


@variant("a row, W, and the transposed keys")
def three_matrices(query, keys, W):
    return (query[:, None] @ W @ np.swapaxes(keys, 1, 2))[:, 0]


@variant("multiplied and summed")
def multiplied_and_summed(query, keys, W):
    return np.sum(np.expand_dims(np.matmul(query, W), 1) * keys, axis=2)


@variant("a list comprehension over the batch")
def one_sentence_at_a_time(query, keys, W):
    return np.stack([k @ W.T @ q for q, k in zip(query, keys, strict=True)])


@variant("every weight of W by itself")
def with_loops(query, keys, W):
    scores = np.zeros(keys.shape[:2], dtype=keys.dtype)
    for i, j in np.ndindex(*W.shape):
        scores += query[:, i, None] * W[i, j] * keys[:, :, j]
    return scores
