"""The references of lesson 07 against torch's own attention and against the paper's formula in plain numbers."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, LENGTH, D_MODEL, D_K, D_V = 3, 6, 7, 5, 2


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def x(request):
    torch.manual_seed(request.param)
    return torch.randn(BATCH, LENGTH, D_MODEL, dtype=torch.float64)


@pytest.fixture
def layer(x):
    return reference("SelfAttention")(D_MODEL, D_K, D_V).double()


@pytest.fixture
def mask(x):
    """Something to look at in every row, and not the same in any two sentences."""
    mask = torch.rand(BATCH, LENGTH, LENGTH) < 0.5
    mask[:, torch.arange(LENGTH), torch.arange(LENGTH)] = True
    return mask


def test_self_attention_has_three_weights_and_no_bias(layer):
    shapes = {name: tuple(parameter.shape) for name, parameter in layer.named_parameters()}

    assert shapes == {"W_q.weight": (D_K, D_MODEL), "W_k.weight": (D_K, D_MODEL), "W_v.weight": (D_V, D_MODEL)}


def test_self_attention_is_torchs_attention_of_its_projections(layer, x, mask):
    projected = [x @ weight.T for weight in (layer.W_q.weight, layer.W_k.weight, layer.W_v.weight)]

    context, weights = layer(x, mask)

    expected = functional.scaled_dot_product_attention(*projected, attn_mask=mask)
    torch.testing.assert_close(context, expected)
    torch.testing.assert_close(weights @ projected[2], expected)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(BATCH, LENGTH, dtype=torch.float64))


def test_self_attention_is_torchs_layer_of_one_head(x, mask):
    """Equal widths, no biases, an output projection that changes nothing."""
    ours = reference("SelfAttention")(D_MODEL, D_MODEL, D_MODEL).double()
    theirs = nn.MultiheadAttention(D_MODEL, 1, bias=False, batch_first=True, dtype=torch.float64)
    theirs.in_proj_weight.data = torch.cat([ours.W_q.weight, ours.W_k.weight, ours.W_v.weight]).detach()
    theirs.out_proj.weight.data = torch.eye(D_MODEL, dtype=torch.float64)

    context, weights = ours(x, mask)

    # torch's mask says what is hidden.
    expected_context, expected_weights = theirs(x, x, x, attn_mask=~mask)
    torch.testing.assert_close(context, expected_context)
    torch.testing.assert_close(weights, expected_weights)


def test_a_mask_broadcasts_over_sentences_and_over_queries(layer, x):
    causal = torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril()
    padding = (torch.arange(LENGTH) < torch.tensor([LENGTH, 4, 1])[:, None])[:, None]

    torch.testing.assert_close(layer(x, causal), layer(x, causal.expand(BATCH, -1, -1)))
    torch.testing.assert_close(layer(x, padding), layer(x, padding.expand(-1, LENGTH, -1)))


def test_a_padded_sentence_gets_what_it_gets_by_itself(layer, x):
    padding = (torch.arange(LENGTH) < torch.tensor([LENGTH, 4, 1])[:, None])[:, None]

    context, _ = layer(x, padding)

    for sentence, length in enumerate((LENGTH, 4, 1)):
        alone, _ = layer(x[sentence : sentence + 1, :length])
        torch.testing.assert_close(context[sentence, :length], alone[0])


def test_a_shuffled_sentence_gets_a_shuffled_context(layer, x):
    """What the lesson calls blind to order."""
    order = torch.randperm(LENGTH)

    context, weights = layer(x)
    shuffled_context, shuffled_weights = layer(x[:, order])

    torch.testing.assert_close(shuffled_context, context[:, order])
    torch.testing.assert_close(shuffled_weights, weights[:, order][:, :, order])


def test_a_bias_of_the_keys_would_change_nothing(layer, x):
    """Why two mutants of the reference are declared equivalent."""
    query, key = layer.W_q(x), layer.W_k(x)

    shifted = torch.softmax(query @ (key + torch.randn(D_K, dtype=torch.float64)).mT / math.sqrt(D_K), dim=-1)

    torch.testing.assert_close(shifted, layer(x)[1])


def test_the_gradients_of_self_attention_are_those_of_finite_differences(layer, x, mask):
    mask[0, 2] = False
    names = [name for name, _ in layer.named_parameters()]

    def called(x, *weights):
        return torch.func.functional_call(layer, dict(zip(names, weights, strict=True)), (x, mask))

    inputs = [x, *(parameter.detach() for parameter in layer.parameters())]
    assert torch.autograd.gradcheck(called, [each.clone().requires_grad_() for each in inputs])


def test_a_position_with_nothing_to_look_at_gets_zeros(layer, x, mask):
    mask[1, 3] = False

    context, weights = layer(x, mask)

    assert (context[1, 3] == 0).all()
    assert (weights[1, 3] == 0).all()
    assert context.isfinite().all()


def test_the_lessons_numbers_by_hand_are_right():
    """Three words and the two matrices of the lesson's screen 'By hand'; its values are left out there."""
    layer = reference("SelfAttention")(3, 2, 2)
    tables = {
        "W_q": [[0, 0], [0, 0], [4, 0]],
        "W_k": [[4, 0], [0, 4], [0, 0]],
        "W_v": [[1, 0], [0, 1], [0, 0]],
    }
    for name, table in tables.items():
        # The lesson writes x W with W (in, out); torch keeps (out, in).
        getattr(layer, name).weight.data = torch.tensor(table, dtype=torch.float32).T
    cat, slept, it = torch.eye(3)

    _, weights = layer(torch.stack([cat, slept, it])[None])

    assert weights[0, 2, 0] > 0.99
    torch.testing.assert_close(weights[0, 0], torch.full((3,), 1 / 3))


def position_of_the_paper(position, column, d_model):
    """Section 3.5, one number, in float64."""
    pair = column // 2
    angle = position / 10000.0 ** (2 * pair / d_model)
    return math.cos(angle) if column % 2 else math.sin(angle)


@pytest.mark.parametrize(("length", "d_model"), [(1, 2), (5, 1), (6, 7), (64, 10), (13, 512)])
def test_positions_are_the_papers_number_for_number(length, d_model):
    positions = reference("sinusoidal_positions")(length, d_model)

    expected = [[position_of_the_paper(p, column, d_model) for column in range(d_model)] for p in range(length)]
    assert positions.dtype == torch.float32
    np.testing.assert_allclose(positions.numpy(), expected, rtol=0, atol=1e-5)


def test_positions_far_out_stay_close_to_the_papers():
    """float32 rounds an angle of 5000 by up to 2e-4; the tolerance of the check at 1000 stands on this."""
    positions = reference("sinusoidal_positions")(5000, 10)

    expected = [position_of_the_paper(4999, column, 10) for column in range(10)]
    np.testing.assert_allclose(positions[-1].numpy(), expected, rtol=0, atol=3e-4)


@pytest.mark.parametrize("steps", [1, 3])
def test_a_step_turns_every_pair_of_columns_by_an_angle_of_its_own(steps):
    """Section 3.5's reason for choosing waves: what is k further on is a linear function of what is here."""
    length, d_model = 12, 6
    table = reference("sinusoidal_positions")(length, d_model).double()
    turn = torch.zeros(d_model, d_model, dtype=torch.float64)
    for pair in range(d_model // 2):
        angle = steps / 10000 ** (2 * pair / d_model)
        block = torch.tensor([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        turn[2 * pair : 2 * pair + 2, 2 * pair : 2 * pair + 2] = block

    torch.testing.assert_close(table[:-steps] @ turn.T, table[steps:], rtol=0, atol=1e-5)


def test_positions_make_self_attention_see_the_order(layer, x):
    positions = reference("sinusoidal_positions")(LENGTH, D_MODEL).double()
    order = torch.arange(LENGTH).flip(0)

    context, _ = layer(x + positions)
    shuffled, _ = layer(x[:, order] + positions)

    assert (shuffled - context[:, order]).abs().max() > 1e-3
