"""Each made-up mistake is recognised in the right words, and nothing is said about unrelated numbers."""

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from attnlab.grading.comparison import compare
from attnlab.grading.explainers import explain, explain_exception, explain_mutation
from attnlab.grading.explainers.catalogue import EXPLAINERS
from attnlab.shapes import NamedShape
from attnlab.wire.values import Array, Opaque

AXES = ("batch", "queries", "keys")
SCORES = NamedShape("scores", AXES)
WEIGHTS = NamedShape("weights", AXES)
CONTEXT = NamedShape("context", ("batch", "d_v"))
TOKENS = NamedShape("tokens", None)

seeds = st.integers(0, 2**32 - 1)
# Every axis has a size of its own, as in the course: a swapped axis cannot hide.
sizes = st.permutations(range(3, 9)).map(lambda several: tuple(several[:3]))


def given(*drawn, examples=25, **named):
    """Hypothesis without a deadline, which a busy machine would miss."""
    few = hypothesis.settings(max_examples=examples, deadline=None)
    return lambda test: few(hypothesis.given(*drawn, **named)(test))


def numpy_array(values, dtype=None):
    return Array(np.asarray(values, dtype), "numpy")


def softmax(scores, axis=-1):
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def told(expected, got, name, inputs=None, axes=None):
    """What is told of two arrays (or values), with inputs given as plain arrays."""
    names = name if isinstance(name, list) else [name]
    difference = compare(_value(expected), _value(got), names=names)
    assert difference is not None
    shapes = {key: NamedShape(key, words) for key, words in (axes or {}).items()}
    diagnosis = explain(difference, {key: _value(one) for key, one in (inputs or {}).items()}, shapes=shapes)
    return None if diagnosis is None else f"{diagnosis.tell} {diagnosis.ask}"


def _value(thing):
    if isinstance(thing, np.ndarray | np.generic):
        return numpy_array(thing)
    return tuple(map(_value, thing)) if isinstance(thing, tuple) else thing


def normal(seed, shape):
    return np.random.default_rng(seed).standard_normal(shape)


def masked_softmax(scores, mask):
    weights = softmax(np.where(mask, scores, -1e30)) * mask
    return weights / np.maximum(weights.sum(-1, keepdims=True), 1e-300)


def open_mask(seed, shape):
    """Each row has places to look at, at least two, and at least one that is closed."""
    mask = np.random.default_rng(seed).random(shape) < 0.5
    mask[..., 0], mask[..., 1], mask[..., 2] = True, True, False
    return mask


# --- nothing is said where nothing is known --------------------------------------------------------


@given(seeds, sizes, examples=200)
def test_nothing_is_said_of_unrelated_numbers(seed, shape):
    one, other, third = normal(seed, (3, *shape))

    assert told(one, other, SCORES, {"query": third, "b": third[0, 0], "d_k": 5}) is None


@given(seeds, sizes, examples=200)
def test_nothing_is_said_of_the_weights_of_unrelated_scores(seed, shape):
    one, other, scores = normal(seed, (3, *shape))

    assert told(softmax(one), softmax(other), WEIGHTS, {"scores": scores}) is None


@given(seeds, sizes)
def test_nothing_is_said_of_unrelated_numbers_in_single_precision(seed, shape):
    one, other, third = normal(seed, (3, *shape)).astype(np.float32)

    assert told(one, other, SCORES, {"query": third}) is None


@given(seeds)
def test_nothing_is_said_of_two_unrelated_single_numbers(seed):
    one, other = normal(seed, (2,))

    assert told(one, other, NamedShape("loss", None), {"logits": normal(seed + 1, (3, 5))}) is None


@given(seeds, sizes)
def test_nothing_is_said_of_one_number_that_is_wrong(seed, shape):
    right = normal(seed, shape)
    wrong = right.copy()
    wrong[1, 2, 1] += 0.31

    assert told(right, wrong, SCORES) is None


@given(seeds, st.permutations([3, 5, 6, 7]))
def test_nothing_is_said_of_unrelated_truth_values(seed, shape):
    one, other = normal(seed, (2, *shape)) > 0

    assert told(one, other, NamedShape("mask", None)) is None


@given(seeds)
def test_nothing_is_said_of_unrelated_tokens(seed):
    generator = np.random.default_rng(seed)
    one, other = ([generator.integers(3, 10**6, size).tolist() for size in (4, 6, 3)] for _ in range(2))

    assert told(one, other, TOKENS, {"bos": 1, "eos": 2, "max_length": 9}) is None


def test_every_explainer_is_in_the_catalogue_once():
    assert len(set(EXPLAINERS)) == len(EXPLAINERS)


# --- constants ---------------------------------------------------------------------------------------


@given(seeds)
def test_a_ratio_that_is_a_root_of_an_axis_is_told_with_that_axis(seed):
    query, key = normal(seed, (2, 4, 8)), normal(seed + 1, (2, 6, 8))
    scores = query @ key.swapaxes(-1, -2)
    axes = {"query": ("batch", "queries", "d_k"), "key": ("batch", "keys", "d_k")}
    inputs = {"query": query, "key": key}

    text = told(scores / np.sqrt(8), scores, SCORES, inputs, axes)
    other_way = told(scores, scores / np.sqrt(8), SCORES, inputs, axes)
    both = told(scores, scores / 8, SCORES, inputs, axes)

    assert "2.83 times too large everywhere, and 2.83 is the square root of 8, the size of d_k" in text
    assert "2.83 times too small everywhere, and 2.83 is the square root of 8, the size of d_k" in other_way
    assert "8 times too small everywhere, and 8 is the size of d_k" in both


@pytest.mark.parametrize("got", [2e-198, 1e200, 5e-324])
def test_a_number_of_another_world_stops_no_explainer(got):
    assert told(np.asarray(0.0017), np.asarray(got), NamedShape("rate", ())) is None


@given(seeds, sizes, st.sampled_from([2.0, -2.0, 0.5, np.sqrt(3), 1.37]))
def test_a_constant_ratio_is_told(seed, shape, factor):
    right = normal(seed, shape)

    text = told(right, right * factor, NamedShape("scores", None))

    assert "times too" in text
    assert ("wrong sign" in text) == (factor < 0)


@given(seeds)
def test_a_single_number_that_is_a_sum_instead_of_a_mean_is_told(seed):
    right = normal(seed, ())
    logits = normal(seed, (6, 7))

    text = told(right, right * 6, NamedShape("loss", None), {"logits": logits}, {"logits": ("batch", "vocabulary")})

    assert "6 times too large, and 6 is the size of batch" in text


@given(seeds, sizes)
def test_a_wrong_sign_is_told(seed, shape):
    right = normal(seed, shape)

    assert "the wrong sign" in told(right, -right, SCORES)


@given(seeds, sizes, st.floats(0.1, 3))
def test_a_constant_offset_is_told(seed, shape, by):
    right = normal(seed, shape)

    assert "too large, all by the same amount" in told(right, right + by, SCORES)
    assert "too small, all by the same amount" in told(right, right - by, SCORES)


@given(seeds, sizes)
def test_an_offset_of_whole_rows_is_told_with_the_axis(seed, shape):
    right = normal(seed, shape)

    text = told(right, right - np.log(np.exp(right).sum(-1, keepdims=True)), SCORES)

    assert "off by one amount all along keys" in text


# --- normalisation -----------------------------------------------------------------------------------


@given(seeds, sizes)
def test_weights_over_the_wrong_axis_are_told_with_both_axes(seed, shape):
    scores = normal(seed, shape)

    text = told(softmax(scores), softmax(scores, axis=1), WEIGHTS, {"scores": scores})

    assert "sum to one along queries, not along keys" in text
    assert "For one query, which numbers compete with each other?" in text


@given(seeds, sizes)
def test_weights_over_everything_are_told(seed, shape):
    scores = normal(seed, shape)

    assert "over everything at once" in told(softmax(scores), softmax(scores.ravel()).reshape(shape), WEIGHTS)


@given(seeds, sizes)
def test_weights_over_two_axes_together_are_told(seed, shape):
    scores = normal(seed, shape)
    jointly = softmax(scores.reshape(shape[0], -1)).reshape(shape)

    assert "over queries and keys together" in told(softmax(scores), jointly, WEIGHTS)


@given(seeds, sizes)
def test_exponentials_that_are_not_divided_are_told(seed, shape):
    scores = normal(seed, shape)

    assert "the proportions of your weights are right" in told(softmax(scores), np.exp(scores), WEIGHTS)


@given(seeds, sizes, st.sampled_from([1e-3, 1e-5, 1e-7]))
def test_something_small_added_to_the_divisor_is_told(seed, shape, epsilon):
    scores = normal(seed, shape)
    exponentials = np.exp(scores - scores.max(-1, keepdims=True))
    wrong = exponentials / (exponentials.sum(-1, keepdims=True) + epsilon)

    assert "something small is added to what you divide by" in told(softmax(scores), wrong, WEIGHTS)


@given(seeds, sizes)
def test_weights_that_do_not_sum_to_one_for_no_known_reason_are_told_as_just_that(seed, shape):
    one, other = normal(seed, (2, *shape))

    assert "; there it should be 1" in told(softmax(one), np.exp(other), WEIGHTS)
    assert "partly negative, as at" in told(softmax(one), other - other.max() / 2, WEIGHTS)


@given(seeds, sizes)
def test_scores_are_not_taken_for_weights_that_leak(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)

    text = told(masked_softmax(scores, mask), normal(seed + 1, shape), WEIGHTS, {"mask": mask})

    assert "leak" not in text


@given(seeds, sizes)
def test_picking_the_largest_is_told(seed, shape):
    scores = normal(seed, shape)
    hard = (scores == scores.max(-1, keepdims=True)).astype(float)

    assert "give all to the largest score along keys" in told(softmax(scores), hard, WEIGHTS)


@given(seeds, sizes)
def test_even_weights_are_told(seed, shape):
    scores = normal(seed, shape)

    assert "everywhere, one share of" in told(softmax(scores), np.full(shape, 1 / shape[-1]), WEIGHTS)


# --- masks -------------------------------------------------------------------------------------------


@given(seeds, sizes)
def test_a_leak_through_the_mask_is_told_with_its_place(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)
    right = masked_softmax(scores, mask)

    text = told(right, softmax(np.where(mask, scores, -3.0)), WEIGHTS, {"scores": scores, "mask": mask})

    assert "A leak" in text
    assert "where `mask` is False" in text
    assert "batch 0, query 0, key 2" in text


@given(seeds, sizes)
def test_a_mask_of_fewer_axes_is_matched_by_the_words_of_its_axes(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, (shape[0], shape[2]))
    right = masked_softmax(scores, mask[:, None, :])

    text = told(
        right, softmax(scores), WEIGHTS, {"scores": scores, "mask": mask}, {"scores": AXES, "mask": ("batch", "keys")}
    )

    assert "where `mask` is False" in text


@given(seeds, sizes)
def test_an_inverted_mask_is_told(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)

    text = told(masked_softmax(scores, mask), masked_softmax(scores, ~mask), WEIGHTS, {"scores": scores, "mask": mask})

    assert "above zero exactly where `mask` is False" in text


@given(seeds, sizes)
def test_weights_masked_after_the_softmax_are_told(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)

    text = told(masked_softmax(scores, mask), softmax(scores) * mask, WEIGHTS, {"scores": scores, "mask": mask})

    assert "before or after" in text
    assert "what is left sums to" in text


@given(seeds, sizes)
def test_a_row_with_nothing_to_look_at_that_gets_even_weights_is_told(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)
    mask[-1, -1] = False
    wrong = softmax(np.where(mask, scores, -1e9))

    text = told(masked_softmax(scores, mask), wrong, WEIGHTS, {"scores": scores, "mask": mask})

    assert f"batch {shape[0] - 1}, query {shape[1] - 1}, gets" in text
    assert "all other rows are right" in text


@given(seeds, st.integers(3, 8))
def test_a_look_into_the_future_is_told(seed, length):
    scores = normal(seed, (2, length, length))
    causal = np.tri(length, dtype=bool)
    right = masked_softmax(scores, causal)

    text = told(right, softmax(scores), WEIGHTS, {"query": normal(seed, (2, length, 9))})

    assert "A look into the future" in text
    assert "batch 0, query 0, key 1" in text


@given(seeds, st.integers(5, 8))
def test_a_leak_into_the_padding_is_told_with_the_length(seed, keys):
    scores, lengths = normal(seed, (3, 4, keys)), np.array([keys, 2, 3])
    mask = np.arange(keys) < lengths[:, None, None]

    text = told(masked_softmax(scores, mask), softmax(scores), WEIGHTS, {"lengths": lengths})

    assert "that sentence has only 2 tokens" in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (np.tri(5, 7, 3, dtype=bool), "1 key further than it may"),
        (np.tri(5, 7, 1, dtype=bool), "1 key less far than it may"),
        (np.tri(5, 7, 0, dtype=bool), "the triangle starts in the wrong corner"),
        (~np.tri(5, 7, 2, dtype=bool), "True exactly where False is right"),
        (~np.tri(5, 7, 1, dtype=bool), "a triangle the other way round"),
    ],
)
def test_a_wrong_triangle_is_told(wrong, words):
    assert words in told(np.tri(5, 7, 2, dtype=bool), wrong, NamedShape("mask", ("queries", "keys")))


def test_a_padding_mask_that_opens_one_place_too_many_is_told():
    lengths = np.array([2, 4, 6])[:, None]
    places = np.arange(6)

    text = told(places < lengths, places <= lengths, NamedShape("mask", ("batch", "keys")))

    assert "at one place too many along keys" in text


# --- order -------------------------------------------------------------------------------------------


@given(seeds, sizes)
def test_swapped_axes_are_told_by_name(seed, shape):
    right = normal(seed, shape)

    assert "queries and keys are swapped" in told(right, right.swapaxes(1, 2), SCORES)


@given(seeds, sizes)
def test_axes_of_the_right_sizes_in_another_order_are_told_even_with_other_numbers(seed, shape):
    one, other = normal(seed, (2, *shape))

    assert "right sizes in another order: queries and keys are swapped" in told(one, other.swapaxes(1, 2), SCORES)


@given(seeds)
def test_swapped_axes_of_one_size_are_told_by_name(seed):
    right = normal(seed, (2, 5, 5))

    assert "queries and keys are swapped" in told(right, right.swapaxes(1, 2), SCORES)


@given(seeds, sizes)
def test_a_reversed_axis_is_told(seed, shape):
    right = normal(seed, shape)

    assert "run backwards along queries" in told(right, right[:, ::-1], SCORES)


@given(seeds, sizes, st.sampled_from([1, -1]))
def test_a_shift_by_one_is_told(seed, shape, by):
    right = normal(seed, shape)

    text = told(right, np.roll(right, by, axis=1), SCORES)

    assert f"everything stands one query too {'late' if by > 0 else 'early'} along queries" in text
    assert "the other end" in text


@given(seeds, sizes)
def test_a_reshape_in_place_of_a_transpose_is_told(seed, shape):
    right = normal(seed, shape)

    assert "a reshape has mixed them" in told(right, right.swapaxes(1, 2).reshape(shape), SCORES)


@given(seeds, sizes)
def test_the_right_numbers_at_other_places_are_told(seed, shape):
    right = normal(seed, shape)

    assert "at other places" in told(right, np.sort(right, axis=None).reshape(shape), SCORES)


# --- batches -----------------------------------------------------------------------------------------


@given(seeds, sizes)
def test_the_first_answer_given_to_all_is_told(seed, shape):
    right = normal(seed, shape)

    assert "that of the first one" in told(right, np.broadcast_to(right[0], shape).copy(), SCORES)


@given(seeds, sizes)
def test_a_batch_of_which_only_the_first_item_was_done_is_told(seed, shape):
    right = normal(seed, shape)
    wrong = np.zeros(shape)
    wrong[0] = right[0]

    assert "Only the first item of the batch is right; the others are all zero" in told(right, wrong, SCORES)


@given(seeds, sizes)
def test_items_at_each_others_places_are_told(seed, shape):
    right = normal(seed, shape)
    order = [1, 0, *range(2, shape[0])]

    assert "batch 0 holds what belongs to batch 1" in told(right, right[order], SCORES)


@given(seeds, sizes)
def test_weights_that_do_not_depend_on_the_query_are_told(seed, shape):
    right = softmax(normal(seed, shape))
    wrong = np.broadcast_to(softmax(normal(seed + 1, (shape[0], 1, shape[2]))), shape).copy()

    assert "the same for every query" in told(right, wrong, WEIGHTS)


@given(seeds, sizes)
def test_one_wrong_slice_is_told(seed, shape):
    right = normal(seed, shape)
    wrong = right.copy()
    wrong[:, -1] += normal(seed + 1, (shape[0], shape[2])) ** 2 + 0.5

    assert "Everything is right but the last query" in told(right, wrong, SCORES)


# --- functions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (np.log, "the logarithms of the right ones"),
        (np.exp, "the exponentials of the right ones"),
        (np.square, "the squares of the right ones"),
        (np.sqrt, "the square roots of the right ones"),
        (lambda right: 1 - right, "one minus the right ones"),
        (softmax, "through the softmax twice, along keys"),
    ],
)
@given(seed=seeds, shape=sizes)
def test_a_function_too_many_is_told(function, words, seed, shape):
    right = softmax(normal(seed, shape))

    assert words in told(right, function(right), WEIGHTS)


@given(seeds, sizes)
def test_a_missing_tanh_and_one_too_many_are_told(seed, shape):
    before = normal(seed, shape)

    assert "before their tanh" in told(np.tanh(before), before, SCORES)
    assert "through a sigmoid in place of the tanh" in told(np.tanh(before), 1 / (1 + np.exp(-before)), SCORES)
    assert "through a relu in place of the tanh" in told(np.tanh(before), np.maximum(before, 0), SCORES)
    assert "the tanh of the right ones" in told(np.tanh(before), np.tanh(np.tanh(before)), SCORES)


@given(seeds, sizes)
def test_scores_that_were_already_made_weights_are_told(seed, shape):
    right = normal(seed, shape)

    assert "are the softmax, along keys, of the right ones" in told(right, softmax(right), SCORES)


@given(seeds, sizes)
def test_a_forgotten_bias_is_told_by_its_name_also_before_a_tanh(seed, shape):
    product, b = 0.3 * normal(seed, shape), 0.5 * normal(seed + 1, shape[-1:])

    assert "lack `b`" in told(product + b, product, SCORES, {"b": b})
    assert "are the right ones with `b` added once more" in told(product + b, product + 2 * b, SCORES, {"b": b})
    assert "have `b` subtracted" in told(product + b, product - b, SCORES, {"b": b})
    assert "Before the tanh, the numbers in your scores lack `b`" in told(
        np.tanh(product + b), np.tanh(product), SCORES, {"b": b}
    )


@given(seeds, sizes)
def test_an_input_handed_back_is_told_by_its_name(seed, shape):
    scores = normal(seed, shape)

    assert "What you return is `scores` itself" in told(softmax(scores), scores, WEIGHTS, {"scores": scores})


@given(seeds, sizes)
def test_zeros_everywhere_are_told(seed, shape):
    assert "are all zero" in told(normal(seed, shape), np.zeros(shape), SCORES)


@given(seeds)
def test_a_plain_average_of_the_values_is_told(seed):
    value = normal(seed, (2, 6, 7))

    text = told(normal(seed + 1, (2, 7)), value.mean(1), CONTEXT, {"value": value}, {"value": ("batch", "keys", "d_v")})

    assert "the plain mean of `value` over keys" in text


# --- shapes ------------------------------------------------------------------------------------------


@given(seeds, sizes)
def test_an_axis_that_was_reduced_away_is_told_with_how(seed, shape):
    right = normal(seed, shape)

    assert "The keys axis is gone from your scores: it was summed away" in told(right, right.sum(-1), SCORES)
    assert "The batch axis is gone from your scores: only the first item of the batch is left" in told(
        right, right[0], SCORES
    )
    assert "The keys axis has size 1 in your scores" in told(right, right.sum(-1, keepdims=True), SCORES)


@given(seeds, sizes)
def test_an_axis_of_size_one_too_many_is_told(seed, shape):
    right = normal(seed, shape)

    text = told(right, right[:, None], SCORES)

    assert "an axis of size 1 too many, after batch; without it every number is right" in text


@given(seeds, sizes)
def test_an_axis_that_was_not_summed_is_told(seed, shape):
    products = normal(seed, (*shape, 9))
    inputs, axes = {"query": normal(seed, (2, 9))}, {"query": ("batch", "d_k")}

    text = told(products.sum(-1), products, SCORES, inputs, axes)

    assert "an axis too many, of size 9, the size of d_k; summed over it, every number is right" in text
    assert "its last place holds the right answer" in told(products[..., -1], products, SCORES)


@given(seeds)
def test_a_batch_in_which_each_met_each_is_told(seed):
    query, keys = normal(seed, (7, 3)), normal(seed + 1, (7, 5, 3))
    scores = np.einsum("bd,bkd->bk", query, keys)

    text = told(scores, np.einsum("bd,akd->bak", query, keys), NamedShape("scores", ("batch", "keys")))

    assert "every item of the batch has met every other one" in text


@given(seeds)
def test_answers_that_are_right_only_at_full_length_are_told_as_such(seed):
    right = normal(seed, (4, 5))
    wrong = right.copy()
    wrong[1:] = normal(seed + 1, (3, 5))

    text = told(right, wrong, NamedShape("state", ("batch", "d_h")), {"lengths": np.array([7, 3, 5, 2])})

    assert "Only the items of the full length, 7, are right; item 1, of length 3, is the first" in text


@given(seeds, sizes)
def test_one_step_too_many_or_too_few_is_told_with_its_end(seed, shape):
    right = normal(seed, shape)
    before = normal(seed + 1, (shape[0], 1, shape[2]))

    assert "1 query more than there should be at the beginning of queries" in told(
        right, np.concatenate([before, right], axis=1), SCORES
    )
    assert "1 query missing at the end of queries" in told(right, right[:, :-1], SCORES)


def test_a_column_that_met_a_row_is_told():
    assert "came out as a square of 6 by 6" in told(np.zeros(6), np.zeros((6, 6)), NamedShape("loss", ("batch",)))


@given(seeds)
def test_an_axis_with_the_size_of_another_is_told_with_that_one(seed):
    text = told(
        normal(seed, (2, 7)),
        normal(seed, (2, 5)),
        CONTEXT,
        {"key": normal(seed, (2, 6, 5))},
        {"key": ("batch", "keys", "d_k")},
    )

    assert "it has 5, and that is the size of d_k" in text


# --- dtypes ------------------------------------------------------------------------------------------


def test_a_widened_dtype_is_told():
    narrow = np.ones((2, 3), np.float32)

    text = told(narrow, narrow.astype(np.float64), CONTEXT, {"query": narrow})

    assert "The inputs are float32 and your context is float64" in text


def test_whole_numbers_that_cannot_hold_fractions_are_told():
    assert "an array of whole numbers" in told(np.ones((2, 3)), np.ones((2, 3), np.int64), CONTEXT)


@given(seeds, sizes)
def test_single_precision_on_the_way_is_told(seed, shape):
    right = normal(seed, shape)

    text = told(right, right.astype(np.float32).astype(np.float64), SCORES)

    assert "as many digits as float32 holds" in text


@given(seeds, sizes)
def test_rounding_is_told(seed, shape):
    right = 5 * normal(seed, shape)

    assert "rounded down to whole numbers" in told(right, np.floor(right), SCORES)
    assert "rounded to whole numbers" in told(right, np.round(right), SCORES)


# --- nan and infinity --------------------------------------------------------------------------------


@given(seeds, sizes)
def test_nan_in_an_empty_row_is_traced_to_the_mask(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)
    mask[1, 2] = False
    hidden = np.where(mask, scores, -np.inf)
    with np.errstate(all="ignore"):
        wrong = softmax(hidden)

    of_mask = told(masked_softmax(scores, mask), wrong, WEIGHTS, {"scores": scores, "mask": mask})
    of_scores = told(masked_softmax(scores, mask), wrong, WEIGHTS, {"scores": hidden})

    assert "nan all through batch 1, query 2, where `mask` is False at every place" in of_mask
    assert "nan all through batch 1, query 2, where every number of `scores` is -inf" in of_scores


@given(seeds, sizes)
def test_nan_from_a_large_score_is_traced_to_its_row(seed, shape):
    scores = normal(seed, shape)
    scores[1, 2] += 1000
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores)
        wrong = exponentials / exponentials.sum(-1, keepdims=True)

    text = told(softmax(scores), wrong, WEIGHTS, {"scores": scores})
    reached = f"{scores.max():.0f}"

    assert f"`scores` reaches {reached} at batch 1, query 2, and exp of anything above 709 is too large" in text


@given(seeds, sizes)
def test_nan_from_scores_that_are_all_low_is_traced_to_their_row(seed, shape):
    scores = normal(seed, shape)
    scores[1, 2] -= 1000
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores)
        wrong = exponentials / exponentials.sum(-1, keepdims=True)

    text = told(softmax(scores), wrong, WEIGHTS, {"scores": scores})

    assert "every exp there is too small" in text
    assert "at batch 1, query 2" in text


@given(seeds, sizes)
def test_nan_of_unknown_origin_is_told_as_nan_and_no_more(seed, shape):
    right = normal(seed, shape)
    wrong = right.copy()
    wrong[0, 1, 2] = np.nan

    assert told(right, wrong, SCORES, {"query": right}).startswith("Nan stands at 1 of")


# --- what is returned --------------------------------------------------------------------------------


def test_a_gradient_that_never_came_is_not_taken_for_a_missing_return():
    text = told(np.ones((2, 3)), None, NamedShape("the gradient of query", None))

    assert text.startswith("Nothing flows back: the gradient of query is missing")


def test_a_missing_return_is_told():
    assert "ends without returning anything" in told(np.zeros((2, 3)), None, CONTEXT)


def test_a_function_that_was_not_called_is_told():
    assert "not the result of calling it" in told(np.zeros((2, 3)), Opaque("builtin_function_or_method"), CONTEXT)


@given(seeds)
def test_parts_in_the_other_order_are_told(seed):
    context, weights = normal(seed, (2, 7)), normal(seed + 1, (2, 4, 6))

    text = told((context, weights), (weights, context), [CONTEXT, WEIGHTS])

    assert "context and weights do not stand where they should" in text


@given(seeds)
def test_one_part_too_few_and_one_too_many_are_told(seed):
    context, weights = normal(seed, (2, 7)), normal(seed + 1, (2, 4, 6))

    assert "it is number 2 of the 2" in told((context, weights), weights, [CONTEXT, WEIGHTS])
    assert "the one at place 0, counted from 0, is right on its own" in told(context, (context, weights), CONTEXT)


def test_a_list_of_rows_is_told():
    rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]

    assert "together they have the right shape" in told(np.array(rows), rows, CONTEXT)


def test_a_mistake_in_the_second_part_explains_the_first():
    scores, value = normal(1, (2, 4, 6)), normal(2, (2, 6, 7))
    right, wrong = softmax(scores), softmax(scores, axis=1)

    text = told((right @ value, right), (wrong @ value, wrong), [NamedShape("context", None), WEIGHTS])

    assert "Your weights sum to one along the second axis" in text or "Your weights sum to one along queries" in text


# --- tokens ------------------------------------------------------------------------------------------

SENTENCES = [[5, 6, 7, 8], [9, 4], [3, 8, 6]]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([[*one, 2] for one in SENTENCES], "they keep the end token 2"),
        ([[1, *one] for one in SENTENCES], "begins with one token too many, 1"),
        ([one[:2] for one in SENTENCES], "stop together after 2 tokens"),
        ([one[:-1] for one in SENTENCES], "its last token, which is missing"),
        ([one[1:] for one in SENTENCES], "its first token, which is missing"),
        ([[*one, 2, 4, 4, 4, 4, 4][:9] for one in SENTENCES], "they go on after it"),
        ([SENTENCES[0]] * 3, "gets the same answer, the first one's"),
        ([5, 6, 7, 8], "one list for each is expected"),
        ([[5, 9, 3], [6, 4, 8], [7, 2, 6], [8, 2, 2]], "one list for every step"),
    ],
)
def test_a_mistake_in_lists_of_tokens_is_told(wrong, words):
    assert words in told(SENTENCES, wrong, TOKENS, {"bos": 1, "eos": 2, "max_length": 9})


# --- exceptions --------------------------------------------------------------------------------------

ATTENTION = {
    "query": numpy_array(np.zeros((2, 4, 5))),
    "key": numpy_array(np.zeros((2, 6, 5))),
    "value": numpy_array(np.zeros((2, 6, 7))),
    "mask": None,
}
ATTENTION_SHAPES = {
    "query": NamedShape("query", ("batch", "queries", "d_k")),
    "key": NamedShape("key", ("batch", "keys", "d_k")),
    "value": NamedShape("value", ("batch", "keys", "d_v")),
}


def raised_by(code, **names):
    try:
        exec(code, {"np": np, "query": np.zeros((2, 4, 5)), "key": np.zeros((2, 6, 5)), **names})
    except BaseException as error:
        return type(error).__name__, str(error)
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("query @ key", "5 (the size of d_k) meets 6 (the size of keys)"),
        ("query[0] @ key[0]", "5 (the size of d_k) meets 6 (the size of keys)"),
        ("np.dot(query[0], key[0])", "5 (the size of d_k) meets 6 (the size of keys)"),
        ("query + key", "`query` (batch 2, queries 4, d_k 5) and `key` (batch 2, keys 6, d_k 5)"),
        ("if query > 0: pass", "asks a whole array for a single yes or no"),
        ("query[0, 4]", "place 4 along an axis of size 4, the size of queries, whose last place is 3. It is just one"),
        ("query[0, 0, 0, 0]", "An array with 3 axes is asked with more indices"),
        ("query.sum(axis=3)", "axis 3 of an array with 3 axes"),
        ("query.transpose(1, 0)", "another number of axes"),
        ("query.reshape(2, 5, 5)", "than there are numbers, 40"),
        ("np.concatenate([query, key[0]])", "differ in more than the axis"),
        ("np.einsum('bqd,bk->bqk', query, key)", "letters of an einsum"),
        ("[1, 2][2]", "beyond its end"),
        ("def f():\n    if False: scores = 1\n    return scores\nf()", "`scores` is used before it gets a value"),
        ("torch.zeros(3)", "Does the file still begin with `import torch`?"),
        ("querry + 1", "There is no `querry` here; there is `query`"),
        ("query.unsqueeze(0)", "in numpy it is np.expand_dims(x, axis)"),
        ("np.softmax(query)", "The module numpy has nothing called `softmax`"),
        ("query.sum(dim=0)", "numpy calls it axis"),
        ("None.shape", "in this call `mask` is None"),
        ("None + query", "in this call `mask` is None"),
        ("a, b = query.shape", "unpacks into 2 names"),
        ("a, b, c, d = query.shape", "unpacks into 4 names, and there were only 3"),
        ("def f(): return f()\nf()", "calls itself"),
        ("import scipy_of_nowhere", "The module scipy_of_nowhere is not available"),
        ("raise NotImplementedError('x')", "still to be written"),
        ("a = np.zeros(3, int); a += 0.5", "written into an array of whole numbers"),
        ("float(query)", "needs a single number"),
        ("import math; math.exp(query)", "needs a single number"),
        ("query[0.5]", "used as an index"),
        ("~query", "work on True and False"),
        ("(query > 0) - (query > 1)", "subtracted, or negated"),
        ("np.broadcast_to(query, (3, 2, 4, 5))[0] = 1", "may only be read"),
        ("query()", "called like a function"),
        ("1 / 0", "divided by zero"),
        ("(lambda a: a)(1, 2)", "called with other arguments"),
        ("def f(:", "not Python yet"),
        ("(query > 0) & query <= 1", "lack its brackets"),
        (
            "a = np.zeros((2, 3)); a[0] = query[0, :, 0]",
            "Something of shape (4,) is written into a place of shape (3,)",
        ),
    ],
)
def test_an_exception_is_explained(code, words):
    diagnosis = explain_exception(*raised_by(code), ATTENTION, shapes=ATTENTION_SHAPES)

    assert diagnosis is not None
    assert words in f"{diagnosis.tell} {diagnosis.ask}"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("mat1 and mat2 shapes cannot be multiplied (4x5 and 6x5)", "5 (the size of d_k) meets 6 (the size of keys)"),
        (
            "Expected size for first two dimensions of batch2 tensor to be: [2, 5] but got: [2, 6].",
            "5 (the size of d_k) meets 6 (the size of keys)",
        ),
        (
            "The size of tensor a (4) must match the size of tensor b (6) at non-singleton dimension 1",
            "4 (the size of queries) meets 6 (the size of keys)",
        ),
        ("Dimension out of range (expected to be in range of [-2, 1], but got 2)", "axis 2 of a tensor with 2 axes"),
        ("shape '[2, 5, 5]' is invalid for input of size 40", "than there are numbers, 40"),
        ("Boolean value of Tensor with more than one value is ambiguous", "single yes or no"),
        ("tanh(): argument 'input' (position 1) must be Tensor, not numpy.ndarray", "this exercise is written"),
        ("expected m1 and m2 to have the same dtype, but got: float != double", "Tensors of two dtypes"),
        ("element 0 of tensors does not require grad and does not have a grad_fn", "No gradient can flow back"),
    ],
)
def test_an_exception_of_torch_is_explained(message, words):
    diagnosis = explain_exception("RuntimeError", message, ATTENTION, shapes=ATTENTION_SHAPES)

    assert words in f"{diagnosis.tell} {diagnosis.ask}"


@given(st.text(), st.text(max_size=5000))
def test_an_exception_of_any_type_and_message_is_read_without_one_of_our_own(type_name, message):
    explain_exception(type_name, message, ATTENTION, shapes=ATTENTION_SHAPES)


def test_an_unknown_exception_is_not_explained():
    assert explain_exception("ValueError", "something of my own", ATTENTION) is None


# --- changed inputs ----------------------------------------------------------------------------------


@given(seeds, sizes)
def test_an_input_that_was_left_alone_has_nothing_to_explain(seed, shape):
    scores = normal(seed, shape)

    assert explain_mutation("scores", numpy_array(scores), numpy_array(scores.copy())) is None


@given(seeds, sizes)
def test_what_was_done_to_an_input_in_place_is_told(seed, shape):
    scores, mask = normal(seed, shape), open_mask(seed, shape)
    ways = {
        "The maximum was subtracted in place": scores - scores.max(-1, keepdims=True),
        "The softmax was written over its own input": softmax(scores),
        "The exponentials were written over their own input": np.exp(scores),
        "All of it was multiplied by 0.5 in place": scores * 0.5,
        "0.25 was added to all of it in place": scores + 0.25,
        "holds -1e+09 now: a value was filled in": np.where(mask, scores, -1e9),
        "holds -inf now: a value was filled in": np.where(mask, scores, -np.inf),
    }

    for words, after in ways.items():
        diagnosis = explain_mutation("scores", numpy_array(scores), numpy_array(after), axes=AXES)

        assert words in diagnosis.tell
        assert "the caller's `scores` at batch 0, query 0, key" in diagnosis.tell


def test_a_list_that_was_appended_to_is_told():
    assert "it had 2 entries and now has 3" in explain_mutation("tokens", [1, 2], [1, 2, 3]).tell
