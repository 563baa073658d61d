"""Attention, written otherwise."""

import math

import torch
from torch.nn import functional

from attnlab.content import variant


@variant("-inf, and zeros where a softmax of nothing but -inf is nan; masked_fill keeps the gradient clean")
def infinity_cleaned_up(query, key, value, mask=None):
    scores = torch.matmul(query, key.mT) / query.size(-1) ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), float("-inf"))
    weights = torch.nan_to_num(scores.softmax(-1), nan=0.0)
    return torch.matmul(weights, value), weights


@variant("-inf, and rows with nothing to see opened before and zeroed after the softmax")
def empty_rows_opened_and_zeroed(query, key, value, mask=None):
    scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    something = mask.any(dim=-1, keepdim=True)
    weights = torch.softmax(scores.masked_fill(~mask & something, -math.inf), dim=-1) * something
    return weights @ value, weights


@variant("the query divided before the product, which multiplies fewer numbers")
def query_scaled_first(query, key, value, mask=None):
    scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-2, -1)
    if mask is not None:
        scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    weights = functional.softmax(scores, dim=-1)
    if mask is not None:
        weights = torch.where(mask, weights, torch.zeros_like(weights))
    return weights @ value, weights


@variant("query and key each divided by the fourth root")
def fourth_roots(query, key, value, mask=None):
    root = query.shape[-1] ** 0.25
    scores = (query / root) @ (key / root).swapaxes(-1, -2)
    if mask is None:
        mask = torch.ones(scores.shape, dtype=torch.bool, device=scores.device)
    weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=-1) * mask
    return weights @ value, weights


@variant("einsum, the axes by letter")
def with_einsum(query, key, value, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", query, key) / math.sqrt(query.shape[-1])
    weights = scores.softmax(-1)
    if mask is not None:
        weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(-1) * mask
    return torch.einsum("...qk,...kv->...qv", weights, value), weights


@variant("all leading axes in one, and baddbmm with the mask as what is added")
def with_baddbmm(query, key, value, mask=None):
    leading, queries, keys = query.shape[:-2], query.shape[-2], key.shape[-2]
    visible = torch.ones(queries, keys, dtype=torch.bool, device=query.device) if mask is None else mask
    visible = visible.expand(*leading, queries, keys).reshape(-1, queries, keys)
    hidden = query.new_zeros(visible.shape).masked_fill(~visible, torch.finfo(query.dtype).min / 2)
    flat_query, flat_key = query.reshape(-1, *query.shape[-2:]), key.reshape(-1, *key.shape[-2:])
    scores = torch.baddbmm(hidden, flat_query, flat_key.transpose(1, 2), alpha=1 / math.sqrt(query.shape[-1]))
    weights = (torch.softmax(scores, dim=-1) * visible).reshape(*leading, queries, keys)
    return weights @ value, weights


@variant("torch's own attention, asked once for the context and once, with values of ones and zeros, for the weights")
def by_torchs_own(query, key, value, mask=None):
    keys = key.shape[-2]
    one_for_each_key = torch.eye(keys, dtype=query.dtype, device=query.device).expand(*key.shape[:-2], keys, keys)
    if mask is None:
        weights = functional.scaled_dot_product_attention(query, key, one_for_each_key)
        return functional.scaled_dot_product_attention(query, key, value), weights
    something = mask.any(dim=-1, keepdim=True)
    weights = functional.scaled_dot_product_attention(query, key, one_for_each_key, attn_mask=mask | ~something)
    weights = weights * something
    return weights @ value, weights


@variant("query by query, only over the keys that may be seen")
def query_by_query(query, key, value, mask=None):
    leading, queries, keys = query.shape[:-2], query.shape[-2], key.shape[-2]
    visible = torch.ones(queries, keys, dtype=torch.bool, device=query.device) if mask is None else mask
    visible = visible.expand(*leading, queries, keys).reshape(-1, queries, keys)
    rows = []
    tables = zip(query.reshape(-1, *query.shape[-2:]), key.reshape(-1, *key.shape[-2:]), visible, strict=True)
    for asked, table, seen in tables:
        for one, open_keys in zip(asked, seen, strict=True):
            row = query.new_zeros(keys)
            if open_keys.any():
                scores = table[open_keys] @ one / math.sqrt(len(one))
                row = row.masked_scatter(open_keys, scores.softmax(0))
            rows.append(row)
    weights = torch.stack(rows).reshape(*leading, queries, keys)
    return weights @ value, weights


@variant("exponentials by hand, over what may be seen")
def exponentials_by_hand(query, key, value, mask=None):
    scores = torch.matmul(query, torch.transpose(key, -2, -1)).div(math.sqrt(key.shape[-1]))
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    exponentials = torch.exp(scores - scores.max(dim=-1, keepdim=True).values) * mask
    weights = exponentials / exponentials.sum(dim=-1, keepdim=True).clamp(min=1)
    return weights @ value, weights


@variant("half precision widened for the softmax, and narrowed again")
def softmax_in_float32(query, key, value, mask=None):
    wide = torch.promote_types(query.dtype, torch.float32)
    scores = torch.matmul(query.to(wide), key.to(wide).transpose(-2, -1)) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(wide).min)
    weights = scores.softmax(dim=-1)
    if mask is not None:
        weights = weights * mask.any(dim=-1, keepdim=True)
    return (weights @ value.to(wide)).to(query.dtype), weights.to(query.dtype)
