"""attention_decoder_step: look back, then write. The lesson: attnlab read 03"""

import numpy as np


def attention_decoder_step(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    """Write one word's worth: look back with the state there is, then move to a new state.

    context and weights come from additive attention with the previous state as query;
    new state = tanh(token W_x + context W_c + state W_h + b). No input is changed.
    Bahdanau, Cho, Bengio 2015, section 3.1 and appendix A.1.2, with a plain tanh cell in place of the gated one.

    Shapes:
        token:   (batch, d_in), the embedding of the word written last
        state:   (batch, d_s), the state before this step; it is the query
        keys:    (batch, keys, d_h)
        mask:    (batch, keys), True where there is a word to look at
        W_query: (d_s, d_a)
        W_key:   (d_h, d_a)
        v:       (d_a)
        W_x:     (d_in, d_s)
        W_c:     (d_h, d_s)
        W_h:     (d_s, d_s)
        b:       (d_s)
        returns: new_state (batch, d_s), context (batch, d_h), weights (batch, keys)
    """
    # Your code goes here.
    raise NotImplementedError("attention_decoder_step is still to be written")
