"""Layers that look wrongly, or at the wrong thing."""

import math

import torch
from hidden_words import (  # noqa: F401 -- what is imported counts as this exercise's
    Steps,
    always_causal,
    diagonal_hidden,
    empty_row_becomes_nan,
    empty_row_gets_equal_weights,
    first_mask_for_all,
    first_row_for_all_queries,
    hidden_after_the_softmax,
    hidden_as_key_hidden_as_query,
    hidden_scores_become_minus_ten,
    hidden_scores_become_zero,
    mask_added,
    mask_given_an_axis_for_heads,
    mask_ignored,
    mask_inverted,
    mask_made_on_the_CPU,
    mask_transposed,
    mask_turned_over_in_place,
    nan_replaced_and_back_in_the_gradient,
    visible_softmax,
    visible_zeros_hidden,
    zero_times_infinity,
)
from torch import nn

from attnlab.content import misconception


@misconception(
    tell="You return the weights first and the context second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
class weights_returned_first(Steps):
    def forward(self, x, mask=None):
        context, weights = super().forward(x, mask)
        return weights, context


@misconception(
    tell="You return the context alone: the weights are computed and thrown away.",
    ask="Somebody wants to draw which word looked where. What would they need from you?",
)
class only_the_context(Steps):
    def forward(self, x, mask=None):
        return super().forward(x, mask)[0]


@misconception(
    tell="Your layers have biases, and the docstring wants them without: three plain matrices, as in the paper.",
    ask="What does nn.Linear add to the product unless it is told not to?",
    hint=3,
)
class biases_present(Steps):
    def __init__(self, d_model, d_k, d_v):
        super().__init__(d_model, d_k, d_v)
        self.W_q, self.W_k, self.W_v = (nn.Linear(d_model, width) for width in (d_k, d_k, d_v))


@misconception(
    tell="One projection serves as query, key and value: W_q makes all three, W_k and W_v do nothing.",
    ask="What a word asks for, how it is found, what it has to say: could these be three different things?",
    hint=1,
)
class one_projection_for_all(Steps):
    def project(self, x):
        return self.W_q(x), self.W_q(x), self.W_q(x)


@misconception(
    tell="Queries and keys are both made by W_q. Then every word scores itself as the square of its own length, and "
    "word i looks at j as j looks at i.",
    ask="'it' looks for a noun. Does the noun have to look for an 'it'?",
    hint=1,
)
class keys_made_by_W_q(Steps):
    def project(self, x):
        return self.W_q(x), self.W_q(x), self.W_v(x)


@misconception(
    tell="Queries and keys are both made by W_k; W_q does nothing.",
    ask="Which of the three layers makes what is asked?",
    hint=1,
)
class queries_made_by_W_k(Steps):
    def project(self, x):
        return self.W_k(x), self.W_k(x), self.W_v(x)


@misconception(
    tell="W_q and W_k change places: your queries are made by W_k, your keys by W_q, so each weight stands where its "
    "mirror image belongs before the softmax.",
    ask="Whose layer is W_q, by its name?",
    hint=2,
)
class W_q_and_W_k_swapped(Steps):
    def project(self, x):
        return self.W_k(x), self.W_q(x), self.W_v(x)


@misconception(
    tell="Your context mixes the keys; W_v does nothing.",
    ask="What finds a word and what is fetched from it are two things. Which of the three is fetched?",
    hint=1,
)
class keys_mixed_for_values(Steps):
    def project(self, x):
        return self.W_q(x), self.W_k(x), self.W_k(x)


@misconception(
    tell="Your context mixes x itself, as lesson 03 mixed its keys; here what is mixed goes through W_v.",
    ask="How wide is a value, by the docstring?",
    hint=2,
)
class x_mixed_for_values(Steps):
    def project(self, x):
        return self.W_q(x), self.W_k(x), x


@misconception(
    tell="x meets itself as it is: it is query, key and value, and none of the three layers is used.",
    ask="What are W_q, W_k and W_v for?",
    hint=1,
)
class nothing_projected(Steps):
    def project(self, x):
        return x, x, x


@misconception(
    tell="The context goes through one more layer at the end. That is lesson 08's W_o, which this layer does not have.",
    ask="What is the last thing that happens in the paper's equation 1?",
)
class output_projected(Steps):
    def __init__(self, d_model, d_k, d_v):
        super().__init__(d_model, d_k, d_v)
        self.W_o = nn.Linear(d_v, d_model)

    def mix(self, weights, value):
        return self.W_o(weights @ value)


@misconception(
    tell="The context goes through an output matrix that is not asked for yet: W_o comes in lesson 08. Its width is "
    "right, so that nothing complains, but it mixes the numbers of every context.",
    ask="What is the last thing that happens in the paper's equation 1?",
)
class output_projected_to_its_own_width(Steps):
    def __init__(self, d_model, d_k, d_v):
        super().__init__(d_model, d_k, d_v)
        self.W_o = nn.Linear(d_v, d_v)

    def mix(self, weights, value):
        return self.W_o(weights @ value)


@misconception(
    tell="Your words look at the other sentences of the batch, each at the words in its own place, and not along "
    "their own sentence.",
    ask="Which axis of x is first, and which two axes does the product of queries and keys have to end on?",
)
class attends_over_the_batch(Steps):
    def forward(self, x, mask=None):
        context, weights = super().forward(x.transpose(0, 1))
        return context.transpose(0, 1), weights


@misconception(
    tell="The scores are not divided by √d_k.",
    ask="How large do dot products of d_k numbers get, and what does the softmax make of that?",
)
class unscaled(Steps):
    def divisor(self, query):
        return 1


@misconception(
    tell="The scores are divided by √d_model. What is compared here is d_k numbers long.",
    ask="How many products are added up to one score?",
)
class scaled_by_the_root_of_d_model(Steps):
    def divisor(self, query):
        return math.sqrt(self.W_q.in_features)


@misconception(
    tell="The scores are divided by √d_v, the width of the values. Values take no part in a score.",
    ask="How many products are added up to one score?",
)
class scaled_by_the_root_of_d_v(Steps):
    def divisor(self, query):
        return math.sqrt(self.W_v.out_features)


@misconception(
    tell="The scores are divided by the square root of the sentence's length.",
    ask="How many products are added up to one score? Does that depend on how many words there are?",
)
class scaled_by_the_root_of_the_length(Steps):
    def divisor(self, query):
        return math.sqrt(query.shape[-2])


@misconception(
    tell="The scores are divided by d_k itself, not by its root.",
    ask="A sum of d_k random numbers: does its size grow like d_k, or more slowly?",
)
class scaled_by_d_k(Steps):
    def divisor(self, query):
        return query.shape[-1]


@misconception(
    tell="The scores are multiplied by √d_k.",
    ask="Should wide vectors make sharper weights, or be kept from it?",
)
class multiplied_by_the_root(Steps):
    def divisor(self, query):
        return 1 / math.sqrt(query.shape[-1])


@misconception(
    tell="The root of d_k is rounded down to a whole number.",
    ask="What is int(2.6)?",
)
class root_rounded_down(Steps):
    def divisor(self, query):
        return int(math.sqrt(query.shape[-1]))


@misconception(
    tell="The scores are always divided by 8, which is right for the paper's d_k of 64 and for no other.",
    ask="From what could the layer tell its own d_k?",
)
class always_divided_by_8(Steps):
    def divisor(self, query):
        return 8


@misconception(
    tell="The scores are scaled twice: they end up divided by d_k, in two steps. Lesson 05's function divides already.",
    ask="What does the function you call do with the scores before its softmax?",
)
class query_scaled_beforehand(Steps):
    def project(self, x):
        query, key, value = super().project(x)
        return query / math.sqrt(query.shape[-1]), key / query.shape[-1] ** 0.25, value


@misconception(
    tell="You divide the weights by √d_k, after the softmax: then they no longer sum to one, and are no softer.",
    ask="What was the division meant to keep from getting too large?",
)
class scaled_after_the_softmax(Steps):
    def divisor(self, query):
        self.late = math.sqrt(query.shape[-1])
        return 1

    def weigh(self, scores, mask):
        return super().weigh(scores, mask) / self.late


@misconception(
    tell="Your columns sum to one, not your rows: the softmax runs over the queries.",
    ask="For one query, which numbers compete with each other?",
)
class softmax_over_queries(Steps):
    def weigh(self, scores, mask):
        return visible_softmax(scores, mask, dim=-2)


@misconception(
    tell="The softmax runs over the batch, so sentences compete with each other. For three axes that is what torch "
    "takes when dim is not given.",
    ask="For one query, which numbers compete with each other, and along which axis do they lie?",
)
class softmax_over_the_batch(Steps):
    def weigh(self, scores, mask):
        return visible_softmax(scores, mask, dim=0)


@misconception(
    tell="One softmax runs over all pairs of a sentence: its whole table sums to one, not each row.",
    ask="How much attention does each query have to give away?",
)
class softmax_over_all_pairs(Steps):
    def weigh(self, scores, mask):
        flat = visible_softmax(scores.flatten(1), None if mask is None else mask.expand_as(scores).flatten(1))
        return flat.view_as(scores)


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
    tell="Your context is right, but what you return beside it are the scores and not the weights.",
    ask="What is it that sums to one?",
)
class scores_returned(Steps):
    def forward(self, x, mask=None):
        query, key, _ = self.project(x)
        return super().forward(x, mask)[0], self.score(query, key)


@misconception(
    tell="Every query gives all its weight to the best key: you pick one word instead of mixing.",
    ask="Half a look at each of two words: can your weights say that? Could training nudge them there?",
)
class best_key_only(Steps):
    def weigh(self, scores, mask):
        soft = visible_softmax(scores, mask)
        hard = torch.zeros_like(soft).scatter_(-1, soft.argmax(-1, keepdim=True), 1.0)
        return hard if mask is None else hard.masked_fill(~mask, 0)


@misconception(
    tell="Queries and keys are brought to length one first: your scores are cosines.",
    ask="Is there a norm in the paper's equation 1?",
)
class cosines(Steps):
    def score(self, query, key):
        return super().score(nn.functional.normalize(query, dim=-1), nn.functional.normalize(key, dim=-1))


@misconception(
    tell="Your weights are right and meet the values the wrong way round: each word collects by its column, not by "
    "its row.",
    ask="The weights are (queries, keys), the values (keys, d_v). Which axis is summed away?",
)
class weights_transposed_in_the_mixture(Steps):
    def mix(self, weights, value):
        return weights.transpose(-2, -1) @ value


@misconception(
    tell="Your weights are right and the context does not use them: every word counts the same.",
    ask="Where do the weights meet the values?",
)
class context_is_the_mean(Steps):
    def mix(self, weights, value):
        share = (weights > 0).to(weights.dtype)
        return share / share.sum(-1, keepdim=True).clamp(min=1) @ value


@misconception(
    tell="The weights are detached from what they were computed of: the numbers are right, but W_q and W_k will "
    "never learn.",
    ask="Where does your code take a tensor out of the graph: by detach, data, item, numpy or no_grad?",
)
class weights_detached(Steps):
    def weigh(self, scores, mask):
        return super().weigh(scores, mask).detach()


@misconception(
    tell="Your results are always float32, although x and the weights are not.",
    ask="Where is a dtype fixed that should follow x?",
)
class always_float32(Steps):
    def forward(self, x, mask=None):
        context, weights = super().forward(x, mask)
        return context.float(), weights.float()
