"""rnn_step: read one word, update one vector. The lesson: attnlab read 01"""

import numpy as np


def rnn_step(x, state, W_x, W_h, b):
    """Read one token and move the state on.

    new state = tanh(x W_x + state W_h + b), for every sentence of the batch at once. No input is changed.

    Shapes:
        x:       (batch, d_in), the embedding of the token being read
        state:   (batch, d_h), what is remembered of the tokens before it
        W_x:     (d_in, d_h)
        W_h:     (d_h, d_h)
        b:       (d_h)
        returns: new_state (batch, d_h)
    """
    return np.tanh(x @ W_x + state @ W_h + b)
