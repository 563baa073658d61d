"""A CSV file of somebody else's, of which single cells are replaced and everything else stays, byte for byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from attnlab.errors import AttnlabError

LARGEST = 64 << 20
_DELIMITERS = ",;\t|"
_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The last one takes any byte, and gives it back as it was.
_UNMARKED = ("utf-8", "cp1252", "latin-1")


class NoSheet(AttnlabError):
    """The file is none that could be filled; it has not been touched."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, and where in the file's text it stands."""

    text: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells, the heading among them."""

    rows: tuple[tuple[Cell, ...], ...]
    delimiter: str
    _text: str = field(repr=False)
    _mark: bytes = field(repr=False)
    _encoding: str = field(repr=False)

    def text(self, row: int, column: int) -> str:
        """What a cell says, without blanks around; empty where the row is too short to have it."""
        cells = self.rows[row]
        return cells[column].text.strip() if column < len(cells) else ""

    def has(self, row: int, column: int) -> bool:
        return column < len(self.rows[row])

    def with_cells(self, told: Mapping[tuple[int, int], str]) -> bytes:
        """The file with these cells, by row and column, saying something else; a cell keeps its quotation marks."""
        pieces: list[str] = []
        since = 0
        for (row, column), text in sorted(told.items()):
            cell = self.rows[row][column]
            pieces += [self._text[since : cell.start], self._written(text, quoted=cell.quoted)]
            since = cell.end
        pieces.append(self._text[since:])
        return self._mark + "".join(pieces).encode(self._encoding)

    def _written(self, text: str, *, quoted: bool) -> str:
        needed = any(sign in text for sign in (self.delimiter, '"', "\n", "\r"))
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if quoted or needed else text


def read_sheet(content: bytes) -> Sheet:
    """The cells of a CSV file, in whatever encoding and with whatever delimiter it was exported.

    Raises:
        NoSheet: it is something else.
    """
    remedy = "export the grades once more, as CSV, and name that file"
    if len(content) > LARGEST:
        raise NoSheet(f"the sheet has more than {LARGEST >> 20} MiB", remedy=remedy)
    if content.startswith(b"PK"):
        raise NoSheet("this is an Excel workbook, not CSV", remedy=remedy)
    text, mark, encoding = _decoded(content)
    if not text.strip() or "\0" in text:
        raise NoSheet("the sheet is empty" if not text.strip() else "this is no CSV: it has null bytes", remedy=remedy)
    delimiter = _delimiter(text)
    return Sheet(tuple(_rows(text, delimiter)), delimiter, text, mark, encoding)


def _decoded(content: bytes) -> tuple[str, bytes, str]:
    for mark, encoding in _MARKED:
        if content.startswith(mark):
            try:
                return content.removeprefix(mark).decode(encoding), mark, encoding
            except UnicodeDecodeError:
                break
    for encoding in _UNMARKED:
        try:
            return content.decode(encoding), b"", encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")


def _delimiter(text: str) -> str:
    heading = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*+"', "", heading)
    return max(_DELIMITERS, key=bare.count)


def _rows(text: str, delimiter: str) -> Iterator[tuple[Cell, ...]]:
    quoted = re.compile('"((?:[^"]++|"")*+)"')
    bare = re.compile(f"[^{re.escape(delimiter)}\r\n]*+")
    at, row = 0, []
    while True:
        start, said, found = at, "", quoted.match(text, at)
        if found:
            said, at = found[1].replace('""', '"'), found.end()
        elif text.startswith('"', at):
            line = text.count("\n", 0, at) + 1
            raise NoSheet(
                f"the quotation mark that opens in line {line} is never closed",
                remedy="export the sheet once more; this one may have been cut off",
            )
        # What follows a closing quotation mark belongs to the cell, as everybody reads it.
        rest = bare.match(text, at)
        assert rest is not None
        at = rest.end()
        row.append(Cell(said + rest[0], start, at, quoted=found is not None))
        if text.startswith(delimiter, at):
            at += 1
            continue
        yield tuple(row)
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
        if at >= len(text):
            return
