import pytest
import torch

from attnlab.translation.fast.dropout import Dropout, keep_mask

PRECISIONS = (torch.float32, torch.bfloat16)


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_as_many_are_dropped_as_the_rate_says(dtype):
    torch.manual_seed(0)
    x = torch.ones(1000, 997, dtype=dtype)

    dropped = Dropout(0.3).of(x)

    # A million draws: five standard deviations are 0.0023.
    assert (dropped == 0).double().mean().item() == pytest.approx(0.3, abs=0.0023)


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_what_is_kept_is_scaled_so_that_the_mean_stays(dtype):
    x = torch.ones(64, 32, dtype=dtype)

    dropped = Dropout(0.25).of(x)

    assert set(dropped.unique().tolist()) == {0.0, torch.tensor(1 / 0.75, dtype=dtype).item()}


def test_the_gradient_passes_where_the_value_passed():
    x, gradient = torch.ones(50, 20), torch.full((50, 20), 2.0)
    dropout = Dropout(0.5)

    out, back = dropout.onto(torch.zeros_like(x), x), dropout.backward(gradient)

    assert torch.equal(back, 2 * out)


def test_neighbours_are_dropped_independently():
    torch.manual_seed(1)

    kept = (keep_mask(torch.empty(1 << 20), 1 << 14) != 0).double()

    for apart in (1, 2, 3, 4, 5, 8, 16):
        both = (kept[:-apart] * kept[apart:]).mean().item()
        assert both == pytest.approx(0.25, abs=0.0025), apart


def test_a_rate_of_zero_draws_nothing():
    state = torch.get_rng_state()
    x = torch.randn(7, 5)
    state = torch.get_rng_state()

    out = Dropout(0.0).of(x)

    assert torch.equal(out, x)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_same_seed_drops_the_same():
    masks = []
    for _ in range(2):
        torch.manual_seed(4)
        masks.append(keep_mask(torch.empty(33, 9), 10_000))

    assert torch.equal(*masks)
