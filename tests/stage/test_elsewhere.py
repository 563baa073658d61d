"""A make-believe second device: what would work on a GPU works, what would not is refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from attnlab.stage.elsewhere import DEVICE, MIXED, Elsewhere


@pytest.fixture
def other():
    return Elsewhere()


@pytest.fixture
def x(other):
    x = torch.arange(6.0).reshape(2, 3)
    other.mark(x)
    return x


FOLLOWING = {
    "arithmetic": lambda x: x * 2 + 1,
    "a matrix product": lambda x: x @ x.T,
    "an index": lambda x: x[torch.tensor([0, 1])],
    "a mask of its own": lambda x: x.masked_fill(x > 2, 0.0),
    "new_ones": lambda x: x.new_ones(3),
    "zeros_like": lambda x: torch.zeros_like(x),
    "arange on its device": lambda x: torch.arange(3, device=x.device),
    "tensor on its device": lambda x: torch.tensor([1.0, 2.0], device=x.device),
    "tril of ones on its device": lambda x: torch.ones(3, 3, device=x.device).tril(),
    "moved to it": lambda x: torch.ones(3).to(x.device),
    "moved to the tensor": lambda x: torch.ones(3).to(x),
    "a copy by torch.tensor": lambda x: torch.as_tensor(x),
    "moved by keyword": lambda x: torch.ones(3).to(device=x.device, dtype=torch.float64),
    "a plain number tensor beside it": lambda x: torch.where(x > 1, x, torch.tensor(0.0)),
    "a loop over its values": lambda x: torch.tensor([float(row.sum()) for row in x], device=x.device),
    "the first part of a split": lambda x: x.split(1)[0],
    "softmax by nn.functional": lambda x: nn.functional.softmax(x, dim=-1),
    "einsum": lambda x: torch.einsum("ij,kj->ik", x, x),
    "stack": lambda x: torch.stack([x, x]),
    "in place": lambda x: x.clone().add_(1),
    "another dtype": lambda x: x.double(),
}
STAYING = {
    "made from nothing": lambda x: torch.ones(2, 3),
    "moved to the CPU": lambda x: x.cpu(),
    "moved to the CPU by name": lambda x: x.to("cpu"),
    "from its numbers": lambda x: torch.tensor(x.tolist()),
    "from a list of its numbers as tensors": lambda x: torch.tensor([[y + 1 for y in row] for row in x]),
}
MIXING = {
    "a sum": lambda x: x + torch.ones(2, 3),
    "a mask": lambda x: x.masked_fill(torch.ones(2, 3, dtype=torch.bool), 0.0),
    "where": lambda x: torch.where(torch.ones(2, 3, dtype=torch.bool), x, 0.0),
    "a matrix product": lambda x: torch.ones(4, 2) @ x,
    "cat": lambda x: torch.cat([x, torch.ones(1, 3)]),
    "layer_norm": lambda x: nn.functional.layer_norm(x, (3,), torch.ones(3)),
    "a comparison": lambda x: torch.arange(3) < x,
}


@pytest.mark.parametrize("name", FOLLOWING)
def test_what_follows_its_arguments_lies_where_they_lie(other, x, name):
    with other:
        result = FOLLOWING[name](x)

    assert other.places(result) == DEVICE.type


@pytest.mark.parametrize("name", STAYING)
def test_what_is_made_without_them_lies_on_the_cpu(other, x, name):
    with other:
        result = STAYING[name](x)

    assert other.places(result) == "cpu"


@pytest.mark.parametrize("name", MIXING)
def test_two_devices_do_not_meet_in_one_operation(other, x, name):
    with other, pytest.raises(RuntimeError, match=MIXED):
        MIXING[name](x)


@pytest.mark.parametrize("name", FOLLOWING)
def test_the_numbers_are_those_of_the_cpu(other, x, name):
    with other:
        result = FOLLOWING[name](x)

    torch.testing.assert_close(result, FOLLOWING[name](x))


def test_a_marked_layer_computes_there_and_an_unmarked_one_does_not(other, x):
    here, there = nn.Linear(3, 2), nn.Linear(3, 2)
    other.mark(list(there.parameters()))

    with other:
        assert other.places(there(x)) == DEVICE.type
        with pytest.raises(RuntimeError, match=MIXED):
            here(x)


def test_a_tensor_tells_its_device_and_only_while_it_is_looked_at(other, x):
    with other:
        assert (x.device, torch.ones(1).device) == (DEVICE, torch.device("cpu"))
    assert x.device == torch.device("cpu")
