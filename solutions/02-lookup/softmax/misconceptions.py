"""Softmaxes that are nearly one."""

import numpy as np

from attnlab.content import misconception


def shares(exponentials, axis):
    """Exponentials divided by their sum; a sum of zero leaves zeros."""
    total = exponentials.sum(axis=axis, keepdims=True)
    return exponentials / np.where(total == 0, 1, total)


def lowered(scores, axis):
    """Scores whose largest along the axis is zero; a slice of nothing but -inf stays so."""
    largest = scores.max(axis=axis, keepdims=True)
    return scores - np.where(np.isneginf(largest), 0, largest)


def right(scores, axis):
    return shares(np.exp(lowered(scores, axis)), axis)


@misconception(
    tell="Your weights are turned over: what were rows are columns.",
    ask="You turned the scores somewhere, so that the sum fits. Where do you turn them back?",
    hint=3,
)
def left_transposed(scores, axis=-1):
    return right(scores, axis).T


@misconception(
    tell="Your sum loses the axis it runs along. For a table there is a trick that makes it fit again; for more "
    "axes, or another one, there is none.",
    ask="Which argument makes numpy's sum keep its axis, with the size one?",
    hint=3,
)
def axis_of_the_sum_lost(scores, axis=-1):
    exponentials = np.exp(lowered(scores, axis))
    return (exponentials.T / exponentials.sum(axis=axis)).T


@misconception(
    tell="No maximum is subtracted. For scores around 1000 the exponentials are infinite, for scores around -1000 "
    "they are all zero, and either divided by itself is nan.",
    ask="What may be added to all scores of a slice without changing a single weight?",
    hint=2,
)
def no_maximum_subtracted(scores, axis=-1):
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="One maximum is subtracted from everything, the largest score of the whole array. A row whose own scores "
    "are far below it becomes all zeros, and zero by zero is nan.",
    ask="Whose largest score should become zero: the array's, or each slice's?",
    hint=3,
)
def global_maximum_subtracted(scores, axis=-1):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="You subtract the mean. That is right as algebra, and one score far above the mean still overflows.",
    ask="Which number of a slice leaves no exponent above zero when it is subtracted?",
    hint=2,
)
def mean_subtracted(scores, axis=-1):
    exponentials = np.exp(scores - scores.mean(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="You subtract the minimum, so every exponent is zero or above, and large ones overflow.",
    ask="Is it large exponents that you want to avoid, or small ones?",
    hint=2,
)
def minimum_subtracted(scores, axis=-1):
    exponentials = np.exp(scores - scores.min(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="Large exponents are cut off, so two large scores that differ get the same weight.",
    ask="What could you do to all the scores of a slice together, so that none of them has to be cut?",
    hint=2,
)
def exponents_clipped(scores, axis=-1):
    exponentials = np.exp(np.clip(scores, -500, 500))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="The softmax always runs along the last axis, whatever axis says.",
    ask="Where in your code does the argument axis appear? Does it appear everywhere it should?",
    hint=3,
)
def always_the_last_axis(scores, axis=-1):
    return right(scores, -1)


@misconception(
    tell="The softmax always runs along the first axis, so columns sum to one and not rows.",
    ask="Which argument says along which axis the weights compete, and what is it when nobody says?",
    hint=3,
)
def always_the_first_axis(scores, axis=-1):
    return right(scores, 0)


@misconception(
    tell="The softmax always runs along axis 1, whatever axis says.",
    ask="The last axis of a table is axis 1. Is it for every array?",
    hint=3,
)
def always_axis_1(scores, axis=-1):
    return right(scores, 1)


@misconception(
    tell="Each exponential is divided by the sum of the whole array: all the weights together sum to one, not each "
    "row's.",
    ask="With which other scores does a score have to share?",
    hint=3,
)
def divided_by_the_whole_sum(scores, axis=-1):
    return right(scores.reshape(1, -1), 1).reshape(scores.shape)


@misconception(
    tell="A softmax is taken of your weights once more, which flattens them.",
    ask="What goes into the exponential, and how often?",
)
def softmax_twice(scores, axis=-1):
    return right(right(scores, axis), axis)


@misconception(
    tell="There is no exponential: the scores themselves are divided by their sum. A negative score gets a negative "
    "weight.",
    ask="What makes any number positive, and a larger one larger?",
    hint=3,
)
def no_exponential(scores, axis=-1):
    return scores / scores.sum(axis=axis, keepdims=True)


@misconception(
    tell="The exponentials are right and are not divided by anything.",
    ask="Do the weights of a row sum to one?",
    hint=3,
)
def not_divided(scores, axis=-1):
    return np.exp(lowered(scores, axis))


@misconception(
    tell="These are the logarithms of the weights: none is above zero.",
    ask="Which last step leads from a logarithm to its number?",
)
def logarithms_of_the_weights(scores, axis=-1):
    low = lowered(scores, axis)
    return low - np.log(np.exp(low).sum(axis=axis, keepdims=True))


@misconception(
    tell="Each score goes through a sigmoid of its own: the weights do not compete, and do not sum to one.",
    ask="If one score grows, what should happen to the weights of the others?",
    hint=3,
)
def sigmoid_of_each(scores, axis=-1):
    return 1 / (1 + np.exp(-scores))


@misconception(
    tell="All the weight goes to the largest score: this is a hard maximum.",
    ask="Two scores are nearly equal. How should their weights compare?",
)
def all_to_the_largest(scores, axis=-1):
    return (scores == scores.max(axis=axis, keepdims=True)).astype(scores.dtype)


@misconception(
    tell="The signs are turned: the smallest score gets the largest weight.",
    ask="You subtract one from the other. Which from which?",
    hint=3,
)
def smallest_score_wins(scores, axis=-1):
    return right(-scores, axis)


@misconception(
    tell="Something small is added to the sum, so that no slice sums to one.",
    ask="When can the sum be zero at all, once the largest exponent of a slice is zero?",
    hint=3,
)
def small_number_added_to_the_sum(scores, axis=-1):
    exponentials = np.exp(lowered(scores, axis))
    return exponentials / (exponentials.sum(axis=axis, keepdims=True) + 1e-5)


@misconception(
    tell="A slice of nothing but -inf becomes nan: -inf minus a maximum of -inf is no number, and neither is zero by "
    "zero.",
    ask="What could be subtracted from such a slice, so that its exponentials are zero, and what may such zeros be "
    "divided by?",
    hint=3,
)
def empty_slice_becomes_nan(scores, axis=-1):
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="A slice of nothing but -inf gets equal weights: -inf was replaced by some very negative number, which all "
    "of them share.",
    ask="If there is nothing to look at, how much attention should be paid to it?",
    hint=3,
)
def empty_slice_gets_equal_weights(scores, axis=-1):
    return right(np.maximum(scores, -1e9).astype(scores.dtype), axis)


@misconception(
    tell="Your weights come back as float64 although the scores are float32.",
    ask="Which array did you make or convert yourself, and to which dtype?",
)
def always_float64(scores, axis=-1):
    return right(np.array(scores, dtype=np.float64), axis)


@misconception(
    tell="You subtract the maximum in place, in the array you were given: the caller's scores are changed.",
    ask="What is the difference between `a -= m` and `a = a - m`?",
)
def scores_changed_in_place(scores, axis=-1):
    scores -= np.nan_to_num(scores.max(axis=axis, keepdims=True), neginf=0)
    return shares(np.exp(scores), axis)
