"""What a training is going to do at every step, and what it tells of each one done."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum


class Decay(StrEnum):
    """How the learning rate falls once it has risen."""

    LINEAR = "linear"
    COSINE = "cosine"


@dataclass(frozen=True, slots=True)
class Plan:
    """The rate rises over `warmup` steps, then falls to zero at the end.

    Args:
        clip: the longest the gradient of all weights may be.
        averaging: how much of the averaged weights is kept at each step; 0 averages nothing.
        since: the step from which the fall was last planned anew; None where it never was.
        height: how much of the fall was left then, from 1 to 0.
    """

    steps: int
    learning_rate: float = 4e-3
    warmup: int = 30
    clip: float = 1.0
    decay: Decay = Decay.LINEAR
    averaging: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    since: int | None = None
    height: float = 1.0

    def rate(self, step: int, rising: float | None = None) -> float:
        """The learning rate at a step; steps count from 1.

        Args:
            rising: which share of the full rate the warm-up has reached, where it rises in another way than evenly.
        """
        if rising is None:
            rising = step / self.warmup if self.warmup else 1.0
        falling = self.left(step)
        if self.decay is Decay.COSINE:
            falling = (1 - math.cos(math.pi * min(1.0, falling))) / 2
        return self.learning_rate * min(1.0, rising, falling)

    def left(self, step: int) -> float:
        """How much of the fall is left at a step: more than 0 up to the last one, 1 or more before it begins."""
        since = self.warmup if self.since is None else self.since
        return self.height * (self.steps - step + 1) / max(1, self.steps - since)

    def replanned(self, done: int, steps: int, warmup: int | None = None) -> Plan:
        """The same plan with another end: what is done stays, and the rate goes on from where it is.

        Args:
            done: the last step done.
            steps: how many there are now to be in all; at least those done.
            warmup: another one, heeded as long as the rate still rises.
        """
        steps = max(done, steps)
        if done < self.warmup:
            warmup = self.warmup if warmup is None else warmup
            return replace(self, steps=steps, warmup=warmup, since=None, height=1.0)
        return replace(self, steps=steps, since=done, height=min(1.0, self.left(done + 1)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step done.

    Args:
        number: which, from 1.
        of: how many there are going to be, as far as is known.
        loss: the mean per target token, in nats.
        tokens: how many target tokens it learned from, padding not counted.
        rate: the learning rate.
        gradient_norm: the length of the gradient before it was clipped.
        pieces: how many pieces the batch was taken in; more than one after memory ran out.
        took: the seconds of this step.
        seconds: those of the whole training so far, earlier sittings included.
        tokens_per_second: over the last steps, samples and saving included.
        seconds_left: as long as it goes on at this pace; None before that can be said.
    """

    number: int
    of: int
    loss: float
    tokens: int
    rate: float
    gradient_norm: float
    pieces: int = 1
    took: float = 0.0
    seconds: float = 0.0
    tokens_per_second: float = 0.0
    seconds_left: float | None = None
