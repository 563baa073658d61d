"""What the training loop trains: something that turns a batch into a loss and adds up its gradient."""

from __future__ import annotations

from typing import Protocol

import torch

from attnlab.translation.batching import Batch
from attnlab.translation.flat import Flat
from attnlab.translation.translator import Translator


class Trainee(Protocol):
    """A model in training.

    `model` is what translates; its parameters are views of `flat.values`.
    """

    flat: Flat
    device: torch.device

    @property
    def model(self) -> Translator: ...

    def accumulate(self, batch: Batch, share: float) -> float:
        """Add `share` times the gradient of the batch's summed loss to `flat.gradients`; the sum, in nats."""

    def rising(self, step: int, warmup: int) -> float:
        """Which share of the full learning rate a step of the warm-up has; steps count from 1."""

    def updated(self) -> None:
        """`flat.values` have changed: whatever was computed from them is computed anew."""
