"""Right layers, written otherwise."""

import torch
from EncoderLayer import EncoderLayer
from MultiHeadAttention import MultiHeadAttention
from torch import nn
from torch.nn import functional

from attnlab.content import variant


@variant("with torch's norms, a residual kept aside, and functional dropout that is told whether it is training")
class torch_norms(nn.Module):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__()
        self.attention = MultiHeadAttention(d_model, heads)
        self.norm_1, self.norm_2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.W_1, self.W_2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.rate = dropout

    def forward(self, x, mask):
        residual = x
        x = self.norm_1(x)
        x, _ = self.attention(x, x, x, mask)
        x = residual + functional.dropout(x, self.rate, training=self.training)
        residual = x
        x = functional.relu(self.W_1(self.norm_2(x)))
        return residual + functional.dropout(self.W_2(x), p=self.rate, training=self.training)


@variant("a method that wraps any sublayer")
class wrapped(EncoderLayer):
    def around(self, sublayer, norm, x):
        return x + self.dropout(sublayer(norm(x)))

    def forward(self, x, mask=None):
        x = self.around(lambda y: self.attention(y, y, y, mask)[0], self.norm_1, x)
        return self.around(lambda y: self.W_2(self.W_1(y).clamp(min=0)), self.norm_2, x)


@variant("with a dropout for each sublayer, an nn.Sequential under a second name and a buffer of its own")
class other_names_besides(EncoderLayer):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__(d_model, heads, d_ff, dropout)
        self.dropout_1, self.dropout_2 = nn.Dropout(dropout), nn.Dropout(dropout)
        self.network = nn.Sequential(self.W_1, nn.ReLU(), self.W_2)
        self.register_buffer("steps", torch.zeros(3))

    def forward(self, x, mask):
        normalised = self.norm_1(x)
        attended = self.attention(normalised, normalised, normalised, mask)[0]
        x = torch.add(x, self.dropout_1(attended))
        return self.dropout_2(self.network(self.norm_2(x))) + x


@variant("a mask of its own where there is none, and dropout by a mask of its own")
class own_dropout(EncoderLayer):
    def forward(self, x, mask):
        if mask is None:
            mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
        stream = x + self.dropped(self.attention(*[self.norm_1(x)] * 3, mask=mask)[0])
        hidden = self.W_1(self.norm_2(stream))
        return stream + self.dropped(self.W_2(torch.where(hidden > 0, hidden, 0)))

    def dropped(self, added):
        rate = self.dropout.p
        if not self.training or rate == 0:
            return added
        return added * (torch.rand_like(added) > rate) / (1 - rate)
