"""Sentence pairs of the embedded grammar in splits that share no sentence, endless and reproducible.

Which split a sentence belongs to is read off the sentence itself, so no choice of seeds, sizes
or lengths can bring a training sentence into a test set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from itertools import islice
from random import Random

from attnlab.errors import WrongUsage
from attnlab.translation.grammar import LONGEST, SHORTEST, draw_pair
from attnlab.translation.phrases import Construction, SentencePair

ALL_LENGTHS = range(SHORTEST, LONGEST + 1)
_PATIENCE = 5_000


class Split(StrEnum):
    """Nine tenths of all sentences are for training; of the last, half each to choose by and to report."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


def split_of(source: Sequence[str]) -> Split:
    """The one split this source sentence belongs to."""
    place = int.from_bytes(blake2b(" ".join(source).encode(), digest_size=4).digest(), "big") % 20
    return Split.VAL if place == 0 else Split.TEST if place == 1 else Split.TRAIN


def stream(
    split: Split, *, seed: int, lengths: range = ALL_LENGTHS, showing: Construction | None = None
) -> Iterator[SentencePair]:
    """Pairs of one split without repetition, the same for the same arguments, until no new ones are found.

    Args:
        split: which split to draw from.
        seed: decides which sentences, and in which order.
        lengths: the numbers of source tokens a sentence may have, wanted equally often.
        showing: only sentences with this construction.

    Raises:
        WrongUsage: there are no sentences of these lengths.
    """
    if not len(lengths) or lengths[0] < SHORTEST or lengths[-1] > LONGEST:
        raise WrongUsage(
            f"the grammar has sentences of {SHORTEST} to {LONGEST} tokens, not of {lengths}",
            remedy=f"choose lengths within range({SHORTEST}, {LONGEST + 1})",
        )
    random = Random(f"{split} {seed}")
    given: set[tuple[str, ...]] = set()
    since_new = 0
    while since_new < _PATIENCE:
        pair = draw_pair(random, lengths[int(random.random() * len(lengths))])
        since_new += 1
        fits = len(pair.source) in lengths and (showing is None or showing in pair.constructions)
        if fits and pair.source not in given and split_of(pair.source) is split:
            given.add(pair.source)
            since_new = 0
            yield pair


def draw(
    split: Split, count: int, *, seed: int, lengths: range = ALL_LENGTHS, showing: Construction | None = None
) -> list[SentencePair]:
    """The first `count` pairs of the stream; fewer where the grammar has no more of this kind."""
    return list(islice(stream(split, seed=seed, lengths=lengths, showing=showing), count))


def by_length(split: Split, bands: Iterable[range], each: int, *, seed: int) -> Mapping[range, list[SentencePair]]:
    """For every band of source lengths, `each` pairs of the split."""
    return {band: draw(split, each, seed=seed, lengths=band) for band in bands}


def by_construction(
    split: Split, each: int, *, seed: int, lengths: range = ALL_LENGTHS
) -> Mapping[Construction, list[SentencePair]]:
    """For every construction, `each` pairs of the split that show it."""
    return {kind: draw(split, each, seed=seed, lengths=lengths, showing=kind) for kind in Construction}
