"""Training as a generator of steps: whoever drives it decides what to show and when to stop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch.nn import functional

from attnlab.translation.batching import Batch
from attnlab.translation.plan import Plan, Step
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import PAD


def train(
    model: Translator, batches: Iterable[Batch], plan: Plan, *, device: torch.device | None = None
) -> Iterator[Step]:
    """Train in place, yielding after every step; ends after `plan.steps` or with the batches."""
    device = device or torch.device("cpu")
    model.to(device).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=plan.rate(1), fused=True)
    for number, batch in zip(range(1, plan.steps + 1), batches, strict=False):
        for group in optimiser.param_groups:
            group["lr"] = plan.rate(number)
        loss = token_loss(model, batch.to(device))
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
        optimiser.step()
        yield Step(number, plan.steps, float(loss.detach()), batch.tokens, plan.rate(number), float(norm))


def token_loss(model: Translator, batch: Batch) -> torch.Tensor:
    """The mean cross entropy of the target tokens, padding not counted."""
    memory = model.encode(batch.source, batch.source_lengths)
    logits, _ = model.teach(memory, batch.target[:, :-1])
    return functional.cross_entropy(logits.flatten(0, 1), batch.target[:, 1:].flatten(), ignore_index=PAD)
