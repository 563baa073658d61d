"""Lookups that find something else."""

import numpy as np
from softmax import softmax

from attnlab.content import misconception


@misconception(
    tell="You return the weights first and the context second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
    hint=3,
)
def weights_returned_first(query, key, value):
    weights = softmax(query @ key.T)
    return weights, weights @ value


@misconception(
    tell="You return the context alone: the weights are computed and thrown away.",
    ask="Somebody wants to draw where each query looked. What would they need from you?",
    hint=3,
)
def only_the_context(query, key, value):
    return softmax(query @ key.T) @ value


@misconception(
    tell="You return the weights alone: nothing was fetched with them.",
    ask="The answer to a lookup is a mixture of what?",
    hint=1,
)
def only_the_weights(query, key, value):
    return softmax(query @ key.T)


@misconception(
    tell="Your context has a row for every pair of a query and a key: the values are weighted but not added up.",
    ask="A query gets one answer. Which axis has to disappear?",
    hint=3,
)
def weighted_but_not_summed(query, key, value):
    weights = softmax(query @ key.T)
    return weights[:, :, None] * value, weights


@misconception(
    tell="The scores are divided by the square root of d. That is the scaled dot product of lesson 05; here the dot "
    "product counts as it is.",
    ask="What is a score in this exercise's docstring?",
    hint=3,
)
def scaled_by_the_root(query, key, value):
    weights = softmax(query @ key.T / np.sqrt(query.shape[-1]).astype(query.dtype))
    return weights @ value, weights


@misconception(
    tell="The scores are divided by d: your score is the mean of the products, not their sum.",
    ask="What does a dot product do with the products of the entries?",
    hint=3,
)
def scaled_by_d(query, key, value):
    weights = softmax(query @ key.T / query.shape[-1])
    return weights @ value, weights


@misconception(
    tell="The scores are multiplied by the square root of d, which sharpens every answer.",
    ask="What is a score in this exercise's docstring?",
    hint=3,
)
def multiplied_by_the_root(query, key, value):
    weights = softmax(query @ key.T * np.sqrt(query.shape[-1]).astype(query.dtype))
    return weights @ value, weights


@misconception(
    tell="The scores are divided by the square root of the number of keys.",
    ask="Should a key match less well because there are others?",
    hint=3,
)
def scaled_by_the_root_of_the_keys(query, key, value):
    weights = softmax(query @ key.T / np.sqrt(len(key)).astype(query.dtype))
    return weights @ value, weights


@misconception(
    tell="The weights are divided by the square root of d after the softmax: no query's weights sum to one.",
    ask="What was it that the softmax had just taken care of?",
    hint=3,
)
def weights_scaled(query, key, value):
    weights = softmax(query @ key.T) / np.sqrt(query.shape[-1]).astype(query.dtype)
    return weights @ value, weights


@misconception(
    tell="The softmax runs over the queries: columns sum to one, and the queries compete for each key.",
    ask="For one query, which numbers compete with each other? Which axis are they on?",
    hint=2,
)
def softmax_over_the_queries(query, key, value):
    weights = softmax(query @ key.T, axis=0)
    return weights @ value, weights


@misconception(
    tell="One softmax runs over the whole table: all weights together sum to one, not each query's.",
    ask="How much attention does each query have to give away?",
    hint=2,
)
def softmax_over_everything(query, key, value):
    scores = query @ key.T
    weights = softmax(scores.reshape(1, -1)).reshape(scores.shape)
    return weights @ value, weights


@misconception(
    tell="Your second result is the scores, as they are before the softmax.",
    ask="Do the numbers you return for one query sum to one?",
    hint=3,
)
def scores_returned_as_weights(query, key, value):
    scores = query @ key.T
    return softmax(scores) @ value, scores


@misconception(
    tell="You mix by the raw scores: there is no softmax, and some values count negatively.",
    ask="What turns scores of any size and sign into shares of one?",
    hint=2,
)
def no_softmax(query, key, value):
    scores = query @ key.T
    return scores @ value, scores


@misconception(
    tell="The scores are divided by their sum, without exponentials: negative scores become negative weights, and "
    "the sum may be near zero.",
    ask="Which function have you just written that makes shares of any scores?",
    hint=2,
)
def scores_divided_by_their_sum(query, key, value):
    scores = query @ key.T
    weights = scores / scores.sum(axis=-1, keepdims=True)
    return weights @ value, weights


@misconception(
    tell="A softmax is taken of your weights once more, which flattens them.",
    ask="What goes into the softmax, and how often?",
    hint=3,
)
def softmax_twice(query, key, value):
    weights = softmax(softmax(query @ key.T))
    return weights @ value, weights


@misconception(
    tell="Each score goes through a sigmoid of its own: the weights do not compete.",
    ask="If one key matches better than before, what should happen to the weights of the others?",
    hint=2,
)
def sigmoid_of_each_score(query, key, value):
    weights = 1 / (1 + np.exp(-(query @ key.T)))
    return weights @ value, weights


@misconception(
    tell="All the weight goes to the best match: this is the hard lookup that the lesson starts from.",
    ask="Two keys match a query equally well. What should the answer be made of?",
    hint=2,
)
def best_match_only(query, key, value):
    weights = np.eye(len(key), dtype=query.dtype)[(query @ key.T).argmax(axis=1)]
    return weights @ value, weights


@misconception(
    tell="Every key counts the same: your answer is the average of the values, whatever was asked.",
    ask="Where does the query make a difference to the weights?",
    hint=1,
)
def plain_average(query, key, value):
    weights = np.full((len(query), len(key)), 1 / len(key), dtype=query.dtype)
    return weights @ value, weights


@misconception(
    tell="Queries and keys are brought to length one first: your scores are cosines. A long key should match more "
    "strongly than a short one.",
    ask="What happens to a dot product when the key becomes twice as long?",
    hint=1,
)
def cosines(query, key, value):
    query = query / np.linalg.norm(query, axis=1, keepdims=True)
    key = key / np.linalg.norm(key, axis=1, keepdims=True)
    weights = softmax(query @ key.T)
    return weights @ value, weights


@misconception(
    tell="Your scores are negative squared distances: the nearest key wins, not the one with the largest dot product.",
    ask="Which product of a query and a key does the equation ask for?",
    hint=1,
)
def distances(query, key, value):
    scores = -((query[:, None] - key[None]) ** 2).sum(axis=-1)
    weights = softmax(scores)
    return weights @ value, weights


@misconception(
    tell="The smallest dot product gets the largest weight: a sign is turned.",
    ask="What does a large dot product say about a query and a key?",
    hint=1,
)
def worst_match_wins(query, key, value):
    weights = softmax(-(query @ key.T))
    return weights @ value, weights


@misconception(
    tell="The queries are compared with the values; the keys are not used.",
    ask="In a dictionary, what do you compare with: what stands on the left of the colon, or on the right?",
    hint=1,
)
def values_compared_with(query, key, value):
    weights = softmax(query @ value.T)
    return weights @ value, weights


@misconception(
    tell="Your context mixes the keys; the values are not used.",
    ask="In a dictionary, what do you get back: what stands on the left of the colon, or on the right?",
    hint=3,
)
def keys_mixed(query, key, value):
    weights = softmax(query @ key.T)
    return weights @ key, weights


@misconception(
    tell="Keys and values have changed places: you compare with the values and mix the keys.",
    ask="Which of them is the left side of the colon in a dictionary, and what is it for?",
    hint=1,
)
def keys_and_values_swapped(query, key, value):
    weights = softmax(query @ value.T)
    return weights @ key, weights


@misconception(
    tell="The keys are compared with each other; the query is only counted.",
    ask="Who is asking?",
    hint=1,
)
def keys_ask_themselves(query, key, value):
    weights = softmax((key @ key.T)[np.arange(len(query)) % len(key)])
    return weights @ value, weights


@misconception(
    tell="Your weights are right and your context does not use them: it is the one best value.",
    ask="If the weights are a half and a half, what should the context be?",
    hint=3,
)
def context_is_the_best_value(query, key, value):
    scores = query @ key.T
    return value[scores.argmax(axis=1)], softmax(scores)


@misconception(
    tell="Your weights are right and your context does not use them: every value counts the same.",
    ask="Where do the weights meet the values?",
    hint=3,
)
def context_is_the_mean(query, key, value):
    weights = softmax(query @ key.T)
    return np.repeat(value.mean(axis=0, keepdims=True), len(query), axis=0), weights


@misconception(
    tell="Your context is mixed by the raw scores; the weights, which are right, are only returned.",
    ask="By what should a value be multiplied before it is added to the others?",
    hint=3,
)
def context_mixed_by_scores(query, key, value):
    scores = query @ key.T
    return scores @ value, softmax(scores)


@misconception(
    tell="Your context is divided by the number of keys: the weights sum to one already.",
    ask="If all values were the same vector, what should the mixture be?",
    hint=3,
)
def context_averaged_once_more(query, key, value):
    weights = softmax(query @ key.T)
    return (weights[:, :, None] * value).mean(axis=1), weights


@misconception(
    tell="Values as wide as the queries are expected: your context starts from an array in the query's shape.",
    ask="Which of the arguments knows how wide an answer is?",
)
def context_as_wide_as_the_query(query, key, value):
    weights = softmax(query @ key.T)
    context = np.zeros_like(query)
    context += weights @ value
    return context, weights


@misconception(
    tell="Axes of size one vanish from what you return: right for most tables, wrong for a single query.",
    ask="Which line drops an axis, and does anything have to be dropped at all?",
)
def every_axis_of_one_squeezed(query, key, value):
    weights = softmax(query @ key.T).squeeze()
    return weights @ value, weights


@misconception(
    tell="Your softmax subtracts no maximum, so large scores overflow.",
    ask="You have written a softmax that knows about this. Which file is it in?",
    hint=2,
)
def overflowing_softmax(query, key, value):
    exponentials = np.exp(query @ key.T)
    weights = exponentials / exponentials.sum(axis=1, keepdims=True)
    return weights @ value, weights


@misconception(
    tell="Your results come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(query, key, value):
    weights = softmax((query @ key.T).astype(np.float64))
    return weights @ value, weights


@misconception(
    tell="The mean key is subtracted from the keys in place. It changes no weight, and it changes the caller's keys.",
    ask="What is the difference between `a -= m` and `a = a - m`?",
)
def keys_centred_in_place(query, key, value):
    key -= key.mean(axis=0)
    weights = softmax(query @ key.T)
    return weights @ value, weights
