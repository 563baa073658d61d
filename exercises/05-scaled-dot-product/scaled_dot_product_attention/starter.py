"""scaled_dot_product_attention: the Transformer's attention. The lesson: attnlab read 05"""

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
    # Your code goes here.
    raise NotImplementedError("scaled_dot_product_attention is still to be written")
