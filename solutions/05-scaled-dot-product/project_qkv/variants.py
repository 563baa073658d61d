"""Three projections, written otherwise."""

import torch
from torch.nn import functional

from attnlab.content import variant


@variant("one product with the three matrices side by side, split afterwards")
def one_product_split_afterwards(x, W_q, W_k, W_v):
    together = x @ torch.cat([W_q, W_k, W_v], dim=1)
    return together.split([W_q.shape[1], W_k.shape[1], W_v.shape[1]], dim=-1)


@variant("einsum, the axes by letter")
def with_einsum(x, W_q, W_k, W_v):
    return [torch.einsum("blm,mk->blk", x, W) for W in (W_q, W_k, W_v)]


@variant("torch's linear layer, which wants the matrix the other way round")
def with_linear(x, W_q, W_k, W_v):
    return functional.linear(x, W_q.T), functional.linear(x, W_k.T), functional.linear(x, W_v.T)


@variant("all words in one long list, and back into sentences")
def flattened_and_back(x, W_q, W_k, W_v):
    batch, length, d_model = x.shape
    words = x.reshape(batch * length, d_model)
    return tuple(torch.mm(words, W).view(batch, length, -1) for W in (W_q, W_k, W_v))


@variant("sentence by sentence")
def sentence_by_sentence(x, W_q, W_k, W_v):
    query = torch.stack([torch.matmul(words, W_q) for words in x])
    key = torch.stack([torch.matmul(words, W_k) for words in x])
    value = torch.stack([torch.matmul(words, W_v) for words in x])
    return query, key, value


@variant("batched products of a matrix repeated for each sentence")
def batched(x, W_q, W_k, W_v):
    return tuple(torch.bmm(x, W.expand(len(x), -1, -1)) for W in (W_q, W_k, W_v))
