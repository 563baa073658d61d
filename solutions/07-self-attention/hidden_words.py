"""Layers that look where the mask says they may not, and the steps that all mistakes share."""

# ruff: noqa: N801 -- a misconception is named by its mistake

import math

import torch
from SelfAttention import SelfAttention

from attnlab.content import misconception


def visible_softmax(scores, mask, dim=-1):
    """A softmax of what may be seen; zeros where that is nothing."""
    if mask is None:
        return torch.softmax(scores, dim=dim)
    hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.softmax(hidden, dim=dim).masked_fill(~mask, 0)


class Steps(SelfAttention):
    """The layer in steps, for each mistake to get one of them wrong."""

    def forward(self, x, mask=None):
        query, key, value = self.project(x)
        weights = self.weigh(self.score(query, key), mask)
        return self.mix(weights, value), weights

    def project(self, x):
        return self.W_q(x), self.W_k(x), self.W_v(x)

    def score(self, query, key):
        return query @ key.transpose(-2, -1) / self.divisor(query)

    def divisor(self, query):
        return math.sqrt(query.shape[-1])

    def weigh(self, scores, mask):
        return visible_softmax(scores, mask)

    def mix(self, weights, value):
        return weights @ value


@misconception(
    tell="No position ever looks at itself: the diagonal is hidden, mask or no mask.",
    ask="Does the paper, or the docstring, keep a word from looking at itself?",
)
class diagonal_hidden(Steps):
    def weigh(self, scores, mask):
        others = ~torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
        return super().weigh(scores, others if mask is None else mask & others)


@misconception(
    tell="Your layer is always causal: no position looks at a later one, also when no mask is given.",
    ask="Who decides what may be seen: the layer, or its caller?",
)
class always_causal(Steps):
    def weigh(self, scores, mask):
        past = torch.ones_like(scores, dtype=torch.bool).tril()
        return super().weigh(scores, past if mask is None else mask & past)


@misconception(
    tell="The mask is not used: everything is looked at.",
    ask="To whom do you have to hand the mask on?",
    hint=3,
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
    tell="The scores are multiplied by the mask, and then whatever is 0 is hidden, also a visible score that happens "
    "to be 0.",
    ask="What knows best which scores are hidden: the scores, or the mask?",
)
class visible_zeros_hidden(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else scores * mask != 0)


@misconception(
    tell="Rows and columns of the mask are taken for each other: what key j may see of query i, not query i of key j.",
    ask="The mask is (queries, keys). Does the row say who looks, or who is looked at?",
)
class mask_transposed(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else mask.transpose(-2, -1))


@misconception(
    tell="A pair counts only if both may look at each other: padding is not looked at, and does not look either.",
    ask="What does the mask's row of a query say of that query as a key?",
)
class hidden_as_key_hidden_as_query(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else mask & mask.transpose(-2, -1))


@misconception(
    tell="The first sentence's mask is used for all.",
    ask="Are all the masks of a batch alike?",
)
class first_mask_for_all(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, mask if mask is None or mask.ndim < 3 else mask[:1])


@misconception(
    tell="All queries of a sentence share the first query's row of the mask.",
    ask="Under a causal mask, may the second word see just what the first may?",
)
class first_row_for_all_queries(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else mask[..., :1, :])


@misconception(
    tell="The mask is given one more axis, as if there were heads: with it every sentence meets every other's mask.",
    ask="Which shape do your scores have here, and which the mask?",
    hint=3,
)
class mask_given_an_axis_for_heads(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else mask.unsqueeze(1))


@misconception(
    tell="A position with nothing to look at gets equal weights: all its scores are the same very negative number, "
    "and equals share.",
    ask="After the softmax, what tells this row from one whose scores are all alike?",
)
class empty_row_gets_equal_weights(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores.masked_fill(~mask, -1e9), dim=-1)


@misconception(
    tell="A position with nothing to look at becomes nan: its scores are all -inf, and nothing is divided by nothing.",
    ask="You have written an attention that knows about this. Which file is it in?",
)
class empty_row_becomes_nan(Steps):
    def weigh(self, scores, mask):
        return torch.softmax(scores if mask is None else scores.masked_fill(~mask, -torch.inf), dim=-1)


@misconception(
    tell="A position with nothing to look at gets zeros by having its nan replaced. The gradient still goes through "
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
    tell="You turn the caller's mask over in place. The next layer, which gets the same mask, will see its negative.",
    ask="Which operations of torch end in an underscore, and what does it say?",
)
class mask_turned_over_in_place(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, None if mask is None else ~mask.logical_not_())


@misconception(
    tell="Your layer makes a tensor of its own, a mask perhaps, and makes it on the CPU, wherever x may be.",
    ask="Who can tell the new tensor on which device to be?",
)
class mask_made_on_the_CPU(Steps):
    def weigh(self, scores, mask):
        everything = torch.ones(scores.shape[-2:], dtype=torch.bool)
        return super().weigh(scores, everything if mask is None else mask)
