"""What a right step shows."""

from attnlab.content import check


def inputs(draw, d_in="d_in", batch="batch", scale=1.0, dtype="float64"):
    """Arguments by name, with weights that leave the tanh some room."""
    return {
        "x": draw.normal(batch, d_in, scale=scale, dtype=dtype),
        "state": draw.uniform(-1, 1, batch, "d_h", dtype=dtype),
        "W_x": draw.normal(d_in, "d_h", scale=0.4, dtype=dtype),
        "W_h": draw.normal("d_h", "d_h", scale=0.4, dtype=dtype),
        "b": draw.normal("d_h", scale=0.5, dtype=dtype),
    }


@check("there is one new state for every sentence")
def shape(learner, draw):
    # Words as wide as states, here and in the next check's first call: a matrix in the wrong
    # place then gives wrong numbers, which say more about the mistake than an exception.
    learner.rnn_step(*inputs(draw, d_in="d_h").values()).has_right_shape()


@check("word and state each pass their own matrix, the bias is added, tanh goes around it all", points=3, after=shape)
def values(learner, draw):
    learner.rnn_step(*inputs(draw, d_in="d_h").values()).agrees()
    learner.rnn_step(*inputs(draw).values()).agrees()


@check("the same answer comes from a fresh start, with arguments by name", after=values, fresh=True)
def fresh_values(learner, draw):
    learner.rnn_step(**inputs(draw)).agrees()


@check("a batch of one sentence keeps its batch axis", after=values)
def one_sentence(learner, draw):
    learner.rnn_step(*inputs(draw, batch=1).values()).agrees()


@check("words far out of range give states of nearly 1 and -1, and no nan", after=values)
def saturated(learner, draw):
    learner.rnn_step(*inputs(draw, scale=1e4).values()).agrees()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.rnn_step(*inputs(draw, dtype="float32").values()).agrees()


@check("the state passed in is left as it was", after=values)
def untouched(learner, draw):
    result = learner.rnn_step(*inputs(draw).values())
    result.agrees()
    result.leaves_inputs_alone()
