"""The references of lesson 03 against torch's own layers and the paper's equations, number by number."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, KEYS, D_Q, D_H, D_A, D_IN = 3, 6, 5, 7, 8, 2


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def generator(request):
    return np.random.default_rng(request.param)


@pytest.fixture
def attention(generator):
    """What additive attention takes, by name; the sentences are padded, the last is nothing but padding."""
    lengths = np.array([KEYS, 4, 0])
    return {
        "query": generator.standard_normal((BATCH, D_Q)),
        "keys": generator.standard_normal((BATCH, KEYS, D_H)),
        "mask": np.arange(KEYS) < lengths[:, None],
        "W_query": generator.standard_normal((D_Q, D_A)),
        "W_key": generator.standard_normal((D_H, D_A)),
        "v": generator.standard_normal(D_A),
    }


def without_mask(attention):
    return {name: value for name, value in attention.items() if name != "mask"}


def linear(weight):
    """A torch layer that multiplies from the right by `weight`, which is (in, out)."""
    layer = nn.Linear(*weight.shape, bias=False, dtype=torch.float64)
    layer.weight.data = torch.from_numpy(weight.T.copy())
    return layer


@torch.no_grad()
def energies_of_torch(query, keys, W_query, W_key, v):
    asked = linear(W_query)(torch.from_numpy(query)).unsqueeze(1)
    return linear(v[:, None])(torch.tanh(asked + linear(W_key)(torch.from_numpy(keys)))).squeeze(-1)


def energy_of_the_paper(s, h, W, U, v):
    """Appendix A.1.2 for one pair, with plain numbers: v · tanh(W s + U h)."""
    energy = 0.0
    for unit in range(len(v)):
        inner = sum(float(s[i]) * float(W[i, unit]) for i in range(len(s)))
        inner += sum(float(h[i]) * float(U[i, unit]) for i in range(len(h)))
        energy += float(v[unit]) * math.tanh(inner)
    return energy


def test_additive_scores_are_what_torch_layers_give(attention):
    arguments = without_mask(attention)

    scores = reference("additive_scores")(**arguments)

    np.testing.assert_allclose(scores, energies_of_torch(**arguments).numpy(), rtol=1e-12, atol=1e-12)


def test_additive_scores_are_the_papers_number_for_number(attention):
    query, keys = attention["query"], attention["keys"]
    matrices = attention["W_query"], attention["W_key"], attention["v"]

    scores = reference("additive_scores")(query, keys, *matrices)

    expected = [[energy_of_the_paper(query[i], keys[i, j], *matrices) for j in range(KEYS)] for i in range(BATCH)]
    np.testing.assert_allclose(scores, expected, rtol=1e-12)


def test_without_the_tanh_the_query_would_not_change_the_weights(attention):
    """The claim of the lesson that explains why the tanh is there."""
    arguments = without_mask(attention)
    bare = (arguments["query"] @ arguments["W_query"])[:, None] + arguments["keys"] @ arguments["W_key"]
    other = bare + (arguments["query"] @ arguments["W_query"])[:, None]

    weights, with_another_query = (torch.softmax(torch.from_numpy(sums @ arguments["v"]), 1) for sums in (bare, other))

    torch.testing.assert_close(weights, with_another_query)


def test_the_lessons_numbers_by_hand_are_right():
    W_query, W_key = np.array([[0.0, -4], [-4, 0]]), np.array([[2.0, 0], [0, 2], [0, 0]])
    the, black, cat, sleeps = [0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]
    keys = np.array([[the, black, cat, sleeps]] * 2, dtype=float)
    asking_noun_then_adjective = np.eye(2)
    mask = np.ones((2, 4), dtype=bool)

    arguments = asking_noun_then_adjective, keys, mask, W_query, W_key, np.array([3.0, 3.0])
    context, weights = reference("additive_attention")(*arguments)

    np.testing.assert_allclose(weights, [[0.05, 0.05, 0.85, 0.05], [0.05, 0.85, 0.05, 0.05]], atol=0.005)
    np.testing.assert_allclose(context[0], [0.85, 0.05, 0.05], atol=0.005)


def test_additive_attention_is_torchs_attention_over_additive_energies(attention):
    """With the energies as a bias and queries of zeros, torch does the softmax, the mask and the mixture."""
    keys, mask = torch.from_numpy(attention["keys"]), torch.from_numpy(attention["mask"])
    energies = energies_of_torch(**without_mask(attention))
    bias = energies.masked_fill(~mask, -torch.inf)[:, None]
    seen = mask.any(dim=1)

    context, weights = reference("additive_attention")(**attention)

    zeros = torch.zeros(BATCH, 1, D_H, dtype=torch.float64)
    expected = functional.scaled_dot_product_attention(zeros, keys, keys, attn_mask=bias, scale=1.0)[:, 0]
    np.testing.assert_allclose(context[seen], expected[seen].numpy(), rtol=1e-10)
    np.testing.assert_allclose(weights[seen], torch.softmax(bias[:, 0], 1)[seen].numpy(), rtol=1e-10)


def test_a_sentence_of_padding_gets_zeros(attention):
    context, weights = reference("additive_attention")(**attention)

    assert not attention["mask"][-1].any()
    assert (weights[-1] == 0).all()
    assert (context[-1] == 0).all()


def test_a_step_of_the_decoder_is_attention_then_torchs_rnn_cell(generator, attention):
    """One cell that reads token and context side by side, its bias b once and zero once."""
    token, b = generator.standard_normal((BATCH, D_IN)), generator.standard_normal(D_Q)
    W_x, W_c, W_h = (generator.standard_normal((rows, D_Q)) for rows in (D_IN, D_H, D_Q))
    cell = nn.RNNCell(D_IN + D_H, D_Q, dtype=torch.float64)
    cell.weight_ih.data = torch.from_numpy(np.concatenate([W_x, W_c]).T.copy())
    cell.weight_hh.data = torch.from_numpy(W_h.T.copy())
    cell.bias_ih.data, cell.bias_hh.data = torch.from_numpy(b), torch.zeros(D_Q, dtype=torch.float64)
    state, others = attention["query"], {name: value for name, value in attention.items() if name != "query"}

    new_state, context, weights = reference("attention_decoder_step")(
        token=token, state=state, **others, W_x=W_x, W_c=W_c, W_h=W_h, b=b
    )

    expected_context, expected_weights = reference("additive_attention")(**attention)
    with torch.no_grad():
        expected = cell(torch.from_numpy(np.concatenate([token, expected_context], axis=1)), torch.from_numpy(state))
    np.testing.assert_array_equal(context, expected_context)
    np.testing.assert_array_equal(weights, expected_weights)
    np.testing.assert_allclose(new_state, expected.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["additive_scores", "additive_attention"])
def test_float32_stays_float32(attention, name):
    narrow = {key: value if value.dtype == bool else value.astype("float32") for key, value in attention.items()}
    arguments = narrow if name == "additive_attention" else without_mask(narrow)

    result = reference(name)(**arguments)

    parts = result if isinstance(result, tuple) else (result,)
    assert {part.dtype for part in parts} == {np.dtype("float32")}
