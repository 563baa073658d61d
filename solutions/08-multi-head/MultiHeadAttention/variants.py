"""Several heads, written otherwise."""

import math

import torch
from scaled_dot_product_attention import scaled_dot_product_attention
from torch import nn
from torch.nn import functional

from attnlab.content import variant


class FourLayers(nn.Module):
    """The constructor that most would write."""

    def __init__(self, d_model, heads):
        super().__init__()
        assert d_model % heads == 0, "d_model must be a multiple of heads"
        self.d_model, self.h, self.d_k = d_model, heads, d_model // heads
        self.W_q = nn.Linear(d_model, d_model)
        self.W_k = nn.Linear(d_model, d_model)
        self.W_v = nn.Linear(d_model, d_model)
        self.W_o = nn.Linear(d_model, d_model)


@variant("everything in one class: view, transpose, softmax, view")
class SelfContained(FourLayers):
    def forward(self, query, key, value, mask=None):
        batch = query.size(0)
        q = self.W_q(query).view(batch, -1, self.h, self.d_k).transpose(1, 2)
        k = self.W_k(key).view(batch, -1, self.h, self.d_k).transpose(1, 2)
        v = self.W_v(value).view(batch, -1, self.h, self.d_k).transpose(1, 2)
        scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(self.d_k)
        if mask is not None:
            scores = scores.masked_fill(mask == 0, -1e9)
        weights = functional.softmax(scores, dim=-1)
        if mask is not None:
            weights = weights * mask
        context = torch.matmul(weights, v).transpose(1, 2).contiguous().view(batch, -1, self.d_model)
        return self.W_o(context), weights


@variant("head by head, each with its own slice of the weights, and what they found added up")
class HeadByHead(FourLayers):
    def forward(self, query, key, value, mask=None):
        output, every = self.W_o.bias, []
        if mask is not None:
            mask = mask.expand(len(query), self.h, query.shape[1], key.shape[1])
        for head in range(self.h):
            piece = slice(head * self.d_k, (head + 1) * self.d_k)
            q, k, v = (
                functional.linear(x, layer.weight[piece], layer.bias[piece])
                for x, layer in ((query, self.W_q), (key, self.W_k), (value, self.W_v))
            )
            context, weights = scaled_dot_product_attention(q, k, v, None if mask is None else mask[:, head])
            # Side by side and then through W_o is the sum of each one's way through its own columns of W_o.
            output = output + context @ self.W_o.weight[:, piece].T
            every.append(weights)
        return output, torch.stack(every, dim=1)


@variant("by einsum, the axes of the heads named in it")
class ByEinsum(FourLayers):
    def forward(self, query, key, value, mask=None):
        q, k, v = (
            layer(x).unflatten(-1, (self.h, self.d_k))
            for layer, x in zip((self.W_q, self.W_k, self.W_v), (query, key, value), strict=True)
        )
        scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * self.d_k**-0.5
        if mask is not None:
            scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
        weights = scores.softmax(-1)
        if mask is not None:
            weights = torch.where(mask, weights, 0.0)
        return self.W_o(torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(2)), weights


@variant("the heads folded into the batch")
class HeadsFoldedIntoTheBatch(FourLayers):
    def forward(self, query, key, value, mask=None):
        def folded(x):
            return torch.cat(x.chunk(self.h, dim=-1), dim=0)  # (heads · batch, length, d_head)

        batch, queries, keys = len(query), query.shape[1], key.shape[1]
        if mask is not None:
            mask = torch.cat(mask.expand(batch, self.h, queries, keys).unbind(1), dim=0)
        context, weights = scaled_dot_product_attention(
            folded(self.W_q(query)), folded(self.W_k(key)), folded(self.W_v(value)), mask
        )
        output = self.W_o(torch.cat(context.chunk(self.h, dim=0), dim=-1))
        return output, torch.stack(weights.chunk(self.h, dim=0), dim=1)


@variant("torch's own function for what is returned as the output")
class ByTorch(FourLayers):
    def forward(self, query, key, value, mask=None):
        def split(x):
            return x.reshape(*x.shape[:2], self.h, self.d_k).permute(0, 2, 1, 3)

        q, k, v = split(self.W_q(query)), split(self.W_k(key)), split(self.W_v(value))
        scores = q @ k.mT / self.d_k**0.5
        if mask is None:
            context = functional.scaled_dot_product_attention(q, k, v)
            weights = scores.softmax(dim=-1)
        else:
            nothing = ~mask.any(-1, keepdim=True)
            context = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask | nothing).masked_fill(nothing, 0)
            weights = scores.masked_fill(~(mask | nothing), -torch.inf).softmax(dim=-1).masked_fill(nothing, 0)
        return [self.W_o(context.permute(0, 2, 1, 3).flatten(2)), weights]


@variant("an attention inside it, whose weights go by other names as well")
class WithAliases(FourLayers):
    def __init__(self, d_model, heads):
        super().__init__(d_model, heads)
        self.projections = nn.ModuleDict({"query": self.W_q, "key": self.W_k, "value": self.W_v, "out": self.W_o})

    def forward(self, query, key, value, mask=None):
        given = {"query": query, "key": key, "value": value}
        split = [self.projections[name](x).unflatten(2, (self.h, -1)).transpose(1, 2) for name, x in given.items()]
        context, weights = scaled_dot_product_attention(*split, mask)
        return self.projections["out"](context.transpose(1, 2).flatten(start_dim=2)), weights


@variant("divided by torch's own root of d_head, a tensor in single precision")
class RootByTorch(FourLayers):
    def forward(self, query, key, value, mask=None):
        query, key, value = (
            layer(x).unflatten(-1, (self.h, self.d_k)).transpose(1, 2)
            for layer, x in ((self.W_q, query), (self.W_k, key), (self.W_v, value))
        )
        scores = query @ key.transpose(-2, -1)
        scores = scores / torch.sqrt(torch.tensor(self.d_k))
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e9)
        weights = torch.softmax(scores, dim=-1)
        if mask is not None:
            weights = weights.masked_fill(~mask, 0.0)
        return self.W_o((weights @ value).transpose(1, 2).flatten(2)), weights
