"""What right additive scores show."""

from attnlab.content import check


def inputs(draw, batch="batch", keys="keys", dtype="float64"):
    draw.size("keys", at_least=5)
    return {
        "query": draw.normal(batch, "d_q", dtype=dtype),
        "keys": draw.normal(batch, keys, "d_h", dtype=dtype),
        "W_query": draw.normal("d_q", "d_a", scale=0.5, dtype=dtype),
        "W_key": draw.normal("d_h", "d_a", scale=0.5, dtype=dtype),
        "v": draw.normal("d_a", dtype=dtype),
    }


@check("there is one score for every word of every sentence")
def shape(learner, draw):
    learner.additive_scores(*inputs(draw).values()).has_right_shape()


@check("a score is v times the tanh of the projected query plus the projected key", points=3, after=shape)
def values(learner, draw):
    scores = learner.additive_scores(*inputs(draw).values())
    scores.agrees()
    scores.leaves_inputs_alone()


@check("a sentence by itself, its arguments given by name, is a batch of one", points=2, after=values, fresh=True)
def one_sentence(learner, draw):
    learner.additive_scores(**inputs(draw, batch=1)).agrees()


@check("a sentence of one word keeps its axis of keys", after=values)
def one_word(learner, draw):
    learner.additive_scores(*inputs(draw, keys=1).values()).agrees()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.additive_scores(*inputs(draw, dtype="float32").values()).agrees()
