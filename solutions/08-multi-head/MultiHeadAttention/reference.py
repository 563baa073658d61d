"""MultiHeadAttention: several looks at once. The lesson: attnlab read 08"""

from merge_heads import merge_heads
from scaled_dot_product_attention import scaled_dot_product_attention
from split_heads import split_heads
from torch import nn


class MultiHeadAttention(nn.Module):
    """Several heads look at the same sequence, each through its own slice of the projections.

    Four linear layers with bias, `W_q`, `W_k`, `W_v` and `W_o`, each from d_model to d_model. Head h works on
    the h-th piece of the projected query, key and value, each d_head = d_model / heads wide.
    Vaswani et al. 2017, section 3.2.2.
    """

    def __init__(self, d_model, heads):
        """Make the four layers; how their weights start is left to torch.

        Raises:
            ValueError: heads do not divide d_model.
        """
        super().__init__()
        if d_model % heads != 0:
            raise ValueError(f"{heads} heads do not divide a d_model of {d_model}")
        self.heads = heads
        self.W_q = nn.Linear(d_model, d_model)
        self.W_k = nn.Linear(d_model, d_model)
        self.W_v = nn.Linear(d_model, d_model)
        self.W_o = nn.Linear(d_model, d_model)

    def forward(self, query, key, value, mask=None):
        """Project, split into heads, attend in each, merge, and mix the heads by W_o.

        In every head: weights = softmax(query keyᵀ / √d_head), each row over the keys; a query with nothing
        to look at gets weights and context of zeros there. No input is changed.

        Shapes:
            query:   (batch, queries, d_model)
            key:     (batch, keys, d_model)
            value:   (batch, keys, d_model)
            mask:    (batch, heads, queries, keys), or what broadcasts to it; True where a query may look
            returns: output (batch, queries, d_model), weights (batch, heads, queries, keys)
        """
        query = split_heads(self.W_q(query), self.heads)
        key = split_heads(self.W_k(key), self.heads)
        value = split_heads(self.W_v(value), self.heads)
        context, weights = scaled_dot_product_attention(query, key, value, mask)
        return self.W_o(merge_heads(context)), weights
