"""What a right look back shows."""

import numpy as np

from attnlab.content import check


def inputs(draw, batch="batch", dtype="float64", padded=False, empty_row=False):
    """Arguments by name; everything may be seen unless the sentences are padded."""
    draw.size("keys", at_least=5)
    keys = draw.normal(batch, "keys", "d_h", dtype=dtype)
    everything = np.ones(keys.shape[:2], dtype=bool)
    return {
        "query": draw.normal(batch, "d_q", dtype=dtype),
        "keys": keys,
        "mask": draw.mask(batch, "keys", empty_row=empty_row) if padded else everything,
        "W_query": draw.normal("d_q", "d_a", scale=0.5, dtype=dtype),
        "W_key": draw.normal("d_h", "d_a", scale=0.5, dtype=dtype),
        "v": draw.normal("d_a", dtype=dtype),
    }


@check("a context and weights come back, in that order")
def shape(learner, draw):
    learner.additive_attention(*inputs(draw).values()).has_right_shape()


@check("the weights are the softmax of the scores over the words of a sentence", points=2, after=shape)
def weights(learner, draw):
    _, weights = learner.additive_attention(*inputs(draw).values())
    weights.agrees()


@check("the context is the keys themselves, mixed by the weights", points=2, after=weights)
def context(learner, draw):
    context, _ = learner.additive_attention(*inputs(draw).values())
    context.agrees()


@check("padding gets no weight, and the words of the sentence share it all", points=2, after=context)
def padding(learner, draw):
    learner.additive_attention(*inputs(draw, padded=True).values()).agrees()


@check("a sentence with nothing to look at gets zeros, and no nan", after=padding)
def nothing_to_see(learner, draw):
    learner.additive_attention(*inputs(draw, padded=True, empty_row=True).values()).agrees()


@check("a sentence by itself, its arguments given by name, is a batch of one", points=2, after=padding, fresh=True)
def one_sentence(learner, draw):
    learner.additive_attention(**inputs(draw, batch=1, padded=True)).agrees()


@check("float32 in gives float32 out", after=padding)
def float32(learner, draw):
    learner.additive_attention(*inputs(draw, dtype="float32", padded=True).values()).agrees()


@check("the keys and the mask passed in are left as they were", after=padding)
def untouched(learner, draw):
    learner.additive_attention(*inputs(draw, padded=True).values()).leaves_inputs_alone()
