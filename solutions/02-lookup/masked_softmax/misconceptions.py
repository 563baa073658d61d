"""Masks that hide the wrong thing, too late, or not quite."""

import numpy as np
from softmax import softmax

from attnlab.content import misconception


def hidden_at(filling, scores, mask):
    """Scores with a number in place of those that may not be seen."""
    return np.where(mask, scores, filling).astype(scores.dtype)


def naive_softmax(scores, axis):
    """What a first softmax does: an all -inf slice becomes nan."""
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="Your mask is the wrong way round: what may be looked at gets no weight, what may not gets it all.",
    ask="Does True mean that a position may be looked at, or that it is hidden?",
    hint=2,
)
def polarity_inverted(scores, mask, axis=-1):
    return softmax(np.where(mask, -np.inf, scores), axis=axis)


@misconception(
    tell="You pick the visible scores out of the array, which leaves one long row: nobody knows any more where each "
    "of them stood.",
    ask="A hidden score gets a weight, too. Which one?",
    hint=1,
)
def visible_scores_picked_out(scores, mask, axis=-1):
    return softmax(scores[mask])


@misconception(
    tell="The mask is not used: everything gets weight, hidden or not.",
    ask="Which argument says what may be looked at?",
    hint=1,
)
def mask_ignored(scores, mask, axis=-1):
    return softmax(scores, axis=axis)


@misconception(
    tell="You take the softmax first and hide afterwards: what the hidden ones had is lost, and the rest does not "
    "sum to one.",
    ask="When must a score be out of the race, so that the others share its part?",
    hint=2,
)
def hidden_after_the_softmax(scores, mask, axis=-1):
    return softmax(scores, axis=axis) * mask


@misconception(
    tell="Hidden scores become 0, or something as good as 0 such as 1e-9. By that they still take part: e to the "
    "power of 0 is 1.",
    ask="Which score has an exponential of exactly nothing?",
    hint=1,
)
def hidden_scores_become_zero(scores, mask, axis=-1):
    return softmax(scores * mask, axis=axis)


@misconception(
    tell="Hidden scores become -10. That is small beside these scores, and still gets some weight; beside smaller "
    "scores it would win.",
    ask="Which score is below every other, whatever the others are?",
    hint=1,
)
def hidden_scores_become_minus_ten(scores, mask, axis=-1):
    return softmax(hidden_at(-10, scores, mask), axis=axis)


@misconception(
    tell="Hidden scores become -1, which is a score like any other.",
    ask="Which score is below every other, whatever the others are?",
    hint=1,
)
def hidden_scores_become_minus_one(scores, mask, axis=-1):
    return softmax(hidden_at(-1, scores, mask), axis=axis)


@misconception(
    tell="The mask is added to the scores: what may be seen gets one more, and nothing is hidden.",
    ask="How much would have to be added to a hidden score for it to disappear?",
    hint=1,
)
def mask_added(scores, mask, axis=-1):
    return softmax(scores + mask.astype(scores.dtype), axis=axis)


@misconception(
    tell="Ones and zeros are multiplied by -inf, and 0 times -inf is nan: the visible scores are lost, too.",
    ask="Could you choose between two numbers, and not multiply?",
    hint=2,
)
def zero_times_infinity(scores, mask, axis=-1):
    return softmax(scores + (1 - mask.astype(scores.dtype)) * -np.inf, axis=axis)


@misconception(
    tell="The scores are multiplied by the mask, and then whatever is 0 is hidden, also a visible score that happens "
    "to be 0.",
    ask="What knows best which scores are hidden: the scores, or the mask?",
    hint=2,
)
def visible_zeros_hidden(scores, mask, axis=-1):
    masked = scores * mask
    return softmax(np.where(masked == 0, -np.inf, masked).astype(scores.dtype), axis=axis)


@misconception(
    tell="The first slice's mask is used for all.",
    ask="Are all the rows of the mask alike?",
)
def first_mask_for_all(scores, mask, axis=-1):
    return softmax(np.where(mask[:1], scores, -np.inf), axis=axis)


@misconception(
    tell="A whole column is hidden as soon as one row hides it.",
    ask="Row by row: is what the first may not see hidden from the second, too?",
)
def hidden_from_one_hidden_from_all(scores, mask, axis=-1):
    return softmax(np.where(mask.all(axis=0, keepdims=True), scores, -np.inf), axis=axis)


@misconception(
    tell="The softmax always runs along the last axis, whatever axis says.",
    ask="To whom do you have to hand axis on?",
    hint=3,
)
def always_the_last_axis(scores, mask, axis=-1):
    return softmax(np.where(mask, scores, -np.inf))


@misconception(
    tell="The softmax always runs along the first axis: columns sum to one and not rows.",
    ask="Which argument says along which axis the weights compete, and what is it when nobody says?",
    hint=3,
)
def always_the_first_axis(scores, mask, axis=-1):
    return softmax(np.where(mask, scores, -np.inf), axis=0)


@misconception(
    tell="One softmax runs over the whole array: all weights together sum to one, not each row's.",
    ask="With which other scores does a score have to share?",
    hint=3,
)
def softmax_over_everything(scores, mask, axis=-1):
    return softmax(np.where(mask, scores, -np.inf).reshape(1, -1)).reshape(scores.shape)


@misconception(
    tell="The visible exponentials are right and are not divided by anything.",
    ask="Do the weights of a row sum to one?",
)
def not_divided(scores, mask, axis=-1):
    masked = np.where(mask, scores, -np.inf)
    largest = masked.max(axis=axis, keepdims=True)
    return np.exp(masked - np.where(np.isneginf(largest), 0, largest))


@misconception(
    tell="A softmax is taken of your weights once more, and with it the hidden ones come back.",
    ask="What goes into the softmax, and how often?",
)
def softmax_twice(scores, mask, axis=-1):
    return softmax(softmax(np.where(mask, scores, -np.inf), axis=axis), axis=axis)


@misconception(
    tell="Something small is added to the sum, so that no slice sums to one. It saves you from dividing by zero, at "
    "the cost of every slice that is not empty.",
    ask="Which slices need saving, and which function of yours does that for those alone?",
    hint=2,
)
def small_number_added_to_the_sum(scores, mask, axis=-1):
    masked = np.where(mask, scores, -np.inf)
    largest = masked.max(axis=axis, keepdims=True)
    exponentials = np.exp(masked - np.where(np.isneginf(largest), 0, largest))
    return exponentials / (exponentials.sum(axis=axis, keepdims=True) + 1e-5)


@misconception(
    tell="No maximum is subtracted before the exponentials, so large scores overflow.",
    ask="You have written a softmax that knows about this. Which file is it in?",
    hint=2,
)
def no_maximum_subtracted(scores, mask, axis=-1):
    exponentials = np.exp(np.where(mask, scores, -np.inf))
    total = exponentials.sum(axis=axis, keepdims=True)
    return exponentials / np.where(mask.any(axis=axis, keepdims=True), total, 1)


@misconception(
    tell="The hidden scores take part until the very end, when they are zeroed and the rest divided by what is left. "
    "A hidden score far above the others leaves nothing: zero by zero is nan.",
    ask="Whose maximum is subtracted in your code: the visible scores', or everybody's?",
    hint=2,
)
def hidden_scores_in_the_maximum(scores, mask, axis=-1):
    weights = softmax(scores, axis=axis) * mask
    return weights / weights.sum(axis=axis, keepdims=True)


@misconception(
    tell="The hidden scores take part until the very end, when they are zeroed and the rest divided by what is left. "
    "A hidden score far above the others leaves nothing, which your code takes for a slice with nothing to look at.",
    ask="Whose maximum is subtracted in your code: the visible scores', or everybody's?",
    hint=2,
)
def outshone_slice_taken_for_empty(scores, mask, axis=-1):
    weights = softmax(scores, axis=axis) * mask
    total = weights.sum(axis=axis, keepdims=True)
    return weights / np.where(total == 0, 1, total)


@misconception(
    tell="A thousand is subtracted from hidden scores. That is a lot, and not enough for a hidden score that is "
    "larger still.",
    ask="Does it matter what a hidden score was? Could you replace it, and not lower it?",
    hint=2,
)
def lowered_by_a_thousand(scores, mask, axis=-1):
    return softmax(scores - 1000 * (1 - mask.astype(scores.dtype)), axis=axis) * mask.any(axis=axis, keepdims=True)


@misconception(
    tell="A slice with nothing to look at becomes nan: its scores are all -inf, and -inf minus -inf is no number.",
    ask="You have written a softmax that knows about this. Which file is it in?",
    hint=2,
)
def empty_slice_becomes_nan(scores, mask, axis=-1):
    return naive_softmax(np.where(mask, scores, -np.inf), axis)


@misconception(
    tell="A slice with nothing to look at gets equal weights: all its scores are the same very negative number, and "
    "equals share.",
    ask="After the softmax, what tells this slice from one whose scores are all alike?",
    hint=1,
)
def empty_slice_gets_equal_weights(scores, mask, axis=-1):
    return softmax(hidden_at(-1e9, scores, mask), axis=axis)


@misconception(
    tell="A slice with nothing to look at is weighed as if it had no mask: the same large number was taken off all "
    "its scores, and that changes no weight.",
    ask="What does a softmax do with something that is added to all scores of a slice?",
    hint=2,
)
def empty_slice_unmasked(scores, mask, axis=-1):
    return softmax(np.where(mask.any(axis=axis, keepdims=True) & ~mask, -np.inf, scores), axis=axis)


@misconception(
    tell="Your weights come back as float64 although the scores are float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(scores, mask, axis=-1):
    masked = np.full(scores.shape, -np.inf)
    masked[mask] = scores[mask]
    return softmax(masked, axis=axis)


@misconception(
    tell="You write -inf into the scores you were given: the caller's array is changed.",
    ask="Which numpy function makes a new array of two old ones and a condition?",
    hint=2,
)
def scores_overwritten(scores, mask, axis=-1):
    scores[~mask] = -np.inf
    return softmax(scores, axis=axis)
