"""A step of the decoder, written otherwise."""

import numpy as np
from additive_attention import additive_attention
from additive_scores import additive_scores
from masked_softmax import masked_softmax
from rnn_step import rnn_step

from attnlab.content import variant


@variant("lesson 01's cell, reading token and context side by side")
def with_the_cell_of_lesson_01(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    seen = np.concatenate([token, context], axis=1)
    return rnn_step(seen, state, np.concatenate([W_x, W_c]), W_h, b), context, weights


@variant("all inputs and all matrices stacked into one product")
def one_product(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    stacked = np.hstack([state, context, token]) @ np.vstack([W_h, W_c, W_x])
    return np.tanh(b + stacked), context, weights


@variant("from the scores up, with einsum")
def from_the_scores_up(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    weights = masked_softmax(additive_scores(state, keys, W_query, W_key, v), mask)
    context = np.einsum("bk,bkh->bh", weights, keys)
    moved = np.einsum("bi,is->bs", token, W_x) + np.einsum("bh,hs->bs", context, W_c)
    return np.tanh(moved + np.einsum("bs,st->bt", state, W_h) + b), context, weights


@variant("the keys mixed after their way through W_c")
def projected_then_mixed(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    read = (weights[:, None] @ (keys @ W_c))[:, 0]
    return np.tanh(token @ W_x + read + state @ W_h + b), context, weights


@variant("sentence by sentence")
def one_sentence_at_a_time(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    new_state = [np.tanh(t @ W_x + c @ W_c + s @ W_h + b) for t, c, s in zip(token, context, state, strict=True)]
    return np.array(new_state), context, weights
