"""What a right encoder shows."""

import numpy as np

from attnlab.content import check


def inputs(draw, lengths=None, d_in="d_in", batch="batch", dtype="float64"):
    """Arguments by name; all sentences are full unless lengths are given."""
    embedded = draw.normal(batch, "time", d_in, dtype=dtype)
    return {
        "inputs": embedded,
        "lengths": np.full(len(embedded), embedded.shape[1]) if lengths is None else lengths,
        "W_x": draw.normal(d_in, "d_h", scale=0.4, dtype=dtype),
        "W_h": draw.normal("d_h", "d_h", scale=0.4, dtype=dtype),
        "b": draw.normal("d_h", scale=0.5, dtype=dtype),
    }


def different_lengths(draw):
    """The longest sentence last, the shortest second: neither the first, the last nor the shortest stands for all."""
    draw.size("time", at_least=draw.size("batch", at_least=3) + 1)
    lengths = np.sort(draw.lengths("batch", "time"))
    lengths[[0, 1]] = lengths[[1, 0]]
    return lengths


@check("there is one state for every sentence, however long")
def shape(learner, draw):
    # Words as wide as states, here and in the next check: a matrix in the wrong place
    # then gives wrong numbers, which say more about the mistake than an exception.
    learner.encode(*inputs(draw, d_in="d_h").values()).has_right_shape()


@check("full sentences are read from first token to last, each step from the state before", points=2, after=shape)
def full_sentences(learner, draw):
    draw.size("time", at_least=3)
    learner.encode(*inputs(draw, d_in="d_h").values()).agrees()


@check("words need not be as wide as states", after=full_sentences)
def widths(learner, draw):
    learner.encode(*inputs(draw).values()).agrees()


@check("each sentence keeps the state after its own last token", points=3, after=widths)
def own_end(learner, draw):
    learner.encode(*inputs(draw, different_lengths(draw)).values()).agrees()


@check("the same answer comes from a fresh start, with arguments by name", after=own_end, fresh=True)
def fresh_values(learner, draw):
    learner.encode(**inputs(draw, different_lengths(draw))).agrees()


@check("a batch of one sentence keeps its batch axis", after=own_end)
def one_sentence(learner, draw):
    learner.encode(*inputs(draw, batch=1).values()).agrees()


@check("float32 in gives float32 out", after=own_end)
def float32(learner, draw):
    learner.encode(*inputs(draw, different_lengths(draw), dtype="float32").values()).agrees()


@check("the inputs passed in are left as they were", after=own_end)
def untouched(learner, draw):
    result = learner.encode(*inputs(draw, different_lengths(draw)).values())
    result.agrees()
    result.leaves_inputs_alone()
