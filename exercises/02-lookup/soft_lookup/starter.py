"""soft_lookup: a dictionary that answers with a mixture. The lesson: attnlab read 02"""

import numpy as np


def soft_lookup(query, key, value):
    """Answer every query with a mixture of all values, each counting as much as its key matches.

    scores = query · key, not scaled; weights = softmax of a query's scores over the keys;
    context = sum_j weights_j value_j. No input is changed.

    Shapes:
        query:   (queries, d)
        key:     (keys, d)
        value:   (keys, d_v)
        returns: context (queries, d_v), weights (queries, keys)
    """
    # Your code goes here.
    raise NotImplementedError("soft_lookup is still to be written")
