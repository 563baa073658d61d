"""What right attention shows."""

import torch

from attnlab.content import check

ITEMS = BATCH, HEADS = 2, 3


def inputs(draw, leading=ITEMS, queries="queries", keys="keys", scale=1.0, dtype="float64"):
    """Query, key and value by name; every axis has a size of its own."""
    for axis in (queries, keys, "d_k", "d_v"):
        if isinstance(axis, str):
            draw.size(axis, at_least=5)
    return {
        "query": draw.normal(*leading, queries, "d_k", scale=scale, dtype=dtype),
        "key": draw.normal(*leading, keys, "d_k", dtype=dtype),
        "value": draw.normal(*leading, keys, "d_v", dtype=dtype),
    }


def alike(draw):
    """Query, key and value with all axes equally long."""
    # A wrong axis then gives wrong numbers, which say more about the mistake than an exception. What only
    # shows with sizes that differ is left to the check of sizes.
    size = int(draw.generator.choice([5, 6, 7]))
    return [draw.normal(size, size, size, size) for _ in range(3)]


def masked(draw, *axes, empty_row=False, **others):
    """Arguments by name, some keys hidden; a mask of the scores' own shape unless its axes are given."""
    arguments = inputs(draw, **others)
    return {**arguments, "mask": draw.mask(*(axes or (*ITEMS, "queries", "keys")), empty_row=empty_row)}


@check("a context and weights come back, in that order")
def shape(learner, draw):
    learner.scaled_dot_product_attention(*alike(draw)).has_right_shape()


@check("for each query the weights are the softmax of its scaled scores", points=3, after=shape)
def weights(learner, draw):
    _, weights = learner.scaled_dot_product_attention(*alike(draw))
    weights.agrees()


@check("the context is the values, mixed by the weights", points=2, after=weights)
def context(learner, draw):
    context, _ = learner.scaled_dot_product_attention(*alike(draw))
    context.agrees()


@check("no two sizes need to be alike, and d_k is the one under the root", points=2, after=context)
def sizes(learner, draw):
    learner.scaled_dot_product_attention(*inputs(draw).values()).agrees()


@check("any number of axes may stand in front, also none", after=sizes)
def leading_axes(learner, draw):
    for leading in ((), (BATCH,), (BATCH, HEADS, 4)):
        learner.scaled_dot_product_attention(*inputs(draw, leading).values()).agrees()


@check("what the mask hides gets no weight, and what it shows shares it all", points=2, after=sizes)
def mask(learner, draw):
    learner.scaled_dot_product_attention(*masked(draw).values()).agrees()


@check("one mask may serve all heads, all queries or all sentences", after=mask)
def mask_broadcasts(learner, draw):
    for axes in ((BATCH, 1, "queries", "keys"), (BATCH, 1, 1, "keys"), ("queries", "keys")):
        learner.scaled_dot_product_attention(**masked(draw, *axes)).agrees()


@check("a visible score of exactly zero counts like any other", after=mask)
def true_zero(learner, draw):
    arguments = masked(draw)
    arguments["query"][..., -1, :] = 0.0
    learner.scaled_dot_product_attention(**arguments).agrees()


@check("scores of a thousand do not overflow", after=sizes)
def large_scores(learner, draw):
    learner.scaled_dot_product_attention(**inputs(draw, scale=3000.0)).agrees()


@check("a hidden key changes nothing, however well it would match", after=(mask, large_scores))
def large_hidden_scores(learner, draw):
    arguments = masked(draw, BATCH, 1, 1, "keys")
    hidden = ~arguments["mask"][:, 0, 0]
    # Along the mean of the queries, for all heads: the best match there could be, and out of reach.
    towards = arguments["query"].mean(dim=(1, 2))[:, None] * 1e4
    arguments["key"] = torch.where(hidden[:, None, :, None], towards[:, None], arguments["key"]).contiguous()
    learner.scaled_dot_product_attention(**arguments).agrees()


@check("a query with nothing to look at gets weights and context of zeros", after=mask)
def nothing_to_see(learner, draw):
    learner.scaled_dot_product_attention(**masked(draw, empty_row=True)).agrees()


@check(
    "every gradient is right, and none is nan, also beside a query with nothing to look at",
    points=2,
    after=nothing_to_see,
)
def gradients(learner, draw):
    learner.with_gradients.scaled_dot_product_attention(**masked(draw, empty_row=True)).gradients_agree()


@check("one query of one sentence gets the same answer from a fresh start", after=mask, fresh=True)
def one_query(learner, draw):
    single = masked(draw, 1, 1, 1, "keys", leading=(1, 1), queries=1)
    learner.scaled_dot_product_attention(**single).agrees()


@check("float32 in gives float32 out", after=mask)
def float32(learner, draw):
    learner.scaled_dot_product_attention(**masked(draw, dtype="float32")).agrees()


@check("float16 has no room for -1e9, and the mask holds all the same", after=nothing_to_see)
def float16(learner, draw):
    arguments = masked(draw, empty_row=True, scale=0.5, dtype="float16")
    learner.scaled_dot_product_attention(**arguments).agrees()


@check("the result lies where the inputs lie, on whatever device", after=mask)
def device(learner, draw):
    learner.follows_device("scaled_dot_product_attention", **masked(draw))


@check("query, key, value and mask are left as they were", after=mask)
def untouched(learner, draw):
    learner.scaled_dot_product_attention(**masked(draw)).leaves_inputs_alone()
