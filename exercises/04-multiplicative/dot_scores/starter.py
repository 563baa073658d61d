"""dot_scores: the cheapest score there is. The lesson: attnlab read 04"""

import numpy as np


def dot_scores(query, keys):
    """Score every key by its dot product with its sentence's query.

    score_j = query · key_j, not scaled and not yet a weight. Query and keys have the same size.
    Luong, Pham, Manning 2015, section 3.1, "dot".

    Shapes:
        query:   (batch, d_h)
        keys:    (batch, keys, d_h)
        returns: scores (batch, keys)
    """
    # Your code goes here.
    raise NotImplementedError("dot_scores is still to be written")
