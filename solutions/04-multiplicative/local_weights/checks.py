"""What right local weights show."""

import numpy as np

from attnlab.content import check

HALF_WIDTH = 3


def inputs(draw, dtype="float64"):
    """Arguments by name: every window lies inside its sentence, no centre is on a word, everything may be seen."""
    draw.size("keys", at_least=12)
    scores = draw.normal("batch", "keys", dtype=dtype)
    even = np.arange(len(scores)) % 2 == 0
    fractions = np.where(even, draw.uniform(0.1, 0.4, "batch"), draw.uniform(0.6, 0.9, "batch"))
    return {
        "scores": scores,
        "centre": (words_before_the_centre(scores) + fractions).astype(dtype),
        "half_width": HALF_WIDTH,
        "mask": np.ones(scores.shape, dtype=bool),
    }


def words_before_the_centre(scores):
    """A position for each sentence, its neighbour's next, three words away from either end."""
    batch, length = scores.shape
    return HALF_WIDTH + np.arange(batch) % (length - 2 * HALF_WIDTH - 1)


def one_neighbour_hidden(draw, scores):
    """A mask that hides one of the two words next to the centre and leaves the other."""
    mask = draw.mask("batch", "keys")
    rows, before = np.arange(len(scores)), words_before_the_centre(scores)
    mask[rows, before] = False
    mask[rows, before + 1] = True
    return mask


@check("there is one weight for every word of every sentence")
def shape(learner, draw):
    learner.local_weights(*inputs(draw).values()).has_right_shape()


@check("softmax in the window, nothing outside, then the bell curve", points=4, after=shape)
def values(learner, draw):
    learner.local_weights(*inputs(draw).values()).agrees()


@check("a word exactly half_width away is still in the window, on both sides", after=values)
def closed_window(learner, draw):
    arguments = inputs(draw)
    arguments["centre"] = np.floor(arguments["centre"])
    learner.local_weights(*arguments.values()).agrees()


@check("a window that hangs over an end of the sentence is cut off there", after=values)
def overhanging_window(learner, draw):
    arguments = inputs(draw)
    from_the_end = arguments["scores"].shape[1] - 1 - draw.uniform(0.1, 0.9, "batch")
    even = np.arange(len(from_the_end)) % 2 == 0
    arguments["centre"] = np.where(even, draw.uniform(1.1, 1.9, "batch"), from_the_end)
    learner.local_weights(*arguments.values()).agrees()


@check("padding gets no weight, and the words in the window share it all", points=2, after=values, fresh=True)
def padding(learner, draw):
    arguments = inputs(draw)
    arguments["mask"] = one_neighbour_hidden(draw, arguments["scores"])
    learner.local_weights(**arguments).agrees()


@check("a window with nothing to look at gives zeros, and no nan", after=padding)
def nothing_to_see(learner, draw):
    arguments = inputs(draw)
    distance = np.abs(np.arange(arguments["scores"].shape[1]) - arguments["centre"][:, None])
    arguments["mask"][0] = False
    arguments["mask"][1] = distance[1] > HALF_WIDTH
    learner.local_weights(*arguments.values()).agrees()


@check("float32 in gives float32 out", after=padding)
def float32(learner, draw):
    learner.local_weights(*inputs(draw, dtype="float32").values()).agrees()


@check("the scores passed in are left as they were", after=padding)
def untouched(learner, draw):
    learner.local_weights(*inputs(draw).values()).leaves_inputs_alone()
