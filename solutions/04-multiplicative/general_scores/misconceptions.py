"""Scores with W in the wrong place, or with something added."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import misconception


def dots(query, keys):
    return np.einsum("bd,bkd->bk", query, keys)


def softmax(scores, axis):
    return masked_softmax(scores, np.ones(scores.shape, dtype=bool), axis=axis)


@misconception(
    tell="Every query is multiplied with every sentence's keys: the batch is in your result twice, first.",
    ask="numpy took query W, (batch, d_h), for one matrix. What shape makes it one vector for each sentence?",
    hint=2,
)
def every_query_meets_every_sentence(query, keys, W):
    return query @ W @ keys.swapaxes(1, 2)


@misconception(
    tell="Every sentence's keys are multiplied with every query: your last axis is the batch once more.",
    ask="Which exercise gives each sentence only its own query?",
    hint=2,
)
def every_sentence_meets_every_query(query, keys, W):
    return keys @ (query @ W).T


@misconception(
    tell="You multiply number by number and do not add up: d_h numbers are left for every word.",
    ask="A dot product is one number. What happens after the multiplying?",
)
def multiplied_but_not_summed(query, keys, W):
    return (query @ W)[:, None] * keys


@misconception(
    tell="An axis of size one is left at the end of your scores.",
    ask="What did you add to make the product work, and do you still need it?",
)
def trailing_axis_left(query, keys, W):
    return keys @ (query @ W)[:, :, None]


@misconception(
    tell="W is the wrong way round (transposed): it translates the keys for the query's side and the query for the "
    "keys'. Where the two sizes differ, it does not even fit.",
    ask="W is (d_q, d_h). From whose language into whose does `query @ W` go?",
    hint=1,
)
def W_transposed(query, keys, W):
    return dots(query @ W.T, keys)


@misconception(
    tell="W is never used: these are the plain dot scores.",
    ask="What would training change in your function?",
    hint=1,
)
def W_ignored(query, keys, W):
    return dots(query, keys)


@misconception(
    tell="W is applied to the query and to the keys.",
    ask="How often does W stand in `query W keyᵀ`?",
    hint=3,
)
def W_on_both_sides(query, keys, W):
    return dots(query @ W, keys @ W)


@misconception(
    tell="There is a tanh around the translated query. That belongs to the additive score.",
    ask="Which function stands between query, W and key in Luong's general score?",
)
def tanh_added(query, keys, W):
    return dots(np.tanh(query @ W), keys)


@misconception(
    tell="Where the sizes differ you cut both to the shorter one: some numbers never enter the score.",
    ask="Which argument is there to bring two sizes together?",
    hint=1,
)
def sizes_truncated_to_fit(query, keys, W):
    size = min(query.shape[1], keys.shape[2])
    return dots(query[:, :size] @ W[:size, :size], keys[:, :, :size])


@misconception(
    tell="You divide by the square root of the keys' size. Luong does not; that is Vaswani's idea, two years later.",
    ask="Is there a division in Luong's general score?",
)
def scaled(query, keys, W):
    return dots(query @ W, keys) / np.sqrt(keys.shape[2]).astype(keys.dtype)


@misconception(
    tell="You return weights that sum to one: a softmax has already been taken.",
    ask="Scores come before the softmax, weights after it. Which of the two is this function named after?",
)
def weights_for_scores(query, keys, W):
    return softmax(dots(query @ W, keys), axis=1)


@misconception(
    tell="You take a softmax over the batch: the sentences compete with each other.",
    ask="What do two sentences of a batch have to do with each other? And is a softmax asked for at all?",
)
def softmax_over_the_batch(query, keys, W):
    return softmax(dots(query @ W, keys), axis=0)


@misconception(
    tell="Every sentence is scored against the first sentence's query.",
    ask="Along which axis do a query and its own keys belong together?",
)
def first_query_for_all(query, keys, W):
    return keys @ (query[0] @ W)


@misconception(
    tell="Axes of size one vanish from your scores: right for most batches, wrong for a single sentence or a single "
    "word.",
    ask="Is there an axis to drop at all? If so, how would you drop that one and no other?",
)
def every_axis_of_one_squeezed(query, keys, W):
    return (keys @ (query @ W)[:, :, None]).squeeze()


@misconception(
    tell="Your scores come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(query, keys, W):
    scores = np.zeros(keys.shape[:2])
    for sentence in range(len(keys)):
        scores[sentence] = keys[sentence] @ (query[sentence] @ W)
    return scores
