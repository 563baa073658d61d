"""Concat scores, written otherwise."""

import numpy as np
from additive_scores import additive_scores

from attnlab.content import variant


@variant("lesson 03's additive scores, with W cut in two")
def additive(query, keys, W, v):
    split = query.shape[1]
    return additive_scores(query, keys, W[:split], W[split:], v)


@variant("the query repeated")
def with_repeat(query, keys, W, v):
    repeated = np.repeat(query[:, None, :], keys.shape[1], axis=1)
    return np.dot(np.tanh(np.concatenate((repeated, keys), axis=-1) @ W), v)


@variant("the query tiled, after its new axis")
def with_tile(query, keys, W, v):
    repeated = np.tile(query[:, None], (1, keys.shape[1], 1))
    return np.einsum("bka,a->bk", np.tanh(np.dstack([repeated, keys]) @ W), v)


@variant("both halves written into one array")
def filled(query, keys, W, v):
    batch, length, _ = keys.shape
    both = np.empty((batch, length, len(W)), dtype=keys.dtype)
    both[:, :, : query.shape[1]] = query[:, None]
    both[:, :, query.shape[1] :] = keys
    return (np.tanh(both @ W) * v).sum(axis=-1)


@variant("a loop over sentences and words")
def with_loops(query, keys, W, v):
    return np.array(
        [
            [v @ np.tanh(np.concatenate([q, key]) @ W) for key in sentence]
            for q, sentence in zip(query, keys, strict=True)
        ]
    )
