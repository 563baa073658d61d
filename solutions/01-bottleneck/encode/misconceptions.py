"""Encoders that read too much, too little, or in the wrong order."""

import numpy as np
from rnn_step import rnn_step

from attnlab.content import misconception


def all_states(inputs, W_x, W_h, b):
    """The state after every token, padding and all: (batch, time, d_h)."""
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    states = []
    for time in range(inputs.shape[1]):
        state = rnn_step(inputs[:, time], state, W_x, W_h, b)
        states.append(state)
    return np.stack(states, axis=1)


def states_at(places, inputs, W_x, W_h, b):
    return all_states(inputs, W_x, W_h, b)[np.arange(len(inputs)), places]


def read(inputs, lengths, W_x, W_h, b, step=rnn_step, start=None):
    """A right encoder, whose step and start may be wrong."""
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype) if start is None else start
    for time in range(inputs.shape[1]):
        state = np.where((time < lengths)[:, None], step(inputs[:, time], state, W_x, W_h, b), state)
    return state


@misconception(
    tell="Your state is taken at the padded end: shorter sentences read their padding as if it were words.",
    ask="How many tokens does the second sentence have, and how many has your loop shown it?",
    hint=2,
)
def state_taken_at_the_padded_end(inputs, lengths, W_x, W_h, b):
    return all_states(inputs, W_x, W_h, b)[:, -1]


@misconception(
    tell="Each sentence stops one token too early: its last word is never read.",
    ask="A sentence of length 1 has one token. What is its state in your code?",
    hint=2,
)
def one_token_short(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths - 1, W_x, W_h, b)


@misconception(
    tell="Each sentence that is not full reads one token too many: the first of its padding.",
    ask="Time counts from 0. At which time does a sentence of length 1 read its last token?",
    hint=2,
)
def one_token_too_many(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths + 1, W_x, W_h, b)


@misconception(
    tell="The first token is never read.",
    ask="At which number does your loop over time start?",
    hint=1,
)
def first_token_skipped(inputs, lengths, W_x, W_h, b):
    return read(inputs[:, 1:], lengths - 1, W_x, W_h, b)


@misconception(
    tell="The state is not carried: every step starts from zeros, so only the last token is remembered.",
    ask="Which state should the second step be given?",
    hint=1,
)
def state_not_carried(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, b, step=lambda x, state, *weights: rnn_step(x, 0 * state, *weights))


@misconception(
    tell="Your states start from ones.",
    ask="What is remembered before anything has been read?",
    hint=1,
)
def starts_from_ones(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, b, start=np.ones((len(inputs), len(b)), dtype=inputs.dtype))


@misconception(
    tell="Your states start from the bias, which the first step then adds once more.",
    ask="What is remembered before anything has been read?",
    hint=1,
)
def starts_from_the_bias(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, b, start=np.tile(b, (len(inputs), 1)))


@misconception(
    tell="You read the sentences backwards. Sutskever's translator did that too, and well; this one reads forwards.",
    ask="In which order does your loop visit the times?",
    hint=1,
)
def read_backwards(inputs, lengths, W_x, W_h, b):
    return read(inputs[:, ::-1], lengths, W_x, W_h, b)


@misconception(
    tell="One sentence's state is the start of the next: the batch is read as one long text.",
    ask="What should the second sentence know about the first?",
    hint=1,
)
def carried_into_the_next_sentence(inputs, lengths, W_x, W_h, b):
    state, states = np.zeros((1, len(b)), dtype=inputs.dtype), []
    for sentence, length in zip(inputs, lengths, strict=True):
        for word in sentence[:length]:
            state = rnn_step(word[None], state, W_x, W_h, b)
        states.append(state[0])
    return np.stack(states)


@misconception(
    tell="You return the average of all states a sentence went through.",
    ask="Which of its states has seen the whole sentence?",
)
def average_of_the_states(inputs, lengths, W_x, W_h, b):
    visible = (np.arange(inputs.shape[1]) < lengths[:, None])[:, :, None]
    return (all_states(inputs, W_x, W_h, b) * visible).sum(axis=1) / lengths[:, None].astype(inputs.dtype)


@misconception(
    tell="You return the sum of all states a sentence went through.",
    ask="Can a state after a tanh be larger than 1?",
)
def sum_of_the_states(inputs, lengths, W_x, W_h, b):
    visible = (np.arange(inputs.shape[1]) < lengths[:, None])[:, :, None]
    return (all_states(inputs, W_x, W_h, b) * visible).sum(axis=1)


@misconception(
    tell="You return the state after every token. That is what lesson 03 will ask for; this encoder keeps one vector "
    "a sentence.",
    ask="Which of these states has seen the whole sentence?",
)
def every_state_returned(inputs, lengths, W_x, W_h, b):
    return all_states(inputs, W_x, W_h, b)


@misconception(
    tell="Your loop runs over the sentences where it should run over the tokens: there is a state for every time and "
    "none for every sentence.",
    ask="What does `for x in inputs` visit: which axis comes first?",
    hint=1,
)
def loops_over_the_batch(inputs, lengths, W_x, W_h, b):
    state = np.zeros((inputs.shape[1], len(b)), dtype=inputs.dtype)
    for x in inputs:
        state = rnn_step(x, state, W_x, W_h, b)
    return state


@misconception(
    tell="A sentence that is over gets a state of zeros: what it remembered is wiped out.",
    ask="While the others read on, what should the state of a finished sentence become?",
    hint=3,
)
def wiped_out_by_the_padding(inputs, lengths, W_x, W_h, b):
    return all_states(inputs, W_x, W_h, b)[:, -1] * (lengths == inputs.shape[1])[:, None].astype(inputs.dtype)


@misconception(
    tell="You set the padding to zero and read it all the same. A word of zeros still moves the state, through W_h "
    "and the bias.",
    ask="What does rnn_step make of x = 0 and a state that is not?",
    hint=2,
)
def padding_zeroed_but_read(inputs, lengths, W_x, W_h, b):
    visible = (np.arange(inputs.shape[1]) < lengths[:, None])[:, :, None]
    return all_states(np.where(visible, inputs, 0).astype(inputs.dtype), W_x, W_h, b)[:, -1]


@misconception(
    tell="All sentences stop where the shortest ends.",
    ask="What has the longest sentence read by then?",
    hint=2,
)
def shortest_length_for_all(inputs, lengths, W_x, W_h, b):
    return all_states(inputs, W_x, W_h, b)[:, lengths.min() - 1]


@misconception(
    tell="All sentences are read as far as the first one goes.",
    ask="Which entry of lengths belongs to which row?",
    hint=2,
)
def first_length_for_all(inputs, lengths, W_x, W_h, b):
    return all_states(inputs, W_x, W_h, b)[:, lengths[0] - 1]


@misconception(
    tell="A sentence that fills its whole row comes out as zeros: at none of its times does your condition let it "
    "take the state that the step returns.",
    ask="A sentence of length 3 has the times 0, 1 and 2. For which of them is your condition true?",
    hint=3,
)
def full_sentences_never_taken(inputs, lengths, W_x, W_h, b):
    state = np.zeros((len(inputs), len(b)), dtype=inputs.dtype)
    for time in range(inputs.shape[1]):
        state = np.where((time < lengths)[:, None], state, rnn_step(inputs[:, time], state, W_x, W_h, b))
    return state


@misconception(
    tell="There is no tanh in your step.",
    ask="You have written a step that passes. Could you use that one here?",
    hint=1,
)
def no_tanh(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, b, step=lambda x, state, W_x, W_h, b: x @ W_x + state @ W_h + b)


@misconception(
    tell="The bias never reaches your step.",
    ask="You have written a step that passes. Could you use that one here?",
    hint=1,
)
def bias_missing(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, 0 * b)


@misconception(
    tell="Word and state, or their matrices, are swapped: the words go through W_h and the states through W_x.",
    ask="In which order does rnn_step take its arguments?",
    hint=1,
)
def matrices_swapped(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_h, W_x, b)


@misconception(
    tell="Your start is zeros in the shape of a word, d_in wide. A state is d_h wide, and the two only happen to be "
    "equal at times.",
    ask="Which of the arguments know how wide a state is?",
    hint=3,
)
def start_as_wide_as_a_word(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, b, start=np.zeros_like(inputs[:, 0]))


@misconception(
    tell="Axes of size one vanish from what you return: right for most batches, wrong for a single sentence.",
    ask="Which line drops an axis, and does anything have to be dropped at all?",
)
def every_axis_of_one_squeezed(inputs, lengths, W_x, W_h, b):
    return states_at(lengths - 1, inputs, W_x, W_h, b).squeeze()


@misconception(
    tell="Your states come back as float64 although everything you were given is float32: the zeros at the start are "
    "float64, and everything after them follows.",
    ask="Which dtype do np.zeros have when nobody says?",
    hint=3,
)
def zeros_in_float64(inputs, lengths, W_x, W_h, b):
    return read(inputs, lengths, W_x, W_h, b, start=np.zeros((len(inputs), len(b))))


@misconception(
    tell="You write into the inputs you were given. They are the caller's, who may want them once more.",
    ask="Does the padding have to be changed, if it is not read anyway?",
    hint=2,
)
def padding_overwritten(inputs, lengths, W_x, W_h, b):
    inputs[np.arange(inputs.shape[1]) >= lengths[:, None]] = 0
    return states_at(lengths - 1, inputs, W_x, W_h, b)
