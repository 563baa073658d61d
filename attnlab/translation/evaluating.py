"""How well a trained model translates a split of a corpus: all that is reported, from one translation of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Protocol

import torch

from attnlab.errors import WrongUsage
from attnlab.translation.aligning import Alignment, looked
from attnlab.translation.corpora import BANDS, Corpus, TextPair
from attnlab.translation.quality import alignment_error_rate
from attnlab.translation.searching import search
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import Vocabulary

# Of text most sentences are short; how many words the source of a band has at most.
_TEXT_BANDS = (5, 10, 15, 20, 30, 40, 60)
_AS_GIVEN, _TEXT = "none", "13a"


class Wording(Protocol):
    """How sentences become tokens and numbers and back; a run is one."""

    @property
    def source(self) -> Vocabulary: ...

    @property
    def target(self) -> Vocabulary: ...

    def tokens(self, sentence: str) -> tuple[str, ...]:
        """A source sentence as tokens."""

    def text(self, tokens: Sequence[str]) -> str:
        """Tokens of the target as a sentence."""


@dataclass(frozen=True, slots=True)
class LengthBand:
    """The quality of the sentences whose sources have so many words."""

    shortest: int
    longest: int
    sentences: int
    bleu: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good translations are.

    Args:
        bleu: by sacrebleu with its own tokenisation, cased; of the grammar's words as they are.
        bleu_tokenised: the same with everything in lower case, as the literature on Multi30k has it.
        chrf: chrF2, by sacrebleu.
        exact: the share of translations that are the reference, from 0 to 1.
        alignment_error: None without gold, or without attention.
        signature: sacrebleu's for `bleu`.
    """

    bleu: float
    bleu_tokenised: float
    chrf: float
    exact: float
    alignment_error: float | None
    by_length: tuple[LengthBand, ...]
    sentences_per_second: float
    signature: str
    hypotheses: tuple[str, ...]
    references: tuple[str, ...]
    tokenisation: str

    def told(self) -> dict[str, Any]:
        """The figures as plain values for JSON."""
        return {
            "bleu": self.bleu,
            "bleu_tokenised": self.bleu_tokenised,
            "chrf": self.chrf,
            "exact": self.exact,
            "alignment_error": self.alignment_error,
            "by_length": [asdict(band) for band in self.by_length],
            "sentences_per_second": self.sentences_per_second,
            "signature": self.signature,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two translations of the same sentences; `p_value` is the chance of such a difference between equals.

    Koehn 2004, "Statistical significance tests for machine translation evaluation"; by sacrebleu.
    """

    bleu: tuple[float, float]
    difference: float
    p_value: float
    resamples: int


def evaluate(
    model: Translator,
    wording: Wording,
    corpus: Corpus,
    split: str,
    *,
    beam: int = 1,
    alpha: float = 0.6,
    most: int | None = None,
    alignment: Alignment | None = None,
    device: torch.device | str | None = None,
    clock: Callable[[], float] = perf_counter,
) -> Evaluation:
    """Translate a split, or its first `most` sentences, and compare with the references.

    A corpus that is read in lower case has references in lower case.

    Args:
        alignment: which weights tell what a token looked at.
        clock: what seconds are read from; only those of translating count.

    Raises:
        UnknownName: there is no such split.
        WrongUsage: there is no sentence in it, or no beam.
    """
    texts = corpus.texts(split, most)
    if not texts:
        raise WrongUsage(f"there is nothing to translate in {split}", remedy="choose one sentence at least")
    sentences = [wording.tokens(pair.source) for pair in texts]
    began = clock()
    found = search(
        model, sentences, wording.source, wording.target, beam=beam, alpha=alpha, looking=False, device=device
    )
    seconds = clock() - began
    hypotheses = tuple(wording.text(best[0].tokens) for best in found)
    references = tuple(corpus.cased(pair.target) for pair in texts)
    gold = all(pair.gold is not None for pair in texts)
    tokenisation = _AS_GIVEN if gold else _TEXT

    from sacrebleu.metrics.chrf import CHRF

    metric, lower = _bleu(tokenisation), _bleu(tokenisation, lowercase=True)
    bleu = float(metric.corpus_score(hypotheses, [references]).score)
    return Evaluation(
        bleu=bleu,
        bleu_tokenised=float(lower.corpus_score(hypotheses, [references]).score),
        chrf=float(CHRF().corpus_score(hypotheses, [references]).score),
        exact=sum(one == other for one, other in zip(hypotheses, references, strict=True)) / len(texts),
        alignment_error=_alignment_error(model, wording, texts, alignment, device) if gold else None,
        by_length=_by_length(texts, hypotheses, references, tokenisation),
        sentences_per_second=len(texts) / max(seconds, 1e-9),
        signature=str(metric.get_signature()),
        hypotheses=hypotheses,
        references=references,
        tokenisation=tokenisation,
    )


def compare(one: Evaluation, other: Evaluation, *, resamples: int = 1000) -> Comparison:
    """Whether the other's BLEU differs from the one's by more than chance, by paired bootstrap; the same every time.

    Raises:
        WrongUsage: they are not translations of the same sentences.
    """
    from sacrebleu.significance import PairedTest

    if (one.references, one.tokenisation) != (other.references, other.tokenisation):
        raise WrongUsage(
            "the two did not translate the same sentences", remedy="evaluate both on the same split of one corpus"
        )
    if one.hypotheses == other.hypotheses:
        return Comparison((one.bleu, other.bleu), 0.0, 1.0, resamples)
    named: list[tuple[str, Sequence[str]]] = [("one", one.hypotheses), ("other", other.hypotheses)]
    metric = {"BLEU": _bleu(one.tokenisation, references=[list(one.references)])}
    _, scores = PairedTest(named, metric, None, test_type="bs", n_samples=resamples)()
    result = scores["BLEU"][1]
    chance = None if isinstance(result, str) else result.p_value
    return Comparison(
        (one.bleu, other.bleu), other.bleu - one.bleu, 1.0 if chance is None else float(chance), resamples
    )


def _bleu(tokenisation: str, **further: Any) -> Any:
    # Its import costs as much as a small command may take in all.
    from sacrebleu.metrics.bleu import BLEU

    # Forced: it warns of text that looks tokenised, as the grammar's does.
    return BLEU(tokenize=tokenisation, force=True, **further)


def _alignment_error(
    model: Translator,
    wording: Wording,
    texts: Sequence[TextPair],
    alignment: Alignment | None,
    device: torch.device | str | None,
) -> float | None:
    gold = [pair.gold for pair in texts if pair.gold is not None]
    pairs = [(pair.source, pair.target) for pair in gold]
    weights = looked(model, pairs, wording.source, wording.target, alignment, device=device)
    return alignment_error_rate(gold, weights) if any(weights) else None


def _by_length(
    texts: Sequence[TextPair], hypotheses: Sequence[str], references: Sequence[str], tokenisation: str
) -> tuple[LengthBand, ...]:
    lengths = [len(pair.source.split()) for pair in texts]
    ends = [band[-1] for band in BANDS] if tokenisation == _AS_GIVEN else list(_TEXT_BANDS)
    bands = []
    shortest = 0
    for longest in sorted({*ends, max(lengths)}):
        chosen = [at for at, length in enumerate(lengths) if shortest <= length <= longest]
        if chosen:
            score = _bleu(tokenisation).corpus_score(
                [hypotheses[at] for at in chosen], [[references[at] for at in chosen]]
            )
            within = [lengths[at] for at in chosen]
            bands.append(LengthBand(min(within), max(within), len(chosen), float(score.score)))
        shortest = longest + 1
    return tuple(bands)
