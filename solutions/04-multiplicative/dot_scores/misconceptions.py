"""Dot products of the wrong things, or with something added."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import misconception


def dots(query, keys):
    return np.einsum("bd,bkd->bk", query, keys)


def softmax(scores, axis):
    return masked_softmax(scores, np.ones(scores.shape, dtype=bool), axis=axis)


@misconception(
    tell="Every query is multiplied with every sentence's keys: the batch is in your result twice, first.",
    ask="numpy took your query, (batch, d_h), for one matrix. What shape makes it one vector for each sentence?",
    hint=2,
)
def every_query_meets_every_sentence(query, keys):
    return query @ keys.swapaxes(1, 2)


@misconception(
    tell="Every sentence's keys are multiplied with every query: your last axis is the batch once more.",
    ask="query.T is one matrix that holds all the queries. What shape gives each sentence only its own?",
    hint=2,
)
def every_sentence_meets_every_query(query, keys):
    return keys @ query.T


@misconception(
    tell="You multiply number by number and do not add up: d_h numbers are left for every word.",
    ask="A dot product is one number. What happens after the multiplying?",
    hint=3,
)
def multiplied_but_not_summed(query, keys):
    return query[:, None] * keys


@misconception(
    tell="You add up over the words: there is a number for every feature and none for a word.",
    ask="Which axis has to disappear, d_h or keys?",
    hint=3,
)
def summed_over_the_words(query, keys):
    return (query[:, None] * keys).sum(axis=1)


@misconception(
    tell="An axis of size one is left at the end of your scores.",
    ask="What did you add to make the product work, and do you still need it?",
    hint=3,
)
def trailing_axis_left(query, keys):
    return keys @ query[:, :, None]


@misconception(
    tell="You divide by the square root of d_h. Luong does not; that is Vaswani's idea, two years later.",
    ask="Is there a division in Luong's dot score?",
)
def scaled(query, keys):
    return dots(query, keys) / np.sqrt(query.shape[1]).astype(query.dtype)


@misconception(
    tell="You average the products over d_h instead of adding them up: every score is d_h times too small.",
    ask="Sum or mean: which of the two is a dot product?",
)
def averaged_over_features(query, keys):
    return (query[:, None] * keys).mean(axis=-1)


@misconception(
    tell="You divide by the lengths of the vectors, which gives the cosine of the angle between them, never above 1.",
    ask="Should a key that is twice as long score the same?",
)
def cosine(query, keys):
    lengths = np.linalg.norm(query, axis=1)[:, None] * np.linalg.norm(keys, axis=2)
    return dots(query, keys) / lengths


@misconception(
    tell="You divide each key by its length, so only its direction counts.",
    ask="Is there a division in Luong's dot score?",
)
def keys_normalised(query, keys):
    return dots(query, keys) / np.linalg.norm(keys, axis=2)


@misconception(
    tell="You measure distances: the scores are minus the squared distance between query and key.",
    ask="What is the dot product of (1, 2) and (3, 4)? And what does your code say?",
    hint=1,
)
def negative_distance(query, keys):
    return -((query[:, None] - keys) ** 2).sum(axis=-1)


@misconception(
    tell="You return weights that sum to one: a softmax has already been taken.",
    ask="Scores come before the softmax, weights after it. Which of the two is this function named after?",
)
def weights_for_scores(query, keys):
    return softmax(dots(query, keys), axis=1)


@misconception(
    tell="You take a softmax over the batch: the sentences compete with each other.",
    ask="What do two sentences of a batch have to do with each other? And is a softmax asked for at all?",
)
def softmax_over_the_batch(query, keys):
    return softmax(dots(query, keys), axis=0)


@misconception(
    tell="Every sentence is scored against the first sentence's query.",
    ask="Along which axis do a query and its own keys belong together?",
    hint=2,
)
def first_query_for_all(query, keys):
    return keys @ query[0]


@misconception(
    tell="Axes of size one vanish from your scores: right for most batches, wrong for a single sentence or a single "
    "word.",
    ask="Is there an axis to drop at all? If so, how would you drop that one and no other?",
    hint=3,
)
def every_axis_of_one_squeezed(query, keys):
    return (keys @ query[:, :, None]).squeeze()


@misconception(
    tell="Your scores come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(query, keys):
    scores = np.zeros(keys.shape[:2])
    for sentence in range(len(keys)):
        scores[sentence] = keys[sentence] @ query[sentence]
    return scores


@misconception(
    tell="You multiply into the keys you were given. The decoder looks at these keys again at its next step.",
    ask="Whose array does `*=` write into?",
)
def multiplied_into_the_callers_keys(query, keys):
    keys *= query[:, None]
    return keys.sum(axis=-1)
