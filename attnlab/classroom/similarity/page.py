"""Alike works side by side as one web page: what both have is marked in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from attnlab.classroom.similarity.alike import Pair, Similar, Submitted
from attnlab.classroom.similarity.pieces import lines_of, pieces_of, text_of
from attnlab.classroom.similarity.wording import evidence, heading, of_class, who
from attnlab.pictures import rendered, visible

PAIRS = 200
_UNMARKED, _SHARED, _FEW = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One work: each line as stretches of text with how they are marked."""

    who: str
    lines: tuple[tuple[tuple[str, int], ...], ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A pair, ready for the page."""

    heading: str
    evidence: tuple[str, ...]
    first: _Side
    second: _Side


@dataclass(frozen=True, slots=True)
class _Exercise:
    name: str
    told: str
    pairs: tuple[_Shown, ...]


def similarity_page(
    found: Sequence[Similar], source_of: Callable[[Submitted, str], bytes], books: Sequence[str]
) -> str:
    """The page with the most alike pairs of every exercise.

    Args:
        source_of: the source of a work for an exercise.
        books: what the gradebooks are called, the one asked about first.
    """
    left = PAIRS
    exercises = []
    for similar in found:
        pairs = similar.pairs[:left]
        left -= len(pairs)
        if similar.pairs:
            shown = tuple(_shown(pair, source_of, books) for pair in pairs)
            told = of_class(similar)
            if len(pairs) < len(similar.pairs):
                told += f" {len(similar.pairs) - len(pairs)} more pairs are not on this page."
            exercises.append(_Exercise(visible(similar.exercise), told, shown))
    sentences = (
        "That two works are alike is no proof of anything. Look at what both have that hardly anybody else has, "
        "and ask the two. No grade was changed.",
        *([] if exercises else ["No two works are strikingly alike."]),
    )
    return rendered("similarity.html", title=f"Alike works in {books[0]}", sentences=sentences, exercises=exercises)


def _shown(pair: Pair, source_of: Callable[[Submitted, str], bytes], books: Sequence[str]) -> _Shown:
    first, second = (
        _Side(who(work, books), _marked(source_of(work, pair.exercise), pair)) for work in (pair.first, pair.second)
    )
    return _Shown(heading(pair, books), tuple(evidence(pair)), first, second)


def _marked(source: bytes, pair: Pair) -> tuple[tuple[tuple[str, int], ...], ...]:
    lines = lines_of(source)
    levels = [bytearray(len(line)) for line in lines]
    for piece in pieces_of(source) or ():
        text = text_of(piece)
        level = _FEW if text in pair.few else _SHARED if text in pair.many else _UNMARKED
        first, start, last, end = piece.place
        for number in range(first, min(last, len(lines)) + 1):
            of_line = levels[number - 1]
            begin = start if number == first else 0
            for place in range(begin, min(end if number == last else len(of_line), len(of_line))):
                of_line[place] = max(of_line[place], level)
    return tuple(tuple(_stretches(line, level)) for line, level in zip(lines, levels, strict=True))


def _stretches(line: str, levels: bytearray) -> Iterator[tuple[str, int]]:
    # What indents a line is nobody's own.
    begin = len(line) - len(line.lstrip())
    levels[:begin] = bytes(begin)
    start = 0
    for place in range(1, len(line) + 1):
        if place == len(line) or levels[place] != levels[start]:
            yield "    ".join(visible(part) for part in line[start:place].split("\t")), levels[start]
            start = place
