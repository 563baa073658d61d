"""Several heads that look at the wrong thing, or are not several."""

from heads_weighing_wrongly import (  # noqa: F401 -- what is imported counts as this exercise's
    Steps,
    always_divided_by_8,
    empty_row_becomes_nan,
    empty_row_gets_equal_weights,
    empty_rows_output_set_to_zero,
    first_heads_mask_for_all,
    first_mask_for_all,
    first_row_for_all_queries,
    hidden_after_the_softmax,
    hidden_scores_become_minus_ten,
    hidden_scores_become_zero,
    mask_added,
    mask_given_another_axis,
    mask_ignored,
    mask_inverted,
    mask_made_on_the_CPU,
    mask_turned_over_in_place,
    multiplied_by_the_root,
    nan_replaced_and_back_in_the_gradient,
    query_scaled_beforehand,
    root_rounded_down,
    scaled_by_d_head,
    scaled_by_the_root_of_d_model,
    scaled_by_the_root_of_heads,
    scaled_by_the_root_of_the_keys,
    scores_for_weights,
    scores_returned,
    softmax_over_heads,
    softmax_over_queries,
    softmax_over_the_batch,
    softmax_twice,
    unscaled,
    visible_softmax,
    zero_times_infinity,
)
from merge_heads import merge_heads
from split_heads import split_heads
from torch import nn

from attnlab.content import misconception


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
    tell="Your split lets the heads take turns: head 0 gets every so manyth number of a vector, and not the first "
    "piece. The merge does not turn it back, so the numbers of a value come out in another order, too.",
    ask="When (6,) becomes (2, 3), which numbers stand in the first row?",
    hint=1,
)
class split_by_turns(Steps):
    def split(self, x):
        return x.unflatten(-1, (-1, self.heads)).permute(0, 3, 1, 2)


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
    tell="The mean of the heads is your output; W_o is not used. It is only as wide as one head, and does not say "
    "which head found what.",
    ask="What does the paper do with the heads: add them, or put them side by side?",
    hint=3,
)
class mean_of_heads_without_W_o(Steps):
    def finish(self, context):
        return context.mean(dim=1)


@misconception(
    tell="The sum of the heads is your output; W_o is not used. It is only as wide as one head, and does not say "
    "which head found what.",
    ask="What does the paper do with the heads: add them, or put them side by side?",
    hint=3,
)
class sum_of_heads_without_W_o(Steps):
    def finish(self, context):
        return context.sum(dim=1)


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
    tell="The value is cut into heads as it is; W_v does nothing.",
    ask="What a word says to those who look at it: is that all that is known of it, or something to be learned?",
    hint=3,
)
class value_unprojected(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_k(key), value


@misconception(
    tell="The arguments key and value have changed places: value is looked at, through W_k, and key is what is "
    "fetched, through W_v. In self-attention nobody would notice.",
    ask="In which order does forward take its arguments?",
    hint=3,
)
class key_and_value_swapped(Steps):
    def project(self, query, key, value):
        return self.W_q(query), self.W_k(value), self.W_v(key)


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
