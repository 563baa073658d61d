"""The references of lesson 08 against torch's own MultiheadAttention and against indices, number by number."""

import pytest
import torch
from torch import nn

from attnlab.content import read_answers, read_course
from attnlab.paths import course_root

COURSE = read_course(course_root(None))
BATCH, HEADS, QUERIES, KEYS, D_HEAD = 3, 2, 6, 7, 5
D_MODEL = HEADS * D_HEAD


def reference(name):
    return read_answers(COURSE, COURSE.exercise(name)).implementation


@pytest.fixture(params=range(3))
def inputs(request):
    torch.manual_seed(request.param)
    key, value = (torch.randn(BATCH, KEYS, D_MODEL, dtype=torch.float64) for _ in range(2))
    return torch.randn(BATCH, QUERIES, D_MODEL, dtype=torch.float64), key, value


@pytest.fixture
def layer(inputs):
    return reference("MultiHeadAttention")(D_MODEL, HEADS).double()


@pytest.fixture
def mask(inputs):
    """Something to look at in every row, another mask for every head."""
    mask = torch.rand(BATCH, HEADS, QUERIES, KEYS) < 0.5
    mask[..., 0] = True
    return mask


def torchs(ours):
    """torch's own layer with the same numbers in it."""
    theirs = nn.MultiheadAttention(D_MODEL, HEADS, batch_first=True, dtype=torch.float64)
    layers = ours.W_q, ours.W_k, ours.W_v
    theirs.in_proj_weight.data = torch.cat([layer.weight for layer in layers]).detach()
    theirs.in_proj_bias.data = torch.cat([layer.bias for layer in layers]).detach()
    theirs.out_proj.weight.data, theirs.out_proj.bias.data = ours.W_o.weight.detach(), ours.W_o.bias.detach()
    return theirs


def test_split_heads_is_right_index_by_index(inputs):
    x = inputs[0]

    split = reference("split_heads")(x, HEADS)

    assert split.shape == (BATCH, HEADS, QUERIES, D_HEAD)
    for head in range(HEADS):
        for number in range(D_HEAD):
            assert torch.equal(split[:, head, :, number], x[:, :, head * D_HEAD + number])


def test_merge_heads_undoes_the_split_and_the_split_the_merge(inputs):
    x, split = inputs[0], torch.randn(BATCH, HEADS, QUERIES, D_HEAD)
    split_heads, merge_heads = reference("split_heads"), reference("merge_heads")

    assert torch.equal(merge_heads(split_heads(x, HEADS)), x)
    assert torch.equal(split_heads(merge_heads(split), HEADS), split)


def test_the_lessons_split_by_hand_is_right():
    x = torch.arange(12).reshape(1, 2, 6)

    split = reference("split_heads")(x, 2)

    assert split.tolist() == [[[[0, 1, 2], [6, 7, 8]], [[3, 4, 5], [9, 10, 11]]]]
    assert x.reshape(1, 2, 2, 3).tolist() == [[[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]]


def test_the_layer_has_four_square_weights_with_biases(layer):
    shapes = {name: tuple(parameter.shape) for name, parameter in layer.named_parameters()}

    weights = {f"{name}.weight": (D_MODEL, D_MODEL) for name in ("W_q", "W_k", "W_v", "W_o")}
    assert shapes == weights | {f"{name}.bias": (D_MODEL,) for name in ("W_q", "W_k", "W_v", "W_o")}


def test_it_is_torchs_layer(layer, inputs):
    output, weights = layer(*inputs)

    expected_output, expected_weights = torchs(layer)(*inputs, average_attn_weights=False)
    torch.testing.assert_close(output, expected_output)
    torch.testing.assert_close(weights, expected_weights)


def test_it_is_torchs_layer_under_a_mask_for_every_head(layer, inputs, mask):
    output, weights = layer(*inputs, mask)

    # torch's mask says what is hidden, and has batch and heads on one axis.
    hidden = ~mask.flatten(0, 1)
    expected_output, expected_weights = torchs(layer)(*inputs, attn_mask=hidden, average_attn_weights=False)
    torch.testing.assert_close(output, expected_output)
    torch.testing.assert_close(weights, expected_weights)


def test_its_gradients_are_torchs(layer, inputs, mask):
    direction = torch.randn(BATCH, QUERIES, D_MODEL, dtype=torch.float64)
    ours, theirs = ([each.clone().requires_grad_() for each in inputs] for _ in range(2))
    oracle = torchs(layer)

    (layer(*ours, mask)[0] * direction).sum().backward()
    (oracle(*theirs, attn_mask=~mask.flatten(0, 1))[0] * direction).sum().backward()

    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad)
    projections = torch.cat([each.weight.grad for each in (layer.W_q, layer.W_k, layer.W_v)])
    torch.testing.assert_close(projections, oracle.in_proj_weight.grad)
    torch.testing.assert_close(layer.W_o.weight.grad, oracle.out_proj.weight.grad)


def test_its_gradients_are_those_of_finite_differences_with_an_empty_row(layer, inputs, mask):
    mask[0, :, 2] = False
    few = [each[:2] for each in inputs]

    def called(*inputs):
        return layer(*inputs, mask[:2])

    assert torch.autograd.gradcheck(called, [each.clone().requires_grad_() for each in few])


@pytest.mark.parametrize("shape", [(BATCH, 1, 1, KEYS), (QUERIES, KEYS), (1, HEADS, 1, KEYS)])
def test_a_smaller_mask_is_the_mask_it_broadcasts_to(layer, inputs, shape):
    mask = torch.rand(shape) < 0.5
    mask[..., 1] = True

    torch.testing.assert_close(layer(*inputs, mask), layer(*inputs, mask.expand(BATCH, HEADS, QUERIES, KEYS)))


def test_a_query_with_nothing_to_look_at_gets_the_output_layers_bias(layer, inputs, mask):
    mask[1, :, 3] = False

    output, weights = layer(*inputs, mask)
    output.sum().backward()

    torch.testing.assert_close(output[1, 3], layer.W_o.bias)
    assert (weights[1, :, 3] == 0).all()
    assert all(parameter.grad.isfinite().all() for parameter in layer.parameters())


def test_side_by_side_through_W_o_is_each_head_through_its_own_columns(layer, inputs):
    """The claim of the lesson about W_o."""
    output, weights = layer(*inputs)

    value = reference("split_heads")(layer.W_v(inputs[2]), HEADS)
    found = weights @ value
    columns = layer.W_o.weight.split(D_HEAD, dim=1)
    added = sum(found[:, head] @ columns[head].T for head in range(HEADS)) + layer.W_o.bias
    torch.testing.assert_close(output, added)


def test_as_many_parameters_whatever_the_heads():
    """The claim of the lesson that heads cost nothing."""
    counts = {sum(p.numel() for p in reference("MultiHeadAttention")(12, heads).parameters()) for heads in (1, 2, 6)}

    assert counts == {4 * (12 * 12 + 12)}


@pytest.mark.parametrize(("d_model", "heads"), [(7, 2), (4, 3), (2, 4)])
def test_heads_that_do_not_divide_d_model_are_refused(d_model, heads):
    with pytest.raises(ValueError, match="do not divide"):
        reference("MultiHeadAttention")(d_model, heads)
