"""What a right double_sum shows."""

from attnlab.content import check


@check("there is one sum for every row")
def shape(learner, draw):
    learner.double_sum(draw.normal("rows", "columns")).has_right_shape()


@check("each sum is that of the doubled numbers of its row", after=shape, fresh=True)
def values(learner, draw):
    learner.double_sum(draw.normal("rows", "columns")).agrees()


@check("the numbers passed in are left as they were", after=values)
def untouched(learner, draw):
    learner.double_sum(draw.normal("rows", "columns")).leaves_inputs_alone()
