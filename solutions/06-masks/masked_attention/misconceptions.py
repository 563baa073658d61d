"""Masks put together the wrong way, or put in the wrong place."""

import math

import torch
from causal_mask import causal_mask
from padding_mask import padding_mask
from scaled_dot_product_attention import scaled_dot_product_attention

from attnlab.content import misconception


def sizes(query, key):
    return query.shape[-2], key.shape[-2]


def past(query, key, further=0):
    """The causal mask, where the inputs lie; every query sees `further` keys more than it may."""
    queries, keys = sizes(query, key)
    return torch.ones(queries, keys, dtype=torch.bool, device=query.device).tril(keys - queries + further)


def visible(query, key, lengths, causal):
    """The right mask."""
    queries, keys = sizes(query, key)
    mask = padding_mask(lengths, keys)
    return mask & past(query, key) if causal else mask.expand(-1, 1, queries, keys)


def scores_of(query, key):
    return query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])


def softmax_of(scores, value):
    """A plain softmax over the last axis, whatever stands there."""
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


@misconception(
    tell="You return the weights first and the context second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
def weights_returned_first(query, key, value, lengths, causal):
    mask = visible(query, key, lengths, causal)
    return scaled_dot_product_attention(query, key, value, mask)[::-1]


@misconception(
    tell="You return the context alone: the weights are computed and thrown away.",
    ask="Somebody wants to draw where each query looked. What would they need from you?",
)
def only_the_context(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths, causal))[0]


@misconception(
    tell="The scores are not scaled: nothing is divided by the square root of d_k.",
    ask="You have written an attention that scales. Which file is it in?",
    hint=3,
)
def unscaled(query, key, value, lengths, causal):
    mask = visible(query, key, lengths, causal)
    return scaled_dot_product_attention(query * math.sqrt(query.shape[-1]), key, value, mask)


@misconception(
    tell="No mask is used: every query sees every key, padding and future included.",
    ask="What do lengths and causal tell you?",
    hint=1,
)
def nothing_hidden(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value)


@misconception(
    tell="Padding is seen: lengths is not used.",
    ask="Which of your two masks knows about lengths, and does it reach the attention?",
    hint=1,
)
def padding_seen(query, key, value, lengths, causal):
    mask = past(query, key) if causal else None
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="The future is seen: causal is not used.",
    ask="Which of your two masks knows about the future, and when does it reach the attention?",
    hint=1,
)
def future_seen(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, padding_mask(lengths, key.shape[-2]))


@misconception(
    tell="The future is always hidden, also where causal is False.",
    ask="An encoder reads a sentence that is all there. May its words look ahead?",
    hint=3,
)
def always_causal(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths, True))


@misconception(
    tell="causal is read the other way round: the future is hidden where it is False.",
    ask="What does causal=True promise about the future?",
    hint=3,
)
def causal_read_the_other_way(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths, not causal))


@misconception(
    tell="Where causal is True padding is seen: you use one mask or the other, never both.",
    ask="A sentence of a decoder is padded, too. Which keys must its words not see?",
    hint=1,
)
def one_mask_or_the_other(query, key, value, lengths, causal):
    mask = past(query, key) if causal else padding_mask(lengths, key.shape[-2])
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Where no sentence is padded the causal mask is skipped as well.",
    ask="Does the future need hiding only where there is padding?",
    hint=3,
)
def causal_skipped_without_padding(query, key, value, lengths, causal):
    if bool((lengths == key.shape[-2]).all()):
        return scaled_dot_product_attention(query, key, value)
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths, causal))


@misconception(
    tell="Your two masks are joined by `or`: a key is seen if it is a word or if it is not in the future.",
    ask="Must a key pass one of the two tests, or both?",
    hint=1,
)
def joined_by_or(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[-2])
    mask = mask | past(query, key) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Your two masks are joined by `^`: a key is seen if exactly one of the two says so.",
    ask="Must a key pass one of the two tests, or both?",
    hint=1,
)
def joined_by_exclusive_or(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[-2])
    mask = mask ^ past(query, key) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Your padding mask is the wrong way round: padding is seen and words are not.",
    ask="In this course, does True mean that a key may be looked at, or that it is hidden?",
    hint=3,
)
def padding_inverted(query, key, value, lengths, causal):
    mask = ~padding_mask(lengths, key.shape[-2])
    mask = mask & past(query, key) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Your causal mask is the wrong way round: only the future is seen.",
    ask="In this course, does True mean that a key may be looked at, or that it is hidden?",
    hint=3,
)
def causal_inverted(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[-2])
    mask = mask & ~past(query, key) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Both masks are the wrong way round, as if for torch's MultiheadAttention, where True means hidden.",
    ask="What does True mean in this course?",
    hint=3,
)
def both_inverted(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, ~visible(query, key, lengths, causal))


@misconception(
    tell="Your triangle is aligned at the start: with fewer queries than keys each query sees too little.",
    ask="Three queries and eight keys: which three words of the eight are asking?",
    hint=3,
)
def aligned_at_the_start(query, key, value, lengths, causal):
    queries, keys = sizes(query, key)
    mask = padding_mask(lengths, keys)
    mask = mask & past(query, key, queries - keys) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="No query sees itself: the diagonal of your triangle is hidden.",
    ask="At its own position a query finds the word that was just written. Is that known or not?",
    hint=3,
)
def diagonal_hidden(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[-2])
    mask = mask & past(query, key, -1) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Every query sees one key ahead: the word it is to guess.",
    ask="May a query see itself? And what comes right after it?",
    hint=3,
)
def one_ahead(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[-2])
    mask = mask & past(query, key, 1) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Padding is hidden on the side of the queries: what a padded position asks comes to nothing, and padding is "
    "still looked at.",
    ask="Who must not be looked at: a padded key, or a padded query?",
    hint=2,
)
def padding_on_the_queries(query, key, value, lengths, causal):
    queries, keys = sizes(query, key)
    mask = padding_mask(lengths, queries).transpose(-2, -1).expand(-1, 1, queries, keys)
    mask = mask & past(query, key) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Queries at padded positions get zeros, too. lengths counts keys; in cross-attention queries are another "
    "sentence.",
    ask="Does lengths say anything about queries?",
    hint=2,
)
def padded_queries_hidden_as_well(query, key, value, lengths, causal):
    mask = visible(query, key, lengths, causal) & padding_mask(lengths, query.shape[-2]).transpose(-2, -1)
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="One key too many is seen: at position lengths[i] there is padding already.",
    ask="The words of a sentence of three stand at which positions, counted from 0?",
    hint=2,
)
def one_key_too_many(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths + 1, causal))


@misconception(
    tell="The first sentence's length is used for all.",
    ask="Are all the sentences of a batch equally long?",
    hint=2,
)
def first_length_for_all(query, key, value, lengths, causal):
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths[:1], causal))


@misconception(
    tell="Only the first sentence's padding is hidden.",
    ask="Does your loop, or your index, reach all sentences?",
    hint=2,
)
def only_the_first_sentence_masked(query, key, value, lengths, causal):
    lengths = torch.cat([lengths[:1], lengths.new_full((len(lengths) - 1,), key.shape[-2])])
    return scaled_dot_product_attention(query, key, value, visible(query, key, lengths, causal))


@misconception(
    tell="Only the first head is masked; the others see everything.",
    ask="Which axis of your mask stands for the heads, and how long is it?",
    hint=3,
)
def only_the_first_head_masked(query, key, value, lengths, causal):
    mask = visible(query, key, lengths, causal).repeat(1, query.shape[1], 1, 1)
    mask[:, 1:] = True
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Your padding mask is as wide as the longest sentence. Where the table of keys is wider, mask and scores "
    "do not fit together.",
    ask="Where can you read off how many keys there are: from lengths, or from key?",
    hint=2,
)
def table_taken_for_the_longest_sentence(query, key, value, lengths, causal):
    mask = padding_mask(lengths, int(lengths.max()))
    mask = mask & past(query, key) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Hidden keys' weights are zeroed after the softmax: their share is lost, and the others' weights do not sum "
    "to one.",
    ask="When must a key be out of the race, so that the others share its part?",
    hint=3,
)
def hidden_after_the_softmax(query, key, value, lengths, causal):
    weights = torch.softmax(scores_of(query, key), dim=-1) * visible(query, key, lengths, causal)
    return weights @ value, weights


@misconception(
    tell="Padding is zeroed after the softmax, and only the future before it: what padding had is lost.",
    ask="Could both masks act at the same place?",
    hint=3,
)
def padding_after_the_softmax(query, key, value, lengths, causal):
    mask = past(query, key) if causal else None
    _, weights = scaled_dot_product_attention(query, key, value, mask)
    weights = weights * padding_mask(lengths, key.shape[-2])
    return weights @ value, weights


@misconception(
    tell="The values of padding are zeroed, and its keys still take part in the race: the words lose weight to it.",
    ask="Where does a key have to be hidden: in what is fetched, or in the scores?",
    hint=3,
)
def padded_values_zeroed(query, key, value, lengths, causal):
    mask = past(query, key) if causal else None
    value = value * padding_mask(lengths, key.shape[-2]).transpose(-2, -1)
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="The keys of padding are zeroed. A zero key still has a score, 0, and gets weight.",
    ask="Where does a key have to be hidden: in what is compared, or in the scores?",
    hint=3,
)
def padded_keys_zeroed(query, key, value, lengths, causal):
    mask = past(query, key) if causal else None
    key = key * padding_mask(lengths, key.shape[-2]).transpose(-2, -1)
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="Hidden scores become 0, or as good as 0, by which they still take part: e to the power of 0 is 1.",
    ask="You have written an attention that takes a mask. Which file is it in?",
    hint=3,
)
def hidden_scores_become_zero(query, key, value, lengths, causal):
    return softmax_of(scores_of(query, key) * visible(query, key, lengths, causal), value)


@misconception(
    tell="Your mask is added to the scores as ones and zeros: what may be seen gets one more, and nothing is hidden.",
    ask="You have written an attention that takes a mask. Which file is it in?",
    hint=3,
)
def mask_added(query, key, value, lengths, causal):
    return softmax_of(scores_of(query, key) + visible(query, key, lengths, causal).to(query.dtype), value)


@misconception(
    tell="A query with nothing to look at gets equal weights: all its scores are the same very negative number.",
    ask="You have written an attention that knows about empty rows. Which file is it in?",
    hint=3,
)
def empty_row_gets_equal_weights(query, key, value, lengths, causal):
    scores = scores_of(query, key)
    hidden = ~visible(query, key, lengths, causal)
    return softmax_of(scores.masked_fill(hidden, torch.finfo(scores.dtype).min), value)


@misconception(
    tell="A query with nothing to look at becomes nan: all its scores are -inf.",
    ask="You have written an attention that knows about empty rows. Which file is it in?",
    hint=3,
)
def empty_row_becomes_nan(query, key, value, lengths, causal):
    hidden = ~visible(query, key, lengths, causal)
    return softmax_of(scores_of(query, key).masked_fill(hidden, -math.inf), value)


@misconception(
    tell="A query with nothing to look at is shown the first key, so that its row is not empty. What it brings home is "
    "padding, or the future.",
    ask="Who looks after empty rows in this course, the mask or the attention?",
    hint=3,
)
def first_key_shown_to_empty_rows(query, key, value, lengths, causal):
    mask = visible(query, key, lengths, causal).clone()
    mask[..., 0] |= ~mask.any(dim=-1)
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="An empty row's nan is covered with zeros going forward, and it comes back going backward.",
    ask="What would you have to change so that no nan ever arises, rather than replace it afterwards?",
    hint=3,
)
def nan_covered_but_in_the_gradient(query, key, value, lengths, causal):
    scores = scores_of(query, key)
    hidden = ~visible(query, key, lengths, causal)
    scores = scores + torch.zeros_like(hidden, dtype=scores.dtype).masked_fill(hidden, -math.inf)
    weights = torch.softmax(scores, dim=-1).nan_to_num(0.0)
    return weights @ value, weights


@misconception(
    tell="Your causal mask stays on the CPU, wherever the inputs are: on a GPU it does not meet the padding mask.",
    ask="causal_mask is given two numbers. How could it know of a device, and who knows it?",
    hint=3,
)
def causal_mask_on_the_cpu(query, key, value, lengths, causal):
    mask = padding_mask(lengths, key.shape[-2])
    mask = mask & causal_mask(*sizes(query, key)) if causal else mask
    return scaled_dot_product_attention(query, key, value, mask)


@misconception(
    tell="The lengths are changed in place: the caller's lengths are others after the call.",
    ask="Which line writes into lengths, perhaps by -= or a name that ends in _?",
)
def lengths_changed_in_place(query, key, value, lengths, causal):
    mask = visible(query, key, lengths, causal)
    lengths -= 1
    return scaled_dot_product_attention(query, key, value, mask)
