"""Layers with their gradients written out; each remembers one forward pass until its backward pass.

Rows are tokens, time-major: the first tokens of all sentences, then all second ones. So a head of a projection is
a view of it, and nothing is copied to put heads or sentences apart. Weights are views of one vector in the
precision that is computed in; gradients are added to views of another in float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from attnlab.translation.fast.dropout import Dropout

# What numbers of rows are multiples of.
ROUND = 64
_EPS = 1e-5
# Beyond it exp() leaves what float32 can hold, or a sum of many can.
STEEP = 60.0


@dataclass(frozen=True)
class Weight:
    """A matrix or a vector, and where its gradient is gathered."""

    value: Tensor
    gradient: Tensor


class Linear:
    """x W^T + b."""

    def __init__(self, weight: Weight, bias: Weight) -> None:
        self._weight, self._bias = weight, bias

    def forward(self, x: Tensor) -> Tensor:
        self._x = x
        return torch.addmm(self._bias.value, x, self._weight.value.t())

    def backward(self, gradient: Tensor) -> Tensor:
        self._weight.gradient.add_(gradient.t() @ self._x)
        self._bias.gradient.add_(gradient.sum(0))
        return gradient @ self._weight.value


class Norm:
    """Layer normalisation over the last axis (Ba, Kiros, Hinton 2016, section 3)."""

    def __init__(self, weight: Weight, bias: Weight) -> None:
        self._weight, self._bias = weight, bias

    def forward(self, x: Tensor) -> Tensor:
        self._x = x
        normed: Tensor
        normed, self._mean, self._rstd = torch.ops.aten.native_layer_norm(
            x, x.shape[-1:], self._weight.value, self._bias.value, _EPS
        )
        return normed

    def backward(self, gradient: Tensor) -> Tensor:
        x: Tensor
        x, weight, bias = torch.ops.aten.native_layer_norm_backward(
            gradient,
            self._x,
            self._x.shape[-1:],
            self._mean,
            self._rstd,
            self._weight.value,
            self._bias.value,
            (True, True, True),
        )
        self._weight.gradient.add_(weight)
        self._bias.gradient.add_(bias)
        return x


class Attention:
    """Vaswani et al. 2017, eq. 1, in float32: the products are small, and of other shapes in every batch.

    Written as exponentials and their sums, because the library's softmax takes several times as long through rows
    as short as sentences.
    """

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        """Shapes:
        query:   (batch * heads, queries, d_k)
        key:     (batch * heads, keys, d_k), and so is value
        mask:    (batch * heads | 1, queries | 1, keys), 1.0 where a query may look, else 0.0; some key in every row
        returns: (batch * heads, queries, d_k)
        """
        self._scale = query.shape[-1] ** -0.5
        self._query, self._key, self._value = query, key, value
        weights = torch.bmm(query, key.mT).mul_(self._scale)
        lowest, highest = torch.aminmax(weights)
        if not (highest < STEEP and lowest > -STEEP):
            if mask is not None:
                weights = weights.masked_fill_(mask == 0, -torch.inf)
            weights -= weights.amax(-1, keepdim=True)
        weights = weights.exp_()
        if mask is not None:
            weights *= mask
        self._weights = weights.div_(weights.sum(-1, keepdim=True))
        return torch.bmm(self._weights, value)

    def backward(self, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        of_weights = torch.bmm(gradient, self._value.mT).mul_(self._weights)
        scores = of_weights.addcmul_(self._weights, of_weights.sum(-1, keepdim=True), value=-1).mul_(self._scale)
        return (
            torch.bmm(scores, self._key),
            torch.bmm(scores.mT, self._query),
            torch.bmm(self._weights.mT, gradient),
        )


class Heads:
    """Rows of a projection <-> heads of sentences.

    Rows are filled up to a round number of them: half precision compiles its products anew for every new number, which
    takes longer than some rows more. What fills up is looked at by nobody, and its gradient is zero.
    """

    def __init__(self, batch: int, length: int, heads: int) -> None:
        self._together, self._length = batch * heads, length
        self._rows = batch * length
        self.rows = -(-self._rows // ROUND) * ROUND

    def split(self, rows: Tensor) -> Tensor:
        """Shapes:
        rows:    (rows, d_model)
        returns: (batch * heads, length, d_k), float32
        """
        return rows[: self._rows].float().view(self._length, self._together, -1).transpose(0, 1)

    def merge(self, apart: Tensor, dtype: torch.dtype) -> Tensor:
        """The way back of `split`."""
        d_model = apart.numel() // self._rows
        rows = torch.empty(self.rows, d_model, dtype=dtype, device=apart.device)
        rows[: self._rows].view(self._length, self._together, -1).copy_(apart.to(dtype).transpose(0, 1))
        rows[self._rows :] = 0
        return rows


def present_keys(tokens: Tensor, pad: int, heads: int) -> Tensor | None:
    """The mask that hides padding from every query; None where there is none to hide.

    Shapes:
        tokens:  (batch, keys)
        returns: (batch * heads, 1, keys)
    """
    present = tokens != pad
    if bool(present.all()):
        return None
    return present.float().repeat_interleave(heads, 0).unsqueeze(1)


def past_keys(length: int, device: torch.device) -> Tensor:
    """The mask that hides from every target token those after it.

    Shapes:
        returns: (1, length, length)
    """
    return torch.ones(1, length, length, device=device).tril_()


class SelfAttention:
    """Pre-norm self-attention with its residual: x + dropout(attention(norm(x)))."""

    def __init__(self, norm: Norm, projections: Sequence[Linear], output: Linear, dropout: float) -> None:
        self._norm, self._projections, self._output = norm, projections, output
        self._attention, self._dropout = Attention(), Dropout(dropout)

    def forward(self, x: Tensor, heads: Heads, mask: Tensor | None) -> Tensor:
        self._heads = heads
        normed = self._norm.forward(x)
        query, key, value = (heads.split(projection.forward(normed)) for projection in self._projections)
        context = self._attention.forward(query, key, value, mask)
        return self._dropout.onto(x, self._output.forward(heads.merge(context, x.dtype)))

    def backward(self, gradient: Tensor) -> Tensor:
        context = self._heads.split(self._output.backward(self._dropout.backward(gradient)))
        normed = torch.zeros_like(gradient)
        for projection, part in zip(self._projections, self._attention.backward(context), strict=True):
            normed += projection.backward(self._heads.merge(part, gradient.dtype))
        return self._norm.backward(normed).add_(gradient)


class CrossAttention:
    """Pre-norm attention to the source with its residual; keys and values are projected from what the encoder says."""

    def __init__(self, norm: Norm, projections: Sequence[Linear], output: Linear, dropout: float) -> None:
        self._norm, self._output = norm, output
        self._query, self._key, self._value = projections
        self._attention, self._dropout = Attention(), Dropout(dropout)

    def forward(self, x: Tensor, memory: Tensor, heads: Heads, source_heads: Heads, mask: Tensor | None) -> Tensor:
        self._heads, self._source_heads = heads, source_heads
        query = heads.split(self._query.forward(self._norm.forward(x)))
        key = source_heads.split(self._key.forward(memory))
        value = source_heads.split(self._value.forward(memory))
        context = self._attention.forward(query, key, value, mask)
        return self._dropout.onto(x, self._output.forward(heads.merge(context, x.dtype)))

    def backward(self, gradient: Tensor, of_memory: Tensor) -> Tensor:
        """The gradient of x; that of the memory is added to `of_memory`."""
        context = self._heads.split(self._output.backward(self._dropout.backward(gradient)))
        query, key, value = self._attention.backward(context)
        of_memory += self._key.backward(self._source_heads.merge(key, gradient.dtype))
        of_memory += self._value.backward(self._source_heads.merge(value, gradient.dtype))
        return self._norm.backward(self._query.backward(self._heads.merge(query, gradient.dtype))).add_(gradient)


class FeedForward:
    """Pre-norm feed-forward network with its residual: x + dropout(W_2 relu(W_1 norm(x)))."""

    def __init__(self, norm: Norm, first: Linear, second: Linear, dropout: float) -> None:
        self._norm, self._first, self._second = norm, first, second
        self._dropout = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        self._hidden = self._first.forward(self._norm.forward(x)).relu_()
        return self._dropout.onto(x, self._second.forward(self._hidden))

    def backward(self, gradient: Tensor) -> Tensor:
        hidden = self._second.backward(self._dropout.backward(gradient))
        hidden = torch.ops.aten.threshold_backward(hidden, self._hidden, 0)
        return self._norm.backward(self._first.backward(hidden)).add_(gradient)
