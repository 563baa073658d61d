"""scaled_dot_product_attention: the Transformer's attention. The lesson: attnlab read 05"""

import math

import torch


def scaled_dot_product_attention(query, key, value, mask=None):
    """Mix the values, each query weighing them by how well it matches their keys.

    weights = softmax(query keyᵀ / √d_k) over the keys that the mask allows; context = weights value.
    Without a mask every query may look at every key. A query with nothing to look at gets weights and
    context of zeros, and neither these nor any gradient is nan. dtype and device follow the inputs; no
    input is changed.
    Vaswani et al. 2017, equation 1.

    Shapes:
        query:   (batch, heads, queries, d_k), or any other leading axes, also none
        key:     (batch, heads, keys, d_k), the same leading axes
        value:   (batch, heads, keys, d_v), the same leading axes
        mask:    (batch, 1 | heads, queries, keys), True means may look; any shape that broadcasts to the scores
        returns: context (batch, heads, queries, d_v), weights (batch, heads, queries, keys)
    """
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (batch, heads, queries, keys)
    if mask is None:
        weights = torch.softmax(scores, dim=-1)
    else:
        # The dtype's minimum, not -inf: a row with nothing to look at would become nan, and so would every gradient.
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        # Such a row is now one of equal shares: the mask once more makes it zeros.
        weights = torch.softmax(scores, dim=-1).masked_fill(~mask, 0)
    return weights @ value, weights
