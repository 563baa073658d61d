"""Where in a model the numbers stop being finite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from attnlab.translation.batching import Batch
from attnlab.translation.training import token_loss
from attnlab.translation.translator import Translator


def where_not_finite(model: Translator, batches: Iterable[Batch]) -> str:
    """In half a sentence: the first weight, else the first module, else the first gradient that is not finite.

    Computes the losses of the batches once more and leaves gradients and weights as they are.
    """
    for name, parameter in model.named_parameters():
        if not _finite(parameter):
            return f"the weights {name} hold {_kinds(parameter)}"
    model.train()
    for batch in batches:
        found = _within(model, batch)
        if found is not None:
            return found
    return "computed once more in full precision, everything is finite"


def _within(model: Translator, batch: Batch) -> str | None:
    with _first_bad_answer(model) as found, torch.enable_grad():
        loss = token_loss(model, batch)
    if found:
        name, kind = found
        return f"{name} was the first to answer with {kind}"
    if not _finite(loss):
        return f"every module's answer was finite, the cross entropy {_kinds(loss)}"
    parameters = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    gradients = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
    # The gradient is computed from the end: what comes last in the model is the first to go wrong.
    for name, gradient in reversed(list(zip(parameters, gradients, strict=True))):
        if gradient is not None and not _finite(gradient):
            return f"in the gradient of {name} there is {_kinds(gradient)}"
    return None


@contextmanager
def _first_bad_answer(model: nn.Module) -> Iterator[list[str]]:
    """Becomes the name of the first module whose answer is not finite, and what is in it."""
    found: list[str] = []
    hooks = []
    for name, module in model.named_modules():

        def look(module: nn.Module, inputs: Any, answer: Any, name: str = name) -> None:
            for part in _tensors(answer):
                if not found and not _finite(part):
                    found.extend((name or type(module).__name__, _kinds(part)))

        hooks.append(module.register_forward_hook(look))
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _tensors(answer: Any) -> Iterator[Tensor]:
    if isinstance(answer, Tensor):
        yield answer
    elif isinstance(answer, tuple | list):
        for part in answer:
            yield from _tensors(part)


def _finite(numbers: Tensor) -> bool:
    return not numbers.is_floating_point() or bool(torch.isfinite(numbers).all())


def _kinds(numbers: Tensor) -> str:
    return "nan" if bool(torch.isnan(numbers).any()) else "inf"
