"""Attention that looks at the wrong thing, or not the right way.

The catalogue is long: this is the one function of the course that everybody writes from memory.
"""

import math

import torch
from hidden_keys import (  # noqa: F401 -- all misconceptions of a mask count as this exercise's
    attention_by,
    context_not_masked,
    empty_row_becomes_nan,
    empty_row_gets_equal_weights,
    empty_row_unmasked,
    first_heads_mask_for_all,
    first_querys_mask_for_all,
    first_sentences_mask_for_all,
    hidden_scores_become_minus_ten,
    hidden_scores_become_zero,
    hidden_until_the_end,
    infinite_in_half_precision,
    lowered_by_a_thousand,
    mask_added,
    mask_after_the_softmax,
    mask_ignored,
    mask_inverted,
    mask_used_as_an_index,
    nan_covered_but_in_the_gradient,
    scores_of,
    shares,
    small_number_added_to_the_sum,
    softmax_of,
    too_negative_for_half_precision,
    visible_zeros_hidden,
    zero_times_infinity,
)

from attnlab.content import misconception


def divided_by(number, query, key, value, mask):
    """Attention whose scores are divided by another number."""
    return attention_by(query @ key.transpose(-2, -1) / number, value, mask)


# What comes back.


@misconception(
    tell="You return the weights first and the context second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
    hint=4,
)
def weights_returned_first(query, key, value, mask=None):
    context, weights = attention_by(scores_of(query, key), value, mask)
    return weights, context


@misconception(
    tell="You return the context alone: the weights are computed and thrown away.",
    ask="Somebody wants to draw where each query looked. What would they need from you?",
    hint=4,
)
def only_the_context(query, key, value, mask=None):
    return attention_by(scores_of(query, key), value, mask)[0]


@misconception(
    tell="Your second result is the scores, as they are before the softmax.",
    ask="Do the numbers you return for one query sum to one?",
    hint=4,
)
def scores_returned_as_weights(query, key, value, mask=None):
    scores = scores_of(query, key)
    return shares(scores, mask) @ value, scores


# The root.


@misconception(
    tell="The scores are not scaled: nothing is divided by the square root of d_k.",
    ask="What does the title of this lesson say has to happen to the dot?",
    hint=2,
)
def unscaled(query, key, value, mask=None):
    return divided_by(1, query, key, value, mask)


@misconception(
    tell="The scores are divided by d_k itself, or by its root twice over.",
    ask="A sum of d_k products is typically as large as what: d_k, or its square root?",
    hint=2,
)
def divided_by_d_k(query, key, value, mask=None):
    return divided_by(query.shape[-1], query, key, value, mask)


@misconception(
    tell="The scores are multiplied by the square root of d_k, which makes large scores larger.",
    ask="With more numbers in a key, do dot products become larger or smaller? Which way do you want to go?",
    hint=2,
)
def multiplied_by_the_root(query, key, value, mask=None):
    return divided_by(1 / math.sqrt(query.shape[-1]), query, key, value, mask)


@misconception(
    tell="Under your root stands d_v, the width of a value, which takes no part in the scores.",
    ask="Which numbers are summed in a dot product, and how many of them are there?",
    hint=2,
)
def root_of_d_v(query, key, value, mask=None):
    return divided_by(math.sqrt(value.shape[-1]), query, key, value, mask)


@misconception(
    tell="Under your root stands the number of keys.",
    ask="Does the score of one key become larger when there are others? What is it that is summed in it?",
    hint=2,
)
def root_of_the_keys(query, key, value, mask=None):
    return divided_by(math.sqrt(key.shape[-2]), query, key, value, mask)


@misconception(
    tell="Under your root stands the size of the first axis: how many sentences there are.",
    ask="Which axis is len(query), or query.shape[0]? Which one is d_k?",
    hint=2,
)
def root_of_the_batch(query, key, value, mask=None):
    return divided_by(math.sqrt(query.shape[0]), query, key, value, mask)


@misconception(
    tell="Under your root stands the size of the second axis, which is where the heads are.",
    ask="Counted from the end, which axis is d_k? Is that one always at the same place counted from the front?",
    hint=2,
)
def root_of_the_heads(query, key, value, mask=None):
    return divided_by(math.sqrt(query.shape[1]), query, key, value, mask)


@misconception(
    tell="The root is cut to a whole number.",
    ask="What is int(2.65), and what is 7 ** 0.5?",
    hint=2,
)
def root_cut_to_an_int(query, key, value, mask=None):
    return divided_by(int(math.sqrt(query.shape[-1])), query, key, value, mask)


@misconception(
    tell="The scores are divided with //, which rounds every score down to a whole number.",
    ask="What is 5 // 2, and what is 5 / 2?",
    hint=2,
)
def scores_rounded_down(query, key, value, mask=None):
    root = math.sqrt(query.shape[-1])
    return attention_by(query @ key.transpose(-2, -1) // root, value, mask)


@misconception(
    tell="The scores are divided by half of d_k: d_k ** 1 / 2 is (d_k ** 1) / 2.",
    ask="Which of ** and / does Python work out first?",
    hint=2,
)
def divided_by_half_of_d_k(query, key, value, mask=None):
    return divided_by(query.shape[-1] / 2, query, key, value, mask)


@misconception(
    tell="The scores are always divided by 8. That is right for the paper's d_k of 64, and for no other.",
    ask="Where can you read off how wide the queries are that you were given?",
    hint=2,
)
def always_eight(query, key, value, mask=None):
    return divided_by(8, query, key, value, mask)


@misconception(
    tell="The weights are divided by the root, after the softmax: no query's weights sum to one.",
    ask="What was it that the softmax had just taken care of?",
    hint=2,
)
def scaled_after_the_softmax(query, key, value, mask=None):
    weights = shares(query @ key.transpose(-2, -1), mask) / math.sqrt(query.shape[-1])
    return weights @ value, weights


# Axes.


@misconception(
    tell="The key is not transposed: it is taken as it is, or reshaped, which for equal sizes changes nothing. Each "
    "query meets columns of the key's table, and not keys.",
    ask="A score is one query times one key. Where does a key stand in its table: in a row or in a column?",
    hint=1,
)
def key_not_transposed(query, key, value, mask=None):
    return attention_by(query @ key / math.sqrt(query.shape[-1]), value, mask)


@misconception(
    tell=".T turns round all the axes of the key, the batch with them: it is a transpose for one table only.",
    ask="Which two axes do you want to exchange, and how do you name just these, counted from the end?",
    hint=1,
)
def all_axes_turned_round(query, key, value, mask=None):
    turned = key.permute(*reversed(range(key.ndim)))
    return attention_by(query @ turned / math.sqrt(query.shape[-1]), value, mask)


@misconception(
    tell="The key's axes 0 and 1 are exchanged. That is a transpose for one table; with axes in front it mixes "
    "sentences with heads.",
    ask="Which two axes do you want to exchange, counted from the end?",
    hint=1,
)
def first_two_axes_exchanged(query, key, value, mask=None):
    return attention_by(query @ key.transpose(0, 1) / math.sqrt(query.shape[-1]), value, mask)


@misconception(
    tell="The key's axes 1 and 2 are exchanged. That is a transpose for a batch of tables; with heads it mixes heads "
    "with keys.",
    ask="Which two axes do you want to exchange, counted from the end?",
    hint=1,
)
def axes_one_and_two_exchanged(query, key, value, mask=None):
    return attention_by(query @ key.transpose(1, 2) / math.sqrt(query.shape[-1]), value, mask)


@misconception(
    tell="Your axes are counted from the front, as (batch, heads, queries, keys): with fewer in front they do not "
    "exist, with more they are others.",
    ask="Which of an array's axes stay the same when others are put in front: axis 3, or axis -1?",
    hint=1,
)
def axes_counted_from_the_front(query, key, value, mask=None):
    scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=3)
    weights = weights if mask is None else weights.masked_fill(~mask, 0)
    return weights @ value, weights


@misconception(
    tell="The softmax runs over the queries: columns sum to one, and the queries compete for each key.",
    ask="For one query, which numbers compete with each other? Which axis are they on?",
    hint=2,
)
def softmax_over_the_queries(query, key, value, mask=None):
    weights = torch.softmax(scores_of(query, key), dim=-2)
    return weights @ value, weights


@misconception(
    tell="The softmax runs along axis 1, over the heads: each head gets its share of a key, and no query's weights sum "
    "to one.",
    ask="For one query, which numbers compete with each other? Which axis are they on, counted from the end?",
    hint=2,
)
def softmax_over_the_heads(query, key, value, mask=None):
    weights = torch.softmax(scores_of(query, key), dim=1)
    return weights @ value, weights


@misconception(
    tell="The softmax runs along axis 0, over the batch: sentences compete with each other.",
    ask="For one query, which numbers compete with each other? Which axis are they on, counted from the end?",
    hint=2,
)
def softmax_over_the_batch(query, key, value, mask=None):
    weights = torch.softmax(scores_of(query, key), dim=0)
    return weights @ value, weights


@misconception(
    tell="One softmax runs over queries and keys together: a whole table of weights sums to one, not each query's row.",
    ask="How much attention does each query have to give away?",
    hint=2,
)
def softmax_over_the_table(query, key, value, mask=None):
    scores = scores_of(query, key)
    weights = torch.softmax(scores.flatten(-2), dim=-1).reshape(scores.shape)
    return weights @ value, weights


# The softmax.


@misconception(
    tell="You mix by the scores themselves: there is no softmax, and some values count negatively.",
    ask="What turns scores of any size and sign into shares of one?",
    hint=4,
)
def no_softmax(query, key, value, mask=None):
    scores = scores_of(query, key)
    return scores @ value, scores


@misconception(
    tell="A softmax is taken of your weights once more, which flattens them.",
    ask="What goes into the softmax, and how often?",
    hint=4,
)
def softmax_twice(query, key, value, mask=None):
    return attention_by(torch.softmax(scores_of(query, key), dim=-1), value, mask)


@misconception(
    tell="Each score goes through a sigmoid of its own: the weights do not compete.",
    ask="If one key matches better than before, what should happen to the weights of the others?",
    hint=4,
)
def sigmoid_of_each_score(query, key, value, mask=None):
    weights = torch.sigmoid(scores_of(query, key))
    return weights @ value, weights


@misconception(
    tell="All the weight goes to the best match: you pick one key instead of mixing.",
    ask="Half a look at each of two words: can your weights say that? Could training nudge them there?",
    hint=4,
)
def best_match_only(query, key, value, mask=None):
    scores = scores_of(query, key)
    weights = torch.zeros_like(scores).scatter(-1, scores.argmax(dim=-1, keepdim=True), 1.0)
    return weights @ value, weights


@misconception(
    tell="The smallest dot product gets the largest weight: a sign is turned.",
    ask="What does a large dot product say about a query and a key?",
    hint=4,
)
def worst_match_wins(query, key, value, mask=None):
    return attention_by(-scores_of(query, key), value, mask)


@misconception(
    tell="Your softmax is made of exponentials of the scores as they are. A score of a thousand overflows.",
    ask="What did lesson 02 take off all scores of a row before the exponentials?",
    hint=3,
)
def no_maximum_subtracted(query, key, value, mask=None):
    exponentials = torch.exp(scores_of(query, key))
    if mask is not None:
        exponentials = exponentials * mask
    total = exponentials.sum(dim=-1, keepdim=True)
    weights = exponentials / total.masked_fill(total == 0, 1)
    return weights @ value, weights


# Who meets whom.


@misconception(
    tell="Query and key have changed places: your rows belong to keys, and each of them looks at the queries.",
    ask="One row of the scores is one what, asking whom?",
    hint=4,
)
def query_and_key_swapped(query, key, value, mask=None):
    return softmax_of(scores_of(key, query), value)


@misconception(
    tell="Your context mixes the keys; the values are not used.",
    ask="What is a key for, and what is a value for?",
    hint=4,
)
def keys_mixed(query, key, value, mask=None):
    weights = shares(scores_of(query, key), mask)
    return weights @ key, weights


@misconception(
    tell="The queries are compared with the values; the keys are not used.",
    ask="What is a key for, and what is a value for?",
    hint=4,
)
def values_compared_with(query, key, value, mask=None):
    return softmax_of(scores_of(query, value), value)


@misconception(
    tell="Keys and values have changed places: you compare with the values and mix the keys.",
    ask="In which order do the arguments come?",
    hint=4,
)
def keys_and_values_swapped(query, key, value, mask=None):
    return softmax_of(scores_of(query, value), key)


@misconception(
    tell="Queries and keys are brought to length one first: your scores are cosines, between -1 and 1.",
    ask="What happens to a dot product when the key becomes twice as long? Is that meant to happen?",
    hint=4,
)
def cosines(query, key, value, mask=None):
    query = query / query.norm(dim=-1, keepdim=True)
    key = key / key.norm(dim=-1, keepdim=True)
    return attention_by(query @ key.transpose(-2, -1), value, mask)


@misconception(
    tell="Your weights are right and your context does not use them: every value counts the same.",
    ask="Where do the weights meet the values?",
    hint=4,
)
def context_is_the_mean(query, key, value, mask=None):
    context = value.mean(dim=-2, keepdim=True).expand(*query.shape[:-1], value.shape[-1])
    return context.contiguous(), shares(scores_of(query, key), mask)


@misconception(
    tell="The weights are transposed before they mix: each key gets an answer, made of what the queries gave it.",
    ask="Row i of a product is made of row i of what? Whose row should that be?",
    hint=4,
)
def weights_transposed(query, key, value, mask=None):
    weights = shares(scores_of(query, key), mask)
    return weights.transpose(-2, -1) @ value, weights


# What else the caller notices.


@misconception(
    tell="Axes of size one vanish from what you return: right for most tables, wrong for a single query.",
    ask="Which line drops an axis, and does anything have to be dropped at all?",
)
def every_axis_of_one_squeezed(query, key, value, mask=None):
    context, weights = attention_by(scores_of(query, key), value, mask)
    return context.squeeze(), weights.squeeze()


@misconception(
    tell="A tensor that you make yourself lies on the CPU: on a GPU it does not meet the others.",
    ask="Who knows where the query lies, and how do you make a tensor like another one?",
)
def made_on_the_cpu(query, key, value, mask=None):
    if mask is not None:
        hidden = torch.zeros(mask.shape, dtype=query.dtype)
        return attention_by(scores_of(query, key) + hidden, value, mask)
    return attention_by(scores_of(query, key), value, mask)


@misconception(
    tell="No gradient gets through: your result does not know any more what it was made from, so nothing can be "
    "learned.",
    ask="Which of .detach(), .data, .numpy(), torch.tensor(...) or torch.no_grad() is in your code, and what for?",
)
def cut_off_from_the_gradient(query, key, value, mask=None):
    return attention_by(scores_of(query.detach(), key.detach()), value.detach(), mask)


@misconception(
    tell="The query is divided by the root in place: the caller's query is another one after the call.",
    ask="What is the difference between `query /= root` and `query = query / root`?",
)
def query_scaled_in_place(query, key, value, mask=None):
    with torch.no_grad():
        query /= math.sqrt(query.shape[-1])
    return divided_by(1, query, key, value, mask)
