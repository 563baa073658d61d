"""Attention whose mask hides the wrong keys, or not quite, or with nothing left."""

import math

import torch

from attnlab.content import misconception


def scores_of(query, key):
    return query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])


def shares(scores, mask=None):
    """A right masked softmax over the last axis."""
    if mask is None:
        return torch.softmax(scores, dim=-1)
    hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.softmax(hidden, dim=-1).masked_fill(~mask, 0)


def attention_by(scores, value, mask):
    weights = shares(scores, mask)
    return weights @ value, weights


def softmax_of(scores, value):
    """A plain softmax over the last axis, whatever stands there."""
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


@misconception(
    tell="The mask is not used: every query looks at every key.",
    ask="Which argument says what may be looked at?",
    hint=3,
)
def mask_ignored(query, key, value, mask=None):
    return attention_by(scores_of(query, key), value, None)


@misconception(
    tell="Your mask is the wrong way round: you look at what is hidden and not at what may be seen.",
    ask="Does True mean that a key may be looked at, or that it is hidden?",
    hint=3,
)
def mask_inverted(query, key, value, mask=None):
    return attention_by(scores_of(query, key), value, None if mask is None else ~mask)


@misconception(
    tell="You take the softmax first and hide afterwards: what the hidden keys had is lost, and the weights of the "
    "others do not sum to one.",
    ask="When must a key be out of the race, so that the others share its part?",
    hint=3,
)
def mask_after_the_softmax(query, key, value, mask=None):
    weights = shares(scores_of(query, key))
    weights = weights if mask is None else weights * mask
    return weights @ value, weights


@misconception(
    tell="Hidden scores become 0, or something as good as 0 such as 1e-9, by which the keys still take part: e to the "
    "power of 0 is 1.",
    ask="Which score has an exponential of exactly nothing?",
    hint=3,
)
def hidden_scores_become_zero(query, key, value, mask=None):
    scores = scores_of(query, key)
    return attention_by(scores if mask is None else scores * mask, value, None)


@misconception(
    tell="Hidden scores become -10. That is small beside these scores, and still gets some weight; beside smaller "
    "scores it would win.",
    ask="Which score is below every other, whatever the others are?",
    hint=3,
)
def hidden_scores_become_minus_ten(query, key, value, mask=None):
    scores = scores_of(query, key)
    return attention_by(scores if mask is None else scores.masked_fill(~mask, -10), value, None)


@misconception(
    tell="The mask is added to the scores: what may be seen gets one more, and nothing is hidden.",
    ask="How much would have to be added to a hidden score for it to disappear?",
    hint=3,
)
def mask_added(query, key, value, mask=None):
    scores = scores_of(query, key)
    return attention_by(scores if mask is None else scores + mask.to(scores.dtype), value, None)


@misconception(
    tell="Ones and zeros are multiplied by -inf, and 0 times -inf is nan: the visible scores are lost, too.",
    ask="Could you choose between two numbers, and not multiply?",
    hint=3,
)
def zero_times_infinity(query, key, value, mask=None):
    scores = scores_of(query, key)
    return softmax_of(scores if mask is None else scores + (~mask).to(scores.dtype) * -math.inf, value)


@misconception(
    tell="The scores are multiplied by the mask, and then whatever is 0 is hidden, also a visible score that happens "
    "to be 0.",
    ask="What knows best which scores are hidden: the scores, or the mask?",
    hint=3,
)
def visible_zeros_hidden(query, key, value, mask=None):
    scores = scores_of(query, key)
    return attention_by(scores, value, None if mask is None else scores * mask != 0)


@misconception(
    tell="The first sentence's mask is used for all.",
    ask="Are all the masks of a batch alike?",
    hint=3,
)
def first_sentences_mask_for_all(query, key, value, mask=None):
    if mask is not None and mask.ndim == 4:
        mask = mask[:1]
    return attention_by(scores_of(query, key), value, mask)


@misconception(
    tell="The first head's mask is used for all heads.",
    ask="The mask may have an axis for the heads. Are its rows all alike?",
    hint=3,
)
def first_heads_mask_for_all(query, key, value, mask=None):
    if mask is not None and mask.ndim == 4:
        mask = mask[:, :1]
    return attention_by(scores_of(query, key), value, mask)


@misconception(
    tell="The first query's mask is used for all queries.",
    ask="May all the queries of a sentence look at the same keys?",
    hint=3,
)
def first_querys_mask_for_all(query, key, value, mask=None):
    return attention_by(scores_of(query, key), value, None if mask is None else mask[..., :1, :])


@misconception(
    tell="Your weights are masked and your context is not: it mixes the hidden values in.",
    ask="Which weights does your context use, those from before the mask or those from after it?",
    hint=3,
)
def context_not_masked(query, key, value, mask=None):
    scores = scores_of(query, key)
    return shares(scores) @ value, shares(scores, mask)


@misconception(
    tell="A query with nothing to look at gets equal weights: all its scores are the same very negative number, and "
    "equals share.",
    ask="After the softmax, what tells this row from one whose keys all match equally well?",
    hint=3,
)
def empty_row_gets_equal_weights(query, key, value, mask=None):
    scores = scores_of(query, key)
    return softmax_of(scores if mask is None else scores.masked_fill(~mask, torch.finfo(scores.dtype).min), value)


@misconception(
    tell="A query with nothing to look at becomes nan: all its scores are -inf, and the softmax divides nothing by "
    "nothing.",
    ask="What should somebody who may look at nothing bring home, and which value says so?",
    hint=3,
)
def empty_row_becomes_nan(query, key, value, mask=None):
    scores = scores_of(query, key)
    return softmax_of(scores if mask is None else scores.masked_fill(~mask, -math.inf), value)


@misconception(
    tell="A query with nothing to look at is weighed as if it had no mask: the same large number was taken off all "
    "its scores, and that changes no weight.",
    ask="What does a softmax do with something that is added to all scores of a row?",
    hint=3,
)
def empty_row_unmasked(query, key, value, mask=None):
    return attention_by(scores_of(query, key), value, None if mask is None else mask | ~mask.any(dim=-1, keepdim=True))


@misconception(
    tell="An empty row's nan is covered with zeros going forward, and it comes back going backward: the gradient of "
    "what you covered is nan, and zero times nan is nan.",
    ask="What would you have to change so that no nan ever arises, rather than replace it afterwards?",
    hint=3,
)
def nan_covered_but_in_the_gradient(query, key, value, mask=None):
    scores = scores_of(query, key)
    if mask is not None:
        scores = scores + torch.zeros_like(scores).masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ value, weights


@misconception(
    tell="Hidden keys take part until the very end, when they are zeroed and the rest divided by what is left. A "
    "hidden key that matches far better than all others leaves nothing.",
    ask="Whose maximum does the softmax subtract in your code: the visible scores', or everybody's?",
    hint=3,
)
def hidden_until_the_end(query, key, value, mask=None):
    weights = torch.softmax(scores_of(query, key), dim=-1)
    if mask is not None:
        weights = weights * mask
        total = weights.sum(dim=-1, keepdim=True)
        weights = weights / total.masked_fill(total == 0, 1)
    return weights @ value, weights


@misconception(
    tell="Something small is added to the sum, so that no row sums to one. It saves you from dividing by zero, at the "
    "cost of every row that is not empty.",
    ask="Which rows need saving, and can those alone be treated differently?",
    hint=3,
)
def small_number_added_to_the_sum(query, key, value, mask=None):
    scores = scores_of(query, key)
    visible = torch.ones_like(scores) if mask is None else mask.expand_as(scores).to(scores.dtype)
    largest = scores.masked_fill(visible == 0, torch.finfo(scores.dtype).min).amax(dim=-1, keepdim=True)
    exponentials = torch.exp((scores - largest).clamp(max=0)) * visible
    weights = exponentials / (exponentials.sum(dim=-1, keepdim=True) + 1e-5)
    return weights @ value, weights


@misconception(
    tell="A thousand is subtracted from hidden scores. That is a lot, and not enough for a key that matches better "
    "still.",
    ask="Does it matter what a hidden score was? Could you replace it, and not lower it?",
    hint=3,
)
def lowered_by_a_thousand(query, key, value, mask=None):
    scores = scores_of(query, key)
    if mask is None:
        return softmax_of(scores, value)
    weights = torch.softmax(scores - 1000 * (~mask).to(scores.dtype), dim=-1)
    weights = weights * mask.any(dim=-1, keepdim=True)
    return weights @ value, weights


@misconception(
    tell="Hidden scores become -1e9, or another number that float16 cannot hold: its smallest is -65504. Models are "
    "trained in half precision every day.",
    ask="Who knows the smallest number of the dtype you were given?",
    hint=3,
)
def too_negative_for_half_precision(query, key, value, mask=None):
    scores = scores_of(query, key)
    if mask is None:
        return softmax_of(scores, value)
    weights = torch.softmax(scores.masked_fill(~mask, -1e9), dim=-1).masked_fill(~mask, 0)
    return weights @ value, weights


@misconception(
    tell="Hidden scores become -1e9 by torch.where. In float16 that is -inf, since its smallest number is -65504, "
    "and a row of -inf becomes nan.",
    ask="Who knows the smallest number of the dtype you were given?",
    hint=3,
)
def infinite_in_half_precision(query, key, value, mask=None):
    scores = scores_of(query, key)
    if mask is None:
        return softmax_of(scores, value)
    weights = torch.softmax(torch.where(mask, scores, -1e9), dim=-1) * mask
    return weights @ value, weights


@misconception(
    tell="You index with the mask. That wants a mask of exactly the scores' shape; one for all heads, or for all "
    "queries, does not fit.",
    ask="Which function takes scores, a mask and a number, and lets the mask broadcast?",
    hint=3,
)
def mask_used_as_an_index(query, key, value, mask=None):
    scores = scores_of(query, key)
    if mask is None:
        return softmax_of(scores, value)
    scores[~mask] = torch.finfo(scores.dtype).min
    weights = torch.softmax(scores, dim=-1).clone()
    weights[~mask] = 0
    return weights @ value, weights
