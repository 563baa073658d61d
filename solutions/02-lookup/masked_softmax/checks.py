"""What a right masked softmax shows."""

import numpy as np

from attnlab.content import check


def mask_along(draw, axis, *axes):
    """A mask with something to look at, and something not, in every slice along the axis."""
    last_to_be = axes[axis]
    others = [name for name in axes if name != last_to_be]
    return np.ascontiguousarray(np.moveaxis(draw.mask(*others, last_to_be), -1, axis))


@check("there is one weight for every score")
def shape(learner, draw):
    learner.masked_softmax(draw.normal("batch", "keys"), draw.mask("batch", "keys")).has_right_shape()


@check("what may be seen shares all the weight, what may not gets none", points=3, after=shape)
def values(learner, draw):
    draw.size("batch", at_least=3)
    draw.size("keys", at_least=5)
    learner.masked_softmax(draw.normal("batch", "keys", scale=2.0), draw.mask("batch", "keys")).agrees()


@check("axis says along which axis the weights compete", after=values)
def any_axis(learner, draw):
    scores = draw.normal("batch", "queries", "keys")
    for axis in (0, 1, 2, -2):
        learner.masked_softmax(scores, mask_along(draw, axis, "batch", "queries", "keys"), axis=axis).agrees()


@check("the same answer comes from a fresh start, with arguments by name", after=values, fresh=True)
def fresh_values(learner, draw):
    mask = mask_along(draw, 1, "batch", "keys", "d_k")
    learner.masked_softmax(scores=draw.normal("batch", "keys", "d_k", scale=3.0), mask=mask, axis=1).agrees()


@check("a visible score of exactly zero counts like any other", after=values)
def true_zero(learner, draw):
    scores, mask = draw.normal("batch", "keys"), draw.mask("batch", "keys")
    scores[np.arange(len(scores)), mask.argmax(axis=1)] = 0.0
    learner.masked_softmax(scores, mask).agrees()


@check("large visible scores do not overflow", after=values)
def large_scores(learner, draw):
    scores = draw.normal("batch", "keys")
    scores[0] += 1000.0
    scores[1] -= 1000.0
    learner.masked_softmax(scores, draw.mask("batch", "keys")).agrees()


@check("a hidden score may be as large as it likes", after=large_scores)
def large_hidden_score(learner, draw):
    scores, mask = draw.normal("batch", "keys"), draw.mask("batch", "keys")
    scores[~mask] += 2000.0
    learner.masked_softmax(scores, mask).agrees()


@check("a slice with nothing to look at gets weights of zero", points=2, after=large_hidden_score)
def nothing_to_see(learner, draw):
    learner.masked_softmax(draw.normal("batch", "keys"), draw.mask("batch", "keys", empty_row=True)).agrees()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.masked_softmax(draw.normal("batch", "keys", dtype="float32"), draw.mask("batch", "keys")).agrees()


@check("the scores and the mask passed in are left as they were", after=values)
def untouched(learner, draw):
    result = learner.masked_softmax(draw.normal("batch", "keys"), draw.mask("batch", "keys"))
    result.agrees()
    result.leaves_inputs_alone()
