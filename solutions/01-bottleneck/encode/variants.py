"""An encoder, written otherwise."""

import numpy as np
from rnn_step import rnn_step

from attnlab.content import variant


@variant("all states kept, each sentence's own picked at the end")
def picked_at_the_end(inputs, lengths, W_x, W_h, b):
    state = np.zeros((inputs.shape[0], W_h.shape[0]), dtype=inputs.dtype)
    states = []
    for time in range(inputs.shape[1]):
        state = rnn_step(inputs[:, time, :], state, W_x, W_h, b)
        states.append(state)
    return np.array(states)[lengths - 1, np.arange(len(lengths))]


@variant("sentence by sentence, over the words that are there")
def one_sentence_at_a_time(inputs, lengths, W_x, W_h, b):
    states = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    for number, (sentence, length) in enumerate(zip(inputs, lengths, strict=True)):
        state = np.zeros_like(b)
        for word in sentence[:length]:
            state = np.tanh(word @ W_x + state @ W_h + b)
        states[number] = state
    return states


@variant("only the sentences that still read take the step")
def only_those_that_read(inputs, lengths, W_x, W_h, b):
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    for time in range(lengths.max()):
        reading = lengths > time
        state[reading] = rnn_step(inputs[reading, time], state[reading], W_x, W_h, b)
    return state


@variant("old and new state mixed by a mask of zeros and ones")
def mixed_by_a_mask(inputs, lengths, W_x, W_h, b):
    reading = (np.arange(inputs.shape[1])[None, :] < lengths[:, None]).astype(inputs.dtype)
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    for time in range(inputs.shape[1]):
        now = reading[:, time, None]
        state = now * rnn_step(inputs[:, time], state, W_x, W_h, b) + (1 - now) * state
    return state


@variant("each state put away the moment its sentence ends")
def put_away_at_the_end(inputs, lengths, W_x, W_h, b):
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    kept = state.copy()
    for time, words in enumerate(inputs.swapaxes(0, 1), start=1):
        state = rnn_step(words, state, W_x, W_h, b)
        kept[lengths == time] = state[lengths == time]
    return kept


@variant("all words projected at once, before the loop")
def projected_at_once(inputs, lengths, W_x, W_h, b):
    projected = np.einsum("bti,ih->bth", inputs, W_x) + b
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    for time in range(inputs.shape[1]):
        state = np.where(time < lengths[:, None], np.tanh(projected[:, time] + state @ W_h), state)
    return state


@variant("longest first, as packed sequences do it")
def longest_first(inputs, lengths, W_x, W_h, b):
    order = np.argsort(-lengths)
    sentences, ends = inputs[order], lengths[order]
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    for time in range(ends[0]):
        active = int((ends > time).sum())
        state[:active] = rnn_step(sentences[:active, time], state[:active], W_x, W_h, b)
    return state[np.argsort(order)]
