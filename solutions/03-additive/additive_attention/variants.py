"""One look back, written otherwise."""

import numpy as np
from additive_scores import additive_scores
from masked_softmax import masked_softmax

from attnlab.content import variant


@variant("the mixture as an einsum")
def with_einsum(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask, axis=1)
    return np.einsum("bk,bkh->bh", weights, keys), weights


@variant("the mixture as a matrix product, a row times a table")
def with_matmul(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return np.squeeze(weights[:, None, :] @ keys, axis=1), weights


@variant("everything in one function, the mask as -inf")
def self_contained(query, keys, mask, W_query, W_key, v):
    scores = np.tanh((query @ W_query)[:, None] + keys @ W_key) @ v
    scores = np.where(mask, scores, -np.inf)
    largest = scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = exponentials.sum(axis=1, keepdims=True)
    weights = np.divide(exponentials, total, out=np.zeros_like(exponentials), where=total > 0)
    return (weights[..., None] * keys).sum(1), weights


@variant("exponentials without the maximum, which additive scores can afford: the sum of |v| bounds them")
def bounded_scores(query, keys, mask, W_query, W_key, v):
    exponentials = np.exp(additive_scores(query, keys, W_query, W_key, v)) * mask
    total = exponentials.sum(axis=-1, keepdims=True)
    weights = exponentials / np.where(total > 0, total, 1)
    return np.einsum("bkh,bk->bh", keys, weights), weights


@variant("sentence by sentence, over the words that are there")
def with_loops(query, keys, mask, W_query, W_key, v):
    context = np.zeros((len(keys), keys.shape[2]), dtype=keys.dtype)
    weights = np.zeros(keys.shape[:2], dtype=keys.dtype)
    for sentence, words in enumerate(mask):
        if not words.any():
            continue
        scores = np.tanh(query[sentence] @ W_query + keys[sentence, words] @ W_key) @ v
        shares = np.exp(scores - scores.max())
        weights[sentence, words] = shares / shares.sum()
        context[sentence] = weights[sentence] @ keys[sentence]
    return context, weights


@variant("a list comes back instead of a tuple")
def as_a_list(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return [np.stack([w @ k for w, k in zip(weights, keys, strict=True)]), weights]
