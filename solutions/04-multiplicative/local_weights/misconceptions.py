"""Windows and bell curves that are off."""

import numpy as np
from masked_softmax import masked_softmax

from attnlab.content import misconception


def distances(scores, centre):
    return np.arange(scores.shape[1], dtype=scores.dtype) - centre[:, None]


def bell(distance, sigma):
    return np.exp(-(distance**2) / (2 * sigma**2))


def windowed(scores, inside, mask):
    return masked_softmax(scores, mask & inside)


def plain_softmax(scores):
    """What a first softmax does: an all -inf slice becomes nan."""
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)


@misconception(
    tell="You return the words of the window only: weights for some positions, and the others are not there.",
    ask="Somebody multiplies your weights with all the keys of a sentence. How many weights do they need?",
)
def only_the_window_returned(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    inside = np.abs(distance) <= half_width
    weights = windowed(scores, inside, mask) * bell(distance, half_width / 2)
    return np.array([row[near] for row, near in zip(weights, inside, strict=True)])


@misconception(
    tell="Your bell curve is as wide as the window: sigma is half_width.",
    ask="At the rim of the window, how many sigma away from the centre does the paper want to be?",
    hint=3,
)
def sigma_is_half_width(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width)


@misconception(
    tell="Your sigma is a whole number: half of half_width is rounded down.",
    ask="What is 3 // 2, and what is 3 / 2?",
)
def sigma_rounded_down(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width // 2)


@misconception(
    tell="Your sigma is not squared under the distance: you divide by 2 sigma.",
    ask="Distance is in words, sigma is in words. What should be left of the unit in the exponent?",
    hint=3,
)
def sigma_not_squared(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, mask) * np.exp(-(distance**2) / half_width)


@misconception(
    tell="You divide by 2 and then multiply by sigma squared: Python works `/ 2 * sigma**2` off from left to right.",
    ask="Where do the brackets stand in the equation?",
    hint=3,
)
def sigma_squared_multiplies(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    faded = np.exp(-(distance**2) / 2 * (half_width / 2) ** 2)
    return windowed(scores, np.abs(distance) <= half_width, mask) * faded


@misconception(
    tell="The factor 2 under the square is missing: you divide by sigma squared.",
    ask="What is the exponent of a Gaussian one sigma away from its centre?",
    hint=3,
)
def factor_two_missing(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, mask) * np.exp(-((distance / (half_width / 2)) ** 2))


@misconception(
    tell="Your distance is not squared: the curve has a corner at the centre instead of a bell.",
    ask="What does equation 10 do to (position - centre)?",
    hint=3,
)
def distance_not_squared(scores, centre, half_width, mask):
    distance = np.abs(distances(scores, centre))
    return windowed(scores, distance <= half_width, mask) * np.exp(-distance / (2 * (half_width / 2) ** 2))


@misconception(
    tell="Your bell curve stands on its head: the minus is missing, and far words count more.",
    ask="How much should a word count that is exactly at the centre, and how much one further away?",
    hint=3,
)
def bell_upside_down(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, mask) / bell(distance, half_width / 2)


@misconception(
    tell="You multiply by a probability density, with 1 / (sigma sqrt(2 pi)) in front: a word at the centre loses "
    "weight too.",
    ask="What should a word keep of its weight when it is exactly at the centre?",
)
def density_instead_of_bell(scores, centre, half_width, mask):
    distance, sigma = distances(scores, centre), half_width / 2
    weights = windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, sigma)
    return weights / (sigma * float(np.sqrt(2 * np.pi)))


@misconception(
    tell="There is no bell curve: inside the window all distances count the same.",
    ask="What does the second factor of equation 10 do?",
    hint=1,
)
def bell_missing(scores, centre, half_width, mask):
    return windowed(scores, np.abs(distances(scores, centre)) <= half_width, mask)


@misconception(
    tell="Your weights are divided by their sum again after the bell curve (or the curve went into the scores, which "
    "comes to the same): they sum to one.",
    ask="What does the docstring say happens after the bell curve?",
    hint=3,
)
def renormalised_after_the_bell(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    weights = windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1)


@misconception(
    tell="You multiply the scores by the bell curve, before the softmax. A far word's score then goes to 0, which is "
    "no small score.",
    ask="Does equation 10 fade scores or weights?",
    hint=1,
)
def bell_before_the_softmax(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores * bell(distance, half_width / 2), np.abs(distance) <= half_width, mask)


@misconception(
    tell="The scores never matter: your weights are the bell curve alone.",
    ask="Two words equally far from the centre: what decides between them?",
    hint=1,
)
def bell_alone(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return bell(distance, half_width / 2) * (mask & (np.abs(distance) <= half_width))


@misconception(
    tell="There is no softmax: you multiply the raw scores by the bell curve.",
    ask="What turns scores of any size and sign into shares of one?",
    hint=1,
)
def no_softmax(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return np.where(mask & (np.abs(distance) <= half_width), scores, 0) * bell(distance, half_width / 2)


@misconception(
    tell="The window keeps nothing out: the softmax runs over every word that the mask allows, and the bell curve "
    "alone fades what is far.",
    ask="A word further away than half_width: should its weight be little, or none? And if two conditions must hold, "
    "how are they joined?",
    hint=1,
)
def window_missing(scores, centre, half_width, mask):
    return masked_softmax(scores, mask) * bell(distances(scores, centre), half_width / 2)


@misconception(
    tell="The softmax runs over the whole sentence and the window cuts afterwards: the words outside have taken "
    "their share with them.",
    ask="Who should compete in the softmax: all the words, or those in the window?",
    hint=1,
)
def window_after_the_softmax(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    weights = masked_softmax(scores, mask) * (np.abs(distance) <= half_width)
    return weights * bell(distance, half_width / 2)


@misconception(
    tell="Words outside the window get the score 0, by which they still take part: e to the power of 0 is 1.",
    ask="Which score has an exponential of exactly nothing?",
    hint=2,
)
def outside_scores_zero(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    weights = masked_softmax(np.where(np.abs(distance) <= half_width, scores, 0), mask)
    return weights * bell(distance, half_width / 2)


@misconception(
    tell="Your window is half_width wide in all, half of it on each side.",
    ask="half_width is half of what?",
)
def window_half_as_wide(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width / 2, mask) * bell(distance, half_width / 2)


@misconception(
    tell="Your window is one word too wide on each side.",
    ask="How far away may a word be at most?",
)
def window_one_too_wide(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width + 1, mask) * bell(distance, half_width / 2)


@misconception(
    tell="Your window is cut out by a slice that stops before its last word: the right end is one short.",
    ask="Does the end of a Python slice belong to it?",
)
def slice_without_its_end(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    last = np.floor(centre + half_width)[:, None]
    inside = (np.abs(distance) <= half_width) & (np.arange(scores.shape[1]) < last)
    return windowed(scores, inside, mask) * bell(distance, half_width / 2)


@misconception(
    tell="A word exactly half_width away is left out, on both sides: your window is open where it should be closed.",
    ask="Where the paper writes [p - D, p + D], do the ends belong to the window?",
)
def window_open_at_its_ends(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) < half_width, mask) * bell(distance, half_width / 2)


@misconception(
    tell="The centre is rounded to the nearest word.",
    ask="If the centre moves from 4.3 to 4.4, which of your numbers change?",
    hint=3,
)
def centre_rounded(scores, centre, half_width, mask):
    distance = distances(scores, np.round(centre))
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)


@misconception(
    tell="The fraction of the centre is cut off: 4.7 becomes 4.",
    ask="If the centre moves from 4.3 to 4.9, which of your numbers change?",
    hint=3,
)
def centre_cut_to_a_whole_number(scores, centre, half_width, mask):
    distance = distances(scores, np.floor(centre))
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)


@misconception(
    tell="The bell curve stands at the centre, but the window is laid around a rounded centre.",
    ask="For a centre of 4.3 and a half_width of 3: is word 1 in the window? How far away is it?",
    hint=3,
)
def window_around_a_rounded_centre(scores, centre, half_width, mask):
    inside = np.abs(distances(scores, np.round(centre))) <= half_width
    return windowed(scores, inside, mask) * bell(distances(scores, centre), half_width / 2)


@misconception(
    tell="The bell curve stands at the centre, but the window is laid around the centre without its fraction.",
    ask="For a centre of 4.7 and a half_width of 3: is word 1 in the window? How far away is it?",
    hint=3,
)
def window_around_a_cut_centre(scores, centre, half_width, mask):
    inside = np.abs(distances(scores, np.floor(centre))) <= half_width
    return windowed(scores, inside, mask) * bell(distances(scores, centre), half_width / 2)


@misconception(
    tell="Your positions start at 1: everything is shifted by one word.",
    ask="Which number does the first word of a sentence have here?",
)
def positions_start_at_one(scores, centre, half_width, mask):
    distance = distances(scores, centre - 1)
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)


@misconception(
    tell="The first sentence's centre is used for all.",
    ask="Does every sentence of a batch look at the same place?",
    hint=2,
)
def first_centre_for_all(scores, centre, half_width, mask):
    distance = distances(scores, np.repeat(centre[:1], len(centre)))
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)


@misconception(
    tell="A window that begins before the sentence loses everything: a slice from a negative number counts from the "
    "end.",
    ask="What is `list(range(10))[-1:4]`?",
)
def negative_start_counts_from_the_end(scores, centre, half_width, mask):
    inside = np.zeros(scores.shape, dtype=bool)
    for row, middle in zip(inside, centre, strict=True):
        row[int(np.ceil(middle - half_width)) : int(np.floor(middle + half_width)) + 1] = True
    return windowed(scores, inside, mask) * bell(distances(scores, centre), half_width / 2)


@misconception(
    tell="A window that would hang over the end is pushed back until it fits, and takes in words that are too far "
    "away.",
    ask="How far from the centre is the furthest word you let in?",
)
def window_pushed_back_inside(scores, centre, half_width, mask):
    fitting = np.clip(centre, half_width, scores.shape[1] - 1 - half_width)
    inside = np.abs(distances(scores, fitting)) <= half_width
    return windowed(scores, inside, mask) * bell(distances(scores, centre), half_width / 2)


@misconception(
    tell="The mask is not used: padding in the window gets weight as if it were words.",
    ask="Two things must hold for a word to be looked at. Which one do you check?",
    hint=2,
)
def mask_ignored(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, np.ones_like(mask)) * bell(distance, half_width / 2)


@misconception(
    tell="Your mask is the wrong way round: you look at the padding and not at the words.",
    ask="Does True mean that a position may be looked at, or that it is hidden?",
    hint=2,
)
def mask_inverted(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    return windowed(scores, np.abs(distance) <= half_width, ~mask) * bell(distance, half_width / 2)


@misconception(
    tell="The padding is hidden after the softmax: it has taken its share with it.",
    ask="When must a word be out of the race, so that the others share its part?",
    hint=2,
)
def mask_after_the_softmax(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    weights = windowed(scores, np.abs(distance) <= half_width, np.ones_like(mask))
    return weights * bell(distance, half_width / 2) * mask


@misconception(
    tell="The first sentence's mask is used for all.",
    ask="Are all the sentences of a batch equally long?",
)
def first_mask_for_all(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    first = np.repeat(mask[:1], len(mask), axis=0)
    return windowed(scores, np.abs(distance) <= half_width, first) * bell(distance, half_width / 2)


@misconception(
    tell="Where nothing may be looked at, every word gets a weight: a large negative number, filled in everywhere, "
    "is as good as any other.",
    ask="After the softmax, what tells an empty window from one whose words fit equally well?",
)
def empty_window_gets_weights(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    filled = np.where(mask & (np.abs(distance) <= half_width), scores, -1e9)
    return plain_softmax(filled) * bell(distance, half_width / 2)


@misconception(
    tell="A window with nothing to look at becomes nan: no word is left to share, and the softmax divides nothing by "
    "nothing.",
    ask="You have written a masked softmax that knows about this. Which file is it in?",
)
def empty_window_becomes_nan(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    filled = np.where(mask & (np.abs(distance) <= half_width), scores, -np.inf)
    return plain_softmax(filled) * bell(distance, half_width / 2)


@misconception(
    tell="Your weights come back as float64 although the scores are float32: np.arange counts in 64 bits, and the "
    "larger dtype wins.",
    ask="Which dtype should the positions have?",
    hint=3,
)
def positions_of_64_bits(scores, centre, half_width, mask):
    distance = np.arange(scores.shape[1]) - centre[:, None]
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)


@misconception(
    tell="You write -inf into the scores you were given.",
    ask="Whose array is it, and which function gives you a changed copy instead?",
)
def outside_filled_in_the_callers_scores(scores, centre, half_width, mask):
    distance = distances(scores, centre)
    scores[~(mask & (np.abs(distance) <= half_width))] = -np.inf
    return windowed(scores, np.abs(distance) <= half_width, mask) * bell(distance, half_width / 2)
