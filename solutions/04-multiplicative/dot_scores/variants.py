"""Dot scores, written otherwise."""

import numpy as np

from attnlab.content import variant


@variant("an einsum")
def with_einsum(query, keys):
    return np.einsum("bd,bkd->bk", query, keys)


@variant("multiplied number by number, then summed")
def multiplied_and_summed(query, keys):
    return (query[:, np.newaxis, :] * keys).sum(axis=-1)


@variant("a row times the transposed keys")
def row_times_table(query, keys):
    return np.squeeze(query[:, None] @ keys.transpose(0, 2, 1), axis=1)


@variant("a list comprehension over the batch")
def one_sentence_at_a_time(query, keys):
    return np.array([k @ q for q, k in zip(query, keys, strict=True)])


@variant("two loops")
def with_loops(query, keys):
    scores = np.empty(keys.shape[:2], dtype=keys.dtype)
    for place in np.ndindex(*scores.shape):
        scores[place] = np.dot(query[place[0]], keys[place])
    return scores


@variant("plain Python numbers")
def without_numpy_products(query, keys):
    scores = [
        [sum(float(a) * float(b) for a, b in zip(q, key, strict=True)) for key in sentence]
        for q, sentence in zip(query, keys, strict=True)
    ]
    return np.array(scores, dtype=query.dtype)
