"""Sentence pairs of like length side by side in padded batches, with their true lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
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
        """On this device; from pinned memory the copies do not wait for each other."""
        return Batch(
            self.source.to(device, non_blocking=True), self.source_lengths, self.target.to(device, non_blocking=True)
        )


def number(pairs: Sequence[SentencePair], source: Vocabulary, target: Vocabulary) -> list[Numbered]:
    """Both sides as numbers, the target from begin to end of sentence."""
    return [(source.encode(pair.source), [BOS, *target.encode(pair.target), EOS]) for pair in pairs]


def collate(numbered: Sequence[Numbered]) -> Batch:
    """One batch of these pairs, in this order."""
    sources, targets = [source for source, _ in numbered], [target for _, target in numbered]
    return Batch(_padded(sources), torch.tensor([len(source) for source in sources]), _padded(targets))


class Batches:
    """Epoch after epoch without end: a batch of like lengths for every step, the same for the same step and seed.

    The lengths of source and target of each batch are the same in every epoch, so that what is compiled for one
    shape is used again; which sentences of these lengths go together, and in which order batches come, is not.

    Args:
        tokens: how many places a batch may have on its longer side, padding included.
    """

    def __init__(self, numbered: Sequence[Numbered], *, tokens: int, seed: int) -> None:
        self._numbered = numbered
        self._seed = seed
        lengths = [(len(source), len(target) - 1) for source, target in numbered]
        # Within one length of the source, targets rise and in the next one fall, so that neighbours are alike.
        order = sorted(range(len(numbered)), key=lambda at: (lengths[at][0], (-1) ** lengths[at][0] * lengths[at][1]))
        self._alike = [list(group) for _, group in groupby(order, key=lengths.__getitem__)]
        self._cuts = list(_cuts([max(lengths[at]) for at in order], tokens))
        self._epoch = 0
        self._order: list[list[int]] = []

    @property
    def per_epoch(self) -> int:
        """How many batches hold every pair once."""
        return len(self._cuts)

    @property
    def tokens_per_epoch(self) -> int:
        """How many target tokens are to be predicted in an epoch."""
        return sum(len(target) - 1 for _, target in self._numbered)

    def at(self, step: int) -> Batch:
        """The batch of a step; steps count from 1."""
        epoch, place = divmod(step - 1, self.per_epoch)
        if epoch + 1 != self._epoch:
            self._order, self._epoch = self._shuffled(epoch), epoch + 1
        return collate([self._numbered[at] for at in self._order[place]])

    def _shuffled(self, epoch: int) -> list[list[int]]:
        random = Random(f"{self._seed} {epoch}")
        order = [at for group in self._alike for at in random.sample(group, len(group))]
        batches = [order[first:end] for first, end in self._cuts]
        random.shuffle(batches)
        return batches


def bucketed(numbered: Sequence[Numbered], *, tokens: int, random: Random) -> list[Batch]:
    """One epoch: every pair once, in batches of like length, in random order.

    Args:
        numbered: the pairs.
        tokens: how many places a batch may have on its longer side, padding included; a longer
            sentence is a batch of its own.
        random: decides who goes with whom among equals, and the order of the batches.
    """
    order = sorted((len(source), len(target), random.random(), at) for at, (source, target) in enumerate(numbered))
    cuts = _cuts([max(source, target) for source, target, _, _ in order], tokens)
    batches = [[numbered[at] for *_, at in order[first:end]] for first, end in cuts]
    random.shuffle(batches)
    return [collate(batch) for batch in batches]


def epochs(numbered: Sequence[Numbered], *, tokens: int, seed: int) -> Iterator[Batch]:
    """Epoch after epoch without end, every one shuffled anew."""
    random = Random(seed)
    while numbered:
        yield from bucketed(numbered, tokens=tokens, random=random)


def _cuts(widths: Sequence[int], tokens: int) -> Iterator[tuple[int, int]]:
    """First and end of stretches whose widest, times how many they are, is at most `tokens`."""
    first, widest = 0, 0
    for at, width in enumerate(widths):
        if at > first and max(widest, width) * (at - first + 1) > tokens:
            yield first, at
            first, widest = at, 0
        widest = max(widest, width)
    if widths:
        yield first, len(widths)


def _padded(sentences: Sequence[Sequence[int]]) -> Tensor:
    widest = max(len(sentence) for sentence in sentences)
    return torch.tensor([[*sentence, *[PAD] * (widest - len(sentence))] for sentence in sentences])
