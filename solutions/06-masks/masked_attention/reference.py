"""masked_attention: attention over what is there and what is past. The lesson: attnlab read 06"""

from causal_mask import causal_mask
from padding_mask import padding_mask
from scaled_dot_product_attention import scaled_dot_product_attention


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
    queries, keys = query.shape[-2], key.shape[-2]
    mask = padding_mask(lengths, keys)  # (batch, 1, 1, keys)
    if causal:
        mask = mask & causal_mask(queries, keys).to(mask.device)  # (batch, 1, queries, keys)
    return scaled_dot_product_attention(query, key, value, mask)
