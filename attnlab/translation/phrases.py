"""Pieces of a sentence pair: English words, French words, and which came from which.

A rule of the grammar joins pieces in one order for the source and in another for the target;
the links travel along, so the gold alignment is known by construction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from attnlab.translation.lexicon import CONTRACTED, ELIDED, opens_with_vowel

Link = tuple[int, int]


class Construction(StrEnum):
    """What a sentence pair shows that word-for-word translation gets wrong."""

    ADJECTIVE_ORDER = "adjective order"
    AGREEMENT = "agreement at a distance"
    NEGATION = "two-part negation"
    PRONOUN = "moved pronoun"
    RELATIVE = "relative clause"
    COMPLEMENT = "complement clause"
    CONJUNCTION = "joined clauses"


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A source sentence, its translation, and the gold alignment as links (source index, target index).

    `possible` contains `sure` (Och and Ney 2003): links of function words that one may draw or leave out.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[Link]
    possible: frozenset[Link]
    constructions: frozenset[Construction]


# Named tuples, and lists within them: millions are made before a training can begin, and frozen dataclasses and
# generators would take twice as long.
class SourceWord(NamedTuple):
    """One English word of one sentence; two equal words at two places are two objects."""

    text: str


class TargetWord(NamedTuple):
    """One French word and the English words it comes from."""

    text: str
    sure: tuple[SourceWord, ...]
    possible: tuple[SourceWord, ...] = ()


class Phrase(NamedTuple):
    """A piece of both sentences."""

    source: tuple[SourceWord, ...] = ()
    target: tuple[TargetWord, ...] = ()

    def __add__(self, other: Phrase) -> Phrase:  # type: ignore[override]
        """This piece before the other one on both sides."""
        return Phrase(self.source + other.source, self.target + other.target)


def phrase(source: Iterable[str], target: Iterable[str]) -> Phrase:
    """Words that translate each other as a whole: the first source word surely, the others possibly."""
    words = tuple([SourceWord(text) for text in source])
    sure, possible = words[:1], words[1:]
    return Phrase(words, tuple([TargetWord(text, sure, possible) for text in target]))


def single(source: str, target: str) -> Phrase:
    """Two words that translate each other."""
    word = (SourceWord(source),)
    return Phrase(word, (TargetWord(target, word),))


def finish(whole: Phrase, constructions: Iterable[Construction]) -> SentencePair:
    """The sentence pair of a finished piece: 'an' for 'a', elision, contraction, links as indices."""
    source = [word.text for word in whole.source]
    for place, following in enumerate(source[1:]):
        if source[place] == "a" and following[0] in "aeiou":
            source[place] = "an"
    target = _contract(_elide(whole.target))
    places = {id(word): place for place, word in enumerate(whole.source)}
    sure = frozenset([(places[id(word)], at) for at, made in enumerate(target) for word in made.sure])
    possible = frozenset([(places[id(word)], at) for at, made in enumerate(target) for word in made.possible])
    return SentencePair(
        source=tuple(source),
        target=tuple(word.text for word in target),
        sure=sure,
        possible=sure | possible,
        constructions=frozenset(constructions),
    )


def _elide(words: tuple[TargetWord, ...]) -> list[TargetWord]:
    following = [*(word.text for word in words[1:]), "."]
    return [
        TargetWord(ELIDED[word.text], word.sure, word.possible)
        if word.text in ELIDED and opens_with_vowel(after)
        else word
        for word, after in zip(words, following, strict=True)
    ]


def _contract(words: list[TargetWord]) -> list[TargetWord]:
    contracted: list[TargetWord] = []
    for word in words:
        if contracted and (one := CONTRACTED.get((contracted[-1].text, word.text))):
            before = contracted.pop()
            contracted.append(TargetWord(one, before.sure + word.sure, before.possible + word.possible))
        else:
            contracted.append(word)
    return contracted
