"""The attentional state, written otherwise."""

import numpy as np

from attnlab.content import variant


@variant("W_c cut in two, a product for each part")
def two_products(context, state, W_c):
    split = context.shape[1]
    return np.tanh(state @ W_c[split:] + context @ W_c[:split])


@variant("W_c cut by np.split, two einsums")
def with_einsum(context, state, W_c):
    for_context, for_state = np.split(W_c, [context.shape[-1]])
    return np.tanh(np.einsum("bh,ho->bo", context, for_context) + np.einsum("bs,so->bo", state, for_state))


@variant("hstack and dot")
def with_hstack(context, state, W_c):
    return np.tanh(np.dot(np.hstack((context, state)), W_c))


@variant("sentence by sentence, weights from the left")
def one_sentence_at_a_time(context, state, W_c):
    return np.stack([np.tanh(W_c.T @ np.r_[c, s]) for c, s in zip(context, state, strict=True)])


@variant("both written into one array of the inputs' dtype")
def filled(context, state, W_c):
    both = np.empty((context.shape[0], W_c.shape[0]), dtype=context.dtype)
    both[:, : context.shape[1]], both[:, context.shape[1] :] = context, state
    return np.tanh(both @ W_c)
