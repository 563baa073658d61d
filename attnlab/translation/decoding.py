"""Translating: greedily, many sentences at a time, with what each token looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from attnlab.translation.batching import collate, number
from attnlab.translation.phrases import SentencePair
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import BOS, EOS, Vocabulary

Weights = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A translation the model wrote.

    `weights` has a row for every token and a column for every source token; it is empty
    without attention.
    """

    tokens: tuple[str, ...]
    weights: Weights


def max_tokens(source_length: int) -> int:
    """How long a translation may get before it is cut off."""
    return 2 * source_length + 10


@torch.no_grad()
def greedy_decode(
    model: Translator,
    sentences: Sequence[Sequence[str]],
    source: Vocabulary,
    target: Vocabulary,
    *,
    together: int = 128,
    device: torch.device | None = None,
) -> list[Hypothesis]:
    """The most likely next token again and again; one hypothesis for every sentence, in the order given."""
    model.eval()
    order = sorted(range(len(sentences)), key=lambda at: len(sentences[at]))
    found: dict[int, Hypothesis] = {}
    for first in range(0, len(order), together):
        chunk = order[first : first + together]
        numbered = [source.encode(sentences[at]) for at in chunk]
        written, looked = _decode_batch(model, numbered, device or torch.device("cpu"))
        for at, tokens, weights in zip(chunk, written, looked, strict=True):
            found[at] = Hypothesis(tuple(target.tokens[token] for token in tokens), weights)
    return [found[at] for at in range(len(sentences))]


@torch.no_grad()
def force_decode(
    model: Translator,
    pairs: Sequence[SentencePair],
    source: Vocabulary,
    target: Vocabulary,
    *,
    together: int = 128,
    device: torch.device | None = None,
) -> list[Weights]:
    """What each token of the gold translations looks at while the model is made to write them.

    Empty for a model without attention. A row for every target token, the end of sentence not
    included, and a column for every source token.
    """
    model.eval()
    numbered = number(pairs, source, target)
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].source))
    found: dict[int, Weights] = {}
    for first in range(0, len(order), together):
        chunk = order[first : first + together]
        batch = collate([numbered[at] for at in chunk]).to(device or torch.device("cpu"))
        _, weights = model.teach(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
        for row, at in enumerate(chunk):
            sizes = len(pairs[at].target), len(pairs[at].source)
            rows = [] if weights is None else weights[row, : sizes[0], : sizes[1]].tolist()
            found[at] = tuple(tuple(each) for each in rows)
    return [found[at] for at in range(len(pairs))]


def _decode_batch(
    model: Translator, numbered: Sequence[list[int]], device: torch.device
) -> tuple[list[list[int]], list[Weights]]:
    batch = collate([(sentence, [BOS]) for sentence in numbered]).to(device)
    limit = max_tokens(batch.source.shape[1])
    memory = model.encode(batch.source, batch.source_lengths)
    state = model.start(memory)
    token = batch.target[:, 0]
    # Who still writes: finished sentences leave the batch, so that it gets smaller and faster.
    live = torch.arange(len(numbered), device=device)
    written: list[list[int]] = [[] for _ in numbered]
    looked: list[list[tuple[float, ...]]] = [[] for _ in numbered]
    for _ in range(limit):
        logits, state, weights = model.step(token, state, memory)
        token = logits.argmax(dim=-1)
        seen = weights.tolist() if weights is not None else None
        for row, (at, chosen) in enumerate(zip(live.tolist(), token.tolist(), strict=True)):
            if chosen != EOS and len(written[at]) < max_tokens(len(numbered[at])):
                written[at].append(chosen)
                if seen is not None:
                    looked[at].append(tuple(seen[row][: len(numbered[at])]))
        writing = token != EOS
        if not writing.any():
            break
        if not writing.all():
            kept = writing.nonzero().squeeze(1)
            live, token, memory = live[kept], token[kept], memory.rows(kept)
            state = tuple(part[kept] for part in state)
    return written, [tuple(rows) for rows in looked]
