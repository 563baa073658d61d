"""What right dot scores show."""

from attnlab.content import check


def inputs(draw, batch="batch", keys="keys", dtype="float64"):
    draw.size("keys", at_least=5)
    return {
        "query": draw.normal(batch, "d_h", dtype=dtype),
        "keys": draw.normal(batch, keys, "d_h", dtype=dtype),
    }


@check("there is one score for every word of every sentence")
def shape(learner, draw):
    learner.dot_scores(*inputs(draw).values()).has_right_shape()


@check("a score is the dot product of a key and its own sentence's query", points=2, after=shape)
def values(learner, draw):
    learner.dot_scores(*inputs(draw).values()).agrees()


@check("a sentence by itself, its arguments given by name, is a batch of one", points=2, after=values, fresh=True)
def one_sentence(learner, draw):
    learner.dot_scores(**inputs(draw, batch=1)).agrees()


@check("a sentence of one word keeps its axis of keys", after=values)
def one_word(learner, draw):
    learner.dot_scores(*inputs(draw, keys=1).values()).agrees()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.dot_scores(*inputs(draw, dtype="float32").values()).agrees()


@check("the keys passed in are left as they were", after=values)
def untouched(learner, draw):
    learner.dot_scores(*inputs(draw).values()).leaves_inputs_alone()
