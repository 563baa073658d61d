"""Positions that are waves, but not these."""

import torch

from attnlab.content import misconception


def interleaved(sines, cosines, d_model):
    positions = torch.zeros(len(sines), d_model)
    positions[:, 0::2] = sines
    positions[:, 1::2] = cosines[:, : d_model // 2]
    return positions


def angles_by(exponents, positions):
    """One angle for each position and exponent of 10000."""
    return positions[:, None] / 10000**exponents


def waves(angles, d_model):
    return interleaved(torch.sin(angles), torch.cos(angles), d_model)


def pairs(d_model):
    """0, 1, 2, ...: one number for each sine."""
    return torch.arange((d_model + 1) // 2)


def exponents(d_model):
    return 2 * pairs(d_model) / d_model


def right(length, d_model):
    return waves(angles_by(exponents(d_model), torch.arange(length)), d_model)


@misconception(
    tell="Your positions count from 1. The first one is 0, whose sines are 0 and whose cosines are 1.",
    ask="What should the first row look like?",
    hint=1,
)
def starts_at_one(length, d_model):
    return waves(angles_by(exponents(d_model), torch.arange(1, length + 1)), d_model)


@misconception(
    tell="Sines and cosines have changed places: column 0 is a sine in the paper.",
    ask="What stands in row 0 of a column of sines?",
    hint=2,
)
def sines_and_cosines_swapped(length, d_model):
    angles = angles_by(exponents(d_model), torch.arange(length))
    positions = torch.zeros(length, d_model)
    positions[:, 0::2] = torch.cos(angles)
    positions[:, 1::2] = torch.sin(angles)[:, : d_model // 2]
    return positions


@misconception(
    tell="All the sines come first and all the cosines after them, in two halves. Some programs do it so; here, as in "
    "the paper, they take turns.",
    ask="Columns 0 and 1 are a pair: what do they share?",
    hint=2,
)
def halves_instead_of_turns(length, d_model):
    angles = angles_by(exponents(d_model), torch.arange(length))
    return torch.cat([torch.sin(angles), torch.cos(angles)[:, : d_model // 2]], dim=1)


@misconception(
    tell="Every column has a wavelength of its own. A sine and the cosine beside it belong to one angle: the exponent "
    "is 2i / d_model in column 2i and in column 2i + 1.",
    ask="For d_model 6, which exponents do the six columns have?",
    hint=2,
)
def every_column_its_own_wavelength(length, d_model):
    columns = torch.arange(d_model)
    angles = angles_by(columns / d_model, torch.arange(length))
    return torch.where(columns % 2 == 0, torch.sin(angles), torch.cos(angles))


@misconception(
    tell="Two things at once, as in many a copied program: the even column's number is 2i already and you double it "
    "again, and the cosine beside it gets an exponent of its own.",
    ask="For d_model 6, which exponents do the six columns have?",
    hint=3,
)
def every_column_its_own_doubled(length, d_model):
    columns = torch.arange(d_model)
    angles = angles_by(2 * columns / d_model, torch.arange(length))
    return torch.where(columns % 2 == 0, torch.sin(angles), torch.cos(angles))


@misconception(
    tell="The exponent is half of what it should be: it counts pairs, i / d_model, and the waves end at a wavelength "
    "of 2π·100 instead of nearly 2π·10000.",
    ask="In column 4, what is 2i, and what is i?",
    hint=3,
)
def exponent_halved(length, d_model):
    return waves(angles_by(pairs(d_model) / d_model, torch.arange(length)), d_model)


@misconception(
    tell="The exponent is twice what it should be: the even column's number is 2i already, and you double it again.",
    ask="In column 4, what is 2i, and what is i?",
    hint=3,
)
def exponent_doubled(length, d_model):
    return waves(angles_by(4 * pairs(d_model) / d_model, torch.arange(length)), d_model)


@misconception(
    tell="All your waves have the same length: the power of 10000 is missing, or its exponent is divided as a whole "
    "number and always 0.",
    ask="What is the exponent in column 4 of 6: 4 // 6, or 4 / 6?",
    hint=3,
)
def one_wavelength_for_all(length, d_model):
    return waves(angles_by(2 * pairs(d_model) // d_model, torch.arange(length)), d_model)


@misconception(
    tell="Your waves are made with powers of 1000. The equation has 10000, whose waves get longer still.",
    ask="How many zeros are there in the equation, and how many in your code?",
    hint=3,
)
def powers_of_1000(length, d_model):
    return waves(torch.arange(length)[:, None] / 1000 ** exponents(d_model), d_model)


@misconception(
    tell="The exponents go up to exactly 1: you divide by the number of pairs less one. Some libraries do; the paper "
    "divides by d_model and stops just short.",
    ask="What is the exponent of the last pair, by the equation?",
    hint=3,
)
def exponents_up_to_one(length, d_model):
    return waves(angles_by(pairs(d_model) / max(len(pairs(d_model)) - 1, 1), torch.arange(length)), d_model)


@misconception(
    tell="The position is multiplied by the power of 10000, so the waves get shorter from column to column: "
    "neighbours far right have nothing in common.",
    ask="Which column should change slowest from row to row?",
    hint=1,
)
def multiplied_by_the_power(length, d_model):
    return waves(angles_by(-exponents(d_model), torch.arange(length)), d_model)


@misconception(
    tell="Every column is a sine, the odd ones too.",
    ask="From a sine alone, can you tell whether the wave is rising or falling?",
    hint=2,
)
def sines_only(length, d_model):
    angles = angles_by(exponents(d_model), torch.arange(length))
    return interleaved(torch.sin(angles), torch.sin(angles), d_model)


@misconception(
    tell="The odd columns are empty: the cosines are missing.",
    ask="From a sine alone, can you tell whether the wave is rising or falling?",
    hint=2,
)
def cosines_missing(length, d_model):
    angles = angles_by(exponents(d_model), torch.arange(length))
    return interleaved(torch.sin(angles), torch.zeros_like(angles), d_model)


@misconception(
    tell="Sine and cosine alternate from row to row. They should from column to column.",
    ask="Which of the two, the position or the column, decides between sine and cosine?",
    hint=1,
)
def turns_taken_by_rows(length, d_model):
    columns = torch.arange(d_model)
    angles = angles_by((columns - columns % 2) / d_model, torch.arange(length))
    positions = torch.cos(angles)
    positions[0::2] = torch.sin(angles)[0::2]
    return positions


@misconception(
    tell="Your positions are fractions of the length, so that the same word has another position when the sentence "
    "gets longer.",
    ask="Is the third word of a short sentence further from the second than the third of a long one?",
    hint=1,
)
def fractions_of_the_length(length, d_model):
    return waves(angles_by(exponents(d_model), torch.arange(length) / length), d_model)


@misconception(
    tell="You return the angles. Sines and cosines of them are still to be taken.",
    ask="How large do your numbers get, and how large should they?",
    hint=2,
)
def angles_returned(length, d_model):
    columns = torch.arange(d_model)
    return angles_by((columns - columns % 2) / d_model, torch.arange(length))


@misconception(
    tell="The table lies on its side: columns are positions and rows are waves.",
    ask="In which order does the docstring name the two axes?",
    hint=1,
)
def on_its_side(length, d_model):
    return right(length, d_model).T


@misconception(
    tell="Your table has an axis of size one in front, for a batch. Adding it to x, (batch, length, d_model), works "
    "without.",
    ask="How many axes does the docstring name?",
)
def an_axis_for_the_batch(length, d_model):
    return right(length, d_model)[None]


@misconception(
    tell="Your table has an axis of size one in the middle, for a batch that comes second. In this course it comes "
    "first, and needs no axis here.",
    ask="How many axes does the docstring name?",
)
def an_axis_in_the_middle(length, d_model):
    return right(length, d_model)[:, None]


@misconception(
    tell="Your table is float64. It will be added to embeddings, which are float32 and would become float64 with it.",
    ask="Which tensor did you make in float64, and could the result be made narrower at the end?",
)
def always_float64(length, d_model):
    return right(length, d_model).double()


@misconception(
    tell="Your code needs an even d_model. An odd one has one sine more than cosines, and they do not fit into the "
    "odd columns.",
    ask="With 7 columns, how many are even and how many are odd?",
    hint=3,
)
def odd_d_model_fails(length, d_model):
    angles = angles_by(exponents(d_model), torch.arange(length))
    positions = torch.zeros(length, d_model)
    positions[:, 0::2], positions[:, 1::2] = torch.sin(angles), torch.cos(angles)
    return positions


@misconception(
    tell="With an odd d_model the last column is missing: only whole pairs are made.",
    ask="With 7 columns, how many are even and how many are odd?",
    hint=3,
)
def odd_column_missing(length, d_model):
    return right(length, d_model)[:, : d_model // 2 * 2]


@misconception(
    tell="With an odd d_model the last column stays empty: only whole pairs are made.",
    ask="With 7 columns, how many are even and how many are odd?",
    hint=3,
)
def odd_column_empty(length, d_model):
    positions = right(length, d_model)
    positions[:, d_model // 2 * 2 :] = 0
    return positions


@misconception(
    tell="With an odd d_model you work with one column more and cut it off: the wavelengths are those of d_model + 1.",
    ask="By what does the equation divide, when there are 7 columns?",
    hint=3,
)
def odd_d_model_rounded_up(length, d_model):
    return right(length, d_model + d_model % 2)[:, :d_model]


@misconception(
    tell="With an odd d_model your last column is a cosine.",
    ask="Is the last of 7 columns, counted from 0, even or odd?",
    hint=2,
)
def odd_d_model_ends_on_a_cosine(length, d_model):
    positions = right(length, d_model)
    if d_model % 2:
        angles = angles_by(exponents(d_model), torch.arange(length))
        positions[:, -1] = torch.cos(angles)[:, -1]
    return positions


@misconception(
    tell="Axes of size one vanish from what you return: right for most sizes, wrong for a single position.",
    ask="Is there an axis to drop at all?",
)
def every_axis_of_one_squeezed(length, d_model):
    return right(length, d_model).squeeze()
