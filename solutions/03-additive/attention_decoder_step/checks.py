"""What a right step of the decoder shows."""

import numpy as np

from attnlab.content import check


def inputs(draw, batch="batch", dtype="float64", padded=False, empty_row=False):
    """Arguments by name; everything may be seen unless the sentences are padded."""
    draw.size("keys", at_least=5)
    keys = draw.normal(batch, "keys", "d_h", dtype=dtype)
    everything = np.ones(keys.shape[:2], dtype=bool)
    return {
        "token": draw.normal(batch, "d_in", dtype=dtype),
        "state": draw.normal(batch, "d_s", dtype=dtype),
        "keys": keys,
        "mask": draw.mask(batch, "keys", empty_row=empty_row) if padded else everything,
        "W_query": draw.normal("d_s", "d_a", scale=0.5, dtype=dtype),
        "W_key": draw.normal("d_h", "d_a", scale=0.5, dtype=dtype),
        "v": draw.normal("d_a", dtype=dtype),
        "W_x": draw.normal("d_in", "d_s", scale=0.3, dtype=dtype),
        "W_c": draw.normal("d_h", "d_s", scale=0.3, dtype=dtype),
        "W_h": draw.normal("d_s", "d_s", scale=0.3, dtype=dtype),
        "b": draw.normal("d_s", scale=0.3, dtype=dtype),
    }


@check("a new state, a context and weights come back, in that order")
def shape(learner, draw):
    learner.attention_decoder_step(*inputs(draw).values()).has_right_shape()


@check("the weights come from the state before the step", points=2, after=shape)
def weights(learner, draw):
    _, _, weights = learner.attention_decoder_step(*inputs(draw).values())
    weights.agrees()


@check("the context is what these weights fetch from the keys", after=weights)
def context(learner, draw):
    _, context, _ = learner.attention_decoder_step(*inputs(draw).values())
    context.agrees()


@check("the new state has read the token, the context and the state", points=3, after=context)
def new_state(learner, draw):
    new_state, _, _ = learner.attention_decoder_step(*inputs(draw).values())
    new_state.agrees()


@check("the first step, from a state of zeros, looks at the sentence as every other does", after=new_state)
def first_step(learner, draw):
    arguments = inputs(draw)
    arguments["state"] = np.zeros_like(arguments["state"])
    learner.attention_decoder_step(*arguments.values()).agrees()


@check("padding is not looked at", after=new_state)
def padding(learner, draw):
    learner.attention_decoder_step(*inputs(draw, padded=True).values()).agrees()


@check("a sentence with nothing to look at gives a context of zeros, and the decoder goes on", after=padding)
def nothing_to_see(learner, draw):
    learner.attention_decoder_step(*inputs(draw, padded=True, empty_row=True).values()).agrees()


@check("a sentence by itself, its arguments given by name, is a batch of one", points=2, after=padding, fresh=True)
def one_sentence(learner, draw):
    learner.attention_decoder_step(**inputs(draw, batch=1, padded=True)).agrees()


@check("float32 in gives float32 out", after=padding)
def float32(learner, draw):
    learner.attention_decoder_step(*inputs(draw, dtype="float32", padded=True).values()).agrees()


@check("the state passed in is left as it was", after=padding)
def untouched(learner, draw):
    learner.attention_decoder_step(*inputs(draw, padded=True).values()).leaves_inputs_alone()
