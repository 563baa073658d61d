"""What a right layer of the decoder shows.

Where the source is as long as the target, a mask or a memory in the wrong place goes through without a word; so
values are compared there first, and at other lengths afterwards.
"""

import numpy as np
import torch
from DecoderLayer import DecoderLayer
from layers import causal, inputs, made, require_left_out, require_same, require_scaled_up, sizes_of

from attnlab.content import check, require

# Another number than 1 - P; with P = 1 a dropout written by hand would divide by 0.
P = 0.75
# Each sublayer, with what has to be silent for it to be heard alone.
ALONE = {
    "the self-attention": ["cross_attention.W_o", "W_2"],
    "the cross-attention": ["self_attention.W_o", "W_2"],
    "the feed-forward network": ["self_attention.W_o", "cross_attention.W_o"],
}


@check("x comes back in its own shape, and for every head a table of weights from target to source")
def shape(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    layer(*inputs(draw, sizes, source=sizes.length), None, None).has_right_shape()


@check("the layer has its parts: two attentions, norm_1 to norm_3, W_1 and W_2, each of the right size", after=shape)
def parts(learner, draw):
    made(learner, draw, DecoderLayer, sizes_of(draw)).state_dict().has_right_shape()


@check("every word of the target hears of every other and of the source", after=parts)
def hearing(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    x, memory = inputs(draw, sizes, source=sizes.length)
    other_x, other_memory = x.clone(), memory.clone()
    other_x[:, -1] += draw.normal(sizes.batch, sizes.d_model)
    other_memory[:, -1] += draw.normal(sizes.batch, sizes.d_model)
    plain, again = (layer(x, memory, None, None)[0].array for _ in range(2))
    ask = "Dropout is 0.0 here. What in your layer still draws random numbers?"
    require_same(plain, again, "the same x and memory, given twice, come out in two ways", ask)
    for whose, arguments in (("target", (other_x, memory)), ("source", (x, other_memory))):
        after = layer(*arguments, None, None)[0].array
        deaf = np.isclose(plain, after, rtol=1e-7).all(axis=-1)
        problem = f"the {whose}'s last word was changed, and {deaf.sum()} of {deaf.size} positions come out as before"
        require(not deaf.any(), problem, ask=f"Which line of yours lets the target look at the {whose}?")


@check("norm, self-attention, add; norm, cross-attention, add; norm, feed-forward, add", points=4, after=hearing)
def values(learner, draw):
    sizes = sizes_of(draw)
    x, _ = made(learner, draw, DecoderLayer, sizes)(*inputs(draw, sizes, source=sizes.length), None, None)
    x.agrees()


@check("the weights are those of the cross-attention: who in the target looks where in the source", points=2,
       after=values)  # fmt: skip
def weights(learner, draw):
    sizes = sizes_of(draw)
    _, weights = made(learner, draw, DecoderLayer, sizes)(*inputs(draw, sizes, source=sizes.length), None, None)
    weights.agrees()


@check("the source may be longer or shorter than the target", points=2, after=weights)
def other_lengths(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    for source in (sizes.length + 2, sizes.length - 1):
        layer(*inputs(draw, sizes, source=source), None, None).agrees()


@check("mask says where in the target one may look, memory_mask where in the source", points=2, after=other_lengths)
def masked(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    mask = draw.mask(sizes.batch, 1, sizes.length, sizes.length)
    memory_mask = draw.mask(sizes.batch, 1, 1, sizes.length)
    layer(*inputs(draw, sizes, source=sizes.length), mask, memory_mask).agrees()


@check("every sentence and head may have masks of its own, with rows that allow nothing", points=2, after=masked)
def masks_differ(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    mask = draw.mask(sizes.batch, sizes.heads, sizes.length, sizes.length, empty_row=True)
    memory_mask = draw.mask(sizes.batch, sizes.heads, sizes.length, sizes.source, empty_row=True)
    layer(*inputs(draw, sizes, source=sizes.source), mask, memory_mask).agrees()


@check("under a causal mask a change of the target's last word changes nothing before it", after=weights)
def causality(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    mask = torch.from_numpy(causal(sizes.length))
    x, memory = inputs(draw, sizes, source=sizes.length)
    changed = x.clone()
    changed[:, -1] += draw.normal(sizes.batch, sizes.d_model)
    before, after = (layer(given, memory, mask, None)[0].array for given in (x, changed))
    ask = "While translating, the words behind this one are not written yet. Does mask reach the self-attention?"
    require_same(before[:, :-1], after[:, :-1], "the last position was changed, and earlier ones changed with it", ask)


@check("a sentence comes out the same whoever is in its batch, arguments given by name", after=masked, fresh=True)
def alone(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    x, memory = inputs(draw, sizes, source=sizes.source)
    mask = draw.mask(sizes.batch, 1, sizes.length, sizes.length)
    memory_mask = draw.mask(sizes.batch, 1, 1, sizes.source)
    layer(x=x[:1], memory=memory[:1], mask=mask[:1], memory_mask=memory_mask[:1]).agrees()
    together = layer(x, memory, mask, memory_mask)[0].array
    last = layer(x[-1:], memory[-1:], memory_mask=memory_mask[-1:], mask=mask[-1:])[0].array
    ask = "Along which axes do you average, normalise or attend? Is the batch among them?"
    require_same(together[-1:], last, "a sentence by itself differs from the same sentence in its batch", ask)


@check("in evaluation nothing is dropped", after=weights)
def evaluation(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes, dropout=P)
    layer.eval()
    layer(*inputs(draw, sizes, source=sizes.source), None, None).agrees()


@check("in training dropout falls on what all three sublayers add, and never on the stream or the weights", points=2,
       after=evaluation)  # fmt: skip
def left_out(learner, draw):
    sizes = sizes_of(draw)
    added, (x, memory) = {}, inputs(draw, sizes, source=sizes.source)
    for sublayer, silent in ALONE.items():
        layer = made(learner, draw, DecoderLayer, sizes, dropout=P, silent=silent)
        layer.train()
        after, weights = layer(x, memory, None, None)
        added[sublayer] = after.array - x.numpy()
    # All are heard before one is judged: a mistake shows in one of them, and what mistake it is in the others.
    for sublayer in ALONE:
        require_left_out(added[sublayer], P, sublayer, x.numpy())
    # The last is the network, under which both attentions are silent: nothing random comes before the weights.
    weights.agrees()


@check("what is not dropped is divided by 1 - p, and dropout falls nowhere else", after=left_out)
def scaled_up(learner, draw):
    sizes = sizes_of(draw)
    for sublayer, silent in ALONE.items():
        layer = made(learner, draw, DecoderLayer, sizes, dropout=P, silent=silent)
        x, memory = inputs(draw, sizes, source=sizes.source)
        layer.eval()
        whole = layer(x, memory, None, None)[0].array - x.numpy()
        layer.train()
        require_scaled_up(layer(x, memory, None, None)[0].array - x.numpy(), whole, P, sublayer)


@check("x, memory and the masks are left as they were", after=masked)
def untouched(learner, draw):
    sizes = sizes_of(draw)
    masks = draw.mask(sizes.batch, 1, sizes.length, sizes.length), draw.mask(sizes.batch, 1, 1, sizes.source)
    made(learner, draw, DecoderLayer, sizes)(*inputs(draw, sizes, source=sizes.source), *masks).leaves_inputs_alone()


@check("the gradients of x, of memory and of every weight are right, also where there is nothing to look at", points=2,
       after=untouched)  # fmt: skip
def gradients(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes)
    mask = draw.mask(sizes.batch, 1, sizes.length, sizes.length, empty_row=True)
    memory_mask = draw.mask(sizes.batch, 1, 1, sizes.source, empty_row=True)
    layer.with_gradients(*inputs(draw, sizes, source=sizes.source), mask, memory_mask).gradients_agree()


@check("a layer in float32 gives float32", after=weights)
def float32(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, DecoderLayer, sizes, dtype="float32")
    layer(*inputs(draw, sizes, source=sizes.source, dtype="float32"), None, None).agrees()


@check("the layer works on the device it is on", after=masked)
def device(learner, draw):
    sizes = sizes_of(draw)
    masks = draw.mask(sizes.batch, 1, sizes.length, sizes.length), draw.mask(sizes.batch, 1, 1, sizes.source)
    layer = made(learner, draw, DecoderLayer, sizes)
    layer.follows_device(*inputs(draw, sizes, source=sizes.source), *masks)
