"""The training loop: a generator of steps that knows no terminal and no folder.

All that a step depends on is the batch of its number, the seed, and the state it is given; so a training goes on from
a kept state as if it had never stopped. Several processes could share it: each would accumulate the gradient of its
own rows of a batch, and the sum over all of them belongs between `gradient_of` and the clipping.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from math import isfinite
from typing import Protocol

import torch
from torch import Tensor, nn

from attnlab.errors import Diverged, MemoryRanOut
from attnlab.stage import interrupts_held
from attnlab.translation.batching import Batch
from attnlab.translation.diverging import where_not_finite
from attnlab.translation.plan import Plan, Step
from attnlab.translation.trainee import Trainee

# Over how many steps the pace is measured.
_RECENT = 20
# How a system says that memory ran out, where torch has no error of its own for it.
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "cannot allocate memory")


class Batches(Protocol):
    """The batch of every step, from 1; the same for the same step."""

    def at(self, step: int) -> Batch: ...


@dataclass(slots=True)
class State:
    """What a training carries from step to step, besides the weights; it changes as the training goes on.

    Args:
        step: the last one done.
        seconds: those that all steps took, and what lay between them.
        tokens: how many target tokens have been learned from.
        pieces: how many pieces a batch is taken in.
        average: the weights averaged over time; None where the plan averages nothing.
        last: what was told of the last step, in this sitting.
        whole: whether all this belongs to the same step; not so in the midst of one.

    Shapes:
        first_moment:  (weights)
        second_moment: (weights)
        average:       (weights)
    """

    plan: Plan
    first_moment: Tensor
    second_moment: Tensor
    average: Tensor | None
    step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    pieces: int = 1
    last: Step | None = None
    whole: bool = True

    @classmethod
    def fresh(cls, trainee: Trainee, plan: Plan) -> State:
        """The state before the first step."""
        values = trainee.flat.values
        average = values.clone() if plan.averaging else None
        return cls(plan, torch.zeros_like(values), torch.zeros_like(values), average)


def training(
    trainee: Trainee, batches: Batches, state: State, *, seed: int, clock: Callable[[], float]
) -> Iterator[Step]:
    """Train in place, yielding after every step; ends with the plan, which may be exchanged between two steps.

    Raises:
        Diverged: the loss or its gradient is not finite any more; weights and state are those of the step before.
        MemoryRanOut: not even one sentence at a time fits.
    """
    optimiser = _Optimiser(trainee, state)
    began = last = clock()
    before = state.seconds
    recent: deque[tuple[float, int]] = deque(maxlen=_RECENT)
    while state.step < state.plan.steps:
        plan, number = state.plan, state.step + 1
        started = clock()
        batch = batches.at(number)
        tokens = batch.tokens
        loss = gradient_of(trainee, batch, state, seed=seed, number=number) / tokens
        norm = float(torch.linalg.vector_norm(trainee.flat.gradients))
        rate = plan.rate(number, float(trainee.rising(number, plan.warmup)) if number <= plan.warmup else None)
        if not (isfinite(loss) and isfinite(norm)):
            raise _diverged(trainee, pieces_of(batch, state.pieces), number, rate, loss, seed)
        if norm > plan.clip:
            trainee.flat.gradients.mul_(plan.clip / norm)
        # Weights, moments and step belong together: an interrupt comes before or after all of them.
        with interrupts_held():
            state.whole = False
            optimiser.step(number, rate)
            now = clock()
            recent.append((now - last, tokens))
            pace = max(sum(seconds for seconds, _ in recent), 1e-9)
            state.step = number
            state.tokens += tokens
            state.seconds = before + now - began
            state.last = Step(
                number,
                plan.steps,
                loss,
                tokens,
                rate,
                norm,
                state.pieces,
                now - started,
                state.seconds,
                sum(learned for _, learned in recent) / pace,
                pace / len(recent) * (plan.steps - number),
            )
            state.whole = True
        last = now
        yield state.last


def gradient_of(trainee: Trainee, batch: Batch, state: State, *, seed: int, number: int) -> float:
    """The batch's summed loss; the gradient of its mean per token lies in `trainee.flat.gradients`.

    Where memory runs out, the batch is taken in twice as many pieces, now and from now on.

    Raises:
        MemoryRanOut: not even one sentence at a time fits.
    """
    while True:
        loss = _in_pieces(trainee, batch, state.pieces, seed, number)
        if loss is not None:
            return loss
        # Asked again outside the handler, where nothing holds on to what did not fit.
        rows = batch.source.shape[0]
        if state.pieces >= rows:
            longest = int(batch.source_lengths.max())
            raise MemoryRanOut(
                f"at step {number} memory ran out even for {rows} sentence{'s' if rows > 1 else ''} of up to "
                f"{longest} tokens, taken one at a time",
                remedy="train a smaller model (--d-model, --layers), or on --device cpu",
            )
        state.pieces *= 2
        if trainee.device.type == "cuda":
            torch.cuda.empty_cache()


def rehearsed(trainee: Trainee, batches: Batches, state: State, *, seed: int, clock: Callable[[], float]) -> float:
    """How many seconds a step is going to take, measured on the first batch without learning from it."""
    batch = batches.at(1)
    # The first time is slower: kernels are chosen, memory is asked for.
    gradient_of(trainee, batch, state, seed=seed, number=1)
    began = clock()
    gradient_of(trainee, batch, state, seed=seed, number=1)
    float(trainee.flat.gradients[0])
    took = clock() - began
    trainee.flat.gradients.zero_()
    return took


def pieces_of(batch: Batch, pieces: int) -> list[Batch]:
    """The batch's rows in so many parts of nearly the same size; fewer where it has fewer rows."""
    if pieces == 1:
        return [batch]
    parts = (part.chunk(pieces) for part in (batch.source, batch.source_lengths, batch.target))
    return [Batch(*piece) for piece in zip(*parts, strict=True)]


class _Optimiser:
    """AdamW (Loshchilov and Hutter 2019) on all weights as one vector, and their average over time."""

    def __init__(self, trainee: Trainee, state: State) -> None:
        self._trainee = trainee
        self._state = state
        plan, values = state.plan, trainee.flat.values
        weights = nn.Parameter(values)
        weights.grad = trainee.flat.gradients
        self._adam = torch.optim.AdamW(
            [weights], betas=plan.betas, eps=plan.epsilon, weight_decay=plan.weight_decay, fused=True
        )
        # The moments are the state's own tensors, so that what is kept is what is used.
        self._adam.state[weights] = {
            "step": torch.tensor(float(state.step), device=values.device),
            "exp_avg": state.first_moment,
            "exp_avg_sq": state.second_moment,
        }

    def step(self, number: int, rate: float) -> None:
        self._adam.param_groups[0]["lr"] = rate
        self._adam.step()
        if self._state.average is not None:
            # At first little is kept: the average would remember weights that knew nothing.
            kept = min(self._state.plan.averaging, (1 + number) / (10 + number))
            self._state.average.lerp_(self._trainee.flat.values, 1 - kept)
        self._trainee.updated()


def _in_pieces(trainee: Trainee, batch: Batch, pieces: int, seed: int, number: int) -> float | None:
    """The summed loss, or None where memory ran out."""
    share = 1 / batch.tokens
    trainee.flat.gradients.zero_()
    try:
        with _randomness(seed, number):
            return sum(trainee.accumulate(piece, share) for piece in pieces_of(batch, pieces))
    except (MemoryError, torch.cuda.OutOfMemoryError):
        return None
    except RuntimeError as error:
        if any(said in str(error).lower() for said in _OUT_OF_MEMORY):
            return None
        raise


@contextmanager
def _randomness(seed: int, number: int) -> Iterator[None]:
    """Torch's random numbers depend on the seed and the step alone; those of the caller, on the CPU, go on after it."""
    digest = blake2b(f"{seed} {number}".encode(), digest_size=8).digest()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int.from_bytes(digest, "big") >> 1)
        yield


def _diverged(trainee: Trainee, pieces: list[Batch], number: int, rate: float, loss: float, seed: int) -> Diverged:
    with _randomness(seed, number):
        where = where_not_finite(trainee.model, [piece.to(trainee.device) for piece in pieces])
    what = "the loss" if not isfinite(loss) else "the gradient"
    return Diverged(
        f"at step {number}, with a learning rate of {rate:.2g}, {what} was not a finite number any more: {where}",
        remedy="train anew with a smaller --learning-rate; what had been learned by the step before is kept",
    )
