"""What three right projections show."""

from attnlab.content import check


def inputs(draw, batch="batch", d_k="d_k", d_v="d_v", dtype="float64"):
    """Arguments by name."""
    return {
        "x": draw.normal(batch, "length", "d_model", dtype=dtype),
        "W_q": draw.normal("d_model", d_k, dtype=dtype),
        "W_k": draw.normal("d_model", d_k, dtype=dtype),
        "W_v": draw.normal("d_model", d_v, dtype=dtype),
    }


def square(draw):
    """Every matrix as wide as it is high: one taken for another, or turned, gives wrong numbers and no exception."""
    return inputs(draw, d_k="d_model", d_v="d_model").values()


@check("three arrays come back: query, key and value")
def shape(learner, draw):
    learner.project_qkv(*square(draw)).has_right_shape()


@check("each is x times its own matrix", points=3, after=shape)
def values(learner, draw):
    learner.project_qkv(*square(draw)).agrees()


@check("the matrices may lead into spaces of any width", after=values)
def widths(learner, draw):
    learner.project_qkv(*inputs(draw).values()).agrees()


@check("a sentence by itself, the arguments given by name, is a batch of one", after=values, fresh=True)
def one_sentence(learner, draw):
    learner.project_qkv(**inputs(draw, batch=1)).agrees()


@check("gradients reach the words and all three matrices", after=values)
def gradients(learner, draw):
    learner.with_gradients.project_qkv(*inputs(draw).values()).gradients_agree()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.project_qkv(*inputs(draw, dtype="float32").values()).agrees()


@check("x and the matrices are left as they were", after=values)
def untouched(learner, draw):
    result = learner.project_qkv(*inputs(draw).values())
    result.agrees()
    result.leaves_inputs_alone()
