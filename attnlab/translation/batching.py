"""Sentence pairs of like length side by side in padded batches, with their true lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from attnlab.translation.phrases import SentencePair
from attnlab.translation.vocabulary import BOS, EOS, PAD, Vocabulary

Numbered = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded numbers of several sentence pairs.

    Shapes:
        source:         (batch, source)
        source_lengths: (batch)
        target:         (batch, target), from begin to end of sentence
    """

    source: Tensor
    source_lengths: Tensor
    target: Tensor

    @property
    def tokens(self) -> int:
        """The target tokens to be predicted, padding not counted."""
        return int((self.target[:, 1:] != PAD).sum())

    def to(self, device: torch.device) -> Batch:
        return Batch(self.source.to(device), self.source_lengths, self.target.to(device))


def number(pairs: Sequence[SentencePair], source: Vocabulary, target: Vocabulary) -> list[Numbered]:
    """Both sides as numbers, the target from begin to end of sentence."""
    return [(source.encode(pair.source), [BOS, *target.encode(pair.target), EOS]) for pair in pairs]


def collate(numbered: Sequence[Numbered]) -> Batch:
    """One batch of these pairs, in this order."""
    sources, targets = [source for source, _ in numbered], [target for _, target in numbered]
    return Batch(_padded(sources), torch.tensor([len(source) for source in sources]), _padded(targets))


def bucketed(numbered: Sequence[Numbered], *, tokens: int, random: Random) -> list[Batch]:
    """One epoch: every pair once, in batches of like length, in random order.

    Args:
        numbered: the pairs.
        tokens: how many places a batch may have on its longer side, padding included; a longer
            sentence is a batch of its own.
        random: decides who goes with whom among equals, and the order of the batches.
    """
    order = sorted((len(source), len(target), random.random(), at) for at, (source, target) in enumerate(numbered))
    batches: list[list[Numbered]] = []
    widest = 0
    for source_length, target_length, _, at in order:
        wider = max(widest, source_length, target_length)
        if batches and wider * (len(batches[-1]) + 1) <= tokens:
            batches[-1].append(numbered[at])
            widest = wider
        else:
            batches.append([numbered[at]])
            widest = max(source_length, target_length)
    random.shuffle(batches)
    return [collate(batch) for batch in batches]


def epochs(numbered: Sequence[Numbered], *, tokens: int, seed: int) -> Iterator[Batch]:
    """Epoch after epoch without end, every one shuffled anew."""
    random = Random(seed)
    while numbered:
        yield from bucketed(numbered, tokens=tokens, random=random)


def _padded(sentences: Sequence[Sequence[int]]) -> Tensor:
    widest = max(len(sentence) for sentence in sentences)
    return torch.tensor([[*sentence, *[PAD] * (widest - len(sentence))] for sentence in sentences])
