"""How large a corpus is: sentences, tokens, lengths and different words, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from attnlab.translation.corpora import TextPair


@dataclass(frozen=True, slots=True)
class Side:
    """One language of one split, in words as blanks divide them."""

    language: str
    tokens: int
    median: int
    longest: int
    vocabulary: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """One split; `endless` when `pairs` are only those it was measured on.

    Args:
        in_training: how many of its sources stand in the training split too; None for that split itself.
    """

    split: str
    pairs: int
    endless: bool
    sides: tuple[Side, Side]
    in_training: int | None = None


def sizes_of(
    split: str,
    pairs: Sequence[TextPair],
    languages: tuple[str, str],
    *,
    training: frozenset[str] | None = None,
    endless: bool = False,
) -> Sizes:
    """The sizes of one split.

    Args:
        training: the sources of the training split, to be looked for in this one.
    """
    source, target = languages
    return Sizes(
        split,
        len(pairs),
        endless,
        (_side(source, [pair.source for pair in pairs]), _side(target, [pair.target for pair in pairs])),
        None if training is None else sum(pair.source in training for pair in pairs),
    )


def _side(language: str, sentences: Sequence[str]) -> Side:
    split = [sentence.split() for sentence in sentences]
    lengths = [len(words) for words in split] or [0]
    different = {word for words in split for word in words}
    return Side(language, sum(lengths), median_low(lengths), max(lengths), len(different))
