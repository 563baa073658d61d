"""What each target token looked at in the source, read off the attention in the way that aligns best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from attnlab.translation.batching import Batch, collate
from attnlab.translation.phrases import SentencePair
from attnlab.translation.searching import Weights
from attnlab.translation.translator import Memory, Translator
from attnlab.translation.vocabulary import BOS, EOS, Vocabulary

Tokens = Sequence[str]

_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which of a Transformer's weights are taken, in the mean, for what a token looked at.

    Args:
        heads: as (layer of the decoder, head of that layer); none at all is the mean of every one.
        reading: whether those of the step that reads the token, which knows it, instead of the step that writes it
            (Chen et al. 2020, "Accurate word alignment induction from neural machine translation").
    """

    heads: tuple[tuple[int, int], ...] = ()
    reading: bool = False

    @classmethod
    def of(cls, told: object) -> Alignment:
        """What a run remembers, as JSON gives it back; the mean of all where that is nothing of the kind."""
        match told:
            case {"heads": list(heads), "reading": bool(reading)}:
                pairs = [(each[0], each[1]) for each in heads if isinstance(each, list) and len(each) == 2]
                if all(isinstance(part, int) and part >= 0 for pair in pairs for part in pair):
                    return cls(tuple(pairs), reading)
        return cls()


class _ManyHeaded(Protocol):
    def cross_weights(self, memory: Memory, target: Tensor) -> Tensor:
        """(layers, batch, heads, time, keys)"""


@torch.no_grad()
def looked(
    model: Translator,
    pairs: Sequence[tuple[Tokens, Tokens]],
    source: Vocabulary,
    target: Vocabulary,
    alignment: Alignment | None = None,
    *,
    device: torch.device | str | None = None,
) -> list[Weights]:
    """What each target token looks at while the model is made to write these translations.

    A row for every target token, the end of sentence not included, and a column for every source token; empty for a
    model without attention.
    """
    found: list[Weights] = [()] * len(pairs)
    with _evaluated(model):
        for chosen, batch in _batches(pairs, source, target, device):
            weights = _read(model, batch, alignment or Alignment())
            if weights is None:
                break
            for row, at in enumerate(chosen):
                kept = weights[row, : len(pairs[at][1]), : len(pairs[at][0])].tolist()
                found[at] = tuple(tuple(line) for line in kept)
    return found


@torch.no_grad()
def heads_looked(
    model: Translator,
    source_tokens: Tokens,
    target_tokens: Tokens,
    source: Vocabulary,
    target: Vocabulary,
    *,
    reading: bool = False,
    device: torch.device | str | None = None,
) -> list[list[Weights]]:
    """What every head of every decoder layer looks at for one translation, as [layer][head]; none without heads."""
    many = _many_headed(model)
    if many is None or not source_tokens:
        return []
    with _evaluated(model):
        ((_, batch),) = _batches([(source_tokens, target_tokens)], source, target, device)
        weights = many.cross_weights(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
    rows = weights[:, 0, :, reading : len(target_tokens) + reading].tolist()
    return [[tuple(tuple(line) for line in head) for head in layer] for layer in rows]


@torch.no_grad()
def choose_alignment(
    model: Translator,
    pairs: Sequence[SentencePair],
    source: Vocabulary,
    target: Vocabulary,
    *,
    device: torch.device | str | None = None,
) -> Alignment:
    """The alignment with the least error on these pairs: the mean of all heads, or of some.

    Those are gathered one by one, as long as another one makes the error smaller; so no single head is better. The mean
    of all where there is no gold, or no heads to choose from.
    """
    gold = [pair for pair in pairs if pair.sure and pair.source]
    many = _many_headed(model)
    if many is None or not gold:
        return Alignment()
    known: list[_Known] = []
    with _evaluated(model):
        for chosen, batch in _batches([(pair.source, pair.target) for pair in gold], source, target, device):
            heads = many.cross_weights(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
            known += [_Known.of(gold[at], heads[:, row].cpu()) for row, at in enumerate(chosen)]
    every = [(layer, head) for layer in range(heads.shape[0]) for head in range(heads.shape[2])]
    ways = [Alignment(reading=reading) for reading in (False, True)]
    ways += [_gathered(known, every, reading) for reading in (False, True)]
    return max(ways, key=lambda way: _right(known, way.heads or every, way.reading))


class _Known(NamedTuple):
    """One pair's weights and gold.

    Shapes:
        heads: (layers, heads, time, source)
        links: (source, target), 2 where a link is sure, 1 where it is possible
    """

    heads: Tensor
    links: Tensor

    @classmethod
    def of(cls, pair: SentencePair, heads: Tensor) -> _Known:
        links = torch.zeros(len(pair.source), len(pair.target), dtype=torch.long)
        # A sure link counts twice: among the sure, and among the possible.
        for worth, kind in ((1, pair.possible), (2, pair.sure)):
            for link in kind:
                links[link] = worth
        return cls(heads[..., : len(pair.source)], links)


def _gathered(known: Sequence[_Known], every: Sequence[tuple[int, int]], reading: bool) -> Alignment:
    chosen: list[tuple[int, int]] = []
    right = -1
    while len(chosen) < len(every):
        left = [head for head in every if head not in chosen]
        found = [_right(known, [*chosen, head], reading) for head in left]
        if max(found) <= right:
            break
        right = max(found)
        chosen.append(left[found.index(right)])
    return Alignment(tuple(sorted(chosen)), reading)


def _right(known: Sequence[_Known], heads: Sequence[tuple[int, int]], reading: bool) -> int:
    """How much is right; all else in the error is the same for every way, since each predicts one link a token."""
    layers, numbers = (list(each) for each in zip(*heads, strict=True))
    right = 0
    for each in known:
        target = each.links.shape[1]
        weights = each.heads[layers, numbers, int(reading) : target + int(reading)].sum(0)
        right += int(each.links[weights.argmax(-1), torch.arange(target)].sum())
    return right


def _read(model: Translator, batch: Batch, alignment: Alignment) -> Tensor | None:
    """(batch, time, keys)"""
    memory, target = model.encode(batch.source, batch.source_lengths), batch.target[:, :-1]
    many = _many_headed(model)
    if many is None:
        _, weights = model.states(memory, target)
        return weights
    heads = many.cross_weights(memory, target)
    if alignment.heads:
        weights = torch.stack([heads[layer, :, head] for layer, head in alignment.heads]).mean(0)
    else:
        weights = heads.mean(dim=(0, 2))
    return weights[:, int(alignment.reading) :]


def _many_headed(model: Translator) -> _ManyHeaded | None:
    return model if hasattr(model, "cross_weights") else None  # type: ignore[return-value]


def _batches(
    pairs: Sequence[tuple[Tokens, Tokens]], source: Vocabulary, target: Vocabulary, device: torch.device | str | None
) -> Iterator[tuple[list[int], Batch]]:
    """Which pairs, and their numbers; those without a source word are left out."""
    order = sorted((at for at, (words, _) in enumerate(pairs) if words), key=lambda at: len(pairs[at][0]))
    for first in range(0, len(order), _TOGETHER):
        chosen = order[first : first + _TOGETHER]
        numbered = [(source.encode(pairs[at][0]), [BOS, *target.encode(pairs[at][1]), EOS]) for at in chosen]
        yield chosen, collate(numbered).to(torch.device(device or "cpu"))


@contextmanager
def _evaluated(model: Translator) -> Iterator[None]:
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
