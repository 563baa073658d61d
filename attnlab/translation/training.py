"""Training as a generator of steps: whoever drives it decides what to show and when to stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch.nn import functional

from attnlab.translation.batching import Batch
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import PAD


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a model is trained: the rate rises over `warmup` steps, then falls in a line to zero."""

    steps: int
    learning_rate: float = 4e-3
    warmup: int = 30
    clip: float = 1.0

    def rate(self, step: int) -> float:
        """The learning rate at a step; steps count from 1."""
        rising = step / self.warmup if self.warmup else 1.0
        falling = (self.steps - step + 1) / max(1, self.steps - self.warmup)
        return self.learning_rate * min(1.0, rising, falling)


@dataclass(frozen=True, slots=True)
class Step:
    """One step done: which of how many, the mean loss per target token in nats, and how many tokens it saw."""

    number: int
    of: int
    loss: float
    tokens: int


def train(
    model: Translator, batches: Iterable[Batch], schedule: Schedule, *, device: torch.device | None = None
) -> Iterator[Step]:
    """Train in place, yielding after every step; ends after `schedule.steps` or with the batches."""
    device = device or torch.device("cpu")
    model.to(device).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=schedule.rate(1), fused=True)
    for number, batch in zip(range(1, schedule.steps + 1), batches, strict=False):
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(number)
        loss = token_loss(model, batch.to(device))
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.clip)
        optimiser.step()
        yield Step(number, schedule.steps, float(loss.detach()), batch.tokens)


def token_loss(model: Translator, batch: Batch) -> torch.Tensor:
    """The mean cross entropy of the target tokens, padding not counted."""
    memory = model.encode(batch.source, batch.source_lengths)
    logits, _ = model.teach(memory, batch.target[:, :-1])
    return functional.cross_entropy(logits.flatten(0, 1), batch.target[:, 1:].flatten(), ignore_index=PAD)
