"""soft_lookup: a dictionary that answers with a mixture. The lesson: attnlab read 02"""

from softmax import softmax


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
    scores = query @ key.T  # (queries, keys)
    weights = softmax(scores)
    return weights @ value, weights
