"""What a right layer of self-attention shows."""

import numpy as np
import torch

from attnlab.content import BrokenPromise, check, require


def sizes(draw):
    # From 5 on, whole numbers above the root, below it and the width itself are three different ones.
    return draw.size("d_model"), draw.size("d_k", at_least=5), draw.size("d_v")


def state(draw):
    """Weights to judge by. What is not asked for gets values, too, so that a bias too many always shows alike."""
    d_model, d_k, d_v = sizes(draw)
    shapes = {"W_q.weight": (d_k, d_model), "W_k.weight": (d_k, d_model), "W_v.weight": (d_v, d_model)}
    shapes |= {"W_q.bias": (d_k,), "W_k.bias": (d_k,), "W_v.bias": (d_v,)}
    return {name: draw.normal(*shape) for name, shape in shapes.items()}


def outputs(draw):
    """Weights of a W_o too many, from d_v to d_model and from d_v to d_v; without a say for its bias."""
    d_model, _, d_v = sizes(draw)
    for width in (d_model, d_v):
        yield {"W_o.weight": draw.normal(width, d_v), "W_o.bias": torch.zeros(width, dtype=torch.float64)}


def set_weights(layer, draw, wanted):
    """Gives the layer its weights, and those of whatever W_o it has: what that makes of a context then shows alike."""
    wide, narrow = outputs(draw)
    try:
        layer.load_state_dict(wanted | wide, strict=False)
    except BrokenPromise:
        layer.load_state_dict(wanted | narrow, strict=False)


def made(learner, draw, double=True):
    """A layer of the learner's that holds weights of ours."""
    layer = learner.SelfAttention(*sizes(draw))
    if double:
        layer.double()
    set_weights(layer, draw, state(draw))
    return layer


def words(draw, batch="batch", dtype="float64"):
    draw.size("length", at_least=5)
    return draw.normal(batch, "length", "d_model", dtype=dtype)


def steady(layer, *arguments):
    """What the layer gives, if it gives it twice."""
    first, second = layer(*arguments), layer(*arguments)
    for one, again in zip(first, second, strict=True):
        require(
            np.array_equal(one.array, again.array, equal_nan=True),
            "two calls with the same x do not give the same",
            ask="Is there something random in your layer, such as dropout?",
        )
    return first


def holds_its_weights(layer, draw, wanted):
    """Says by name and shape what is amiss, which the error of a state that does not fit says less well."""
    try:
        set_weights(layer, draw, wanted)
        misfit = None
    except BrokenPromise as broken:
        misfit = broken
    held = layer.state_dict().value
    held = held if isinstance(held, dict) else {}
    for name in ("W_q.weight", "W_k.weight", "W_v.weight"):
        there = ", ".join(held) or "nothing"
        bare = name.partition(".")[0] in held
        require(
            name in held,
            f"the layer has no {name}: it holds {there}",
            ask="That is a bare matrix. Which layer of torch holds a matrix as its weight?"
            if bare
            else "What are the three layers called in the docstring, and are they attributes of self?",
        )
        shape, right = tuple(held[name].values.shape), tuple(wanted[name].shape)
        require(
            shape == right,
            f"{name} has shape {shape}, expected {right}, which is (out, in)",
            ask="From which width does this layer lead to which?",
        )
    others = [f"{name} of shape {tuple(held[name].values.shape)}" for name in held if name not in wanted]
    require(
        misfit is None or not others,
        f"beside its three weights the layer holds {', '.join(others)}, and ours of that name do not fit",
        ask="What does the docstring name beside W_q, W_k and W_v?",
    )
    if misfit is not None:
        raise misfit


@check("the layer holds W_q, W_k and W_v, each from d_model to its own width")
def parts(learner, draw):
    layer = learner.SelfAttention(*sizes(draw))
    layer.double()
    holds_its_weights(layer, draw, state(draw))
    # The same once more by the engine's own comparison, which takes it for a check of shapes: zeros may pass it.
    layer.state_dict().has_right_shape()


@check("a context and weights come back, in that order", after=parts)
def shape(learner, draw):
    made(learner, draw)(words(draw)).has_right_shape()


@check("each row of weights is the softmax of what one query and all the keys make", points=2, after=shape)
def weights(learner, draw):
    _, weights = steady(made(learner, draw), words(draw))
    weights.agrees()


@check("the context is the values, mixed by the weights", points=2, after=weights)
def context(learner, draw):
    context, _ = steady(made(learner, draw), words(draw))
    context.agrees()


@check("what a query may not look at gets no weight, and the rest share it all", points=2, after=context)
def mask(learner, draw):
    x = words(draw)
    # A word of zeros, as padding often is: all its scores are 0, and 0 is a score like any other.
    x[0, 1] = 0
    made(learner, draw)(x, draw.mask("batch", "length", "length")).agrees()


@check("a padded sentence gets what it gets by itself, without its padding", points=2, after=context)
def padded(learner, draw):
    layer, x, lengths = made(learner, draw), words(draw), draw.lengths("batch", "length")
    # One row of the mask for all queries of a sentence.
    context, _ = layer(x, (torch.arange(x.shape[1]) < lengths[:, None])[:, None])
    context.agrees()

    shortest = int(lengths.argmin())
    length = int(lengths[shortest])
    alone, _ = layer(x[shortest : shortest + 1, :length])

    alone.agrees()
    alone.equals(torch.from_numpy(context.array[shortest : shortest + 1, :length].copy()))


@check("a position with nothing to look at gets zeros, and no nan, in its gradients neither", points=2, after=mask)
def nothing_to_see(learner, draw):
    layer, x, mask = made(learner, draw), words(draw), draw.mask("batch", "length", "length", empty_row=True)
    layer(x, mask).agrees()
    layer.with_gradients(x, mask).gradients_agree()


@check("under a causal mask no position learns of a later one", after=context)
def causal(learner, draw):
    layer, x = made(learner, draw), words(draw)
    length = x.shape[1]
    past = torch.ones(length, length, dtype=torch.bool).tril()
    context, _ = layer(x, past)
    context.agrees()

    other = x.clone()
    other[:, length // 2 :] = draw.normal("batch", length - length // 2, "d_model")
    changed, _ = layer(other, past)

    first = length // 2
    require(
        np.allclose(changed.array[:, :first], context.array[:, :first], rtol=1e-9, atol=1e-12),
        f"words from position {first} on were changed, and the context at an earlier position changed with them",
        ask="What may a position look at that comes before them?",
    )


@check("shuffle the words and their masks, and the context is shuffled alike", after=context)
def shuffled(learner, draw):
    layer, x, mask = made(learner, draw), words(draw), draw.mask("batch", "length", "length")
    order = torch.from_numpy(draw.generator.permutation(x.shape[1]))
    context, _ = layer(x, mask)
    moved, _ = layer(x[:, order], mask[:, order][:, :, order])
    moved.agrees()
    moved.equals(torch.from_numpy(context.array[:, order]))


@check("the gradients of x and of all three weights are right", points=2, after=mask)
def gradients(learner, draw):
    layer = made(learner, draw).with_gradients
    layer(words(draw), draw.mask("batch", "length", "length")).gradients_agree()


@check("float32 in gives float32 out", after=mask)
def float32(learner, draw):
    layer = made(learner, draw, double=False)
    layer(words(draw, dtype="float32"), draw.mask("batch", "length", "length")).agrees()


@check("x and the mask passed in are left as they were", after=mask)
def untouched(learner, draw):
    made(learner, draw)(words(draw), draw.mask("batch", "length", "length")).leaves_inputs_alone()


@check("a layer in evaluation takes one sentence, its arguments given by name", after=mask, fresh=True)
def one_sentence(learner, draw):
    layer = made(learner, draw)
    layer.eval()
    layer(mask=draw.mask(1, "length", "length"), x=words(draw, batch=1)).agrees()
    layer(x=words(draw, batch=1)).agrees()
    layer.train()
    layer(x=words(draw, batch=1)).agrees()


@check("everything happens on the device that x is on", after=mask)
def device(learner, draw):
    layer, x = made(learner, draw), words(draw)
    layer.follows_device(x)
    layer.follows_device(x, draw.mask("batch", "length", "length"))
