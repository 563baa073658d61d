"""What a right soft lookup shows."""

from attnlab.content import check


def inputs(draw, d_v="d_v", queries="queries", scale=1.0, dtype="float64"):
    """Arguments by name."""
    return {
        "query": draw.normal(queries, "d", scale=scale, dtype=dtype),
        "key": draw.normal("keys", "d", dtype=dtype),
        "value": draw.normal("keys", d_v, dtype=dtype),
    }


@check("a context and weights come back for every query, in that order")
def shape(learner, draw):
    # Values as wide as keys, up to the check of widths: one taken for the other then
    # gives wrong numbers, which say more about the mistake than an exception.
    learner.soft_lookup(*inputs(draw, d_v="d").values()).has_right_shape()


@check("for each query the weights are the softmax of its dot products with the keys", points=2, after=shape)
def weights(learner, draw):
    _, weights = learner.soft_lookup(*inputs(draw, d_v="d").values())
    weights.agrees()


@check("the context is the values, mixed by the weights", points=2, after=weights)
def context(learner, draw):
    context, _ = learner.soft_lookup(*inputs(draw, d_v="d").values())
    context.agrees()


@check("values may have a width of their own", after=context)
def widths(learner, draw):
    learner.soft_lookup(*inputs(draw).values()).agrees()


@check("the same answer comes from a fresh start, with arguments by name", after=context, fresh=True)
def fresh_values(learner, draw):
    learner.soft_lookup(**inputs(draw)).agrees()


@check("a single query still gets a table of one row", after=context)
def one_query(learner, draw):
    learner.soft_lookup(*inputs(draw, queries=1).values()).agrees()


@check("scores of a thousand do not overflow", after=context)
def large_scores(learner, draw):
    learner.soft_lookup(*inputs(draw, scale=3000.0).values()).agrees()


@check("float32 in gives float32 out", after=context)
def float32(learner, draw):
    learner.soft_lookup(*inputs(draw, dtype="float32").values()).agrees()


@check("query, key and value are left as they were", after=context)
def untouched(learner, draw):
    result = learner.soft_lookup(*inputs(draw).values())
    result.agrees()
    result.leaves_inputs_alone()
