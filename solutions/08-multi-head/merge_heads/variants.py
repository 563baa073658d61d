"""A merge, written otherwise."""

import torch

from attnlab.content import variant


@variant("by contiguous and view")
def by_view(x):
    turned = x.transpose(1, 2).contiguous()
    return turned.view(turned.shape[0], turned.shape[1], -1)


@variant("by permute and flatten")
def by_flattening(x):
    return x.permute(0, 2, 1, 3).flatten(2)


@variant("the heads, one by one, concatenated")
def concatenated(x):
    return torch.cat(x.unbind(dim=1), dim=-1)


@variant("piece by piece into an empty table")
def piece_by_piece(x):
    batch, heads, length, width = x.shape
    merged = x.new_empty(batch, length, heads * width)
    for head in range(heads):
        merged[:, :, head * width : (head + 1) * width] = x[:, head]
    return merged


@variant("by einsum, then the last two axes as one")
def by_einsum(x):
    return torch.einsum("bhld->blhd", x).reshape(*x.shape[::2], -1)
