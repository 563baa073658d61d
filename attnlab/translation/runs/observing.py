"""What a model in training can do by now: three fixed sentences, and BLEU on the first of those to choose by."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from attnlab.translation.aligning import Alignment, choose_alignment
from attnlab.translation.corpora import Corpus, TextPair
from attnlab.translation.corpus import Split
from attnlab.translation.flat import Flat
from attnlab.translation.quality import corpus_bleu
from attnlab.translation.runs.events import Sampled, Translation, Validated
from attnlab.translation.runs.settings import RunSettings
from attnlab.translation.runs.weights import fill, untrained
from attnlab.translation.searching import search

# Short, middling, long: enough to see a clause fall into place, short enough for a line of a terminal.
_SAMPLED_WORDS = (5, 9, 13)
_SAMPLED_AMONG = 200
_VALIDATED = 300


class Observer:
    """A model of its own, so that the one in training is not disturbed."""

    def __init__(self, settings: RunSettings, corpus: Corpus, flat: Flat, device: torch.device) -> None:
        self._corpus = corpus
        self._flat = flat
        self._device = device
        self._vocabularies = corpus.vocabularies
        source, target = self._vocabularies
        self._model = untrained(settings, len(source), len(target)).to(device).eval()
        for parameter in self._model.parameters():
            parameter.requires_grad_(False)
        validating = Split.VAL in corpus.splits
        texts = corpus.texts(Split.VAL if validating else Split.TRAIN, _VALIDATED)
        self._sampled = spread(texts[:_SAMPLED_AMONG])
        self._validated = tuple(texts) if validating else ()

    @property
    def validates(self) -> bool:
        return bool(self._validated)

    def sample(self, step: int, weights: Tensor) -> Sampled:
        """The fixed sentences, as these weights translate them."""
        written = self._translate(self._sampled, weights)
        return Sampled(
            step,
            tuple(
                Translation(pair.source, hypothesis, pair.target)
                for pair, hypothesis in zip(self._sampled, written, strict=True)
            ),
        )

    def validate(self, step: int, weights: Tensor) -> Validated:
        """BLEU as `attnlab evaluate` reports it, on fewer sentences and without a beam."""
        written = self._translate(self._validated, weights)
        references = [self._corpus.cased(pair.target) for pair in self._validated]
        tokens = self._validated[0].gold is not None
        return Validated(step, bleu_of(written, references, tokens=tokens), len(written))

    def align(self, weights: Tensor) -> Alignment | None:
        """How attention is best read as an alignment, by the gold of the validation split; None where there is none."""
        gold = [pair.gold for pair in self._validated if pair.gold is not None]
        if not gold:
            return None
        fill(self._model, self._flat, weights)
        return choose_alignment(self._model, gold, *self._vocabularies, device=self._device)

    def _translate(self, pairs: Sequence[TextPair], weights: Tensor) -> list[str]:
        fill(self._model, self._flat, weights)
        source, target = self._vocabularies
        sentences = [self._corpus.tokens(pair.source) for pair in pairs]
        found = search(self._model, sentences, source, target, looking=False, device=self._device)
        return [self._corpus.text(best.tokens) for best, *_ in found]


def bleu_of(written: Sequence[str], references: Sequence[str], *, tokens: bool) -> float:
    """BLEU of translations as text; `tokens` says that blanks divide them as they should be divided."""
    if tokens:
        return corpus_bleu([text.split() for text in written], [text.split() for text in references])
    import sacrebleu

    return float(sacrebleu.corpus_bleu(list(written), [list(references)]).score)


def spread(pairs: Sequence[TextPair]) -> tuple[TextPair, ...]:
    """Three pairs, or as many as there are: those nearest to being short, middling and long."""
    found: list[TextPair] = []
    for words in _SAMPLED_WORDS:
        left = [pair for pair in pairs if pair not in found]
        if left:
            found.append(min(left, key=lambda pair: abs(len(pair.source.split()) - words)))
    return tuple(found)
