"""Translating many sentences at a time, greedily or with a beam, with scores and with what each token looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from attnlab.errors import WrongUsage
from attnlab.stage import one_thread
from attnlab.translation.fast.decoder import FastTransformer, FastWriter
from attnlab.translation.transformer import TransformerTranslator
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import BOS, EOS, PAD, Vocabulary
from attnlab.translation.writers import PrefixWriter, StepWriter, Writer

Weights = tuple[tuple[float, ...], ...]

# As many beginnings are written side by side as fill the processor: more cost memory and waste
# time on sentences of other lengths, fewer wait for Python.
_ROWS = 256
# Rows times the longest source of a batch: bounds the memory of the keys and values.
_PLACES = 20_000
# Finished sentences are thrown out when this share of a batch is left: to move the rest costs something, too.
_LEFT = 0.7


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A translation the model wrote.

    `weights` has a row for every token and a column for every source token; it is empty without attention, or
    when nobody asked. `score` is the sum of the log-probabilities of all tokens and the end of sentence over
    ((5 + length) / 6)**alpha, where length counts that end.
    """

    tokens: tuple[str, ...]
    weights: Weights
    score: float = 0.0


def max_tokens(source_length: int) -> int:
    """How long a translation may get, its end counted, before it is cut off."""
    return 2 * source_length + 10


@torch.inference_mode()
def search(
    model: Translator,
    sentences: Sequence[Sequence[str]],
    source: Vocabulary,
    target: Vocabulary,
    *,
    beam: int = 1,
    n_best: int = 1,
    alpha: float = 0.6,
    looking: bool = True,
    together: int | None = None,
    device: torch.device | str | None = None,
    cached: bool = True,
) -> list[list[Hypothesis]]:
    """The best translations of every sentence, in the order given; the best first, at most `n_best`.

    Each round keeps the `beam` likeliest continuations of all live beginnings. Those that end leave with their
    slot and come back to be compared when `beam` have ended, none is live, or `max_tokens` are written; then
    only do live ones compete, as they are. Scores are divided by the length penalty of Wu et al. 2016,
    section 7. A sentence that no live beginning can win any more is finished earlier, which changes nothing.

    Args:
        beam: how many beginnings of a sentence are live; with one the search is greedy.
        looking: whether to say what each token looked at.
        together: how many sentences to translate at the same time, if not as many as is fast.
        cached: whether to keep keys, values and states from token to token instead of computing them anew;
            the translations are the same.

    Raises:
        WrongUsage: no beam, or more translations wanted than it is wide.
    """
    if beam < 1 or not 1 <= n_best <= beam:
        raise WrongUsage(
            f"a beam of {beam} does not give {n_best} translations",
            remedy="choose a beam of at least one, and no more translations than that",
        )
    numbered = [source.encode(sentence) for sentence in sentences]
    found: list[list[Hypothesis]] = [[Hypothesis((), ())] for _ in sentences]
    was_training = model.training
    model.eval()
    try:
        write = _writers(model, cached=cached, looking=looking)

        @torch.inference_mode()
        def translate(chosen: list[int]) -> list[list[_Numbered]]:
            padded, lengths = _padded([numbered[at] for at in chosen])
            writer = write(padded.to(device), lengths)
            return _search(writer, lengths.to(device), beam=beam, n_best=n_best, alpha=alpha, looking=looking)

        batches = _batches([len(each) for each in numbered], beam, together)
        for chosen, winners in zip(batches, _side_by_side(translate, batches, device), strict=True):
            for at, several in zip(chosen, winners, strict=True):
                if several:
                    found[at] = [
                        Hypothesis(tuple(target.tokens[token] for token in each.tokens), each.weights, each.score)
                        for each in several
                    ]
    finally:
        model.train(was_training)
    return found


def _batches(lengths: Sequence[int], beam: int, together: int | None) -> list[list[int]]:
    """Sentences of like length, longest first; those without a word are left out."""
    order = sorted((at for at, length in enumerate(lengths) if length), key=lambda at: -lengths[at])
    batches: list[list[int]] = []
    while order:
        longest = lengths[order[0]]
        size = together or max(1, min(_ROWS, _PLACES // longest) // beam)
        batches.append(order[:size])
        order = order[size:]
    return batches


def _side_by_side(
    translate: Callable[[list[int]], list[list[_Numbered]]], batches: list[list[int]], device: torch.device | str | None
) -> Iterable[list[list[_Numbered]]]:
    """Each batch translated; on a processor by as many threads as torch has, each of which has a batch to itself.

    A step of one batch is too small to be shared: two threads that wait for each other after every product are
    slower than two that never do.
    """
    threads = min(torch.get_num_threads(), len(batches))
    if threads < 2 or (device is not None and torch.device(device).type != "cpu"):
        return map(translate, batches)
    with one_thread(), ThreadPoolExecutor(threads, initializer=_on_its_own) as pool:
        return list(pool.map(translate, batches))


def _on_its_own() -> None:
    torch.set_num_threads(1)
    # Where OpenMP's threads are bound to cores, a new thread would be kept to the core of the one that made it.
    tasks = Path("/proc/self/task")
    if hasattr(os, "sched_setaffinity") and tasks.is_dir():
        with suppress(OSError):
            os.sched_setaffinity(0, set().union(*(os.sched_getaffinity(int(task.name)) for task in tasks.iterdir())))


def _writers(model: Translator, *, cached: bool, looking: bool) -> Callable[[Tensor, Tensor], Writer]:
    """What makes a writer for a batch of sources and their lengths."""
    if cached and isinstance(model, TransformerTranslator) and model.settings.causal:
        packed = FastTransformer(model)
        return lambda source, lengths: FastWriter(packed, source, looking=looking)
    kind = StepWriter if cached else PrefixWriter
    return lambda source, lengths: kind(model, model.encode(source, lengths))


def _padded(sentences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    lengths = [len(each) for each in sentences]
    padded = [[*each, *[PAD] * (max(lengths) - len(each))] for each in sentences]
    return torch.tensor(padded), torch.tensor(lengths)


class _Numbered(NamedTuple):
    tokens: list[int]
    weights: Weights
    score: float


class _Round(NamedTuple):
    """What one round wrote; `sentences` tells whose the rows are.

    Shapes:
        sentences: (rows)
        tokens:    (rows, slots)
        parents:   (rows, slots)
        weights:   (rows, slots of the round before, keys)
    """

    sentences: Tensor
    tokens: Tensor
    parents: Tensor
    weights: Tensor | None


def _search(
    writer: Writer, lengths: Tensor, *, beam: int, n_best: int, alpha: float, looking: bool
) -> list[list[_Numbered]]:
    device = lengths.device
    limits = torch.tensor([max_tokens(length) for length in lengths.tolist()], device=device)
    everyone = torch.arange(len(lengths), device=device)
    # The best that have ended, over all sentences: their scores, and the round and slot in which they did.
    ended_scores = torch.full((len(lengths), n_best), -torch.inf, dtype=torch.float64, device=device)
    ended_places = torch.zeros(len(lengths), n_best, dtype=torch.long, device=device)

    rows, ended_count = everyone, torch.zeros_like(everyone)
    tokens = torch.full((len(rows), 1), BOS, device=device)
    parents = torch.zeros_like(tokens)
    scores: Tensor | None = None
    rounds: list[_Round] = []
    while True:
        length = len(rounds) + 1
        ahead = writer.look_ahead(tokens, parents, beam)
        best = ahead.gains.shape[2]
        totals = ahead.gains if scores is None else ahead.gains + scores.unsqueeze(2)
        totals, places = totals.flatten(1).topk(min(beam, totals[0].numel()))
        parents, tokens = places // best, ahead.tokens.flatten(1).gather(1, places)
        rounds.append(_Round(rows, tokens, parents, ahead.weights if looking else None))

        last = (limits[rows] <= length).unsqueeze(1)
        leaving = ((tokens == EOS) | last) & totals.isfinite()
        worth = (totals.double() / _penalty(length, alpha)).masked_fill(~leaving, -torch.inf)
        here = torch.arange(tokens.shape[1], device=device) + (length - 1) * beam
        competing = torch.cat([ended_scores[rows], worth], dim=1)
        ended_scores[rows], chosen = competing.topk(n_best)
        ended_places[rows] = torch.cat([ended_places[rows], here.expand_as(tokens)], dim=1).gather(1, chosen)

        ended_count = ended_count + leaving.sum(1)
        scores = totals.masked_fill(leaving, -torch.inf)
        finished = (ended_count >= beam) | ~_can_win(scores, length, limits[rows], alpha, ended_scores[rows, -1])
        left = len(rows) - int(finished.sum())
        if not left:
            break
        scores = scores.masked_fill(finished.unsqueeze(1), -torch.inf)
        if left <= _LEFT * len(rows):
            kept = (~finished).nonzero().squeeze(1)
            writer.keep(kept)
            rows, ended_count = rows[kept], ended_count[kept]
            tokens, parents, scores = tokens[kept], parents[kept], scores[kept]
    return _read_back(rounds, ended_scores, ended_places, lengths, beam)


def _penalty(length: int | Tensor, alpha: float) -> float | Tensor:
    return ((5 + length) / 6) ** alpha


def _can_win(scores: Tensor, length: int, limits: Tensor, alpha: float, to_beat: Tensor) -> Tensor:
    """Whether a live beginning may still come to a better score than the worst of the best that have ended.

    Its sum of log-probabilities can only fall. What it is divided by only rises with the length, or falls with a
    negative alpha, so that one of the two ends is the most it can come to.

    Shapes:
        scores:  (sentences, slots), -inf where no beginning is live
        limits:  (sentences)
        to_beat: (sentences)
        returns: (sentences)
    """
    best = scores.max(dim=1).values.double()
    most = torch.maximum(best / _penalty(length + 1, alpha), best / _penalty(limits, alpha))
    return best.isfinite() & (most >= to_beat)


def _read_back(
    rounds: Sequence[_Round], scores: Tensor, places: Tensor, lengths: Tensor, beam: int
) -> list[list[_Numbered]]:
    """The best of every sentence, followed back from where they ended to the begin of sentence.

    Shapes:
        scores: (sentences, n_best), -inf where there is no further one
        places: (sentences, n_best), the round in which it ended times `beam`, plus its slot
    """
    sentences, n_best = scores.shape
    row = torch.zeros(sentences, dtype=torch.long, device=scores.device)
    slot = places % beam
    last = places // beam
    written: list[Tensor] = []
    looked: list[Tensor] = []
    for number in range(len(rounds) - 1, -1, -1):
        each = rounds[number]
        row.zero_()
        row[each.sentences] = torch.arange(len(each.sentences), device=row.device)
        there = last >= number
        # Whoever has ended before, or is not among the rows, reads something that is cut off below.
        within = torch.where(there, slot, 0)
        written.append(each.tokens[row.unsqueeze(1), within])
        parent = each.parents[row.unsqueeze(1), within]
        if each.weights is not None:
            looked.append(each.weights[row.unsqueeze(1), parent])
        slot = torch.where(there, parent, slot)
    tokens = torch.stack(written[::-1], dim=2).tolist()
    weights = torch.stack(looked[::-1], dim=2).tolist() if looked else None
    found: list[list[_Numbered]] = []
    for at, (length, ends, values) in enumerate(zip(lengths.tolist(), last.tolist(), scores.tolist(), strict=True)):
        several = []
        for which in range(n_best):
            if values[which] == -torch.inf:
                break
            all_tokens = tokens[at][which][: ends[which] + 1]
            if all_tokens[-1] == EOS:
                all_tokens.pop()
            seen = () if weights is None else weights[at][which][: len(all_tokens)]
            several.append(_Numbered(all_tokens, tuple(tuple(line[:length]) for line in seen), values[which]))
        found.append(several)
    return found
