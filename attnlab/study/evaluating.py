"""How good a run translates a split of its corpus, and whether another run is better by more than chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import WrongUsage
from attnlab.translation.corpora import open_corpus

if TYPE_CHECKING:
    from attnlab.translation.corpora import Corpus
    from attnlab.translation.evaluating import Comparison, Evaluation
    from attnlab.translation.runs import Run


@dataclass(frozen=True)
class Measured:
    """One run measured on one split.

    Args:
        changed: whether the corpus is another than the one the run was trained on.
    """

    run: Run
    evaluation: Evaluation
    changed: bool

    @property
    def name(self) -> str:
        return self.run.folder.name


@dataclass(frozen=True)
class Evaluated:
    """Runs measured on the same sentences.

    Args:
        pairs: how many sentences there were.
        comparison: what to think of the difference between the first and the last; None where nobody asked.
    """

    corpus: str
    split: str
    beam: int
    pairs: int
    runs: tuple[Measured, ...]
    comparison: Comparison | None = None


def evaluate(
    runs: Sequence[Run],
    *,
    split: str | None,
    beam: int,
    device: str,
    comparing: bool = False,
    most: int | None = None,
    data: Path | None = None,
    heard: Callable[[str], None] = lambda doing: None,
) -> Evaluated:
    """Translate the split with every run and compare with its references.

    Args:
        split: without it the first one for testing.
        comparing: whether to ask what chance there is of the difference between the first and the last.
        most: the first so many sentences only.

    Raises:
        UnknownName: the corpus has no such split.
        WrongUsage: the runs translate different corpora.
        NotThere: the corpus is not there any more.
    """
    first = runs[0]
    for other in runs[1:]:
        if other.settings.corpus != first.settings.corpus:
            raise WrongUsage(
                f"{files.shown(first.folder)} translates {first.settings.corpus}, "
                f"{files.shown(other.folder)} {other.settings.corpus}",
                remedy="only runs on the same corpus can be compared",
            )
    corpus = _corpus(first, data)
    chosen = corpus.checked(split) if split else _for_testing(corpus)
    from attnlab.translation import machine
    from attnlab.translation.evaluating import compare

    where = machine.device_called(device)
    measured = []
    for each in runs:
        heard(f"translating {chosen} of {corpus.name} with {each.folder.name}")
        measured.append(_measured(each, data, chosen, beam, most, where))
    found = [each.evaluation for each in measured]
    comparison = compare(found[0], found[-1]) if comparing else None
    return Evaluated(corpus.name, chosen, beam, len(found[0].references), tuple(measured), comparison)


def _measured(run: Run, data: Path | None, split: str, beam: int, most: int | None, device: Any) -> Measured:
    from attnlab.translation.aligning import Alignment
    from attnlab.translation.evaluating import evaluate

    corpus = _corpus(run, data)
    alignment = Alignment.of(run.alignment)
    model = run.translator(device)
    found = evaluate(model, run, corpus, split, beam=beam, most=most, alignment=alignment, device=device)
    return Measured(run, found, corpus.fingerprint != run.settings.fingerprint)


def _corpus(run: Run, data: Path | None) -> Corpus:
    recipe = run.settings.recipe
    return open_corpus(run.settings.corpus, data, subwords=recipe.subwords, lower_case=recipe.lower_case)


def _for_testing(corpus: Corpus) -> str:
    return next((split for split in corpus.splits if split.startswith("test")), corpus.splits[-1])
