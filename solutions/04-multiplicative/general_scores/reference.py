"""general_scores: a dot product with a matrix in between. The lesson: attnlab read 04"""

from dot_scores import dot_scores


def general_scores(query, keys, W):
    """Score every key by its dot product with the query as W translates it.

    score_j = query W key_jᵀ, not scaled and not yet a weight. Query and keys may differ in size.
    Luong, Pham, Manning 2015, section 3.1, "general".

    Shapes:
        query:   (batch, d_q)
        keys:    (batch, keys, d_h)
        W:       (d_q, d_h)
        returns: scores (batch, keys)
    """
    translated = query @ W  # (batch, d_h)
    return dot_scores(translated, keys)
