"""dot_scores: the cheapest score there is. The lesson: attnlab read 04"""


def dot_scores(query, keys):
    """Score every key by its dot product with its sentence's query.

    score_j = query · key_j, not scaled and not yet a weight. Query and keys have the same size.
    Luong, Pham, Manning 2015, section 3.1, "dot".

    Shapes:
        query:   (batch, d_h)
        keys:    (batch, keys, d_h)
        returns: scores (batch, keys)
    """
    column = query[:, :, None]  # (batch, d_h, 1)
    return (keys @ column)[:, :, 0]
