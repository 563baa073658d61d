"""What a right double shows."""

from attnlab.content import check


@check("there is one result for every number")
def shape(learner, draw):
    learner.double(draw.normal("rows", "columns")).has_right_shape()


@check("every number is twice as large", points=1, after=shape, fresh=True)
def values(learner, draw):
    # Twice: an answer that is right on its first call only is none.
    for _ in range(2):
        learner.double(draw.normal("rows", "columns")).agrees()


@check("the numbers passed in are left as they were", after=values)
def untouched(learner, draw):
    learner.double(draw.normal("rows", "columns")).leaves_inputs_alone()
