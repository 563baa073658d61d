"""Four steps of a decoder that goes on from the word it has just looked at."""

import numpy as np

from attnlab.content import Grid, picture

SOURCE = ("the", "black", "cat", "sleeps")
TARGET = ("le", "chat", "noir", "dort")

KEYS = np.eye(4)[None]
MASK = np.ones((1, 4), dtype=bool)
# A state is 1 for the word to look for next and -1 for the others; its last number is always about one.
START = np.array([[1.0, -1.0, -1.0, -1.0, 1.0]])
W_QUERY = np.vstack([np.eye(4), np.full((1, 4), -3.0)])
W_KEY = 2.0 * np.eye(4)
V = np.full(4, 4.0)
# Having seen 'the' it wants 'cat', then 'black', then 'sleeps', and then stays there.
NEXT = np.array([2, 3, 1, 3])
W_CONTEXT = np.hstack([8.0 * np.eye(4)[NEXT], np.zeros((4, 1))])
BIAS = np.array([-4.0, -4.0, -4.0, -4.0, 4.0])


@picture(title="Four steps of the decoder", rows="step", columns="source word")
def steps_to_source(learner):
    state, rows = START, []
    for _ in TARGET:
        token, W_x, W_h = np.zeros((1, 2)), np.zeros((2, 5)), np.zeros((5, 5))
        new_state, context, weights = learner.attention_decoder_step(
            token, state, KEYS, MASK, W_QUERY, W_KEY, V, W_x, W_CONTEXT, W_h, BIAS
        )
        for part in (new_state, context, weights):
            part.has_right_shape()
        state = new_state.array
        rows.append(weights.array[0])
    return Grid(TARGET, SOURCE, np.stack(rows))
