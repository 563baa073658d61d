"""The references of lesson 02 against torch's softmax and attention, and the lesson's own arithmetic."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, QUERIES, KEYS, D, D_V = 2, 3, 6, 5, 7


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return np.random.default_rng(request.param)


@pytest.fixture
def scores(generator):
    return 3 * generator.standard_normal((BATCH, QUERIES, KEYS))


@pytest.fixture
def mask(generator):
    """At least one thing to look at along the last axis."""
    mask = generator.random((BATCH, QUERIES, KEYS)) < 0.5
    mask[..., 2] = True
    return mask


@pytest.fixture
def table(generator):
    """What a lookup takes, by name."""
    return {
        "query": generator.standard_normal((QUERIES, D)),
        "key": generator.standard_normal((KEYS, D)),
        "value": generator.standard_normal((KEYS, D_V)),
    }


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_softmax_is_torchs_along_every_axis(scores, axis):
    weights = reference("softmax")(scores, axis=axis)

    np.testing.assert_allclose(weights, torch.softmax(torch.from_numpy(scores), dim=axis), rtol=1e-12)


@pytest.mark.parametrize("shift", [-1e6, -1000.0, 1000.0, 1e6])
def test_softmax_does_not_care_where_zero_is(scores, shift):
    weights = reference("softmax")(scores + shift)

    np.testing.assert_allclose(weights, torch.softmax(torch.from_numpy(scores), dim=-1), rtol=1e-8)


def test_softmax_gives_torchs_weights_beside_minus_infinity_and_zeros_where_there_is_nothing_else(scores):
    scores[0, 0, 1:4] = -np.inf
    scores[1, 2] = -np.inf
    expected = torch.softmax(torch.from_numpy(scores), dim=-1).nan_to_num(0.0)

    weights = reference("softmax")(scores)

    np.testing.assert_allclose(weights, expected, rtol=1e-12)
    assert not weights[1, 2].any()


def test_softmax_is_silent_about_empty_slices(scores):
    scores[1, 2] = -np.inf

    with np.errstate(all="raise", under="ignore"):
        reference("softmax")(scores)


@torch.no_grad()
def test_soft_lookup_is_torchs_attention_without_its_scale(table):
    query, key, value = (torch.from_numpy(table[name])[None, None] for name in ("query", "key", "value"))
    oracle = functional.scaled_dot_product_attention(query, key, value, scale=1.0)

    context, weights = reference("soft_lookup")(**table)

    np.testing.assert_allclose(context, oracle[0, 0], rtol=1e-10)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-12)


def test_soft_lookup_finds_what_a_dictionary_finds_when_one_key_matches_far_better(table):
    order = [4, 0, 2]
    table["key"] = 50 * np.eye(KEYS, D + 1)
    table["query"] = 50 * np.eye(KEYS, D + 1)[order]

    context, _ = reference("soft_lookup")(**table)

    np.testing.assert_allclose(context, table["value"][order], rtol=1e-12)


@torch.no_grad()
def test_masked_softmax_gives_the_weights_of_torchs_masked_attention(scores, mask):
    # With the identity for values, what attention returns is its weights.
    eye = torch.eye(KEYS, dtype=torch.float64).expand(BATCH, KEYS, KEYS)
    oracle = functional.scaled_dot_product_attention(
        torch.from_numpy(scores), eye, eye, attn_mask=torch.from_numpy(mask), scale=1.0
    )

    weights = reference("masked_softmax")(scores, mask)

    np.testing.assert_allclose(weights, oracle, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("axis", [0, 1, 2, -2])
def test_masked_softmax_is_a_softmax_of_what_is_left_along_every_axis(scores, mask, axis):
    exponentials = np.exp(scores) * mask
    total = exponentials.sum(axis=axis, keepdims=True)
    expected = exponentials / np.where(mask.any(axis=axis, keepdims=True), total, 1.0)

    weights = reference("masked_softmax")(scores, mask, axis=axis)

    np.testing.assert_allclose(weights, expected, rtol=1e-12)


def test_masked_softmax_gives_zeros_where_there_is_nothing_to_look_at(scores, mask):
    mask[1, 2] = False

    weights = reference("masked_softmax")(scores, mask)

    assert not weights[1, 2].any()
    assert np.isfinite(weights).all()


def test_masked_softmax_does_not_hear_hidden_scores(scores, mask):
    before = reference("masked_softmax")(scores, mask)

    after = reference("masked_softmax")(np.where(mask, scores, 1e6), mask)

    np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("name", ["softmax", "soft_lookup", "masked_softmax"])
def test_float32_stays_float32_and_nothing_passed_in_is_changed(scores, mask, table, name):
    arguments = {"softmax": [scores], "soft_lookup": list(table.values()), "masked_softmax": [scores, mask]}[name]
    narrow = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in arguments]
    before = [a.copy() for a in narrow]

    returned = reference(name)(*narrow)

    assert {part.dtype for part in (returned if isinstance(returned, tuple) else [returned])} == {np.dtype(np.float32)}
    for argument, old in zip(narrow, before, strict=True):
        np.testing.assert_array_equal(argument, old)


def test_the_lessons_kitten_is_as_loud_as_its_table_says():
    query = np.array([[1.0, 0.0], [-1.0, 1.0]])
    key = np.array([[2.0, 0.0], [1.0, 1.0], [-1.0, 1.0]])
    value = np.array([[2.0], [8.0], [9.0]])

    context, weights = reference("soft_lookup")(query, key, value)

    np.testing.assert_allclose(weights, [[0.705, 0.259, 0.035], [0.016, 0.117, 0.867]], atol=6e-4)
    np.testing.assert_allclose(context[:, 0], [3.80, 8.77], atol=5e-3)


@pytest.mark.parametrize(("degree", "answer"), [(10.0, 6.01), (1.0, 3.80), (0.1, 2.00)])
def test_the_lessons_temperatures_lead_to_the_answers_in_its_table(degree, answer):
    weights = reference("softmax")(np.array([2.0, 1.0, -1.0]) / degree)

    assert weights @ [2.0, 8.0, 9.0] == pytest.approx(answer, abs=5e-3)


def test_the_lessons_hidden_cat_leaves_its_share_to_the_others():
    weights = reference("masked_softmax")(np.array([[2.0, 1.0, -1.0]]), np.array([[False, True, True]]))

    np.testing.assert_allclose(weights, [[0.0, 0.881, 0.119]], atol=5e-4)
