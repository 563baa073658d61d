"""Looks back that look at the wrong thing."""

import numpy as np
from additive_scores import additive_scores
from masked_softmax import masked_softmax

from attnlab.content import misconception


def mixed(weights, keys):
    return (weights[:, :, None] * keys).sum(axis=1)


def attention_by(scores, keys, mask):
    weights = masked_softmax(scores, mask)
    return mixed(weights, keys), weights


def plain_softmax(scores, axis=1):
    """What a first softmax does: an all -inf slice becomes nan."""
    with np.errstate(invalid="ignore"):
        exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return exponentials / exponentials.sum(axis=axis, keepdims=True)


@misconception(
    tell="You return the weights first and the context second.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
def weights_returned_first(query, keys, mask, W_query, W_key, v):
    context, weights = attention_by(additive_scores(query, keys, W_query, W_key, v), keys, mask)
    return weights, context


@misconception(
    tell="You return the context alone: the weights are computed and thrown away.",
    ask="Somebody wants to draw where the decoder looked. What would they need from you?",
)
def only_the_context(query, keys, mask, W_query, W_key, v):
    return mixed(masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask), keys)


@misconception(
    tell="Every sentence's weights are multiplied with every sentence's keys: the batch is in your context twice.",
    ask="numpy took your weights, (batch, keys), for one matrix. What shape makes them one row for each sentence?",
    hint=3,
)
def weights_of_all_meet_keys_of_all(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return weights @ keys, weights


@misconception(
    tell="Your context has a row for every word: the keys are weighted but not added up.",
    ask="The cell that comes next takes one vector a sentence. Which axis has to disappear?",
    hint=2,
)
def weighted_but_not_summed(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return weights[:, :, None] * keys, weights


@misconception(
    tell="Your context sums the projected keys, keys W_key: d_a numbers that were made for scoring.",
    ask="W_key helps to find a word. What do you want to carry away once it is found?",
    hint=3,
)
def context_sums_projected_keys(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return mixed(weights, keys @ W_key), weights


@misconception(
    tell="Your second result is the scores, as they are before the softmax.",
    ask="Do the numbers you return for one sentence sum to one?",
    hint=2,
)
def scores_returned_as_weights(query, keys, mask, W_query, W_key, v):
    scores = additive_scores(query, keys, W_query, W_key, v)
    return mixed(masked_softmax(scores, mask), keys), scores


@misconception(
    tell="You mix by the raw scores: there is no softmax, and some words count negatively.",
    ask="What turns scores of any size and sign into shares of one?",
    hint=2,
)
def no_softmax(query, keys, mask, W_query, W_key, v):
    weights = np.where(mask, additive_scores(query, keys, W_query, W_key, v), 0)
    return mixed(weights, keys), weights


@misconception(
    tell="Your weights sum to one down the batch: the softmax makes sentences compete with each other.",
    ask="For one query, which numbers compete with each other? Which axis are they on?",
    hint=2,
)
def softmax_over_the_batch(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask, axis=0)
    return mixed(weights, keys), weights


@misconception(
    tell="One softmax runs over the whole batch at once: all your weights together sum to one, not each sentence's.",
    ask="How much attention does each sentence have to give away?",
    hint=2,
)
def softmax_over_everything(query, keys, mask, W_query, W_key, v):
    scores = additive_scores(query, keys, W_query, W_key, v)
    weights = masked_softmax(scores.reshape(1, -1), mask.reshape(1, -1)).reshape(scores.shape)
    return mixed(weights, keys), weights


@misconception(
    tell="A softmax is taken of your weights once more, which flattens them.",
    ask="What goes into the softmax, and how often?",
)
def softmax_twice(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return attention_by(weights, keys, mask)


@misconception(
    tell="All the weight goes to the best word: you pick one word instead of mixing.",
    ask="Half a look at each of two words: can your weights say that? Could training nudge them there?",
)
def best_word_only(query, keys, mask, W_query, W_key, v):
    scores = np.where(mask, additive_scores(query, keys, W_query, W_key, v), -np.inf)
    weights = np.zeros_like(scores)
    weights[np.arange(len(scores)), scores.argmax(axis=1)] = 1
    return mixed(weights, keys), weights


@misconception(
    tell="There is no tanh in your scores, so your weights do not depend on the query: the decoder looks at the same "
    "words at every step.",
    ask="Which part of the sum is the same for every word, and what does a softmax do with such a part?",
)
def tanh_missing(query, keys, mask, W_query, W_key, v):
    return attention_by((query @ W_query @ v)[:, None] + keys @ W_key @ v, keys, mask)


@misconception(
    tell="Your scores multiply the projected query and the projected keys where they should be added.",
    ask="This attention is called additive. What is it that is added?",
)
def multiplied_instead_of_added(query, keys, mask, W_query, W_key, v):
    return attention_by(np.tanh((query @ W_query)[:, None] * (keys @ W_key)) @ v, keys, mask)


@misconception(
    tell="The keys never enter your scores, so every word gets the same weight.",
    ask="What would the query have to be compared with?",
)
def keys_never_enter_the_scores(query, keys, mask, W_query, W_key, v):
    scores = np.repeat((np.tanh(query @ W_query) @ v)[:, None], keys.shape[1], axis=1)
    return attention_by(scores, keys, mask)


@misconception(
    tell="You divide the scores by the square root of d_a. That belongs to the scaled dot product of a later lesson.",
    ask="Is there a division in Bahdanau's equation?",
)
def scaled(query, keys, mask, W_query, W_key, v):
    scores = additive_scores(query, keys, W_query, W_key, v) / np.sqrt(v.shape[0]).astype(v.dtype)
    return attention_by(scores, keys, mask)


@misconception(
    tell="Your weights are right and your context does not use them: every word counts the same.",
    ask="Where do the weights meet the keys?",
    hint=2,
)
def context_is_the_mean(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return mixed(mask / np.maximum(mask.sum(axis=1, keepdims=True), 1), keys), weights


@misconception(
    tell="Your context is the one best key; the other words' weights come to nothing.",
    ask="If the weights are a half and a half, what should the context be?",
    hint=2,
)
def context_is_the_best_key(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return keys[np.arange(len(keys)), weights.argmax(axis=1)], weights


@misconception(
    tell="The mask is not used: padding gets weight as if it were words.",
    ask="Which argument says where there is a word to look at?",
    hint=2,
)
def mask_ignored(query, keys, mask, W_query, W_key, v):
    return attention_by(additive_scores(query, keys, W_query, W_key, v), keys, np.ones_like(mask))


@misconception(
    tell="Your mask is the wrong way round: you look at the padding and not at the words.",
    ask="Does True mean that a position may be looked at, or that it is hidden?",
)
def mask_inverted(query, keys, mask, W_query, W_key, v):
    return attention_by(additive_scores(query, keys, W_query, W_key, v), keys, ~mask)


@misconception(
    tell="You take the softmax first and hide the padding afterwards: what padding had is lost, and the words' "
    "weights no longer sum to one.",
    ask="When must a word be out of the race, so that the others share its part?",
    hint=2,
)
def mask_after_the_softmax(query, keys, mask, W_query, W_key, v):
    scores = additive_scores(query, keys, W_query, W_key, v)
    weights = masked_softmax(scores, np.ones_like(mask)) * mask
    return mixed(weights, keys), weights


@misconception(
    tell="Padding gets the score 0, by which it still takes part: e to the power of 0 is 1.",
    ask="Which score has an exponential of exactly nothing?",
)
def padding_scores_zero(query, keys, mask, W_query, W_key, v):
    scores = np.where(mask, additive_scores(query, keys, W_query, W_key, v), 0)
    return attention_by(scores, keys, np.ones_like(mask))


@misconception(
    tell="You hide padding by zeroing its keys. A zero key is still a word with a score of its own, and gets weight.",
    ask="Where does it have to be hidden: in what is looked at, or in the scores?",
)
def padding_keys_zeroed(query, keys, mask, W_query, W_key, v):
    zeroed = keys * mask[:, :, None]
    return attention_by(additive_scores(query, zeroed, W_query, W_key, v), keys, np.ones_like(mask))


@misconception(
    tell="The first sentence's mask is used for all.",
    ask="Are all the sentences of a batch equally long?",
)
def first_mask_for_all(query, keys, mask, W_query, W_key, v):
    return attention_by(additive_scores(query, keys, W_query, W_key, v), keys, np.repeat(mask[:1], len(mask), axis=0))


@misconception(
    tell="Every word of an empty sentence gets the same weight: a large negative number, filled in everywhere, is as "
    "good as any other.",
    ask="After the softmax, what tells a sentence of padding from one whose words fit equally well?",
)
def empty_sentence_gets_equal_weights(query, keys, mask, W_query, W_key, v):
    scores = np.where(mask, additive_scores(query, keys, W_query, W_key, v), -1e9)
    weights = plain_softmax(scores)
    return mixed(weights, keys), weights


@misconception(
    tell="A sentence of nothing but padding becomes nan: no word is left to share, and the softmax divides nothing by "
    "nothing.",
    ask="You have written a masked softmax that knows about this. Which file is it in?",
)
def empty_sentence_becomes_nan(query, keys, mask, W_query, W_key, v):
    scores = np.where(mask, additive_scores(query, keys, W_query, W_key, v), -np.inf)
    weights = plain_softmax(scores)
    return mixed(weights, keys), weights


@misconception(
    tell="Axes of size one vanish from what you return: right for most batches, wrong for a single sentence.",
    ask="Is there an axis to drop at all? If so, how would you drop that one and no other?",
)
def every_axis_of_one_squeezed(query, keys, mask, W_query, W_key, v):
    weights = masked_softmax(additive_scores(query, keys, W_query, W_key, v), mask)
    return (weights[:, None] @ keys).squeeze(), weights


@misconception(
    tell="Your results come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(query, keys, mask, W_query, W_key, v):
    context, weights = attention_by(additive_scores(query, keys, W_query, W_key, v), keys, mask)
    return context.astype(np.float64), weights.astype(np.float64)


@misconception(
    tell="You write zeros into the keys you were given. The decoder looks at these keys again at its next step.",
    ask="Whose array is it, and do you need to change it at all?",
)
def padding_zeroed_in_the_callers_keys(query, keys, mask, W_query, W_key, v):
    keys[~mask] = 0
    return attention_by(additive_scores(query, keys, W_query, W_key, v), keys, mask)
