"""A layer that looks at itself, written otherwise."""

import math

import torch
from scaled_dot_product_attention import scaled_dot_product_attention
from torch import nn
from torch.nn import functional

from attnlab.content import variant


@variant("everything in one class, without the function of lesson 05")
class SelfContained(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        self.W_q = nn.Linear(d_model, d_k, bias=False)
        self.W_k = nn.Linear(d_model, d_k, bias=False)
        self.W_v = nn.Linear(d_model, d_v, bias=False)
        self.d_k = d_k

    def forward(self, x, mask=None):
        query, key, value = self.W_q(x), self.W_k(x), self.W_v(x)
        scores = torch.bmm(query, key.mT) / math.sqrt(self.d_k)
        if mask is None:
            mask = torch.ones_like(scores, dtype=torch.bool)
        # The empty rows' scores stay as they are, so that no -inf meets another; their weights are wiped out after.
        empty = ~mask.any(dim=-1, keepdim=True)
        scores = scores.masked_fill(~mask & ~empty, float("-inf"))
        weights = functional.softmax(scores, dim=-1) * ~empty
        return torch.bmm(weights, value), weights


@variant("the layers in a loop over their names, the softmax by exponentials, sums as einsum")
class ByEinsum(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        for name, width in (("W_q", d_k), ("W_k", d_k), ("W_v", d_v)):
            setattr(self, name, nn.Linear(d_model, width, bias=False))

    def forward(self, x, mask=None):
        query = torch.einsum("bqm,dm->bqd", x, self.W_q.weight)
        key = torch.einsum("bkm,dm->bkd", x, self.W_k.weight)
        value = torch.einsum("bkm,dm->bkd", x, self.W_v.weight)
        scores = torch.einsum("bqd,bkd->bqk", query, key) * query.size(-1) ** -0.5
        exponentials = (scores - scores.amax(dim=-1, keepdim=True)).exp()
        if mask is not None:
            exponentials = exponentials * mask
        total = exponentials.sum(dim=-1, keepdim=True)
        weights = exponentials / torch.where(total > 0, total, torch.ones_like(total))
        return torch.einsum("bqk,bkd->bqd", weights, value), weights


@variant("all three projected in one product")
class OneProduct(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        self.W_q, self.W_k, self.W_v = (nn.Linear(d_model, width, bias=False) for width in (d_k, d_k, d_v))
        self.widths = (d_k, d_k, d_v)

    def forward(self, x, mask=None):
        together = torch.cat([self.W_q.weight, self.W_k.weight, self.W_v.weight])
        return scaled_dot_product_attention(*functional.linear(x, together).split(self.widths, dim=-1), mask)


@variant("the query scaled, not the scores; a buffer and an alias beside the weights")
class QueryScaled(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        self.W_q = nn.Linear(d_model, d_k, bias=False)
        self.W_k = nn.Linear(d_model, d_k, bias=False)
        self.W_v = nn.Linear(d_model, d_v, bias=False)
        self.projections = nn.ModuleList([self.W_q, self.W_k, self.W_v])
        self.register_buffer("scale", torch.tensor(d_k**-0.5, dtype=torch.float64))

    def forward(self, x, mask=None):
        query, key, value = (projection(x) for projection in self.projections)
        scores = (query * self.scale.to(query.dtype)) @ key.transpose(1, 2)
        if mask is not None:
            scores = torch.where(mask, scores, torch.full_like(scores, -1e9))
        weights = scores.softmax(dim=-1)
        if mask is not None:
            weights = weights * mask
        return weights @ value, weights


@variant("sentence by sentence and query by query, looking only where it may")
class ByLoops(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        self.W_q = nn.Linear(d_model, d_k, bias=False)
        self.W_k = nn.Linear(d_model, d_k, bias=False)
        self.W_v = nn.Linear(d_model, d_v, bias=False)

    def forward(self, x, mask=None):
        batch, length, _ = x.shape
        if mask is None:
            mask = torch.ones(length, length, dtype=torch.bool, device=x.device)
        mask = mask.expand(batch, length, length)
        contexts, weights = [], []
        for sentence, allowed in zip(x, mask, strict=True):
            rows = []
            for word, visible in zip(sentence, allowed, strict=True):
                scores = self.W_k(sentence) @ self.W_q(word) / self.W_q.out_features**0.5
                shares = torch.where(visible, scores - scores.max(), torch.finfo(x.dtype).min).exp() * visible
                rows.append(shares / (shares.sum() + (shares.sum() == 0)))
            weights.append(torch.stack(rows))
            contexts.append(weights[-1] @ self.W_v(sentence))
        return torch.stack(contexts), torch.stack(weights)


@variant("torch's own function for the context, a list for what comes back")
class ByTorch(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        self.W_q = nn.Linear(d_model, d_k, bias=False)
        self.W_k = nn.Linear(d_model, d_k, bias=False)
        self.W_v = nn.Linear(d_model, d_v, bias=False)

    def forward(self, x, mask=None):
        query, key, value = self.W_q(x), self.W_k(x), self.W_v(x)
        everything = torch.eye(x.shape[1], dtype=x.dtype, device=x.device).expand(len(x), -1, -1)
        _, weights = scaled_dot_product_attention(query, key, everything, mask)
        return [weights.matmul(value), weights]


@variant("divided by torch's own root of d_k, a tensor in single precision")
class RootByTorch(nn.Module):
    def __init__(self, d_model, d_k, d_v):
        super().__init__()
        self.d_k = d_k
        self.W_q = nn.Linear(d_model, d_k, bias=False)
        self.W_k = nn.Linear(d_model, d_k, bias=False)
        self.W_v = nn.Linear(d_model, d_v, bias=False)

    def forward(self, x, mask=None):
        scores = self.W_q(x) @ self.W_k(x).transpose(-2, -1)
        scores = scores / torch.sqrt(torch.tensor(self.d_k))
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e9)
        weights = torch.softmax(scores, dim=-1)
        if mask is not None:
            weights = weights.masked_fill(~mask, 0.0)
        return weights @ self.W_v(x), weights
