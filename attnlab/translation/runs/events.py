"""What a training that is kept in a folder tells of itself, as it goes; plain values, no torch."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from attnlab.translation.plan import Plan, Step
from attnlab.translation.runs.records import plain
from attnlab.translation.runs.settings import RunSettings


@dataclass(frozen=True, slots=True)
class Started:
    """Always the first: what is going to be done.

    Args:
        step: the last step done in an earlier sitting; 0 for a fresh run.
        seconds: those that earlier sittings took.
        plan: its `steps` are a first guess where the settings name minutes.
        pairs: sentences of the training split.
        tokens_per_epoch: their target tokens, end of sentence included.
        threads: those that torch computes with.
        expected: the seconds that are still to come: those the settings name, else by a measured step.
    """

    folder: Path
    settings: RunSettings
    device: str
    parameters: int
    pairs: int
    tokens_per_epoch: int
    batches_per_epoch: int
    threads: int
    step: int
    seconds: float
    expected: float
    plan: Plan


@dataclass(frozen=True, slots=True)
class Translation:
    """One of the fixed sentences, as the averaged weights translate it now, beside what it should be."""

    source: str
    hypothesis: str
    reference: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """Three fixed sentences of the split `val`, or `train` where there is none, translated greedily."""

    step: int
    translations: tuple[Translation, ...]


@dataclass(frozen=True, slots=True)
class Validated:
    """How well the first `sentences` sentences of the split `val` are translated greedily."""

    step: int
    bleu: float
    sentences: int


@dataclass(frozen=True, slots=True)
class Halved:
    """Memory ran out: from this step on a batch is taken in so many pieces; what it teaches stays the same."""

    step: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A training killed from now on goes on after this step.

    Args:
        steps: how many there are now to be; may differ from before where the settings name minutes.
    """

    step: int
    steps: int
    took: float


@dataclass(frozen=True, slots=True)
class Finished:
    """Always the last, unless the driver closes the training or it fails.

    Args:
        loss: the mean per target token over the last steps.
        tokens: those learned from in all sittings.
        bleu: of the last `Validated`; None where there is nothing to validate on.
    """

    folder: Path
    step: int
    seconds: float
    loss: float
    tokens: int
    bleu: float | None


Event = Started | Step | Sampled | Validated | Halved | Saved | Finished


def told(event: Event) -> dict[str, Any]:
    """The event as a line of JSON has it: its name in small letters, then its values."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    return {"event": type(event).__name__.lower(), **{name: plain(value) for name, value in values.items()}}
