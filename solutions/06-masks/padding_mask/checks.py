"""What a right padding mask shows."""

from attnlab.content import check


def inputs(draw, batch="batch"):
    """Arguments by name; no two lengths are alike, and the table is longer than all of them."""
    longest = draw.size("keys", at_least=6)
    return {"lengths": draw.lengths(batch, longest), "max_length": longest + 3}


@check("there is one row of keys for each sentence, and an axis of one for heads and for queries")
def shape(learner, draw):
    learner.padding_mask(*inputs(draw).values()).has_right_shape()


@check("True stands at the words of each sentence, False at its padding", points=4, after=shape)
def values(learner, draw):
    draw.size("batch", at_least=3)
    learner.padding_mask(*inputs(draw).values()).agrees()


@check("a sentence may fill its row, and one without a word is padding from end to end", after=values)
def extremes(learner, draw):
    lengths = draw.lengths("batch", 6)
    lengths[lengths < 6] -= 1
    lengths[0], lengths[-1] = 0, 6
    learner.padding_mask(lengths, 6).agrees()


@check("a batch of one keeps all its axes, from a fresh start and with arguments by name", after=values, fresh=True)
def one_sentence(learner, draw):
    learner.padding_mask(lengths=draw.integers(1, 5, 1), max_length=6).agrees()


@check("the mask lies where the lengths lie, on whatever device", after=values)
def device(learner, draw):
    learner.follows_device("padding_mask", *inputs(draw).values())


@check("the lengths are left as they were", after=values)
def untouched(learner, draw):
    learner.padding_mask(*inputs(draw).values()).leaves_inputs_alone()
