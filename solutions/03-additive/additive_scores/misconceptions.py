"""Scores that look additive and are not."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import misconception


def energies(query, keys, W_query, W_key):
    """What the tanh is taken of: (batch, keys, d_a)."""
    return (query @ W_query)[:, None] + keys @ W_key


def softmax(scores, axis):
    return masked_softmax(scores, np.ones(scores.shape, dtype=bool), axis=axis)


@misconception(
    tell="Every word of a sentence gets the same score: the keys never enter it.",
    ask="What would the decoder have to compare its state with, to prefer one word over another?",
    hint=1,
)
def keys_never_enter(query, keys, W_query, W_key, v):
    return np.repeat((np.tanh(query @ W_query) @ v)[:, None], keys.shape[1], axis=1)


@misconception(
    tell="The query never enters your scores: they come from the keys alone.",
    ask="Two decoder states that need different words: what in your scores tells them apart?",
    hint=1,
)
def query_never_enters(query, keys, W_query, W_key, v):
    return np.tanh(keys @ W_key) @ v


@misconception(
    tell="There is no tanh in your scores. So each is a part from the query plus a part from the key, the query's "
    "part is the same for every word, and a softmax over the words cancels it.",
    ask="What stands between the sum and v in the paper's equation?",
    hint=3,
)
def tanh_missing(query, keys, W_query, W_key, v):
    return energies(query, keys, W_query, W_key) @ v


@misconception(
    tell="You take the tanh of the query's part and of the key's part, and add afterwards. The query then adds the "
    "same number to every score of its sentence, and a softmax does not see it.",
    ask="Which comes first in the equation, the sum or the tanh?",
    hint=3,
)
def tanh_before_the_sum(query, keys, W_query, W_key, v):
    return (np.tanh(query @ W_query)[:, None] + np.tanh(keys @ W_key)) @ v


@misconception(
    tell="Your tanh closes too early: it holds the query's part, and the keys' part is added outside.",
    ask="Where does the bracket after tanh close in the equation?",
    hint=3,
)
def tanh_of_the_query_only(query, keys, W_query, W_key, v):
    return (np.tanh(query @ W_query)[:, None] + keys @ W_key) @ v


@misconception(
    tell="Your tanh holds the keys' part only; the query's part is added outside.",
    ask="Where does the bracket after tanh open in the equation?",
    hint=3,
)
def tanh_of_the_keys_only(query, keys, W_query, W_key, v):
    return ((query @ W_query)[:, None] + np.tanh(keys @ W_key)) @ v


@misconception(
    tell="Your tanh comes last, around the finished score: v is applied to the bare sum, and no score can leave (-1, "
    "1).",
    ask="Which of the two acts on d_a numbers, and which makes one number of them?",
    hint=3,
)
def tanh_after_v(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key) @ v)


@misconception(
    tell="v is inside your tanh: every unit is multiplied by its v first, squashed after, and the units are added.",
    ask="In the equation, is v applied to what goes into the tanh or to what comes out?",
    hint=3,
)
def v_inside_the_tanh(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key) * v).sum(axis=-1)


@misconception(
    tell="You multiply the projected query and the projected keys where they should be added.",
    ask="This score is called additive. What is it that is added?",
    hint=2,
)
def multiplied_instead_of_added(query, keys, W_query, W_key, v):
    return np.tanh((query @ W_query)[:, None] * (keys @ W_key)) @ v


@misconception(
    tell="Your squashing function is a sigmoid: it answers between 0 and 1 where tanh answers between -1 and 1.",
    ask="Which function does the equation name, and what does it give for 0?",
)
def sigmoid_for_tanh(query, keys, W_query, W_key, v):
    return 1 / (1 + np.exp(-energies(query, keys, W_query, W_key))) @ v


@misconception(
    tell="You cut negative sums to zero (a relu) where the paper squashes them.",
    ask="Which function does the equation name, and what does it give for -1?",
)
def relu_for_tanh(query, keys, W_query, W_key, v):
    return np.maximum(energies(query, keys, W_query, W_key), 0) @ v


@misconception(
    tell="v is missing: you return d_a numbers for every word, and a score is one number.",
    ask="Which argument have you not used, and what does its size tell you about its job?",
    hint=3,
)
def energy_per_unit(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key))


@misconception(
    tell="You multiply every unit by its v and leave it at that: d_a numbers for every word, where a score is one.",
    ask="`v · (...)` is a dot product. What happens after the multiplying?",
    hint=3,
)
def units_not_summed(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key)) * v


@misconception(
    tell="You add up the d_a units as they are: v is never used, so every unit counts the same.",
    ask="How could training make one unit count more than another?",
    hint=3,
)
def units_summed_without_v(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key)).sum(axis=-1)


@misconception(
    tell="An axis of size one is left at the end of your scores: v went in as a column.",
    ask="What shape does a product with v give when v stays a plain vector of d_a numbers?",
    hint=3,
)
def trailing_axis_left(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key)) @ v[:, None]


@misconception(
    tell="You return weights that sum to one: a softmax has already been taken.",
    ask="Scores come before the softmax, weights after it. Which of the two is this function named after?",
    hint=3,
)
def weights_for_scores(query, keys, W_query, W_key, v):
    return softmax(np.tanh(energies(query, keys, W_query, W_key)) @ v, axis=1)


@misconception(
    tell="You take a softmax over the batch: the sentences compete with each other.",
    ask="What do two sentences of a batch have to do with each other? And is a softmax asked for at all?",
    hint=3,
)
def softmax_over_the_batch(query, keys, W_query, W_key, v):
    return softmax(np.tanh(energies(query, keys, W_query, W_key)) @ v, axis=0)


@misconception(
    tell="You divide the scores by the square root of d_a. That belongs to the scaled dot product of a later lesson.",
    ask="Is there a division in Bahdanau's equation?",
)
def scaled(query, keys, W_query, W_key, v):
    return np.tanh(energies(query, keys, W_query, W_key)) @ v / np.sqrt(v.shape[0]).astype(v.dtype)


@misconception(
    tell="Every sentence is scored against the first sentence's query.",
    ask="Along which axis do a query and its own keys belong together?",
    hint=2,
)
def first_query_for_all(query, keys, W_query, W_key, v):
    return np.tanh(query[0] @ W_query + keys @ W_key) @ v


@misconception(
    tell="Axes of size one vanish from your scores: right for most batches, wrong for a single sentence or a single "
    "word.",
    ask="Is there an axis to drop at all? If so, how would you drop that one and no other?",
)
def every_axis_of_one_squeezed(query, keys, W_query, W_key, v):
    return (np.tanh(energies(query, keys, W_query, W_key)) @ v[:, None]).squeeze()


@misconception(
    tell="Your scores come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(query, keys, W_query, W_key, v):
    scores = np.zeros(keys.shape[:2])
    scores[:] = np.tanh(energies(query, keys, W_query, W_key)) @ v
    return scores
