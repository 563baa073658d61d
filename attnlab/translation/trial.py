"""One small model trained on the grammar for well under a minute, and its quality by sentence length.

Models that are to be compared are trained with the same `Trial`, so that they differ in their kind alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import torch

from attnlab.errors import WrongUsage
from attnlab.stage import one_thread
from attnlab.translation.batching import epochs, number
from attnlab.translation.corpus import Split, by_length, draw
from attnlab.translation.decoding import force_decode, greedy_decode
from attnlab.translation.grammar import SHORTEST
from attnlab.translation.models import Kind, build
from attnlab.translation.phrases import SentencePair
from attnlab.translation.plan import Plan, Step
from attnlab.translation.quality import corpus_bleu
from attnlab.translation.searching import Hypothesis, Weights
from attnlab.translation.training import train
from attnlab.translation.transformer import TransformerSettings
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import Vocabulary

# Raised whenever equal settings no longer give equal numbers: the grammar, a model or the training has changed.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything a trial depends on but the kind of model: sizes, training, seed.

    Args:
        longest: the longest source sentence seen in training, in tokens.
        d_embedding: the width of a word in the recurrent kinds; `d_model` is that of their states.
        transformer: the sizes and switches of that kind, which needs another rate and batch too:
            `Trial.of_transformer` has them.
    """

    seed: int
    pairs: int = 12_000
    longest: int = 40
    d_embedding: int = 64
    d_model: int = 128
    steps: int = 800
    batch_tokens: int = 900
    learning_rate: float = 5e-3
    warmup: int = 30
    transformer: TransformerSettings | None = None

    @classmethod
    def of_transformer(cls, seed: int, *, training: Mapping[str, Any] | None = None, **settings: Any) -> Trial:
        """The trial in which a small Transformer translates well after about a minute.

        Args:
            training: other values than usual for what is in `Trial`: pairs, longest, steps and the like.
            settings: other values than usual for what is in `TransformerSettings`.
        """
        usual = {
            "pairs": 40_000,
            "longest": 20,
            "steps": 800,
            "batch_tokens": 1200,
            "learning_rate": 5e-3,
            "warmup": 60,
        }
        return cls(seed, **{**usual, **(training or {})}, transformer=TransformerSettings(**settings))

    def described(self) -> dict[str, object]:
        """Plain values for JSON, without what plays no part; two trials with equal ones can be compared."""
        told = {**asdict(self), "version": VERSION}
        unused = ("transformer",) if self.transformer is None else ("d_embedding", "d_model")
        return {key: value for key, value in told.items() if key not in unused}


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model with its vocabularies; `losses` has the mean loss per token of every step."""

    kind: Kind
    model: Translator
    source: Vocabulary
    target: Vocabulary
    losses: tuple[float, ...]
    seconds: float
    device: torch.device

    @property
    def loss(self) -> float:
        """The mean of the last fifty."""
        recent = self.losses[-50:]
        return sum(recent) / max(1, len(recent))

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.model.parameters())

    def translate(self, pairs: Iterable[SentencePair]) -> list[Hypothesis]:
        """Greedy translations of the pairs' sources."""
        sentences = [pair.source for pair in pairs]
        return greedy_decode(self.model, sentences, self.source, self.target, device=self.device)

    def look(self, pairs: list[SentencePair]) -> list[Weights]:
        """The weights with which the gold translations look at their sources; empty without attention."""
        return force_decode(self.model, pairs, self.source, self.target, device=self.device)


@dataclass(frozen=True, slots=True)
class Quality:
    """How well sentences of one band of lengths were translated; `exact` counts those equal to the gold."""

    shortest: int
    longest: int
    sentences: int
    bleu: float
    exact: int

    @property
    def band(self) -> str:
        return f"{self.shortest}-{self.longest}"

    @property
    def middle(self) -> float:
        return (self.shortest + self.longest) / 2


def train_on_grammar(
    kind: Kind,
    trial: Trial,
    *,
    progress: Callable[[Step], None] = lambda step: None,
    device: torch.device | None = None,
) -> Trained:
    """Train a fresh model of this kind; `progress` hears of every step.

    Raises:
        WrongUsage: the trial is one of another kind, whose sizes it names.
    """
    if (kind is Kind.TRANSFORMER) != (trial.transformer is not None):
        raise WrongUsage(
            f"this trial does not name the sizes of the kind '{kind}'",
            remedy="Trial.of_transformer(seed) is one for a transformer, Trial(seed) for the others",
        )
    device = device or torch.device("cpu")
    pairs = draw(Split.TRAIN, trial.pairs, seed=trial.seed, lengths=range(SHORTEST, trial.longest + 1))
    source = Vocabulary.of(pair.source for pair in pairs)
    target = Vocabulary.of(pair.target for pair in pairs)
    model = build(
        kind,
        len(source),
        len(target),
        seed=trial.seed,
        d_embedding=trial.d_embedding,
        d_model=trial.d_model,
        transformer=trial.transformer,
    )
    batches = epochs(number(pairs, source, target), tokens=trial.batch_tokens, seed=trial.seed)
    plan = Plan(trial.steps, trial.learning_rate, trial.warmup)
    losses: list[float] = []
    began = perf_counter()
    # Dropout draws from torch's own state.
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(trial.seed)
        for step in train(model, batches, plan, device=device):
            losses.append(step.loss)
            progress(step)
    return Trained(kind, model, source, target, tuple(losses), perf_counter() - began, device)


def quality_by_length(trained: Trained, bands: Iterable[range], *, each: int, seed: int) -> list[Quality]:
    """BLEU and exact matches on `each` test sentences of every band of source lengths."""
    found = []
    for band, pairs in by_length(Split.TEST, bands, each, seed=seed).items():
        with one_thread():
            hypotheses = trained.translate(pairs)
        exact = sum(hypothesis.tokens == pair.target for hypothesis, pair in zip(hypotheses, pairs, strict=True))
        bleu = corpus_bleu([hypothesis.tokens for hypothesis in hypotheses], [pair.target for pair in pairs])
        found.append(Quality(band[0], band[-1], len(pairs), bleu, exact))
    return found
