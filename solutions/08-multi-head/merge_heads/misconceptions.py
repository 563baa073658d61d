"""Merges that mix up what belongs to whom."""

import torch
from merge_heads import merge_heads

from attnlab.content import misconception


@misconception(
    tell="The shape is right and the numbers are not: without turning heads and length back first, the first rows are "
    "all of head 0 and words run into each other.",
    ask="Which two axes did the split exchange, after its cut?",
    hint=2,
)
def reshaped_at_once(x):
    batch, heads, length, d_head = x.shape
    return x.reshape(batch, length, heads * d_head)


@misconception(
    tell="Your heads take turns in the merged vector: number 0 of every head, then number 1 of every head. The two "
    "last axes are merged in the wrong order.",
    ask="Before they become one, which of the two axes has to be the last?",
    hint=2,
)
def heads_take_turns(x):
    batch, heads, length, d_head = x.shape
    return x.permute(0, 2, 3, 1).reshape(batch, length, d_head * heads)


@misconception(
    tell="Turned and not merged: heads and d_head are still two axes.",
    ask="How many axes does the docstring name?",
    hint=2,
)
def not_merged(x):
    return x.transpose(1, 2)


@misconception(
    tell="The heads are averaged. Side by side, each keeps its own numbers; in a mean it is lost who said what.",
    ask="How wide is a merged vector, and how wide is yours?",
    hint=1,
)
def averaged(x):
    return x.mean(dim=1)


@misconception(
    tell="The heads are added up. Side by side, each keeps its own numbers; in a sum it is lost who said what.",
    ask="How wide is a merged vector, and how wide is yours?",
    hint=1,
)
def added_up(x):
    return x.sum(dim=1)


@misconception(
    tell="The heads are put one after another along the sentence: the length grows, the width does not.",
    ask="Along which axis do the heads lie side by side?",
    hint=1,
)
def one_after_another(x):
    return x.flatten(1, 2)


@misconception(
    tell="Only the first head is left.",
    ask="Which heads' numbers does a merged vector hold?",
)
def first_head_only(x):
    return x[:, 0]


@misconception(
    tell="The heads come in the reverse order: head 0 last.",
    ask="Which numbers of a merged vector belong to head 0?",
)
def heads_in_reverse(x):
    return merge_heads(x.flip(1))


@misconception(
    tell="Every head's numbers are there, but the words lie across: d_model comes before the length.",
    ask="In which order does the docstring name the axes?",
)
def words_last(x):
    return merge_heads(x).transpose(1, 2)


@misconception(
    tell="The first axis of the result is the length, and the batch comes second.",
    ask="In which order does the docstring name the axes?",
)
def length_first(x):
    return merge_heads(x).transpose(0, 1)


@misconception(
    tell="The result is cut off from x: no gradient comes back to what x was made of.",
    ask="Where does your code take a tensor out of the graph: by detach, data, numpy or a new tensor?",
)
def detached(x):
    return torch.tensor(merge_heads(x).tolist(), dtype=x.dtype)


@misconception(
    tell="Axes of size one vanish from what you return: right for most sizes, wrong for a single sentence.",
    ask="Is there an axis to drop at all?",
)
def every_axis_of_one_squeezed(x):
    return merge_heads(x).squeeze()
