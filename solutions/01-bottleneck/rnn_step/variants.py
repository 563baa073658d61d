"""A step, written otherwise."""

import numpy as np

from attnlab.content import variant


@variant("word and state side by side, their matrices on top of each other, one product")
def one_product(x, state, W_x, W_h, b):
    return np.tanh(np.concatenate([x, state], axis=1) @ np.concatenate([W_x, W_h], axis=0) + b)


@variant("the bias as one more row, met by a column of ones")
def bias_as_a_row(x, state, W_x, W_h, b):
    ones = np.ones((len(x), 1), dtype=x.dtype)
    return np.tanh(np.hstack([x, state, ones]) @ np.vstack([W_x, W_h, b]))


@variant("with einsum")
def with_einsum(x, state, W_x, W_h, b):
    return np.tanh(np.einsum("bi,ih->bh", x, W_x) + np.einsum("bh,hk->bk", state, W_h) + b)


@variant("with np.dot, in another order of adding")
def with_dot(x, state, W_x, W_h, b):
    return np.tanh(b + np.dot(state, W_h) + np.dot(x, W_x))


@variant("column vectors, as in the papers: transposed, and back")
def column_vectors(x, state, W_x, W_h, b):
    return np.tanh(W_x.T @ x.T + W_h.T @ state.T + b[:, None]).T


@variant("sentence by sentence")
def one_sentence_at_a_time(x, state, W_x, W_h, b):
    return np.stack([np.tanh(word @ W_x + old @ W_h + b) for word, old in zip(x, state, strict=True)])


@variant("number by number")
def number_by_number(x, state, W_x, W_h, b):
    new_state = np.empty_like(state)
    for sentence in range(len(x)):
        for place in range(len(b)):
            total = sum(x[sentence, i] * W_x[i, place] for i in range(x.shape[1]))
            total += sum(state[sentence, i] * W_h[i, place] for i in range(len(b)))
            new_state[sentence, place] = np.tanh(total + b[place])
    return new_state


@variant("tanh as a sigmoid stretched to twice its height")
def tanh_by_sigmoid(x, state, W_x, W_h, b):
    with np.errstate(over="ignore"):
        return 2 / (1 + np.exp(-2 * (x @ W_x + state @ W_h + b))) - 1


@variant("into an array of its own, in place there")
def in_place_on_its_own(x, state, W_x, W_h, b):
    new_state = x @ W_x
    new_state += state @ W_h
    new_state += b
    np.tanh(new_state, out=new_state)
    return new_state
