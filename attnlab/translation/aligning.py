"""What each target token looked at in the source, read off the attention in the way that aligns best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

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
    """Which of a Transformer's weights are taken for what a token looked at.

    Args:
        layer: of the decoder; None is the mean of all.
        head: of that layer, or of every one; None is the mean of all.
        reading: whether those of the step that reads the token, which knows it, instead of the step that writes it
            (Chen et al. 2020, "Accurate word alignment induction from neural machine translation").
    """

    layer: int | None = None
    head: int | None = None
    reading: bool = False


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
    """The alignment with the least error on these pairs: the mean of all heads, of a layer's, or a single one.

    The mean of all where there is no gold, or no heads to choose from.
    """
    gold = [pair for pair in pairs if pair.sure and pair.source]
    many = _many_headed(model)
    if many is None or not gold:
        return Alignment()
    right: Tensor | int = 0
    with _evaluated(model):
        for chosen, batch in _batches([(pair.source, pair.target) for pair in gold], source, target, device):
            heads = many.cross_weights(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
            for row, at in enumerate(chosen):
                pair = gold[at]
                links = torch.zeros(len(pair.source), len(pair.target), dtype=torch.long)
                for number, kind in enumerate((pair.sure | pair.possible, pair.sure)):
                    # A sure link counts twice: among the sure, and among the possible.
                    for link in kind:
                        links[link] = number + 1
                right = right + _right_links(heads[:, row, :, :, : len(pair.source)].cpu(), links)
    # Everything else in the error is the same for all: each predicts one link a token.
    assert isinstance(right, Tensor)
    layers, columns = right.shape[1:]
    which = [(None, None), *((layer, head) for layer in range(layers - 1) for head in (None, *range(columns - 1)))]
    ways = [(reading, layer, head) for reading in (False, True) for layer, head in which]
    best = max(ways, key=lambda way: int(right[int(way[0]), _place(way[1]), _place(way[2])]))
    return Alignment(layer=best[1], head=best[2], reading=best[0])


def _right_links(heads: Tensor, links: Tensor) -> Tensor:
    """How much each way of reading one pair's weights gets right.

    Shapes:
        heads:   (layers, heads, time, source)
        links:   (source, target), 2 where a link is sure, 1 where it is possible
        returns: (2, 1 + layers, 1 + heads), for the steps that write and that read, the means first
    """
    with_means = torch.cat([heads.mean(0, keepdim=True), heads])
    with_means = torch.cat([with_means.mean(1, keepdim=True), with_means], dim=1)
    target = links.shape[1]
    ways = torch.stack([with_means[:, :, reading : target + reading].argmax(-1) for reading in (0, 1)])
    return links[ways, torch.arange(target)].sum(-1)


def _place(which: int | None) -> int:
    return 0 if which is None else which + 1


def _read(model: Translator, batch: Batch, alignment: Alignment) -> Tensor | None:
    """(batch, time, keys)"""
    memory, target = model.encode(batch.source, batch.source_lengths), batch.target[:, :-1]
    many = _many_headed(model)
    if many is None:
        _, weights = model.states(memory, target)
        return weights
    heads = many.cross_weights(memory, target)
    heads = heads.mean(0) if alignment.layer is None else heads[alignment.layer]
    weights = heads.mean(1) if alignment.head is None else heads[:, alignment.head]
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
