"""What a right split shows."""

from attnlab.content import check


def inputs(draw, batch="batch", dtype="float64"):
    """x and heads; heads is a size of its own too, and so is what each head gets."""
    heads, d_head = draw.size("heads"), draw.size("d_head")
    return draw.normal(batch, "length", heads * d_head, dtype=dtype), heads


@check("there is an axis for the heads, and each has its share of d_model at every position")
def shape(learner, draw):
    learner.split_heads(*inputs(draw)).has_right_shape()


@check("head h holds the h-th piece of every position's vector", points=2, after=shape)
def values(learner, draw):
    learner.split_heads(*inputs(draw)).agrees()


@check("a gradient finds its way back through the split", after=values)
def gradients(learner, draw):
    learner.with_gradients.split_heads(*inputs(draw, dtype="float32")).gradients_agree()


@check("one sentence and one head are a sentence and a head, given by name", after=values, fresh=True)
def one_of_each(learner, draw):
    x, heads = inputs(draw, batch=1)
    learner.split_heads(heads=heads, x=x).agrees()
    learner.split_heads(heads=1, x=x).agrees()
