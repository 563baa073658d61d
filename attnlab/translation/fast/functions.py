"""Torch's own functions, computed faster where they are called from a model that somebody else wrote.

A learner's layers call `linear`, `dropout` and `softmax`, one way or another. Within `faster` those calls are answered
by functions that compute the same: products in half precision where the machine is fast at it, dropout masks drawn
by whole registers, softmax by exponentials and sums.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from attnlab.translation.fast.dropout import Dropout

Function = Callable[..., Any]


class Faster(TorchFunctionMode):
    """Answers calls of torch's functions by faster ones, on the CPU.

    Args:
        dtype: what matrices are multiplied in; float32 leaves that to torch.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self._dtype = dtype

    def __torch_function__(
        self, function: Function, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        answer = _ANSWERS.get(function)
        if answer is not None:
            answered = answer(self._dtype, *args, **(kwargs or {}))
            if answered is not NotImplemented:
                return answered
        return function(*args, **(kwargs or {}))


def _linear(half: torch.dtype, /, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    if half == torch.float32 or x.dtype != torch.float32 or weight.dim() != 2:
        return NotImplemented
    rows = _HalfLinear.apply(x.reshape(-1, x.shape[-1]), weight, bias, half)  # type: ignore[no-untyped-call]
    return rows.view(*x.shape[:-1], -1)


def _matmul(half: torch.dtype, /, x: Any, weight: Any) -> Any:
    """Only what is a projection: many rows times one matrix."""
    if not (isinstance(weight, Tensor) and isinstance(x, Tensor) and weight.dim() == 2 and x.dim() >= 2):
        return NotImplemented
    return _linear(half, x, weight.mT, None)


def _dropout(
    half: torch.dtype,
    /,
    input: Tensor,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    train: bool = True,
) -> Any:
    if inplace or not 0.0 < p < 1.0 or input.dtype != torch.float32:
        return NotImplemented
    return _Dropped.apply(input, p) if training and train else input  # type: ignore[no-untyped-call]


def _softmax(half: torch.dtype, /, input: Tensor, dim: Any = None, *rest: Any, **others: Any) -> Any:
    if rest or any(value is not None for key, value in others.items() if key != "_stacklevel"):
        return NotImplemented
    if dim not in (-1, input.dim() - 1) or input.dtype != torch.float32 or input.dim() < 3:
        return NotImplemented
    return _Softmax.apply(input)  # type: ignore[no-untyped-call]


_ANSWERS: dict[Any, Function] = {
    functional.linear: _linear,
    torch.matmul: _matmul,
    Tensor.matmul: _matmul,
    Tensor.__matmul__: _matmul,
    functional.dropout: _dropout,
    torch.dropout: _dropout,
    functional.softmax: _softmax,
    torch.softmax: _softmax,
    Tensor.softmax: _softmax,
}


class _HalfLinear(torch.autograd.Function):
    """x W^T + b with the products in half precision; what goes in and comes out is float32."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> Tensor:
        rows, matrix = x.to(dtype), weight.to(dtype)
        ctx.save_for_backward(rows, matrix)
        ctx.biased = bias is not None
        if bias is None:
            return torch.mm(rows, matrix.t()).float()
        return torch.addmm(bias.to(dtype), rows, matrix.t()).float()

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (gradient,) = gradients
        rows, matrix = ctx.saved_tensors
        half = gradient.to(rows.dtype)
        of_x = torch.mm(half, matrix).float() if ctx.needs_input_grad[0] else None
        of_weight = torch.mm(half.t(), rows).float() if ctx.needs_input_grad[1] else None
        return of_x, of_weight, gradient.sum(0) if ctx.biased else None, None


class _Dropped(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, rate: float) -> Tensor:
        ctx.dropout = Dropout(rate)
        dropped: Tensor = ctx.dropout.of(x.contiguous())
        return dropped

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return ctx.dropout.backward(gradients[0].contiguous()), None


class _Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, scores: Tensor) -> Tensor:
        largest = scores.amax(-1, keepdim=True)
        weights = (scores - largest).exp_()
        weights /= weights.sum(-1, keepdim=True)
        ctx.save_for_backward(weights)
        return weights

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (weights,) = ctx.saved_tensors
        weighted = weights * gradients[0]
        return weighted.addcmul_(weights, weighted.sum(-1, keepdim=True), value=-1)
