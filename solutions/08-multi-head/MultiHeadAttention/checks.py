"""What a right layer of several heads shows."""

import numpy as np
import torch

from attnlab.content import BrokenPromise, check, require

LAYERS = ("W_q", "W_k", "W_v", "W_o")


def sizes(draw):
    """d_model and heads. From 5 on, the root of d_head, rounded or not, and d_head itself are different numbers."""
    heads, d_head = draw.size("heads"), draw.size("d_head", at_least=5)
    return heads * d_head, heads


def state(draw):
    d_model, _ = sizes(draw)
    weights = {f"{name}.weight": draw.normal(d_model, d_model, scale=d_model**-0.5) for name in LAYERS}
    return weights | {f"{name}.bias": draw.normal(d_model) for name in LAYERS}


def made(learner, draw, double=True):
    """A layer of the learner's that holds weights of ours."""
    layer = learner.MultiHeadAttention(*sizes(draw))
    if double:
        layer.double()
    layer.load_state_dict(state(draw), strict=False)
    return layer


def inputs(draw, batch="batch", dtype="float64"):
    """query, key and value, all different, and fewer or more queries than keys."""
    d_model, _ = sizes(draw)
    key, value = (draw.normal(batch, "keys", d_model, dtype=dtype) for _ in range(2))
    return draw.normal(batch, "queries", d_model, dtype=dtype), key, value


def steady(layer, *arguments):
    """What the layer gives, if it gives it twice."""
    first, second = layer(*arguments), layer(*arguments)
    for one, again in zip(first, second, strict=True):
        require(
            np.array_equal(one.array, again.array, equal_nan=True),
            "two calls with the same query, key and value do not give the same",
            ask="Is there something random in your layer, such as dropout?",
        )
    return first


def holds_its_weights(layer, wanted):
    """Says by name and shape what is amiss, which the error of a state that does not fit says less well."""
    try:
        layer.load_state_dict(wanted, strict=False)
        misfit = None
    except BrokenPromise as broken:
        misfit = broken
    held = layer.state_dict().value
    held = held if isinstance(held, dict) else {}
    for name, right in wanted.items():
        bare, _, part = name.partition(".")
        if part == "bias" and f"{bare}.weight" in held:
            ask = "Does lesson 07's bias=False stand here, too?"
        elif bare in held:
            ask = "That is a bare matrix. Which layer of torch holds a matrix as its weight?"
        else:
            ask = "What are the four layers called in the docstring, and are they attributes of self?"
        require(name in held, f"the layer has no {name}: it holds {', '.join(held) or 'nothing'}", ask=ask)
        shape = tuple(held[name].values.shape)
        require(
            shape == tuple(right.shape),
            f"{name} has shape {shape}, expected {tuple(right.shape)}",
            ask="One layer makes the queries of all the heads at once. From which width to which does it lead?",
        )
    if misfit is not None:
        raise misfit


@check("the layer holds W_q, W_k, W_v and W_o with their biases, each from d_model to d_model")
def parts(learner, draw):
    layer = learner.MultiHeadAttention(*sizes(draw))
    layer.double()
    holds_its_weights(layer, state(draw))
    # The same once more by the engine's own comparison, which takes it for a check of shapes: zeros may pass it.
    layer.state_dict().has_right_shape()


@check("an output for every query comes back, and weights for every head", after=parts)
def shape(learner, draw):
    made(learner, draw)(*inputs(draw)).has_right_shape()


@check("each head's weights are the softmax of what its own pieces of query and key make", points=3, after=shape)
def weights(learner, draw):
    _, weights = steady(made(learner, draw), *inputs(draw))
    weights.agrees()


@check("the output is what all heads found, side by side, through W_o", points=3, after=weights)
def output(learner, draw):
    output, _ = steady(made(learner, draw), *inputs(draw))
    output.agrees()


@check("heads that do not divide d_model are refused", after=output)
def refusal(learner, draw):
    d_model, heads = sizes(draw)
    learner.refuses("MultiHeadAttention", d_model + 1, heads)
    learner.refuses("MultiHeadAttention", heads, d_model)


@check("what a query may not look at gets no weight, and each head has a mask of its own", points=2, after=output)
def mask(learner, draw):
    made(learner, draw)(*inputs(draw), draw.mask("batch", "heads", "queries", "keys")).agrees()


@check("padded keys are as good as none, and one mask may serve all heads and sentences", points=3, after=output)
def smaller_masks(learner, draw):
    layer, (query, key, value) = made(learner, draw), inputs(draw)
    lengths, keys = draw.lengths("batch", "keys"), key.shape[1]
    output, _ = layer(query, key, value, (torch.arange(keys) < lengths[:, None])[:, None, None])
    output.agrees()
    layer(query, key, value, draw.mask("queries", "keys")).agrees()

    shortest = int(lengths.argmin())
    item, length = slice(shortest, shortest + 1), int(lengths[shortest])
    alone, _ = layer(query[item], key[item, :length], value[item, :length])

    alone.agrees()
    alone.equals(torch.from_numpy(output.array[item].copy()))


@check(
    "where there is nothing to look at, weights are zero, the output is W_o's bias, and no gradient is nan",
    points=2,
    after=mask,
)
def nothing_to_see(learner, draw):
    layer, arguments, mask = made(learner, draw), inputs(draw), draw.mask("batch", 1, "queries", "keys", empty_row=True)
    layer(*arguments, mask).agrees()
    layer.with_gradients(*arguments, mask).gradients_agree()


@check("keys may come in any order, if their values and masks come along", after=output)
def keys_in_any_order(learner, draw):
    layer, (query, key, value) = made(learner, draw), inputs(draw)
    mask = draw.mask("batch", "heads", "queries", "keys")
    order = torch.from_numpy(draw.generator.permutation(key.shape[1]))
    output, _ = layer(query, key, value, mask)
    shuffled, _ = layer(query, key[:, order], value[:, order], mask[..., order])
    shuffled.agrees()
    shuffled.equals(torch.from_numpy(output.array.copy()))


@check("the gradients of query, key, value and all the layer's parameters are right", points=2, after=mask)
def gradients(learner, draw):
    layer = made(learner, draw).with_gradients
    layer(*inputs(draw), draw.mask("batch", "heads", "queries", "keys")).gradients_agree()


@check("float32 in gives float32 out", after=mask)
def float32(learner, draw):
    layer = made(learner, draw, double=False)
    layer(*inputs(draw, dtype="float32"), draw.mask("batch", "heads", "queries", "keys")).agrees()


@check("query, key, value and mask are left as they were", after=mask)
def untouched(learner, draw):
    layer = made(learner, draw)
    layer(*inputs(draw), draw.mask("batch", "heads", "queries", "keys")).leaves_inputs_alone()


@check("a layer in evaluation takes one sentence, its arguments given by name", after=mask, fresh=True)
def one_sentence(learner, draw):
    layer = made(learner, draw)
    layer.eval()
    query, key, value = inputs(draw, batch=1)
    layer(mask=draw.mask(1, 1, "queries", "keys"), value=value, key=key, query=query).agrees()
    layer.train()
    layer(query=query, key=key, value=value).agrees()


@check("everything happens on the device that the inputs are on", after=mask)
def device(learner, draw):
    layer, arguments = made(learner, draw), inputs(draw)
    layer.follows_device(*arguments)
    layer.follows_device(*arguments, draw.mask("batch", "heads", "queries", "keys"))
