"""The references of lesson 04 against torch's own layers and the paper's equations, number by number."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import Normal
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, KEYS, D_Q, D_H, D_A, D_OUT = 3, 10, 5, 7, 8, 6


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return np.random.default_rng(request.param)


@pytest.fixture
def keys(generator):
    return generator.standard_normal((BATCH, KEYS, D_H))


@pytest.fixture
def query(generator):
    return generator.standard_normal((BATCH, D_Q))


def as_tensors(*arrays):
    return tuple(torch.from_numpy(array) for array in arrays)


def window_of_the_paper(scores, centre, half_width, mask):
    """Equation 10 for one sentence, with plain numbers."""
    inside = [s for s in range(len(scores)) if mask[s] and centre - half_width <= s <= centre + half_width]
    total = sum(math.exp(scores[s]) for s in inside)
    sigma = half_width / 2
    weights = [0.0] * len(scores)
    for s in inside:
        weights[s] = math.exp(scores[s]) / total * math.exp(-((s - centre) ** 2) / (2 * sigma**2))
    return weights


def test_dot_scores_are_torchs_batched_product(generator, keys):
    query = generator.standard_normal((BATCH, D_H))

    scores = reference("dot_scores")(query, keys)

    q, k = as_tensors(query, keys)
    np.testing.assert_allclose(scores, torch.bmm(k, q[:, :, None])[:, :, 0].numpy(), rtol=1e-12, atol=1e-12)


def test_dot_scores_are_what_torchs_attention_takes_the_softmax_of(generator, keys):
    query = generator.standard_normal((BATCH, D_H))

    scores = reference("dot_scores")(query, keys)

    q, k = as_tensors(query, keys)
    context = functional.scaled_dot_product_attention(q[:, None], k, k, scale=1.0)[:, 0]
    weights = torch.softmax(torch.from_numpy(scores), dim=1)
    torch.testing.assert_close((weights[:, :, None] * k).sum(1), context)


def test_general_scores_are_torchs_bilinear_layer(generator, query, keys):
    W = generator.standard_normal((D_Q, D_H))
    layer = nn.Bilinear(D_Q, D_H, 1, bias=False, dtype=torch.float64)
    layer.weight.data = torch.from_numpy(W)[None]

    scores = reference("general_scores")(query, keys, W)

    q, k = as_tensors(query, keys)
    with torch.no_grad():
        expected = layer(q[:, None].expand(-1, KEYS, -1).contiguous(), k)[:, :, 0]
    np.testing.assert_allclose(scores, expected.numpy(), rtol=1e-11, atol=1e-11)


def test_general_scores_with_the_identity_are_dot_scores(generator, keys):
    query = generator.standard_normal((BATCH, D_H))

    scores = reference("general_scores")(query, keys, np.eye(D_H))

    np.testing.assert_allclose(scores, reference("dot_scores")(query, keys), rtol=1e-12)


def test_concat_scores_are_two_torch_layers_over_joined_pairs(generator, query, keys):
    W, v = generator.standard_normal((D_Q + D_H, D_A)), generator.standard_normal(D_A)
    network = nn.Sequential(nn.Linear(D_Q + D_H, D_A, False), nn.Tanh(), nn.Linear(D_A, 1, False)).double()
    network[0].weight.data, network[2].weight.data = as_tensors(W.T.copy(), v[None].copy())

    scores = reference("concat_scores")(query, keys, W, v)

    q, k = as_tensors(query, keys)
    with torch.no_grad():
        expected = [[network(torch.cat([q[i], k[i, j]])).item() for j in range(KEYS)] for i in range(BATCH)]
    np.testing.assert_allclose(scores, expected, rtol=1e-11)


def test_concat_scores_are_additive_scores_with_the_matrix_cut_in_two(generator, query, keys):
    """The claim of the lesson."""
    W, v = generator.standard_normal((D_Q + D_H, D_A)), generator.standard_normal(D_A)

    scores = reference("concat_scores")(query, keys, W, v)

    np.testing.assert_allclose(scores, reference("additive_scores")(query, keys, W[:D_Q], W[D_Q:], v), rtol=1e-11)


def test_the_attentional_state_is_a_torch_layer_over_context_and_state(generator, query):
    context = generator.standard_normal((BATCH, D_H))
    layer = nn.Linear(D_H + D_Q, D_OUT, bias=False, dtype=torch.float64)
    W_c = layer.weight.detach().numpy().T

    attentional = reference("attentional_state")(context, query, W_c)

    with torch.no_grad():
        expected = torch.tanh(layer(torch.cat(as_tensors(context, query), dim=1)))
    np.testing.assert_allclose(attentional, expected.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("half_width", [1, 2, 3, 2.5])
def test_local_weights_are_the_papers_number_for_number(generator, half_width):
    scores = generator.standard_normal((BATCH, KEYS))
    centre = np.array([4.0, 0.3, KEYS - 1.6])
    mask = generator.random((BATCH, KEYS)) < 0.7

    weights = reference("local_weights")(scores, centre, half_width, mask)

    expected = [window_of_the_paper(scores[i], centre[i], half_width, mask[i]) for i in range(BATCH)]
    np.testing.assert_allclose(weights, expected, rtol=1e-12, atol=1e-15)


def test_local_weights_fade_as_a_normal_density_does(generator):
    """A masked softmax by torch, times the density relative to its own peak."""
    scores, centre, half_width = generator.standard_normal((BATCH, KEYS)), np.array([3.2, 4.7, 5.5]), 3
    mask = np.ones((BATCH, KEYS), dtype=bool)

    weights = reference("local_weights")(scores, centre, half_width, mask)

    s, c = as_tensors(scores, centre)
    positions = torch.arange(KEYS, dtype=torch.float64)
    shares = torch.softmax(s.masked_fill((positions - c[:, None]).abs() > half_width, -torch.inf), dim=1)
    normal = Normal(c[:, None], torch.tensor(half_width / 2, dtype=torch.float64))
    fading = (normal.log_prob(positions) - normal.log_prob(c[:, None])).exp()
    np.testing.assert_allclose(weights, (shares * fading).numpy(), rtol=1e-12, atol=1e-15)


def test_both_ends_of_the_window_belong_to_it():
    weights = reference("local_weights")(np.zeros((1, 9)), np.array([4.0]), 2, np.ones((1, 9), dtype=bool))

    assert (weights[0] > 0).tolist() == [False, False, True, True, True, True, True, False, False]


def test_a_window_with_nothing_to_look_at_gets_zeros():
    mask = np.array([[True, True, True, True, False, False, False]])

    weights = reference("local_weights")(np.zeros((1, 7)), np.array([6.0]), 2, mask)

    assert (weights == 0).all()


def test_the_lessons_numbers_by_hand_are_right():
    weights = reference("local_weights")(np.zeros((1, 8)), np.array([3.5]), 2, np.ones((1, 8), dtype=bool))

    np.testing.assert_allclose(weights[0], [0, 0, 0.081, 0.221, 0.221, 0.081, 0, 0], atol=0.0005)
    np.testing.assert_allclose(weights.sum(), 0.60, atol=0.005)


def test_local_weights_of_float32_scores_are_float32():
    scores, centre = np.zeros((2, 7), dtype="float32"), np.array([2.3, 4.7], dtype="float32")

    weights = reference("local_weights")(scores, centre, 2, np.ones((2, 7), dtype=bool))

    assert weights.dtype == np.float32
