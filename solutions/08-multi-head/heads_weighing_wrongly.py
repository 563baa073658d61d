"""Heads that weigh wrongly, by their scale, softmax or mask, and the steps that all mistakes share."""

# ruff: noqa: N801 -- a misconception is named by its mistake

import math

import torch
from merge_heads import merge_heads
from MultiHeadAttention import MultiHeadAttention
from split_heads import split_heads

from attnlab.content import misconception


def visible_softmax(scores, mask, dim=-1):
    """A softmax of what may be seen; zeros where that is nothing."""
    if mask is None:
        return torch.softmax(scores, dim=dim)
    hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.softmax(hidden, dim=dim).masked_fill(~mask, 0)


class Steps(MultiHeadAttention):
    """The layer in steps, for each mistake to get one of them wrong."""

    def forward(self, query, key, value, mask=None):
        query, key, value = (self.split(x) for x in self.project(query, key, value))
        weights = self.weigh(self.score(query, key), mask)
        return self.finish(self.mix(weights, value)), weights

    def project(self, query, key, value):
        return self.W_q(query), self.W_k(key), self.W_v(value)

    def split(self, x):
        return split_heads(x, self.heads)

    def score(self, query, key):
        return query @ key.transpose(-2, -1) / self.divisor(query)

    def divisor(self, query):
        return math.sqrt(query.shape[-1])

    def weigh(self, scores, mask):
        return visible_softmax(scores, mask)

    def mix(self, weights, value):
        return weights @ value

    def finish(self, context):
        return self.W_o(self.merge(context))

    def merge(self, context):
        return merge_heads(context)


@misconception(
    tell="The scores are not divided by √d_head.",
    ask="How large do dot products of d_head numbers get, and what does the softmax make of that?",
)
class unscaled(Steps):
    def divisor(self, query):
        return 1


@misconception(
    tell="The scores are divided by √d_model. A head compares d_head numbers, not all of them.",
    ask="How many products are added up to one score of one head?",
    hint=2,
)
class scaled_by_the_root_of_d_model(Steps):
    def divisor(self, query):
        return math.sqrt(self.W_q.in_features)


@misconception(
    tell="The scores are divided by the square root of the number of heads.",
    ask="How many products are added up to one score of one head?",
    hint=2,
)
class scaled_by_the_root_of_heads(Steps):
    def divisor(self, query):
        return math.sqrt(self.heads)


@misconception(
    tell="The scores are divided by d_head itself, not by its root.",
    ask="A sum of d_head random numbers: does its size grow like d_head, or more slowly?",
)
class scaled_by_d_head(Steps):
    def divisor(self, query):
        return query.shape[-1]


@misconception(
    tell="The scores are divided by the square root of the number of keys.",
    ask="How many products are added up to one score? Does that depend on how many keys there are?",
)
class scaled_by_the_root_of_the_keys(Steps):
    def score(self, query, key):
        return query @ key.mT / math.sqrt(key.shape[-2])


@misconception(
    tell="The scores are multiplied by √d_head.",
    ask="Should wide vectors make sharper weights, or be kept from it?",
)
class multiplied_by_the_root(Steps):
    def divisor(self, query):
        return 1 / math.sqrt(query.shape[-1])


@misconception(
    tell="The root of d_head is rounded down to a whole number.",
    ask="What is int(2.6)?",
)
class root_rounded_down(Steps):
    def divisor(self, query):
        return int(math.sqrt(query.shape[-1]))


@misconception(
    tell="The scores are always divided by 8, which is right for the paper's d_head of 64 and for no other.",
    ask="From what could the layer tell its own d_head?",
)
class always_divided_by_8(Steps):
    def divisor(self, query):
        return 8


@misconception(
    tell="The heads compete with each other: the softmax runs over them, and a key's weights sum to "
    "one over all heads.",
    ask="For one query of one head, which numbers compete?",
)
class softmax_over_heads(Steps):
    def weigh(self, scores, mask):
        return visible_softmax(scores, mask, dim=1)


@misconception(
    tell="Your columns sum to one, not your rows: the softmax runs over the queries.",
    ask="For one query of one head, which numbers compete with each other?",
)
class softmax_over_queries(Steps):
    def weigh(self, scores, mask):
        return visible_softmax(scores, mask, dim=-2)


@misconception(
    tell="The softmax runs over the batch, so sentences compete with each other.",
    ask="For one query of one head, which numbers compete, and along which axis do they lie?",
)
class softmax_over_the_batch(Steps):
    def weigh(self, scores, mask):
        return visible_softmax(scores, mask, dim=0)


@misconception(
    tell="A softmax is taken of your weights once more, which flattens them.",
    ask="What goes into the softmax, and how often?",
)
class softmax_twice(Steps):
    def weigh(self, scores, mask):
        return visible_softmax(visible_softmax(scores, mask), mask)


@misconception(
    tell="There is no softmax: the scores themselves are taken for weights.",
    ask="Do the weights of a query sum to one, and may they be negative?",
)
class scores_for_weights(Steps):
    def weigh(self, scores, mask):
        return scores if mask is None else scores.masked_fill(~mask, 0)


@misconception(
    tell="The mask is not used: everything is looked at.",
    ask="To whom do you have to hand the mask on?",
)
class mask_ignored(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None)


@misconception(
    tell="Your mask is the wrong way round: what may be looked at is hidden, the rest is seen.",
    ask="Does True mean that a position may be looked at, or that it is hidden?",
)
class mask_inverted(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else ~mask)


@misconception(
    tell="You take the softmax first and hide afterwards: what the hidden ones had is lost, and the rest does not sum "
    "to one.",
    ask="When must a score be out of the race, so that the others share its part?",
)
class hidden_after_the_softmax(Steps):
    def weigh(self, scores, mask):
        weights = torch.softmax(scores, dim=-1)
        return weights if mask is None else weights * mask


@misconception(
    tell="Hidden scores become 0, or something as good as 0 such as 1e-9. By that they still take part: e to the "
    "power of 0 is 1.",
    ask="Which score has an exponential of exactly nothing?",
)
class hidden_scores_become_zero(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores * mask, dim=-1)


@misconception(
    tell="Hidden scores become -10. That is small beside some scores, and still gets some weight.",
    ask="Which score is below every other, whatever the others are?",
)
class hidden_scores_become_minus_ten(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores.masked_fill(~mask, -10), dim=-1)


@misconception(
    tell="The mask is added to the scores: what may be seen gets one more, and nothing is hidden.",
    ask="How much would have to be added to a hidden score for it to disappear?",
)
class mask_added(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores + mask, dim=-1)


@misconception(
    tell="Ones and zeros are multiplied by -inf, and 0 times -inf is nan: what may be seen is lost, too.",
    ask="Could you choose between two numbers, and not multiply?",
)
class zero_times_infinity(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores + ~mask * -torch.inf, dim=-1)


@misconception(
    tell="The first sentence's mask is used for all.",
    ask="Are all the masks of a batch alike?",
)
class first_mask_for_all(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, mask if mask is None or mask.ndim < 4 else mask[:1])


@misconception(
    tell="The first head's mask is used for all heads.",
    ask="May a mask say something else to every head? What is its second axis for?",
)
class first_heads_mask_for_all(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, mask if mask is None or mask.ndim < 4 else mask[:, :1])


@misconception(
    tell="All queries share the first query's row of the mask.",
    ask="Under a causal mask, may the second word see just what the first may?",
)
class first_row_for_all_queries(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else mask[..., :1, :])


@misconception(
    tell="The mask is given one more axis for the heads. It has that axis already: with yours every "
    "sentence meets every other's mask.",
    ask="Which shape do your scores have, and which the mask, by the docstring?",
)
class mask_given_another_axis(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else mask.unsqueeze(1))


@misconception(
    tell="A query with nothing to look at gets equal weights: all its scores are the same very negative number, "
    "and equals share.",
    ask="After the softmax, what tells this row from one whose scores are all alike?",
)
class empty_row_gets_equal_weights(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores.masked_fill(~mask, -1e9), dim=-1)


@misconception(
    tell="A query with nothing to look at becomes nan: its scores are all -inf, and nothing is divided by nothing.",
    ask="You have written an attention that knows about this. Which file is it in?",
)
class empty_row_becomes_nan(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores.masked_fill(~mask, -torch.inf), dim=-1)


@misconception(
    tell="A query with nothing to look at gets zeros by having its nan replaced. The gradient still goes through "
    "the nan: one such row, and every weight of the layer is nan after a step.",
    ask="Could the softmax be kept from making a nan at all?",
)
class nan_replaced_and_back_in_the_gradient(Steps):
    def weigh(self, scores, mask):
        if mask is None:
            return torch.softmax(scores, dim=-1)
        weights = torch.softmax(scores + torch.zeros_like(scores).masked_fill(~mask, -torch.inf), dim=-1)
        return weights.nan_to_num(0.0)


@misconception(
    tell="The output of a query with nothing to look at is set to zero. What W_o makes of zeros is its "
    "bias, and the paper's equation does not stop before it.",
    ask="What does a linear layer make of a vector of zeros?",
)
class empty_rows_output_set_to_zero(Steps):
    def forward(self, query, key, value, mask=None):
        output, weights = super().forward(query, key, value, mask)
        return output.masked_fill(~weights.bool().any(dim=-1).any(dim=1)[..., None], 0), weights


@misconception(
    tell="You turn the caller's mask over in place. The next layer, which gets the same mask, will see its negative.",
    ask="Which operations of torch end in an underscore, and what does it say?",
)
class mask_turned_over_in_place(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else ~mask.logical_not_())


@misconception(
    tell="Your layer makes a tensor of its own, a mask perhaps, and makes it on the CPU, wherever the inputs may be.",
    ask="Who can tell the new tensor on which device to be?",
)
class mask_made_on_the_CPU(Steps):
    def weigh(self, scores, mask):
        everything = torch.ones(scores.shape[-2:], dtype=torch.bool)
        return super().weigh(scores, everything if mask is None else mask)


@misconception(
    tell="The scores are scaled twice: by √d_model before the heads are cut, by √d_head after.",
    ask="What does the function you call do with the scores before its softmax?",
)
class query_scaled_beforehand(Steps):
    def project(self, query, key, value):
        query, key, value = super().project(query, key, value)
        return query / math.sqrt(query.shape[-1]), key, value


@misconception(
    tell="Your output is right, but what you return beside it are the scores and not the weights.",
    ask="What is it that sums to one?",
)
class scores_returned(Steps):
    def weigh(self, scores, mask):
        self.scores = scores
        return super().weigh(scores, mask)

    def forward(self, query, key, value, mask=None):
        return super().forward(query, key, value, mask)[0], self.scores
