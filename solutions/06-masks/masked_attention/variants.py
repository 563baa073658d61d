"""Masked attention, written otherwise."""

import math

import torch
from causal_mask import causal_mask
from padding_mask import padding_mask
from scaled_dot_product_attention import scaled_dot_product_attention
from torch.nn import functional

from attnlab.content import variant


@variant("the masks multiplied")
def masks_multiplied(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[2])
    if causal:
        mask = mask * causal_mask(query.shape[2], key.shape[2]).to(query.device)
    return scaled_dot_product_attention(query, key, value, mask=mask)


@variant("both masks always, the one that is not wanted all True")
def both_masks_always(query, key, value, lengths, causal):
    queries, keys = query.size(-2), key.size(-2)
    past = causal_mask(queries, keys) if causal else torch.ones(queries, keys, dtype=torch.bool)
    mask = torch.logical_and(padding_mask(lengths, keys), past.to(query.device))
    return list(scaled_dot_product_attention(query, key, value, mask))


@variant("everything in one function")
def self_contained(query, key, value, lengths, causal):
    queries, keys = query.shape[-2], key.shape[-2]
    places = torch.arange(keys, device=query.device)
    hidden = (places >= lengths.to(query.device)[:, None])[:, None, None, :]
    if causal:
        stands_at = torch.arange(queries, device=query.device)[:, None] + keys - queries
        hidden = hidden | (places > stands_at)
    scores = torch.einsum("bhqd,bhkd->bhqk", query, key) / math.sqrt(query.shape[-1])
    scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
    weights = functional.softmax(scores, dim=-1).masked_fill(hidden, 0.0)
    return torch.einsum("bhqk,bhkv->bhqv", weights, value), weights


@variant("-inf for both masks, one after the other, and zeros for nan")
def infinity_twice(query, key, value, lengths, causal):
    queries, keys = query.shape[-2], key.shape[-2]
    scores = query @ key.mT / math.sqrt(query.shape[-1])
    scores = scores.masked_fill(~padding_mask(lengths, keys), -math.inf)
    if causal:
        scores = scores.masked_fill(~causal_mask(queries, keys).to(query.device), -math.inf)
    weights = scores.softmax(dim=-1).nan_to_num(0.0)
    return weights @ value, weights


@variant("sentence by sentence, its padding cut off")
def sentence_by_sentence(query, key, value, lengths, causal):
    queries, keys = query.shape[-2], key.shape[-2]
    contexts, all_weights = [], []
    for sentence, length in enumerate(lengths.tolist()):
        past = causal_mask(queries, keys)[:, :length].to(query.device) if causal else None
        if length == 0:
            weights = query.new_zeros(query.shape[1], queries, 0)
        else:
            ours = query[sentence], key[sentence, :, :length], value[sentence, :, :length]
            weights = scaled_dot_product_attention(*ours, past)[1]
        contexts.append(weights @ value[sentence, :, :length])
        all_weights.append(functional.pad(weights, (0, keys - length)))
    return torch.stack(contexts), torch.stack(all_weights)
