"""Several heads that look at the wrong thing, or are not several."""

import math

import torch
from merge_heads import merge_heads
from MultiHeadAttention import MultiHeadAttention
from split_heads import split_heads
from torch import nn

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
    tell="You return the weights first and the output second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
class weights_returned_first(Steps):
    def forward(self, query, key, value, mask=None):
        output, weights = super().forward(query, key, value, mask)
        return weights, output


@misconception(
    tell="You return the output alone: the weights are computed and thrown away.",
    ask="Somebody wants to draw which head looked where. What would they need from you?",
)
class only_the_output(Steps):
    def forward(self, query, key, value, mask=None):
        return super().forward(query, key, value, mask)[0]


@misconception(
    tell="The layers have biases, but you multiply by their weights alone.",
    ask="What does a linear layer do when it is called, beside multiplying?",
)
class biases_unused(Steps):
    def project(self, query, key, value):
        return query @ self.W_q.weight.T, key @ self.W_k.weight.T, value @ self.W_v.weight.T

    def finish(self, context):
        return self.merge(context) @ self.W_o.weight.T


@misconception(
    tell="Your layers have no biases. Lesson 07's had none; these four do.",
    ask="What does bias=False leave out, and does this docstring ask for that?",
    hint=3,
)
class biases_dropped(Steps):
    def __init__(self, d_model, heads):
        super().__init__(d_model, heads)
        self.W_q, self.W_k, self.W_v, self.W_o = (nn.Linear(d_model, d_model, bias=False) for _ in range(4))


@misconception(
    tell="A d_model that heads do not divide is accepted: some numbers of every vector would belong to no head.",
    ask="7 numbers for 2 heads: what should the constructor do?",
    hint=3,
)
class any_number_of_heads_accepted(Steps):
    def __init__(self, d_model, heads):
        nn.Module.__init__(self)
        self.heads = heads
        self.W_q, self.W_k, self.W_v, self.W_o = (nn.Linear(d_model, d_model) for _ in range(4))


@misconception(
    tell="There is only one head: the projections are never cut, and one softmax has one unit of "
    "attention for everything.",
    ask="Which function of yours gives the heads an axis of their own?",
    hint=1,
)
class one_head_only(Steps):
    def split(self, x):
        return split_heads(x, 1)


@misconception(
    tell="Your split reads the numbers in the wrong order: (batch, heads, length, d_head) asked for at "
    "once gives head 0 the first words whole. You undo it when merging, but by then the wrong "
    "things have met.",
    ask="Which axis is to be cut, and which two change places afterwards?",
    hint=1,
)
class split_and_merged_by_reshape_alone(Steps):
    def split(self, x):
        return x.reshape(len(x), self.heads, -1, x.shape[-1] // self.heads)

    def merge(self, context):
        return context.reshape(len(context), -1, self.W_o.in_features)


@misconception(
    tell="Your split reads the numbers in the wrong order: (batch, heads, length, d_head) asked for at "
    "once gives head 0 the first words whole, instead of a piece of every word.",
    ask="Which axis is to be cut, and which two change places afterwards?",
    hint=1,
)
class split_by_reshape_alone(Steps):
    def split(self, x):
        return x.reshape(len(x), self.heads, -1, x.shape[-1] // self.heads)


@misconception(
    tell="Your heads are right, and merged in the wrong order: without turning heads and length back "
    "first, words run into each other.",
    ask="Which two axes did the split exchange, after its cut?",
    hint=1,
)
class merged_by_reshape_alone(Steps):
    def merge(self, context):
        return context.reshape(len(context), -1, self.W_o.in_features)


@misconception(
    tell="Your heads take turns: head 0 gets every so manyth number of a vector, and not the first piece.",
    ask="When (6,) becomes (2, 3), which numbers stand in the first row?",
    hint=1,
)
class heads_take_turns(Steps):
    def split(self, x):
        return x.unflatten(-1, (-1, self.heads)).permute(0, 3, 1, 2)

    def merge(self, context):
        return context.permute(0, 2, 3, 1).flatten(2)


@misconception(
    tell="Your heads take turns in the merged vector: number 0 of every head, then number 1 of every "
    "head. So every number meets another's column of W_o.",
    ask="Before they become one, which of the two axes has to be the last?",
    hint=1,
)
class merged_by_turns(Steps):
    def merge(self, context):
        return context.permute(0, 2, 3, 1).flatten(2)


@misconception(
    tell="The heads are merged in the reverse order, and each meets another's columns of W_o.",
    ask="Which numbers of a merged vector belong to head 0?",
)
class merged_in_reverse(Steps):
    def merge(self, context):
        return merge_heads(context.flip(1))


@misconception(
    tell="Heads and batch have changed places in the weights you return.",
    ask="In which order does the docstring name the axes of the weights?",
)
class weights_heads_first(Steps):
    def forward(self, query, key, value, mask=None):
        output, weights = super().forward(query, key, value, mask)
        return output, weights.transpose(0, 1)


@misconception(
    tell="You return the mean of the heads' weights, as torch's own layer does unless told otherwise. "
    "Here every head shows its own.",
    ask="What would you see in a mean of one head that looks left and one that looks right?",
)
class weights_averaged(Steps):
    def forward(self, query, key, value, mask=None):
        output, weights = super().forward(query, key, value, mask)
        return output, weights.mean(dim=1)


@misconception(
    tell="The heads are averaged, and the mean is repeated to be wide enough for W_o. Side by side, "
    "each keeps its own numbers.",
    ask="Which columns of W_o are meant for which head?",
    hint=2,
)
class heads_averaged(Steps):
    def merge(self, context):
        return context.mean(dim=1).repeat(1, 1, self.heads)


@misconception(
    tell="All heads are head 0: the first piece of the projections is used for every one.",
    ask="What could two heads with the same pieces find that one does not?",
)
class first_head_for_all(Steps):
    def split(self, x):
        split = split_heads(x, self.heads)
        return split[:, :1].expand_as(split)


@misconception(
    tell="W_o is not used: the heads lie side by side and nothing mixes them.",
    ask="What is the fourth layer for, and what does the paper write after Concat?",
    hint=3,
)
class W_o_missing(Steps):
    def finish(self, context):
        return self.merge(context)


@misconception(
    tell="The query is added to the output. That is the residual of lesson 09, which goes around this "
    "layer and not through it.",
    ask="What is the last thing that happens in the paper's equation of the heads?",
)
class query_added(Steps):
    def forward(self, query, key, value, mask=None):
        output, weights = super().forward(query, key, value, mask)
        return output + query, weights


@misconception(
    tell="W_q and W_k change places: the query goes through W_k and the key through W_q.",
    ask="Whose layer is W_q, by its name?",
    hint=3,
)
class W_q_and_W_k_swapped(Steps):
    def project(self, query, key, value):
        return self.W_k(query), self.W_q(key), self.W_v(value)


@misconception(
    tell="W_k and W_v change places: the key goes through W_v and the value through W_k.",
    ask="Whose layer is W_v, by its name?",
    hint=3,
)
class W_k_and_W_v_swapped(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_v(key), self.W_k(value)


@misconception(
    tell="One projection serves for all three: query, key and value all go through W_q.",
    ask="What a word asks for, how it is found, what it has to say: could these be three different things?",
    hint=3,
)
class one_projection_for_all(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_q(key), self.W_q(value)


@misconception(
    tell="The projections W_q, W_k and W_v are not used: the arguments are cut into heads as they are.",
    ask="What could a head learn to look for, with nothing of its own to learn?",
    hint=1,
)
class nothing_projected(Steps):
    def project(self, query, key, value):
        return query, key, value


@misconception(
    tell="The values are made of key; the argument value is not used. In self-attention nobody would notice.",
    ask="Which argument does W_v belong to?",
    hint=3,
)
class values_made_of_key(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_k(key), self.W_v(key)


@misconception(
    tell="The keys are made of value; the argument key is not used. In self-attention nobody would notice.",
    ask="Which argument does W_k belong to?",
    hint=3,
)
class keys_made_of_value(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_k(value), self.W_v(value)


@misconception(
    tell="Only query is used: it is query, key and value at once. That is self-attention, and here "
    "another sequence may be looked at.",
    ask="Of how many keys does a query of yours hear, and how many were given?",
)
class query_used_for_all(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_k(query), self.W_v(query)


@misconception(
    tell="Query and key have changed roles: the keys ask, and the queries answer.",
    ask="Which of the two has as many rows as there are outputs?",
)
class key_asks_query(Steps):
    def project(self, query, key, value):
        return self.W_k(key), self.W_q(query), self.W_v(query)


@misconception(
    tell="Your queries look at the other sentences of the batch, each at the words in the same place, "
    "and not along the keys.",
    ask="The product of queries and keys ends on two axes. Which two should they be?",
)
class attends_over_the_batch(Steps):
    def forward(self, query, key, value, mask=None):
        places = min(query.shape[1], key.shape[1])
        turned = (x[:, :places].transpose(0, 1) for x in (query, key, value))
        output, weights = super().forward(*turned)
        return output.transpose(0, 1), weights


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
    tell="The scores are scaled twice: by √d_model before the heads are cut, by √d_head after.",
    ask="What does the function you call do with the scores before its softmax?",
)
class query_scaled_beforehand(Steps):
    def project(self, query, key, value):
        query, key, value = super().project(query, key, value)
        return query / math.sqrt(query.shape[-1]), key, value


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
    tell="Your output is right, but what you return beside it are the scores and not the weights.",
    ask="What is it that sums to one?",
)
class scores_returned(Steps):
    def weigh(self, scores, mask):
        self.scores = scores
        return super().weigh(scores, mask)

    def forward(self, query, key, value, mask=None):
        return super().forward(query, key, value, mask)[0], self.scores


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
    tell="The weights are detached from what they were computed of: the numbers are right, but W_q and "
    "W_k will never learn.",
    ask="Where does your code take a tensor out of the graph: by detach, data, item, numpy or no_grad?",
)
class weights_detached(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, mask).detach()


@misconception(
    tell="Your results are always float32, although the inputs and the weights are not.",
    ask="Where is a dtype fixed that should follow the inputs?",
)
class always_float32(Steps):
    def forward(self, query, key, value, mask=None):
        output, weights = super().forward(query, key, value, mask)
        return output.float(), weights.float()


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
