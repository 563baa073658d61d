"""Steps that look at the wrong moment, or forget what they saw."""

import numpy as np
from additive_attention import additive_attention
from additive_scores import additive_scores

from attnlab.content import misconception


@misconception(
    tell="The context comes back before the new state.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
def context_returned_first(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return context, np.tanh(token @ W_x + context @ W_c + state @ W_h + b), weights


@misconception(
    tell="The weights come back before the context.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
def weights_returned_second(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), weights, context


@misconception(
    tell="Only the new state comes back.",
    ask="What else does the last line of the Shapes block name?",
)
def only_the_new_state(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, _ = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b)


@misconception(
    tell="You move to a new state first, without any context, and look back with that one. (Luong does it in this "
    "order, in the next lesson; Bahdanau does not.)",
    ask="The new state is made of the context. So which state is there to ask with before the context is known?",
    hint=1,
)
def looks_back_with_the_new_state(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    moved = np.tanh(token @ W_x + state @ W_h + b)
    context, weights = additive_attention(moved, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="You look back with a new state that has read the token and not the context, and that same state is what "
    "you return: the context is fetched and never reaches the cell.",
    ask="What was the context fetched for? And which state is there before the step?",
    hint=1,
)
def context_fetched_after_the_step(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    moved = np.tanh(token @ W_x + state @ W_h + b)
    context, weights = additive_attention(moved, keys, mask, W_query, W_key, v)
    return moved, context, weights


@misconception(
    tell="You step with the right context and then look back once more, with the new state; what you return is that "
    "second look.",
    ask="Which look was the new state made of?",
    hint=1,
)
def looks_again_after_the_step(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, _ = additive_attention(state, keys, mask, W_query, W_key, v)
    moved = np.tanh(token @ W_x + context @ W_c + state @ W_h + b)
    return moved, *additive_attention(moved, keys, mask, W_query, W_key, v)


@misconception(
    tell="You look back with the token's part in the query: state W_h + token W_x asks, before any tanh.",
    ask="The paper scores with one of the arguments as it is. Which?",
    hint=2,
)
def looks_back_with_the_sum(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(token @ W_x + state @ W_h, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="Your weights are right and your context does not use them: it is the plain average of the keys.",
    ask="Where do the weights meet the keys? And have you not written that already?",
    hint=2,
)
def context_is_the_mean(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    _, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    context = keys.mean(axis=1)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="The context never reaches the cell: it is fetched and returned, and the new state has not read it.",
    ask="Which of the matrices have you not used?",
    hint=3,
)
def context_never_reaches_the_cell(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + state @ W_h + b), context, weights


@misconception(
    tell="When the state is all zeros, your context is zeros too: the first word is written without looking at the "
    "sentence.",
    ask="A query of zeros still has scores. Where do they come from?",
    hint=2,
)
def first_context_zero(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    if not state.any():
        context = np.zeros_like(context)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="The cell reads the plain average of the keys, not the context you fetched.",
    ask="Where do the weights make a difference to the new state?",
    hint=3,
)
def cell_reads_the_mean(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + keys.mean(axis=1) @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="The cell reads the last key, as in lesson 01: one vector for the whole sentence, whatever the weights say.",
    ask="What did the look back bring, and where does it go?",
    hint=3,
)
def cell_reads_the_last_key(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + keys[:, -1] @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="The cell has not read the token: two different last words lead to the same new state.",
    ask="Which of the arguments says what was written last, and through which matrix does it go?",
    hint=3,
)
def token_ignored(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="The state asks, but it is not carried on: the new state remembers nothing of it.",
    ask="How would the decoder know, three words later, what it has already said?",
    hint=3,
)
def state_not_carried(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + b), context, weights


@misconception(
    tell="The bias b is missing from the new state.",
    ask="How many terms stand inside the tanh, and how many do you have?",
    hint=3,
)
def bias_missing(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h), context, weights


@misconception(
    tell="The new state is the bare sum: there is no tanh around it.",
    ask="What keeps a state from growing with every step?",
    hint=3,
)
def tanh_missing(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return token @ W_x + context @ W_c + state @ W_h + b, context, weights


@misconception(
    tell="The context is added outside the tanh, to a state that has already been squashed.",
    ask="Where does the bracket after tanh close?",
    hint=3,
)
def context_added_outside(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + state @ W_h + b) + context @ W_c, context, weights


@misconception(
    tell="The old state is added to the new one after the tanh. That is a shortcut of later networks, not this cell.",
    ask="Through which matrix does the state go, and how often should it come in?",
    hint=3,
)
def old_state_added(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return state + np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="W_h is applied from the wrong side (transposed): being square, it does not complain.",
    ask="Rows in, columns out: which side of W_h does the state stand on in `state W_h`?",
)
def recurrence_transposed(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h.T + b), context, weights


@misconception(
    tell="Every step of yours starts from zero: state and query are zeros whatever is passed in.",
    ask="Who carries the state from one word to the next?",
    hint=1,
)
def starts_from_zero(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(np.zeros_like(state), keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + b), context, weights


@misconception(
    tell="The mask is not used: the decoder looks at padding as if it were words.",
    ask="Which argument says where there is a word to look at?",
)
def mask_ignored(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, np.ones_like(mask), W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="Your mask is the wrong way round: the decoder looks at the padding and not at the words.",
    ask="Does True mean that a position may be looked at, or that it is hidden?",
)
def mask_inverted(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, ~mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="A sentence with nothing to look at becomes nan, and the nan goes on into the state and every word after it.",
    ask="You have written an attention that knows about empty sentences. Which file is it in?",
)
def empty_sentence_becomes_nan(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    scores = np.where(mask, additive_scores(state, keys, W_query, W_key, v), -np.inf)
    with np.errstate(invalid="ignore"):
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights = shares / shares.sum(axis=1, keepdims=True)
    context = (weights[:, :, None] * keys).sum(axis=1)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b), context, weights


@misconception(
    tell="Axes of size one vanish from what you return: right for most batches, wrong for a single sentence.",
    ask="Is there an axis to drop at all? If so, how would you drop that one and no other?",
)
def every_axis_of_one_squeezed(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    return np.tanh(token @ W_x + context @ W_c + state @ W_h + b).squeeze(), context.squeeze(), weights.squeeze()


@misconception(
    tell="Your results come back as float64 although everything you were given is float32.",
    ask="Which array did you make yourself, and which dtype does numpy give it when it is not told?",
)
def always_float64(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    new_state = np.tanh(np.zeros(state.shape) + token @ W_x + context @ W_c + state @ W_h + b)
    return new_state, context, weights


@misconception(
    tell="You write the new state into the array you were given. Whoever kept the old state has lost it.",
    ask="Beam search will step from one state several times. What does its second step start from?",
)
def state_overwritten(token, state, keys, mask, W_query, W_key, v, W_x, W_c, W_h, b):
    context, weights = additive_attention(state, keys, mask, W_query, W_key, v)
    state[:] = np.tanh(token @ W_x + context @ W_c + state @ W_h + b)
    return state, context, weights
