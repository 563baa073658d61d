"""All weights of a model as one vector, and their gradients as another, so that one update moves them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Flat:
    """A model's weights end to end; its own parameters and gradients are views of the two vectors.

    Args:
        values: every weight once, float32.
        gradients: of the same length.
        places: where each parameter begins, and its shape, by its name.

    Shapes:
        values:    (weights)
        gradients: (weights)
    """

    values: Tensor
    gradients: Tensor
    places: Mapping[str, tuple[int, tuple[int, ...]]]

    def view(self, name: str, of: Tensor | None = None) -> Tensor:
        """One parameter's share of `of`, any vector of this length; without it, its values."""
        start, shape = self.places[name]
        return (self.values if of is None else of).narrow(0, start, prod(shape)).view(shape)

    def named(self, of: Tensor | None = None) -> Iterator[tuple[str, Tensor]]:
        """Every parameter by its name, as views of `of` or of the values."""
        for name in self.places:
            yield name, self.view(name, of)


def flatten(model: nn.Module, *, device: torch.device | None = None) -> Flat:
    """Lay the model's parameters end to end; they stay its own, and they and their gradients become views.

    A model made of foreign parts says which of its parameters are to be trained.
    """
    chosen = getattr(model, "canonical_parameters", None)
    parameters: dict[str, nn.Parameter] = chosen() if chosen else dict(model.named_parameters())
    device = device or torch.device("cpu")
    model.to(device)
    size = sum(parameter.numel() for parameter in parameters.values())
    flat = Flat(
        torch.empty(size, device=device),
        torch.zeros(size, device=device),
        dict(_places(parameters)),
    )
    with torch.no_grad():
        for name, parameter in parameters.items():
            flat.view(name).copy_(parameter)
            parameter.data = flat.view(name)
            parameter.grad = flat.view(name, flat.gradients)
    return flat


def _places(parameters: Mapping[str, nn.Parameter]) -> Iterator[tuple[str, tuple[int, tuple[int, ...]]]]:
    at = 0
    for name, parameter in parameters.items():
        yield name, (at, tuple(parameter.shape))
        at += parameter.numel()
