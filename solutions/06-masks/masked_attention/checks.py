"""What right masked attention shows."""

from attnlab.content import check

BATCH, HEADS = 3, 2


def inputs(draw, causal=False, batch=BATCH, queries="queries", keys="keys", dtype="float64"):
    """Arguments by name; every axis has a size of its own, and one sentence, not the first, fills the table."""
    for axis in ("queries", "d_k", "d_v"):
        draw.size(axis, at_least=5)
    keys = draw.size(keys, at_least=7) if isinstance(keys, str) else keys
    lengths = draw.lengths(batch, keys)
    lengths = lengths.flip(0) if lengths[0] == keys else lengths
    return {
        "query": draw.normal(batch, HEADS, queries, "d_k", dtype=dtype),
        "key": draw.normal(batch, HEADS, keys, "d_k", dtype=dtype),
        "value": draw.normal(batch, HEADS, keys, "d_v", dtype=dtype),
        "lengths": lengths,
        "causal": causal,
    }


def words(draw, causal, **others):
    """As many queries as keys: sentences that look at themselves."""
    size = draw.size("words", at_least=6)
    return inputs(draw, causal, queries=size, keys=size, **others)


def full(arguments):
    """The same with sentences that fill the table."""
    arguments["lengths"][:] = arguments["key"].shape[2]
    return arguments


def asked(learner, draw):
    """Results without masks, with either and with both."""
    # All are asked for whichever of them a check is about: a mistake shows in one of them, and what mistake it
    # is in the others.
    return {
        "padding": learner.masked_attention(*words(draw, causal=False).values()),
        "future": learner.masked_attention(*full(words(draw, causal=True)).values()),
        "both": learner.masked_attention(*words(draw, causal=True).values()),
        "everything": learner.masked_attention(*full(words(draw, causal=False)).values()),
    }


@check("a context and weights come back, in that order")
def shape(learner, draw):
    learner.masked_attention(*full(words(draw, causal=False)).values()).has_right_shape()


@check("where nothing is padded and causal is False, all keys are seen", after=shape)
def everything(learner, draw):
    asked(learner, draw)["everything"].agrees()


@check("padding is not seen, and the words share all the weight", points=2, after=everything)
def padding(learner, draw):
    asked(learner, draw)["padding"].agrees()


@check("if causal, no query sees what comes after it", points=2, after=everything)
def future(learner, draw):
    asked(learner, draw)["future"].agrees()


@check("padding and future are hidden at once", points=2, after=(padding, future))
def both(learner, draw):
    asked(learner, draw)["both"].agrees()


@check("fewer queries than keys are the newest words", after=both)
def newest_words(learner, draw):
    learner.masked_attention(**full(inputs(draw, causal=True, queries=4))).agrees()


@check("the table of keys may be longer than any sentence", after=both)
def roomy(learner, draw):
    for causal in (False, True):
        arguments = words(draw, causal)
        arguments["lengths"].clamp_(max=arguments["key"].shape[2] - 2)
        learner.masked_attention(**arguments).agrees()


@check("a sentence without a word, or a query before all keys, gets zeros", after=both)
def nothing_to_see(learner, draw):
    arguments = inputs(draw, causal=True, queries=9, keys=4)
    arguments["lengths"][-1] = 0
    learner.masked_attention(**arguments).agrees()


@check("every gradient is right, and none is nan, also where there is nothing to see", after=nothing_to_see)
def gradients(learner, draw):
    arguments = inputs(draw, causal=True, queries=9, keys=4)
    arguments["lengths"][-1] = 0
    learner.with_gradients.masked_attention(**arguments).gradients_agree()


@check("one sentence by itself gets the same answer from a fresh start", after=both, fresh=True)
def one_sentence(learner, draw):
    arguments = words(draw, causal=True, batch=1)
    arguments["lengths"] -= 2
    learner.masked_attention(**arguments).agrees()


@check("float32 in gives float32 out", after=both)
def float32(learner, draw):
    learner.masked_attention(**words(draw, causal=True, dtype="float32")).agrees()


@check("the result lies where the inputs lie, on whatever device", after=both)
def device(learner, draw):
    learner.follows_device("masked_attention", **words(draw, causal=True))


@check("all that was passed in is left as it was", after=both)
def untouched(learner, draw):
    learner.masked_attention(**words(draw, causal=True)).leaves_inputs_alone()
