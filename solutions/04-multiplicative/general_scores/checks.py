"""What right general scores show."""

from attnlab.content import check


def inputs(draw, d_q="d_q", batch="batch", keys="keys", dtype="float64"):
    draw.size("keys", at_least=5)
    return {
        "query": draw.normal(batch, d_q, dtype=dtype),
        "keys": draw.normal(batch, keys, "d_h", dtype=dtype),
        "W": draw.normal(d_q, "d_h", scale=0.5, dtype=dtype),
    }


# Query and keys of one size come first: there a transposed W runs, and shows in the numbers.
@check("there is one score for every word of every sentence")
def shape(learner, draw):
    learner.general_scores(*inputs(draw, d_q="d_h").values()).has_right_shape()


@check("a score is query W key, with W between the two", points=2, after=shape)
def values(learner, draw):
    scores = learner.general_scores(*inputs(draw, d_q="d_h").values())
    scores.agrees()
    scores.leaves_inputs_alone()


@check("query and keys may differ in size, and every number of both counts", points=2, after=values)
def different_sizes(learner, draw):
    learner.general_scores(*inputs(draw).values()).agrees()


@check(
    "a sentence by itself, its arguments given by name, is a batch of one",
    points=2,
    after=different_sizes,
    fresh=True,
)
def one_sentence(learner, draw):
    learner.general_scores(**inputs(draw, batch=1)).agrees()


@check("a sentence of one word keeps its axis of keys", after=different_sizes)
def one_word(learner, draw):
    learner.general_scores(*inputs(draw, keys=1).values()).agrees()


@check("float32 in gives float32 out", after=different_sizes)
def float32(learner, draw):
    learner.general_scores(*inputs(draw, dtype="float32").values()).agrees()
