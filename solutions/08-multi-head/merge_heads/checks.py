"""What a right merge shows."""

from split_heads import split_heads

from attnlab.content import check


@check("the heads' axis is gone, and every position's vector is d_model wide")
def shape(learner, draw):
    learner.merge_heads(draw.normal("batch", "heads", "length", "d_head")).has_right_shape()


@check("every position's vector is its heads' vectors, side by side", points=2, after=shape)
def values(learner, draw):
    learner.merge_heads(draw.normal("batch", "heads", "length", "d_head")).agrees()


@check("what was split comes back as it was", after=shape)
def the_way_back(learner, draw):
    heads, d_head = draw.size("heads"), draw.size("d_head")
    x = draw.normal("batch", "length", heads * d_head)
    learner.merge_heads(split_heads(x, heads)).equals(x)


@check("a gradient finds its way back through the merge", after=values)
def gradients(learner, draw):
    x = draw.normal("batch", "heads", "length", "d_head", dtype="float32")
    learner.with_gradients.merge_heads(x).gradients_agree()


@check("one sentence, one head or one word is still an axis of size one, given by name", after=values, fresh=True)
def one_of_each(learner, draw):
    learner.merge_heads(x=draw.normal(1, "heads", "length", "d_head")).agrees()
    learner.merge_heads(x=draw.normal("batch", 1, "length", "d_head")).agrees()
    learner.merge_heads(x=draw.normal("batch", "heads", 1, "d_head")).agrees()
