"""Padding masks, written otherwise."""

import torch

from attnlab.content import variant


@variant("all positions against all lengths, and a view")
def with_view(lengths, max_length):
    positions = torch.arange(max_length, device=lengths.device)[None, :]
    return torch.lt(positions, lengths.unsqueeze(1)).view(-1, 1, 1, max_length)


@variant("the axes in place from the start")
def axes_from_the_start(lengths, max_length):
    return torch.arange(max_length, device=lengths.device) < lengths.view(-1, 1, 1, 1)


@variant("the padding, turned round")
def not_padding(lengths, max_length):
    padding = torch.arange(max_length).to(lengths.device).expand(lengths.shape[0], max_length) >= lengths[:, None]
    return ~padding.unsqueeze(1).unsqueeze(1)


@variant("sentence by sentence")
def sentence_by_sentence(lengths, max_length):
    mask = torch.zeros(len(lengths), 1, 1, max_length, dtype=torch.bool, device=lengths.device)
    for sentence, length in enumerate(lengths.tolist()):
        mask[sentence, ..., :length] = True
    return mask


@variant("rows picked from a triangle that has one for every length")
def rows_of_a_triangle(lengths, max_length):
    triangle = torch.ones(max_length + 1, max_length, dtype=torch.bool, device=lengths.device).tril(-1)
    return triangle[lengths][:, None, None]


@variant("positions counted by a running sum")
def running_sum(lengths, max_length):
    places = torch.ones(len(lengths), max_length, dtype=torch.int64, device=lengths.device).cumsum(dim=1)
    return (places <= lengths[:, None])[:, None, None, :]
