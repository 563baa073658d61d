"""Within `Faster`, torch's functions give what they give outside, to the digits of the precision."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnlab.translation.fast.functions import Faster

SINGLE, HALF = torch.float32, torch.bfloat16


def with_gradients(run, *inputs):
    leaves = [each.clone().requires_grad_() for each in inputs]
    out = run(*leaves)
    torch.manual_seed(9)
    out.backward(torch.randn(out.shape))
    return [out.detach(), *(leaf.grad for leaf in leaves)]


def drawn(*shapes):
    torch.manual_seed(0)
    return [torch.randn(shape) for shape in shapes]


@pytest.mark.parametrize("softmax", [torch.softmax, functional.softmax, torch.Tensor.softmax])
def test_softmax_and_its_gradient_are_torchs(softmax):
    (scores,) = drawn((2, 3, 5, 7))
    scores[..., 4] = -torch.inf
    wanted = with_gradients(lambda x: softmax(x, dim=-1), scores)

    with Faster(SINGLE):
        found = with_gradients(lambda x: softmax(x, dim=-1), scores)

    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_a_row_with_nothing_to_look_at_is_nan_as_outside():
    scores = torch.full((1, 2, 3), -torch.inf)

    with Faster(SINGLE):
        assert torch.softmax(scores, -1).isnan().all()


@pytest.mark.parametrize(
    "project",
    [
        lambda x, w, b: functional.linear(x, w, b),
        lambda x, w, b: x @ w.T + b,
        lambda x, w, b: torch.matmul(x, w.T) + b,
    ],
    ids=["linear", "at", "matmul"],
)
def test_projections_and_their_gradients_are_torchs_to_half_precision(project):
    given = drawn((3, 5, 32), (16, 32), (16,))
    wanted = with_gradients(project, *given)

    with Faster(HALF):
        found = with_gradients(project, *given)

    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == torch.float32
        torch.testing.assert_close(one, other, rtol=0.03, atol=0.15)


def test_products_that_are_no_projections_are_left_to_torch():
    query, key = drawn((2, 3, 4, 5), (2, 3, 6, 5))

    with Faster(HALF):
        found = query @ key.mT

    assert torch.equal(found, query @ key.mT)


def test_dropout_is_drawn_anew_in_training_and_absent_in_evaluation():
    layer, (x,) = nn.Dropout(0.5), drawn((40, 50))

    with Faster(SINGLE):
        first, second = layer(x), layer(x)
        layer.eval()
        evaluated = layer(x)

    assert not torch.equal(first, second)
    assert 0.4 < (first == 0).float().mean() < 0.6
    assert torch.equal(evaluated, x)


def test_other_precisions_are_left_to_torch():
    x, weight = torch.randn(3, 4, dtype=torch.float64), torch.randn(5, 4, dtype=torch.float64)

    with Faster(HALF):
        found = functional.linear(x, weight)

    assert torch.equal(found, functional.linear(x, weight))
