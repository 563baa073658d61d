"""Predict-then-run experiments: a claim, a question, a measurement, and what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from attnlab.content.records import Lesson
from attnlab.errors import ContentInvalid
from attnlab.stage import interrupts_held, load_source

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """Measured numbers in rows, already formatted for reading."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One or more named series over the same two axes; units belong in the labels."""

    title: str
    x_label: str
    y_label: str
    series: Mapping[str, Sequence[Point]]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Weights between 0 and 1, a row per query and a column per key, each with its label."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What an experiment measured.

    Args:
        seen: one or two honest sentences, with the numbers in them, also where the claim did not reproduce.
        choice: which of the experiment's choices the measurement bears out; None when none does.
        numbers: everything measured, as it will be saved as JSON.
    """

    seen: str
    choice: int | None
    numbers: Mapping[str, object]
    tables: Sequence[Table] = ()
    curves: Sequence[Curve] = ()
    heatmaps: Sequence[Heatmap] = ()


class Lab(Protocol):
    """What a running experiment may use of its surroundings."""

    @property
    def seed(self) -> int:
        """The seed of everything random in this run."""

    @property
    def folder(self) -> Path:
        """Where an experiment may keep what takes long to make; made when first asked for.

        Only ever to save time, as with `earlier`: what is not there is made anew, and what cannot
        be written is done without.
        """

    def progress(self, doing: str, share: float) -> None:
        """Tell the learner what is being done and how much of the whole is behind, from 0 to 1."""

    def earlier(self, name: str) -> Mapping[str, object] | None:
        """The numbers of the last run of another experiment, as they were saved; None where there are none.

        Only ever to save time: an experiment measures for itself what it does not find here, and
        uses only numbers that name the same settings and the same seed.
        """


Run = Callable[[Lab], Findings]


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """A claim of a paper, the question put to the learner before the run, and the run itself.

    `seconds` is the expected time on two CPU cores.
    """

    title: str
    claim: str
    source: str
    question: str
    choices: tuple[str, ...]
    seconds: int
    run: Run = field(repr=False)

    @property
    def name(self) -> str:
        return self.run.__name__


def experiment(
    *, title: str, claim: str, source: str, question: str, choices: Sequence[str], seconds: int
) -> Callable[[Run], Experiment]:
    """Make an experiment of a function from a `Lab` to `Findings`; its name is the file's name."""
    return lambda run: Experiment(title, claim, source, question, tuple(choices), seconds, run)


def read_experiment(lesson: Lesson, name: str) -> Experiment:
    """Run the experiment's file, which is trusted code of the course, and return what it defines.

    Raises:
        ContentInvalid: the file does not run or does not define the experiment its name promises.
    """
    file = lesson.experiment_file(name)
    try:
        # Most of them import torch.
        with interrupts_held():
            module = load_source(file.read_bytes(), name=f"attnlab_experiment.{lesson.id}.{name}", filename=str(file))
    except Exception as error:
        raise ContentInvalid([f"{file}: does not run: {type(error).__name__}: {error}"]) from error
    found = getattr(module, name, None)
    if not isinstance(found, Experiment):
        raise ContentInvalid([f"{file}: does not define an experiment called {name}"])
    return found
