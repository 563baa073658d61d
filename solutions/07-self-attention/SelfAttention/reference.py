"""SelfAttention: a sequence that looks at itself. The lesson: attnlab read 07"""

from scaled_dot_product_attention import scaled_dot_product_attention
from torch import nn


class SelfAttention(nn.Module):
    """One sequence looks at itself: each position asks all positions and mixes what they offer.

    Three linear layers without bias, `W_q`, `W_k` and `W_v`, make query, key and value of the same x.
    torch keeps a linear layer's weight as (out, in), so `W_q.weight` and `W_k.weight` are (d_k, d_model)
    and `W_v.weight` is (d_v, d_model). Vaswani et al. 2017, sections 3.2.1 and 3.2.3.
    """

    def __init__(self, d_model, d_k, d_v):
        """Make the three layers; how their weights start is left to torch."""
        super().__init__()
        self.W_q = nn.Linear(d_model, d_k, bias=False)
        self.W_k = nn.Linear(d_model, d_k, bias=False)
        self.W_v = nn.Linear(d_model, d_v, bias=False)

    def forward(self, x, mask=None):
        """Let every position of x look at the positions the mask allows, all of them where there is no mask.

        weights = softmax(query keyᵀ / √d_k), each row over the keys; context = weights value.
        A position with nothing to look at gets weights and context of zeros. No input is changed.

        Shapes:
            x:       (batch, length, d_model)
            mask:    (batch, queries, keys), or what broadcasts to it; True where a query may look
            returns: context (batch, queries, d_v), weights (batch, queries, keys)
        """
        return scaled_dot_product_attention(self.W_q(x), self.W_k(x), self.W_v(x), mask)
