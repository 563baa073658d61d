"""What a right attentional state shows."""

from attnlab.content import check


def inputs(draw, batch="batch", dtype="float64"):
    both = draw.size("d_h") + draw.size("d_s")
    return {
        "context": draw.normal(batch, "d_h", dtype=dtype),
        "state": draw.normal(batch, "d_s", dtype=dtype),
        "W_c": draw.normal(both, "d_out", scale=0.4, dtype=dtype),
    }


@check("there is one vector for every sentence, as wide as W_c")
def shape(learner, draw):
    learner.attentional_state(*inputs(draw).values()).has_right_shape()


@check("it is the tanh of context and state, side by side, through W_c", points=3, after=shape)
def values(learner, draw):
    attentional = learner.attentional_state(*inputs(draw).values())
    attentional.agrees()
    attentional.leaves_inputs_alone()


@check("a sentence by itself, its arguments given by name, is a batch of one", points=2, after=values, fresh=True)
def one_sentence(learner, draw):
    learner.attentional_state(**inputs(draw, batch=1)).agrees()


@check("float32 in gives float32 out", after=values)
def float32(learner, draw):
    learner.attentional_state(*inputs(draw, dtype="float32").values()).agrees()
