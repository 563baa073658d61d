"""Models in training, by how they are to be computed: by the engine's fast way, or by parts that a learner wrote."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from attnlab.translation.batching import Batch
from attnlab.translation.fast.functions import Faster
from attnlab.translation.fast.trainee import FastTrainee
from attnlab.translation.flat import flatten
from attnlab.translation.runs.weights import untrained
from attnlab.translation.trainee import Trainee
from attnlab.translation.transformer import TransformerTranslator
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import PAD

if TYPE_CHECKING:
    from attnlab.translation.parts import Parts
    from attnlab.translation.runs.settings import RunSettings

# The logits of so many places are there at a time; those of a whole batch would be the largest thing in memory.
_ROWS = 512
Loss = Callable[[Tensor, Tensor, int, float], Tensor]
Shift = Callable[[Tensor], tuple[Tensor, Tensor]]
Rate = Callable[[int, int, int], float]
# The warm-up is told relative to its end, in which the width of the model cancels out.
_ANY_WIDTH = 128


def make(
    settings: RunSettings, source_size: int, target_size: int, device: torch.device, parts: Parts | None = None
) -> Trainee:
    """What a run of these settings trains.

    Args:
        source_size: the tokens of the source's vocabulary; `target_size` of the target's.
        parts: the learner's and the reference's, where the run is to be made of them.
    """
    recipe, dtype = settings.recipe, getattr(torch, settings.precision)
    model = untrained(settings, source_size, target_size)
    if isinstance(model, TransformerTranslator):
        if parts is not None:
            from attnlab.translation.assembled import AssembledTranslator

            assembled = AssembledTranslator.like(model, parts)
            return ModuleTrainee(
                assembled,
                smoothing=recipe.smoothing,
                dtype=dtype,
                device=device,
                loss=parts.label_smoothed_loss,
                shift=parts.teacher_forcing,
                rate=parts.warmup_rate,
            )
        if recipe.tied and device.type == "cpu":
            return FastTrainee(model, smoothing=recipe.smoothing, dtype=dtype, device=device)
    return ModuleTrainee(model, smoothing=recipe.smoothing, dtype=dtype, device=device)


def label_smoothed_loss(logits: Tensor, labels: Tensor, pad: int, smoothing: float) -> Tensor:
    """The mean cross entropy of labels that are not padding (Szegedy et al. 2016, section 7), as lesson 10 has it.

    Shapes:
        logits: (batch, time, vocabulary)
        labels: (batch, time)
    """
    logs = torch.log_softmax(logits, -1)
    each = smoothing / (logits.shape[-1] - 2)
    of_label = logs.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    others = logs.sum(-1) - logs[..., pad] - of_label
    real = labels != pad
    return -((1 - smoothing) * of_label + each * others)[real].sum() / real.sum().clamp(min=1)


def teacher_forcing(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """Decoder input and labels: the same table, one place apart.

    Shapes:
        tokens:  (batch, time)
        returns: both (batch, time - 1)
    """
    return tokens[:, :-1], tokens[:, 1:]


def warmup_rate(step: int, d_model: int, warmup: int) -> float:
    """Vaswani et al. 2017, eq. 3."""
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5) if step else 0.0


class ModuleTrainee:
    """Any translator in training, differentiated by torch; loss and shift may be a learner's own.

    Args:
        dtype: what matrices are multiplied in.
    """

    def __init__(
        self,
        model: Translator,
        *,
        smoothing: float = 0.0,
        dtype: torch.dtype = torch.float32,
        device: torch.device | None = None,
        loss: Loss = label_smoothed_loss,
        shift: Shift = teacher_forcing,
        rate: Rate = warmup_rate,
    ) -> None:
        self.model = model
        self.device = device or torch.device("cpu")
        self.flat = flatten(model, device=self.device)
        self._smoothing, self._dtype = smoothing, dtype
        self._loss, self._shift, self._rate = loss, shift, rate

    def rising(self, step: int, warmup: int) -> float:
        full = self._rate(warmup, _ANY_WIDTH, warmup)
        return self._rate(step, _ANY_WIDTH, warmup) / full if full else 1.0

    def updated(self) -> None:
        """Nothing is computed from the weights in advance."""

    def accumulate(self, batch: Batch, share: float) -> float:
        batch = batch.to(self.device)
        self.model.train()
        with torch.enable_grad(), self._faster():
            inputs, labels = self._shift(batch.target)
            states, _ = self.model.states(self.model.encode(batch.source, batch.source_lengths), inputs)
            places = (labels != PAD).flatten().nonzero().squeeze(1)
            real = states.flatten(0, 1).index_select(0, places)
            loss, gradient = self._through_output(real, labels.flatten().index_select(0, places), share)
            torch.autograd.backward(real, gradient)
        return loss

    def _through_output(self, states: Tensor, labels: Tensor, share: float) -> tuple[float, Tensor]:
        """The summed loss, and share times its gradient by the states; that of the output's weights is gathered.

        Shapes:
            states:  (places, d_states)
            labels:  (places)
        """
        gradient = torch.empty_like(states)
        total = torch.zeros((), device=states.device)
        for start in range(0, len(states), _ROWS):
            rows = slice(start, start + _ROWS)
            piece = states[rows].detach().requires_grad_(True)
            wanted = labels[rows]
            # As one sentence of many places: what a loss is given has the axes of a batch.
            loss = self._loss(self.model.logits(piece).unsqueeze(0), wanted.unsqueeze(0), PAD, self._smoothing)
            torch.autograd.backward(loss * (share * len(wanted)))
            assert piece.grad is not None
            gradient[rows] = piece.grad
            total += loss.detach() * len(wanted)
        return float(total), gradient

    def _faster(self) -> Faster | nullcontext[None] | torch.autocast:
        if self.device.type == "cpu":
            return Faster(self._dtype)
        if self._dtype == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self._dtype)
