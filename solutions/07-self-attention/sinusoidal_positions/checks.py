"""What right positions show."""

import math

import torch

from attnlab.content import check, require

# Right answers take powers and sines in float32, each in its own way; at this many positions they are 1e-5 apart.
SLACK = 1e-4


def sizes(draw, odd=False):
    """Length and d_model, never equal: one is odd and the other even."""
    length = 2 * draw.size("half a length", at_least=3) + (not odd)
    return length, 2 * draw.size("pairs", at_least=3) + odd


@check("there is one row for each position and one column for each number of the model")
def shape(learner, draw):
    learner.sinusoidal_positions(*sizes(draw)).has_right_shape()


@check("even columns hold the sines and odd ones the cosines of longer and longer waves", points=3, after=shape)
def values(learner, draw):
    # Few positions first: at small angles float32 rounds so little that one wrong wave can be told from another.
    few = learner.sinusoidal_positions(3, 6)
    turning = math.sin(10000 ** (2 / 6))
    require(
        few.array.shape != (3, 6) or abs(few.array[1, 2] - turning) > 1e-3,
        f"of 6 columns, column 2 is {turning:.4f} at position 1, so the waves get shorter from column to column",
        ask="Which column should change slowest from row to row?",
    )
    few.agrees(atol=SLACK)
    learner.sinusoidal_positions(*sizes(draw)).agrees(atol=SLACK)


@check("an odd d_model ends on a sine", points=2, after=values)
def odd(learner, draw):
    learner.sinusoidal_positions(4, 5).agrees(atol=SLACK)
    learner.sinusoidal_positions(*sizes(draw, odd=True)).agrees(atol=SLACK)


@check("a shorter table is the beginning of a longer one", after=shape)
def beginning(learner, draw):
    length, d_model = sizes(draw)
    longer = learner.sinusoidal_positions(2 * length, d_model)
    longer.agrees(atol=SLACK)
    shorter = learner.sinusoidal_positions(length, d_model)
    shorter.equals(torch.from_numpy(longer.array[:length].copy()), atol=SLACK)


@check("how well two positions match depends on how far apart they are, not on where", after=shape)
def distance(learner, draw):
    length, d_model = sizes(draw)
    positions = learner.sinusoidal_positions(length, d_model)
    matches = positions.array @ positions.array.T
    first, second = matches.diagonal(2)[:2]
    require(
        abs(first - second) < 1e-3,
        f"positions 0 and 2 have a dot product of {first:.4f}, positions 1 and 3 one of {second:.4f}",
        ask="sin a sin b + cos a cos b = cos(a - b): do sine and cosine of a pair of columns have the same angle?",
    )
    positions.agrees(atol=SLACK)


@check("position 1000 is still told from its neighbours as it should be", after=values)
def far(learner, draw):
    learner.sinusoidal_positions(1002, 2 * draw.size("pairs", at_least=3)).agrees(atol=1e-3)


@check("a table of one position is a table, its sizes given by name", after=values, fresh=True)
def one_position(learner, draw):
    _, d_model = sizes(draw)
    learner.sinusoidal_positions(d_model=d_model, length=1).agrees(atol=SLACK)
    learner.sinusoidal_positions(d_model=d_model, length=2).agrees(atol=SLACK)
