"""Dropout whose masks are made of random bits by whole registers: the library draws its own number by number."""

from __future__ import annotations

import torch
from torch import Tensor

# Half of what 16 random bits can tell apart: the comparison is a subtraction, whose sign must not overflow.
_STEPS = 1 << 15
_AS_INTEGERS = {torch.bfloat16: torch.int16, torch.float16: torch.int16, torch.float32: torch.int32}


class Dropout:
    """Drops the same places forward and backward (Srivastava et al. 2014); the rate is a multiple of 2**-15."""

    def __init__(self, rate: float) -> None:
        self._dropped = round(rate * _STEPS)
        self._scale = _STEPS / max(_STEPS - self._dropped, 1)
        self._mask: Tensor | None = None

    def of(self, x: Tensor) -> Tensor:
        """dropout(x), as a new tensor."""
        return self._kept(x).mul_(self._scale) if self._drawn(x) else x

    def onto(self, x: Tensor, added: Tensor) -> Tensor:
        """x + dropout(added), as a new tensor."""
        return torch.add(x, self._kept(added), alpha=self._scale) if self._drawn(added) else x + added

    def backward(self, gradient: Tensor) -> Tensor:
        """The gradient of what went through."""
        return gradient if self._mask is None else self._kept(gradient).mul_(self._scale)

    def _drawn(self, like: Tensor) -> bool:
        self._mask = keep_mask(like, self._dropped) if self._dropped else None
        return self._mask is not None

    def _kept(self, x: Tensor) -> Tensor:
        assert self._mask is not None
        return torch.bitwise_and(x.view(self._mask.dtype), self._mask).view(x.dtype)


def keep_mask(like: Tensor, dropped: int) -> Tensor:
    """For every element all bits or none, the latter with a chance of `dropped` in 2**15: kept is what is ANDed."""
    words = torch.empty((like.numel() + 3) // 4, dtype=torch.int64, device=like.device).random_(-(2**63), None)
    drawn = words.view(torch.int16)[: like.numel()].view(like.shape)
    # From -2**14 to 2**14 - 1; below the threshold the sign, and so every bit, is set.
    kept = (drawn >> 1).sub_(_STEPS // 2 - dropped).bitwise_right_shift_(15)
    return kept.to(_AS_INTEGERS[like.dtype])
