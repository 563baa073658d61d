"""masked_attention: attention over what is there and what is past. The lesson: attnlab read 06"""

import torch


def masked_attention(query, key, value, lengths, causal):
    """Scaled dot-product attention in which padding is never seen and, if causal, neither is the future.

    A query may look at key j of its sentence if j < lengths[sentence] and, where causal is True, the causal mask
    allows it. One that may look at nothing gets weights and context of zeros, and no nan in any gradient.
    Queries at padded positions are treated like any other; whoever comes next leaves them out.

    Shapes:
        query:   (batch, heads, queries, d_k)
        key:     (batch, heads, keys, d_k)
        value:   (batch, heads, keys, d_v)
        lengths: (batch), how many keys of each sentence are words
        returns: context (batch, heads, queries, d_v), weights (batch, heads, queries, keys)
    """
    # Your code goes here.
    raise NotImplementedError("masked_attention is still to be written")
