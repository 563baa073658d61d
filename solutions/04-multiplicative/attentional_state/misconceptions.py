"""Joins that lose one side, or mix them up."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import misconception


def side_by_side(context, state):
    return np.concatenate([context, state], axis=1)


@misconception(
    tell="You put the state first and the context second, so each meets the rows of W_c that were meant for the other. "
    "The sizes add up to the same, so nothing complains.",
    ask="Read [context; state] from left to right: whose rows of W_c come first?",
    hint=3,
)
def state_first(context, state, W_c):
    return np.tanh(np.concatenate([state, context], axis=1) @ W_c)


@misconception(
    tell="There is no tanh: what you return is the bare product.",
    ask="What stands around the brackets in Luong's equation 5?",
    hint=3,
)
def tanh_missing(context, state, W_c):
    return side_by_side(context, state) @ W_c


@misconception(
    tell="The tanh comes first, around the pair, and W_c after it.",
    ask="In the equation, does W_c stand inside the tanh or outside?",
    hint=3,
)
def tanh_before_W_c(context, state, W_c):
    return np.tanh(side_by_side(context, state)) @ W_c


@misconception(
    tell="You squash the context's part and the state's part one by one and add them: the result can reach 2.",
    ask="How many tanh are there in the equation, and what is inside?",
    hint=3,
)
def tanh_of_each_part(context, state, W_c):
    split = context.shape[1]
    return np.tanh(context @ W_c[:split]) + np.tanh(state @ W_c[split:])


@misconception(
    tell="Only the context gets through: the state's rows of W_c are never used.",
    ask="How would the next word depend on what has been said already?",
    hint=1,
)
def state_left_out(context, state, W_c):
    return np.tanh(context @ W_c[: context.shape[1]])


@misconception(
    tell="Only the state gets through: the context's rows of W_c are never used, and the look back was for nothing.",
    ask="Where does what was found in the source come in?",
    hint=1,
)
def context_left_out(context, state, W_c):
    return np.tanh(state @ W_c[context.shape[1] :])


@misconception(
    tell="Your squashing function is a sigmoid: it answers between 0 and 1 where tanh answers between -1 and 1.",
    ask="Which function does the equation name?",
)
def sigmoid_for_tanh(context, state, W_c):
    return 1 / (1 + np.exp(-(side_by_side(context, state) @ W_c)))


@misconception(
    tell="You cut negative numbers to zero (a relu) where the paper squashes them.",
    ask="Which function does the equation name, and what does it give for -1?",
)
def relu_for_tanh(context, state, W_c):
    return np.maximum(side_by_side(context, state) @ W_c, 0)


@misconception(
    tell="A softmax is taken of the result. That comes one step later, over the vocabulary, after another matrix.",
    ask="Is what you return a state or a distribution over words?",
)
def softmax_taken(context, state, W_c):
    scores = side_by_side(context, state) @ W_c
    return masked_softmax(scores, np.ones(scores.shape, dtype=bool))


@misconception(
    tell="W_c never gets used: you return the two vectors side by side.",
    ask="How wide should the result be, and which argument says so?",
    hint=1,
)
def W_c_ignored(context, state, W_c):
    return np.tanh(side_by_side(context, state))


@misconception(
    tell="Every sentence gets the first sentence's context.",
    ask="Along which axis do a context and its own state belong together?",
)
def first_context_for_all(context, state, W_c):
    return np.tanh(side_by_side(np.repeat(context[:1], len(context), axis=0), state) @ W_c)


@misconception(
    tell="Axes of size one vanish from what you return: right for most batches, wrong for a single sentence.",
    ask="Is there an axis to drop at all?",
)
def every_axis_of_one_squeezed(context, state, W_c):
    return np.tanh(side_by_side(context, state) @ W_c).squeeze()


@misconception(
    tell="Your result comes back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(context, state, W_c):
    both = np.zeros((len(context), len(W_c)))
    both[:, : context.shape[1]] = context
    both[:, context.shape[1] :] = state
    return np.tanh(both @ W_c)
