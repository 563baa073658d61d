"""EncoderLayer: one storey of the encoder. The lesson: attnlab read 09"""

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


class EncoderLayer(nn.Module):
    """Self-attention, then a feed-forward network; around both x + dropout(sublayer(norm(x))).

    Vaswani et al. 2017, sections 3.1, 3.3 and 5.4; the norm comes before the sublayer: Xiong et al. 2020, section 3.

    Parts, numbered in order of use: attention (lesson 08's), norm_1, norm_2 with weight and bias (d_model),
    W_1 from d_model to d_ff, W_2 from d_ff to d_model, both with a bias; dropout, one for both sublayers.
    """

    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__()
        self.attention = MultiHeadAttention(d_model, heads)
        self.norm_1 = Norm(d_model)
        self.norm_2 = Norm(d_model)
        self.W_1 = nn.Linear(d_model, d_ff)
        self.W_2 = nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        """Let the positions look at each other, then let each one think by itself.

        First sublayer: attention among all positions that the mask allows. Second: W_2(relu(W_1(x))).
        Dropout falls on what a sublayer adds and on nothing else; there is no norm at the end. x is not changed.

        Shapes:
            x:       (batch, length, d_model)
            mask:    (batch, heads, length, length) or what broadcasts to it, True means may look; or None
            returns: x (batch, length, d_model)
        """
        # Your code goes here.
        raise NotImplementedError("EncoderLayer.forward is still to be written")
