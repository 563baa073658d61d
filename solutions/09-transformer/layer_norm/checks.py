"""What a right normalisation shows."""

import torch

from attnlab.content import check


def inputs(draw, *axes, dtype="float64", offset=1.0):
    """Arguments by name; eps is large, so that where it stands and what it is shows."""
    draw.size("d_model", at_least=5)
    axes = axes or ("batch", "length")
    return {
        "x": draw.normal(*axes, "d_model", scale=1.5, shift=offset, dtype=dtype),
        "gain": draw.normal("d_model", shift=1.0, scale=0.5, dtype=dtype),
        "bias": draw.normal("d_model", dtype=dtype),
        "eps": float(draw.generator.uniform(0.3, 0.6)),
    }


@check("as many numbers come back as went in")
def shape(learner, draw):
    learner.layer_norm(**inputs(draw)).has_right_shape()


@check("every position is brought to mean zero and the variance to one, but for eps", points=2, after=shape)
def normalised(learner, draw):
    given = inputs(draw)
    # One variance at least is smaller than eps.
    given["x"][0, 0] *= 0.1
    neutral = {"gain": torch.ones_like(given["gain"]), "bias": torch.zeros_like(given["bias"])}
    learner.layer_norm(**given | neutral).agrees()


@check("then gain stretches every feature and bias shifts it", after=normalised)
def gain_and_bias(learner, draw):
    learner.layer_norm(**inputs(draw)).agrees()


@check("one position by itself, and positions below more axes, are normalised alike", after=gain_and_bias, fresh=True)
def leading_axes(learner, draw):
    learner.layer_norm(*inputs(draw, "batch", "heads", "length").values()).agrees()
    learner.layer_norm(*inputs(draw, "length").values()).agrees()
    given = inputs(draw, 1)
    learner.layer_norm(**given | {"x": given["x"][0]}).agrees()


@check("the gradients of x, gain and bias are right, also where a position's numbers are all the same", points=3,
       after=gain_and_bias)  # fmt: skip
def gradients(learner, draw):
    learner.with_gradients.layer_norm(*inputs(draw).values()).gradients_agree()
    given = inputs(draw)
    given["x"][-1] = draw.normal("length", 1)
    learner.with_gradients.layer_norm(*given.values()).gradients_agree()


@check("numbers that lie close together and far from zero keep their differences", after=gain_and_bias)
def far_from_zero(learner, draw):
    learner.layer_norm(*inputs(draw, offset=1e6).values()).agrees(atol=1e-7)


@check("float32 in gives float32 out", after=gain_and_bias)
def float32(learner, draw):
    learner.layer_norm(*inputs(draw, dtype="float32").values()).agrees()


@check("x, gain and bias are left as they were", after=gain_and_bias)
def untouched(learner, draw):
    learner.layer_norm(*inputs(draw).values()).leaves_inputs_alone()


@check("x and what is made of it stay on one device", after=gain_and_bias)
def device(learner, draw):
    learner.follows_device("layer_norm", *inputs(draw).values())
