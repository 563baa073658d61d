import pytest
import torch
from torch.nn import functional

from attnlab.translation.fast.loss import smoothed_loss
from attnlab.translation.vocabulary import PAD

ROWS, WORDS, D_MODEL = 77, 31, 12
SMOOTHING, SHARE = 0.1, 0.3


def wanted(hidden, labels, table):
    """Torch's cross entropy against the whole distribution that the labels are smoothed to."""
    spread = torch.full((len(labels), len(table)), SMOOTHING / (len(table) - 2), dtype=hidden.dtype)
    spread[:, PAD] = 0
    spread[torch.arange(len(labels)), labels] = 1 - SMOOTHING
    return functional.cross_entropy(hidden @ table.T, spread, reduction="sum")


def drawn(*, scale=1.0):
    torch.manual_seed(0)
    hidden = (scale * torch.randn(ROWS, D_MODEL)).requires_grad_()
    table = (scale * torch.randn(WORDS, D_MODEL)).requires_grad_()
    return hidden, torch.randint(1, WORDS, (ROWS,)), table


@pytest.mark.parametrize("scale", [1.0, 6.0])
def test_loss_and_both_gradients_are_those_of_torchs_cross_entropy(scale):
    hidden, labels, table = drawn(scale=scale)
    oracle = wanted(hidden, labels, table)
    oracle.backward()
    of_table = torch.zeros(WORDS, D_MODEL)

    loss, of_hidden = smoothed_loss(hidden.detach(), labels, table.detach(), of_table, smoothing=SMOOTHING, share=SHARE)

    assert loss == pytest.approx(oracle.item(), rel=1e-5)
    torch.testing.assert_close(of_hidden, SHARE * hidden.grad, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(of_table, SHARE * table.grad, rtol=1e-4, atol=1e-4)


def test_the_gradient_of_the_table_is_added_to_what_is_there():
    hidden, labels, table = (each.detach() for each in drawn())
    once, twice = torch.zeros(WORDS, D_MODEL), torch.zeros(WORDS, D_MODEL)

    smoothed_loss(hidden, labels, table, once, smoothing=SMOOTHING, share=SHARE)
    for _ in range(2):
        smoothed_loss(hidden, labels, table, twice, smoothing=SMOOTHING, share=SHARE)

    torch.testing.assert_close(twice, 2 * once)


def test_logits_too_large_for_exponentials_do_no_harm():
    hidden, labels, table = (each.detach() for each in drawn(scale=30.0))

    loss, of_hidden = smoothed_loss(
        hidden, labels, table, torch.zeros(WORDS, D_MODEL), smoothing=SMOOTHING, share=SHARE
    )

    assert loss == pytest.approx(wanted(hidden.double(), labels, table.double()).item(), rel=1e-5)
    assert of_hidden.isfinite().all()


def test_half_precision_differs_by_its_digits_only():
    hidden, labels, table = (each.detach() for each in drawn())
    halves = hidden.bfloat16(), labels, table.bfloat16()
    gradients = [torch.zeros(WORDS, D_MODEL) for _ in range(2)]

    precise, _ = smoothed_loss(
        halves[0].float(), labels, halves[2].float(), gradients[0], smoothing=SMOOTHING, share=SHARE
    )
    rounded, _ = smoothed_loss(*halves, gradients[1], smoothing=SMOOTHING, share=SHARE)

    assert rounded == pytest.approx(precise, rel=2e-3)
    assert functional.cosine_similarity(*(each.flatten() for each in gradients), dim=0) > 0.9995
