"""DecoderLayer: one storey of the decoder. The lesson: attnlab read 09"""

import torch
from layer_norm import layer_norm
from MultiHeadAttention import MultiHeadAttention
from torch import nn


class Norm(nn.Module):
    """Your layer_norm, with a gain and a bias to learn."""

    def __init__(self, d_model):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))

    def forward(self, x):
        return layer_norm(x, self.weight, self.bias, 1e-5)


class DecoderLayer(nn.Module):
    """Self-attention, cross-attention, feed-forward network; around each x + dropout(sublayer(norm(x))).

    Vaswani et al. 2017, sections 3.1, 3.2.3, 3.3 and 5.4; the norm comes before the sublayer: Xiong et al. 2020,
    section 3.

    Parts, numbered in order of use: self_attention and cross_attention (lesson 08's), norm_1, norm_2, norm_3 with
    weight and bias (d_model), W_1 from d_model to d_ff, W_2 from d_ff to d_model, both with a bias; dropout, one for
    all sublayers.
    """

    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__()
        self.self_attention = MultiHeadAttention(d_model, heads)
        self.cross_attention = MultiHeadAttention(d_model, heads)
        self.norm_1 = Norm(d_model)
        self.norm_2 = Norm(d_model)
        self.norm_3 = Norm(d_model)
        self.W_1 = nn.Linear(d_model, d_ff)
        self.W_2 = nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, memory, mask, memory_mask):
        """Let the target's positions look at each other, then at the source, then think.

        x is the target so far, memory what the encoder made of the source; it is used as it comes, not normalised here.
        First sublayer: attention of x with itself under mask. Second: attention of x at the memory under memory_mask.
        Third: W_2(relu(W_1(x))). Dropout falls on what a sublayer adds and on nothing else; there is no norm at the
        end. No input is changed.

        Shapes:
            x:           (batch, length, d_model)
            memory:      (batch, source, d_model)
            mask:        (batch, heads, length, length) or what broadcasts to it, True means may look; or None
            memory_mask: (batch, heads, length, source) or what broadcasts to it, True means may look; or None
            returns:     x (batch, length, d_model), weights (batch, heads, length, source)
        """
        normalised = self.norm_1(x)
        attended, _ = self.self_attention(normalised, normalised, normalised, mask)
        x = x + self.dropout(attended)
        looked_up, weights = self.cross_attention(self.norm_2(x), memory, memory, memory_mask)
        x = x + self.dropout(looked_up)
        transformed = self.W_2(torch.relu(self.W_1(self.norm_3(x))))
        return x + self.dropout(transformed), weights
