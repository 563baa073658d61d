"""Additive scores, written otherwise."""

import numpy as np

from attnlab.content import variant


@variant("one einsum for each product")
def with_einsum(query, keys, W_query, W_key, v):
    asked = np.einsum("bq,qa->ba", query, W_query)
    offered = np.einsum("bkh,ha->bka", keys, W_key)
    return np.einsum("bka,a->bk", np.tanh(asked[:, np.newaxis, :] + offered), v)


@variant("a loop over sentences and words")
def with_loops(query, keys, W_query, W_key, v):
    batch, length, _ = keys.shape
    scores = np.empty((batch, length), dtype=keys.dtype)
    for sentence in range(batch):
        for word in range(length):
            scores[sentence, word] = v @ np.tanh(query[sentence] @ W_query + keys[sentence, word] @ W_key)
    return scores


@variant("a list comprehension over the batch")
def one_sentence_at_a_time(query, keys, W_query, W_key, v):
    return np.stack([np.tanh(q @ W_query + k @ W_key) @ v for q, k in zip(query, keys, strict=True)])


@variant("the two matrices stacked, query and key side by side")
def concatenated(query, keys, W_query, W_key, v):
    repeated = np.repeat(query[:, None], keys.shape[1], axis=1)
    both = np.concatenate([keys, repeated], axis=-1)
    return np.tanh(both @ np.concatenate([W_key, W_query])) @ v


@variant("keys first, units added by hand")
def summed_by_hand(query, keys, W_query, W_key, v):
    hidden = np.tanh(keys @ W_key + np.expand_dims(query @ W_query, 1))
    return np.sum(v * hidden, axis=2)


@variant("tanh out of exponentials")
def tanh_by_hand(query, keys, W_query, W_key, v):
    doubled = np.exp(2 * (keys @ W_key + (query @ W_query)[:, None]))
    return np.dot(1 - 2 / (doubled + 1), v)
