"""A split, written otherwise."""

import torch

from attnlab.content import variant


@variant("by view and permute")
def by_view(x, heads):
    return x.view(x.size(0), x.size(1), heads, -1).permute(0, 2, 1, 3)


@variant("by chunks, stacked on a new axis")
def by_chunks(x, heads):
    return torch.stack(x.chunk(heads, dim=-1), dim=1)


@variant("by unflattening the last axis, and copied to lie in order")
def by_unflattening(x, heads):
    return x.unflatten(-1, (heads, x.shape[-1] // heads)).transpose(-3, -2).contiguous()


@variant("by slices, head by head")
def by_slices(x, heads):
    width = x.shape[2] // heads
    return torch.cat([x[:, None, :, head * width : (head + 1) * width] for head in range(heads)], dim=1)


@variant("sentence by sentence")
def by_sentence(x, heads):
    return torch.stack([sentence.T.reshape(heads, -1, len(sentence)).mT for sentence in x])
