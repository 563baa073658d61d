"""What a right softmax shows."""

import numpy as np

from attnlab.content import check


@check("there is one weight for every score")
def shape(learner, draw):
    learner.softmax(draw.normal("batch", "keys")).has_right_shape()


@check("along the last axis the weights are positive and sum to one", points=2, after=shape)
def values(learner, draw):
    learner.softmax(draw.normal("batch", "keys", scale=2.0)).agrees()


@check("axis says along which axis the weights compete", after=values)
def any_axis(learner, draw):
    scores = draw.normal("batch", "queries", "keys")
    for axis in (0, 1, 2, -2):
        learner.softmax(scores, axis=axis).agrees()
    learner.softmax(draw.normal("keys")).agrees()


@check("the same answer comes from a fresh start", after=values, fresh=True)
def fresh_values(learner, draw):
    learner.softmax(scores=draw.normal("queries", "keys", "d_k", scale=3.0), axis=1).agrees()


@check("very large and very small scores neither overflow nor vanish", points=2, after=values)
def stable(learner, draw):
    draw.size("batch", at_least=5)
    draw.size("keys", at_least=5)
    scores = draw.normal("batch", "keys")
    scores[0] += 1000.0
    scores[1] -= 1000.0
    # Within one slice too: neither its mean nor its minimum is a safe thing to subtract.
    scores[2, 0] += 2000.0
    scores[3, 0] -= 2000.0
    learner.softmax(scores).agrees()


@check("a slice of nothing but -inf gets weights of zero", after=stable)
def empty_slice(learner, draw):
    scores = draw.normal("batch", "keys")
    scores[0, 1] = -np.inf
    scores[1, :] = -np.inf
    learner.softmax(scores).agrees()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.softmax(draw.normal("batch", "keys", dtype="float32")).agrees()


@check("the scores passed in are left as they were", after=values)
def untouched(learner, draw):
    result = learner.softmax(draw.normal("batch", "keys"))
    result.agrees()
    result.leaves_inputs_alone()
