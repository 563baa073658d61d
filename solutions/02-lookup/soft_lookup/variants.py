"""A soft lookup, written otherwise."""

import numpy as np
from softmax import softmax

from attnlab.content import variant


@variant("with einsum")
def with_einsum(query, key, value):
    weights = softmax(np.einsum("qd,kd->qk", query, key), axis=1)
    return np.einsum("qk,kv->qv", weights, value), weights


@variant("everything in one function, the sum divided out at the end")
def divided_at_the_end(query, key, value):
    scores = np.dot(query, key.transpose())
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    total = exponentials.sum(axis=1, keepdims=True)
    return exponentials @ value / total, exponentials / total


@variant("keys by queries, turned over at the end")
def keys_by_queries(query, key, value):
    weights = softmax(key @ query.T, axis=0)
    return weights.T @ value, weights.T


@variant("query by query, key by key")
def with_loops(query, key, value):
    context = np.zeros((len(query), value.shape[1]), dtype=value.dtype)
    weights = np.zeros((len(query), len(key)), dtype=query.dtype)
    for asking, q in enumerate(query):
        weights[asking] = softmax(np.array([(q * k).sum() for k in key]))
        for weight, v in zip(weights[asking], value, strict=True):
            context[asking] += weight * v
    return context, weights


@variant("products broadcast and summed")
def broadcast_and_summed(query, key, value):
    scores = (query[:, None, :] * key[None, :, :]).sum(axis=2)
    weights = softmax(scores, -1)
    return (weights[:, :, None] * value[None]).sum(1), weights


@variant("a list comes back instead of a tuple")
def as_a_list(query, key, value):
    weights = softmax(np.inner(query, key))
    return [np.matmul(weights, value), weights]
