"""A source cut into pieces that stay the same when it is renamed, commented, laid out or ordered otherwise.

Pieces of code are runs of a few symbols of one statement, as in Schleimer et al. 2003, over its syntax tree instead of
its text: what the student named is one symbol, what the libraries name stays. Pieces of words are the names and the
comments themselves, for where nothing was renamed.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from attnlab.classroom.similarity.symbols import Place, Symbols

SOURCE_CAP = 1 << 18
# Shorter runs are in everybody's work; longer ones break at every small change.
RUN = 5
# Of so many neighbouring runs one is kept: a common stretch of RUN + WINDOW - 1 symbols is never missed.
WINDOW = 2
_MENDS = 12
_WORDS = 2


class Kind(StrEnum):
    """What a piece is of."""

    CODE = "code"
    NAME = "name"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that another work may have too.

    Args:
        text: equal in two works where they have it both.
        place: from where to where it stands, lines from 1 and columns from 0, in characters.
    """

    kind: Kind
    text: str
    place: Place


def pieces_of(source: bytes) -> list[Piece] | None:
    """All pieces of a source; None where it is too large or too deep to be read.

    Lines that are no Python are left out, the others count.
    """
    if len(source) > SOURCE_CAP:
        return None
    lines = lines_of(source)
    try:
        nodes = list(ast.walk(_readable(lines)))
        symbols = Symbols(nodes, lines)
        return [*_code(nodes, symbols), *_names(symbols), *_comments(lines, nodes)]
    except (RecursionError, MemoryError, ValueError):
        return None


def texts_of(source: bytes) -> frozenset[str] | None:
    """What of its pieces is equal in another work that has them, each after its kind; None where it cannot be read."""
    pieces = pieces_of(source)
    return None if pieces is None else frozenset(map(text_of, pieces))


def text_of(piece: Piece) -> str:
    """By what a piece is known among all kinds."""
    return f"{piece.kind}:{piece.text}"


def lines_of(source: bytes) -> list[str]:
    """The lines that a piece's place counts."""
    return source.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", " ").splitlines()


def _readable(lines: list[str]) -> ast.Module:
    """The syntax tree of what can be read; lines in which the parser stops are passed over, one after the other."""
    kept = list(lines)
    for _ in range(_MENDS):
        try:
            with warnings.catch_warnings():
                # What Python warns of in a submission, an instructor who compares need not read.
                warnings.simplefilter("ignore")
                return ast.parse("\n".join(kept))
        except SyntaxError as error:
            line = min(max(error.lineno or 1, 1), max(len(kept), 1)) - 1
            # Where nothing stands, the line before it promised something.
            while line > 0 and not kept[line].strip():
                line -= 1
            blank = kept[line][: len(kept[line]) - len(kept[line].lstrip())]
            kept[line] = "" if kept[line].strip() == "pass" else f"{blank}pass"
    return ast.Module([], [])


def _code(nodes: Sequence[ast.AST], symbols: Symbols) -> Iterator[Piece]:
    for statement in nodes:
        if isinstance(statement, ast.stmt):
            told = list(symbols.of(statement))
            if len(told) > 1:
                yield from _runs(told)


def _runs(symbols: list[tuple[str, Place | None]]) -> Iterator[Piece]:
    runs = [symbols[start : start + RUN] for start in range(max(len(symbols) - RUN, 0) + 1)]
    texts = [" ".join(symbol for symbol, _ in run) for run in runs]
    for chosen in _winnowed([crc32(text.encode()) for text in texts]):
        places = [place for _, place in runs[chosen] if place]
        if places:
            first, last = min(places), max(places, key=lambda place: place[2:])
            yield Piece(Kind.CODE, texts[chosen], (*first[:2], *last[2:]))


def _winnowed(numbers: list[int]) -> list[int]:
    """Which of them are the least of some window, each once; Schleimer et al. 2003, section 3."""
    chosen: dict[int, None] = {}
    for start in range(max(len(numbers) - WINDOW, 0) + 1):
        window = range(start, min(start + WINDOW, len(numbers)))
        chosen[min(window, key=lambda place: (numbers[place], -place))] = None
    return list(chosen)


def _names(symbols: Symbols) -> Iterator[Piece]:
    for name, place in symbols.given_names():
        if len(name) > 1:
            yield Piece(Kind.NAME, name, place)


def _comments(lines: list[str], nodes: Sequence[ast.AST]) -> Iterator[Piece]:
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            if token.type == tokenize.COMMENT and (said := _said(token.string)):
                yield Piece(Kind.COMMENT, said, (*token.start, *token.end))
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for number, line in enumerate(node.value.splitlines()):
                if said := _said(line):
                    at = min(node.lineno + number, node.end_lineno or node.lineno)
                    yield Piece(Kind.COMMENT, said, (at, 0, at, len(line) + node.col_offset))


def _said(comment: str) -> str:
    """The words of a comment, however they are set; empty where they are too few to tell anything."""
    words = "".join(sign if sign.isalnum() else " " for sign in comment.casefold()).split()
    return " ".join(words) if len(words) >= _WORDS else ""
