"""Scores of pairs put together wrongly, or half scored."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import misconception


def side_by_side(query, keys):
    """[query; key] for every word: (batch, keys, d_q + d_h)."""
    return np.concatenate([np.repeat(query[:, None], keys.shape[1], axis=1), keys], axis=2)


def softmax(scores, axis):
    return masked_softmax(scores, np.ones(scores.shape, dtype=bool), axis=axis)


@misconception(
    tell="You put the key first and the query second, so each meets the rows of W that were meant for the other.",
    ask="Read [query; key] from left to right: whose rows of W come first?",
    hint=1,
)
def key_first(query, keys, W, v):
    repeated = np.repeat(query[:, None], keys.shape[1], axis=1)
    return np.tanh(np.concatenate([keys, repeated], axis=2) @ W) @ v


@misconception(
    tell="The queries are dealt out to the words in turn: within one sentence, one word stands beside one sentence's "
    "query and the next beside another's. np.tile repeats whole arrays.",
    ask="Which order do you need along the batch: q0 q1 q0 q1, or q0 q0 q1 q1?",
    hint=3,
)
def queries_dealt_out_in_turn(query, keys, W, v):
    batch, length, _ = keys.shape
    repeated = np.tile(query, (length, 1)).reshape(batch, length, -1)
    return np.tanh(np.concatenate([repeated, keys], axis=2) @ W) @ v


@misconception(
    tell="There is no tanh: [query; key] W goes straight to v, and the query adds the same number to every word.",
    ask="What stands between W and v in the equation?",
    hint=3,
)
def tanh_missing(query, keys, W, v):
    return side_by_side(query, keys) @ W @ v


@misconception(
    tell="The tanh comes first, around the pair, and W after it.",
    ask="In the equation, does W stand inside the tanh or outside?",
    hint=3,
)
def tanh_before_W(query, keys, W, v):
    return np.tanh(side_by_side(query, keys)) @ W @ v


@misconception(
    tell="Your tanh comes last, around the finished score, and no score can leave (-1, 1).",
    ask="Which of the two acts on d_a numbers, tanh or v, and which makes one number of them?",
    hint=3,
)
def tanh_after_v(query, keys, W, v):
    return np.tanh(side_by_side(query, keys) @ W @ v)


@misconception(
    tell="You take the tanh of the query's half and of the key's half and add them afterwards. The query then adds "
    "the same number to every score of its sentence.",
    ask="When [query; key] meets W in one product, what happens to the two halves before the tanh sees them?",
    hint=1,
)
def tanh_of_each_half(query, keys, W, v):
    split = query.shape[1]
    return (np.tanh(query @ W[:split])[:, None] + np.tanh(keys @ W[split:])) @ v


@misconception(
    tell="You cut negative numbers to zero (a relu) where the paper squashes them.",
    ask="Which function does the equation name, and what does it give for -1?",
)
def relu_for_tanh(query, keys, W, v):
    return np.maximum(side_by_side(query, keys) @ W, 0) @ v


@misconception(
    tell="Your squashing function is a sigmoid: it answers between 0 and 1 where tanh answers between -1 and 1.",
    ask="Which function does the equation name, and what does it give for 0?",
)
def sigmoid_for_tanh(query, keys, W, v):
    return 1 / (1 + np.exp(-(side_by_side(query, keys) @ W))) @ v


@misconception(
    tell="v is missing: you return d_a numbers for every word, and a score is one number.",
    ask="Which argument have you not used, and what does its size tell you about its job?",
    hint=3,
)
def v_missing(query, keys, W, v):
    return np.tanh(side_by_side(query, keys) @ W)


@misconception(
    tell="You multiply every unit by its v and leave it at that: d_a numbers for every word, where a score is one.",
    ask="`v · (...)` is a dot product. What happens after the multiplying?",
    hint=3,
)
def units_not_summed(query, keys, W, v):
    return np.tanh(side_by_side(query, keys) @ W) * v


@misconception(
    tell="You add up the d_a units as they are: v is never used, so every unit counts the same.",
    ask="How could training make one unit count more than another?",
    hint=3,
)
def units_summed_without_v(query, keys, W, v):
    return np.tanh(side_by_side(query, keys) @ W).sum(axis=-1)


@misconception(
    tell="Neither tanh nor v: you add up what W gives.",
    ask="Three things happen to a pair in the equation. Which two are missing?",
    hint=3,
)
def neither_tanh_nor_v(query, keys, W, v):
    return (side_by_side(query, keys) @ W).sum(axis=-1)


@misconception(
    tell="An axis of size one is left at the end of your scores: v went in as a column.",
    ask="What shape does a product with v give when v stays a plain vector of d_a numbers?",
)
def trailing_axis_left(query, keys, W, v):
    return np.tanh(side_by_side(query, keys) @ W) @ v[:, None]


@misconception(
    tell="The keys never enter your scores: zeros stand where they should, and every word gets the same.",
    ask="What stands beside the query?",
    hint=1,
)
def keys_never_enter(query, keys, W, v):
    return np.repeat((np.tanh(query @ W[: query.shape[1]]) @ v)[:, None], keys.shape[1], axis=1)


@misconception(
    tell="The query never enters your scores: they come from the keys alone.",
    ask="Two decoder states that need different words: what in your scores tells them apart?",
    hint=1,
)
def query_never_enters(query, keys, W, v):
    return np.tanh(keys @ W[query.shape[1] :]) @ v


@misconception(
    tell="You divide the scores by the square root of d_a. Luong does not scale.",
    ask="Is there a division in the equation?",
)
def scaled(query, keys, W, v):
    return np.tanh(side_by_side(query, keys) @ W) @ v / np.sqrt(v.shape[0]).astype(v.dtype)


@misconception(
    tell="You return weights that sum to one: a softmax has already been taken.",
    ask="Scores come before the softmax, weights after it. Which of the two is this function named after?",
)
def weights_for_scores(query, keys, W, v):
    return softmax(np.tanh(side_by_side(query, keys) @ W) @ v, axis=1)


@misconception(
    tell="You take a softmax over the batch: the sentences compete with each other.",
    ask="What do two sentences of a batch have to do with each other? And is a softmax asked for at all?",
)
def softmax_over_the_batch(query, keys, W, v):
    return softmax(np.tanh(side_by_side(query, keys) @ W) @ v, axis=0)


@misconception(
    tell="Every sentence is scored against the first sentence's query.",
    ask="Along which axis do a query and its own keys belong together?",
    hint=2,
)
def first_query_for_all(query, keys, W, v):
    return np.tanh(side_by_side(np.repeat(query[:1], len(query), axis=0), keys) @ W) @ v


@misconception(
    tell="Axes of size one vanish from your scores: right for most batches, wrong for a single sentence or a single "
    "word.",
    ask="Is there an axis to drop at all? If so, how would you drop that one and no other?",
)
def every_axis_of_one_squeezed(query, keys, W, v):
    return (np.tanh(side_by_side(query, keys) @ W) @ v[:, None]).squeeze()


@misconception(
    tell="Your scores come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(query, keys, W, v):
    both = np.zeros((*keys.shape[:2], len(W)))
    both[:] = side_by_side(query, keys)
    return np.tanh(both @ W) @ v
