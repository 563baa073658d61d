"""MultiHeadAttention: several looks at once. The lesson: attnlab read 08"""

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
        # Your code goes here.
        raise NotImplementedError("MultiHeadAttention is still to be written")

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
        # Your code goes here.
        raise NotImplementedError("MultiHeadAttention.forward is still to be written")
