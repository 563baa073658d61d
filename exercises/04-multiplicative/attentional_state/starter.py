"""attentional_state: what was seen joins what is known. The lesson: attnlab read 04"""

import numpy as np


def attentional_state(context, state, W_c):
    """Join what was found in the source and what the decoder knows into one vector.

    attentional = tanh([context; state] W_c): the context's numbers first, then the state's.
    Luong, Pham, Manning 2015, equation 5.

    Shapes:
        context: (batch, d_h)
        state:   (batch, d_s)
        W_c:     (d_h + d_s, d_out)
        returns: attentional (batch, d_out)
    """
    # Your code goes here.
    raise NotImplementedError("attentional_state is still to be written")
