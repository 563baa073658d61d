"""Right layers, written otherwise."""

import torch
from DecoderLayer import DecoderLayer
from EncoderLayer import EncoderLayer
from MultiHeadAttention import MultiHeadAttention
from torch import nn
from torch.nn import functional

from attnlab.content import variant


@variant("with torch's norms, a residual kept aside, and functional dropout that is told whether it is training")
class torch_norms(nn.Module):
    def __init__(self, d_model, heads, d_ff, dropout=0.1):
        super().__init__()
        self.self_attention, self.cross_attention = (MultiHeadAttention(d_model, heads) for _ in range(2))
        self.norm_1, self.norm_2, self.norm_3 = (nn.LayerNorm(d_model) for _ in range(3))
        self.W_1, self.W_2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.rate = dropout

    def forward(self, x, memory, mask=None, memory_mask=None):
        residual, x = x, self.norm_1(x)
        x, _ = self.self_attention(x, x, x, mask)
        x = residual + functional.dropout(x, self.rate, self.training)
        residual, x = x, self.norm_2(x)
        x, weights = self.cross_attention(x, memory, memory, memory_mask)
        x = residual + functional.dropout(x, self.rate, self.training)
        residual, x = x, self.norm_3(x)
        x = self.W_2(functional.relu(self.W_1(x)))
        return residual + functional.dropout(x, self.rate, self.training), weights


@variant("a method that wraps any sublayer, the weights kept on the layer")
class wrapped(DecoderLayer):
    def around(self, sublayer, norm, x):
        return x + self.dropout(sublayer(norm(x)))

    def look_up(self, query, memory, mask):
        looked_up, self.weights = self.cross_attention(query, key=memory, value=memory, mask=mask)
        return looked_up

    def forward(self, x, memory, mask, memory_mask):
        x = self.around(lambda y: self.self_attention(y, y, y, mask)[0], self.norm_1, x)
        x = self.around(lambda y: self.look_up(y, memory, memory_mask), self.norm_2, x)
        return self.around(lambda y: self.W_2(self.W_1(y).clamp(min=0)), self.norm_3, x), self.weights


@variant("on top of the encoder's layer, with norms and dropouts under second names")
class from_the_encoder(EncoderLayer):
    def __init__(self, d_model, heads, d_ff, dropout):
        super().__init__(d_model, heads, d_ff, dropout)
        self.self_attention, self.cross_attention = self.attention, MultiHeadAttention(d_model, heads)
        self.norm_3 = nn.LayerNorm(d_model)
        self.norms = nn.ModuleList([self.norm_1, self.norm_2, self.norm_3])
        self.dropouts = nn.ModuleList([nn.Dropout(dropout) for _ in range(3)])
        self.register_buffer("steps", torch.zeros(3))

    def forward(self, x, memory, mask, memory_mask):
        normalised = self.norms[0](x)
        x = self.dropouts[0](self.attention(normalised, normalised, normalised, mask)[0]) + x
        looked_up, weights = self.cross_attention(self.norms[1](x), memory, memory, memory_mask)
        x = self.dropouts[1](looked_up) + x
        return [self.dropouts[2](self.W_2(torch.relu(self.W_1(self.norms[2](x))))) + x, weights]


@variant("masks of its own where there are none, and dropout by a mask of its own")
class own_dropout(DecoderLayer):
    def forward(self, x, memory, mask, memory_mask):
        if mask is None:
            mask = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device)
        if memory_mask is None:
            memory_mask = x.new_ones(1, 1, 1, memory.shape[1]).bool()
        stream = x + self.dropped(self.self_attention(*[self.norm_1(x)] * 3, mask=mask)[0])
        looked_up, weights = self.cross_attention(self.norm_2(stream), memory, memory, memory_mask)
        stream = stream + self.dropped(looked_up)
        hidden = self.W_1(self.norm_3(stream))
        return stream + self.dropped(self.W_2(torch.where(hidden > 0, hidden, 0))), weights

    def dropped(self, added):
        rate = self.dropout.p
        if not self.training or rate == 0:
            return added
        return added * (torch.rand_like(added) > rate) / (1 - rate)
