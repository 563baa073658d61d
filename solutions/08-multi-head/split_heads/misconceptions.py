"""Cuts in the wrong place."""

import torch
from split_heads import split_heads

from attnlab.content import misconception


@misconception(
    tell="The shape is right and the numbers are not: asking for (batch, heads, length, d_head) at once gives head 0 "
    "the first positions whole, instead of a piece of every position.",
    ask="Which axis is to be cut? Which axes stand where they are while it is?",
    hint=2,
)
def reshaped_at_once(x, heads):
    batch, length, d_model = x.shape
    return x.reshape(batch, heads, length, d_model // heads)


@misconception(
    tell="Cut and not turned: the heads' axis stands behind the length.",
    ask="Attention works on the last two axes. Which two should they be?",
    hint=3,
)
def heads_behind_the_length(x, heads):
    batch, length, d_model = x.shape
    return x.reshape(batch, length, heads, d_model // heads)


@misconception(
    tell="The heads stand in front of the batch.",
    ask="In which order does the docstring name the axes?",
    hint=3,
)
def heads_in_front_of_the_batch(x, heads):
    return split_heads(x, heads).transpose(0, 1)


@misconception(
    tell="The heads' axis comes last: each head's numbers lie across.",
    ask="In which order does the docstring name the axes?",
    hint=3,
)
def heads_last(x, heads):
    return split_heads(x, heads).permute(0, 2, 3, 1)


@misconception(
    tell="Length and d_head have changed places: the two last axes are turned.",
    ask="Which two axes have to change places, and do you turn others as well?",
    hint=3,
)
def last_two_axes_turned(x, heads):
    return split_heads(x, heads).transpose(2, 3)


@misconception(
    tell="Your heads take turns: head 0 gets the first number of every few, not the first piece. The last axis is cut "
    "into (d_head, heads), the wrong way round.",
    ask="When (6,) becomes (2, 3), which numbers stand in the first row?",
    hint=2,
)
def heads_take_turns(x, heads):
    batch, length, d_model = x.shape
    return x.reshape(batch, length, d_model // heads, heads).permute(0, 3, 1, 2)


@misconception(
    tell="heads is taken for the width of a head: the pieces are `heads` numbers wide, and there are d_head of them.",
    ask="Is heads how many pieces there are, or how wide each is?",
    hint=2,
)
def heads_taken_for_the_width(x, heads):
    return split_heads(x, x.shape[-1] // heads)


@misconception(
    tell="Nothing is cut: every head gets every vector whole, all d_model numbers of it.",
    ask="What is the width of one head, when all heads side by side are d_model wide?",
    hint=1,
)
def length_cut(x, heads):
    return torch.stack(x.repeat(1, heads, 1).chunk(heads, dim=1), dim=1)


@misconception(
    tell="The pieces come in the reverse order: head 0 has the last one.",
    ask="Which numbers of a vector belong to head 0?",
)
def heads_in_reverse(x, heads):
    return split_heads(x, heads).flip(1)


@misconception(
    tell="Every head holds the first piece.",
    ask="What do you leave out when you take the same piece for all?",
)
def first_piece_for_all(x, heads):
    split = split_heads(x, heads)
    return split[:, :1].expand_as(split)


@misconception(
    tell="You return the pieces one by one, in a tuple or a list, and not as one tensor.",
    ask="Which axis of the result could hold them all?",
    hint=1,
)
def pieces_in_a_list(x, heads):
    return list(x.chunk(heads, dim=-1))


@misconception(
    tell="The result is cut off from x: no gradient comes back to what x was made of.",
    ask="Where does your code take a tensor out of the graph: by detach, data, numpy or a new tensor?",
)
def detached(x, heads):
    return split_heads(x, heads).detach().clone()


@misconception(
    tell="Axes of size one vanish from what you return: right for most sizes, wrong for a single sentence or head.",
    ask="Is there an axis to drop at all?",
)
def every_axis_of_one_squeezed(x, heads):
    return split_heads(x, heads).squeeze()
