"""encode: a whole sentence in one vector. The lesson: attnlab read 01"""

import numpy as np


def encode(inputs, lengths, W_x, W_h, b):
    """Read sentences token by token and keep one vector for each.

    Every sentence starts from a state of zeros. Its vector is the state after its own last token:
    what stands behind that is padding and is not read. No input is changed.
    Cho et al. 2014, section 2.2, with a plain tanh cell.

    Shapes:
        inputs:  (batch, time, d_in), embeddings, padded to the longest sentence
        lengths: (batch), whole numbers from 1 to the size of time
        W_x:     (d_in, d_h)
        W_h:     (d_h, d_h)
        b:       (d_h)
        returns: state (batch, d_h)
    """
    # Your code goes here.
    raise NotImplementedError("encode is still to be written")
