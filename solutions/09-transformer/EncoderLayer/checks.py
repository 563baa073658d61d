"""What a right layer of the encoder shows."""

import numpy as np
import torch
from EncoderLayer import EncoderLayer
from layers import causal, inputs, made, require_left_out, require_same, require_scaled_up, sizes_of

from attnlab.content import check, require

# Another number than 1 - P; with P = 1 a dropout written by hand would divide by 0.
P = 0.75
# Each sublayer, with what has to be silent for it to be heard alone.
ALONE = {"the attention": ["W_2"], "the feed-forward network": ["attention.W_o"]}


@check("as many positions come back as went in, and nothing else")
def shape(learner, draw):
    sizes = sizes_of(draw)
    made(learner, draw, EncoderLayer, sizes)(*inputs(draw, sizes), None).has_right_shape()


@check("the layer has its parts: attention, norm_1, norm_2, W_1 and W_2, each of the right size", after=shape)
def parts(learner, draw):
    sizes = sizes_of(draw)
    made(learner, draw, EncoderLayer, sizes).state_dict().has_right_shape()


@check("every word hears of every other, and without a mask their order is nothing to the layer", after=parts)
def hearing(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, EncoderLayer, sizes)
    (x,) = inputs(draw, sizes)
    moved_on, changed = np.roll(np.arange(sizes.length), 1), x.clone()
    changed[:, -1] += draw.normal(sizes.batch, sizes.d_model)
    plain, again, moved, after = (layer(given, None).array for given in (x, x, x[:, moved_on], changed))
    ask = "Dropout is 0.0 here. What in your layer still draws random numbers?"
    require_same(plain, again, "the same x, given twice, comes out in two ways", ask)
    ask = "Which part of your layer treats the first position differently from the second?"
    require_same(plain[:, moved_on], moved, "every word moved one place on, and more than their places changed", ask)
    deaf = np.isclose(plain, after, rtol=1e-7).all(axis=-1)
    problem = f"the last word was changed, and {deaf.sum()} of {deaf.size} positions come out as before"
    require(not deaf.any(), problem, ask="By which way does one word hear of another in your layer?")


@check("x + attention(norm_1(x)), then x + W_2(relu(W_1(norm_2(x))))", points=5, after=hearing)
def values(learner, draw):
    sizes = sizes_of(draw)
    made(learner, draw, EncoderLayer, sizes)(*inputs(draw, sizes), None).agrees()


@check("the mask says who may look where, for every sentence and every head its own", points=3, after=values)
def masked(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, EncoderLayer, sizes)
    layer(
        *inputs(draw, sizes), draw.mask(sizes.batch, sizes.heads, sizes.length, sizes.length, empty_row=True)
    ).agrees()
    padding = draw.mask(sizes.batch, 1, 1, sizes.length)
    layer(*inputs(draw, sizes), padding).agrees()


@check("under a causal mask a change of the last word changes nothing before it", after=values)
def causality(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, EncoderLayer, sizes)
    mask = torch.from_numpy(causal(sizes.length))
    (x,) = inputs(draw, sizes)
    changed = x.clone()
    changed[:, -1] += draw.normal(sizes.batch, sizes.d_model)
    before, after = layer(x, mask).array, layer(changed, mask).array
    ask = "By which way, other than attention, could one position hear of another? Does the mask reach the attention?"
    require_same(before[:, :-1], after[:, :-1], "the last position was changed, and earlier ones changed with it", ask)


@check("a sentence comes out the same whoever is in its batch, arguments given by name", after=masked, fresh=True)
def alone(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, EncoderLayer, sizes)
    (x,), mask = inputs(draw, sizes), draw.mask(sizes.batch, 1, sizes.length, sizes.length)
    layer(x=x[:1], mask=mask[:1]).agrees()
    together, last = layer(x, mask).array, layer(x=x[-1:], mask=mask[-1:]).array
    ask = "Along which axes do you average, normalise or attend? Is the batch among them?"
    require_same(together[-1:], last, "a sentence by itself differs from the same sentence in its batch", ask)


@check("in evaluation nothing is dropped", after=values)
def evaluation(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, EncoderLayer, sizes, dropout=P)
    layer.eval()
    layer(*inputs(draw, sizes), None).agrees()


@check("in training dropout falls on what both sublayers add, and never on the stream", points=2, after=evaluation)
def left_out(learner, draw):
    sizes = sizes_of(draw)
    added, (x,) = {}, inputs(draw, sizes)
    for sublayer, silent in ALONE.items():
        layer = made(learner, draw, EncoderLayer, sizes, dropout=P, silent=silent)
        layer.train()
        added[sublayer] = layer(x, None).array - x.numpy()
    # All are heard before one is judged: a mistake shows in one of them, and what mistake it is in the others.
    for sublayer in ALONE:
        require_left_out(added[sublayer], P, sublayer, x.numpy())


@check("what is not dropped is divided by 1 - p, and dropout falls nowhere else", after=left_out)
def scaled_up(learner, draw):
    sizes = sizes_of(draw)
    for sublayer, silent in ALONE.items():
        layer = made(learner, draw, EncoderLayer, sizes, dropout=P, silent=silent)
        (x,) = inputs(draw, sizes)
        layer.eval()
        whole = layer(x, None).array - x.numpy()
        layer.train()
        require_scaled_up(layer(x, None).array - x.numpy(), whole, P, sublayer)


@check("x and the mask are left as they were", after=masked)
def untouched(learner, draw):
    sizes = sizes_of(draw)
    mask = draw.mask(sizes.batch, 1, 1, sizes.length)
    made(learner, draw, EncoderLayer, sizes)(*inputs(draw, sizes), mask).leaves_inputs_alone()


@check(
    "the gradients of x and of every weight are right, also where there is nothing to look at",
    points=2,
    after=untouched,
)
def gradients(learner, draw):
    sizes = sizes_of(draw)
    layer = made(learner, draw, EncoderLayer, sizes)
    mask = draw.mask(sizes.batch, 1, sizes.length, sizes.length, empty_row=True)
    layer.with_gradients(*inputs(draw, sizes), mask).gradients_agree()


@check("a layer in float32 gives float32", after=values)
def float32(learner, draw):
    sizes = sizes_of(draw)
    made(learner, draw, EncoderLayer, sizes, dtype="float32")(*inputs(draw, sizes, dtype="float32"), None).agrees()


@check("the layer works on the device it is on", after=masked)
def device(learner, draw):
    sizes = sizes_of(draw)
    mask = draw.mask(sizes.batch, 1, 1, sizes.length)
    made(learner, draw, EncoderLayer, sizes).follows_device(*inputs(draw, sizes), mask)
