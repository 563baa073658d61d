"""The bytes of a notebook become cells: any version, any encoding, nothing in it believed.

nbformat is not asked: it validates what it reads against a schema, which a hostile file can make take for ever, and
refuses what a person can still make out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LARGEST = 64 << 20
LATEST = 4
# A cell of this many characters is no answer; what is longer is left out, not parsed.
LONGEST_CELL = 1 << 18
# An empty list takes three bytes in a file and twenty times that in memory.
_MOST_VALUES = 1_000_000
_MOST_CELLS = 10_000
# Possessive: nothing is remembered on the way, so that 50 MB of one picture cost no more than a glance.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_LONGEST_NUMBER = 18


class BadNotebook(Exception):
    """The bytes are no notebook; the message says why, as one clause."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `number` counts all cells of the notebook, from 1, as a person would."""

    number: int
    code: bool
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The cells in order, and what was odd about the file, each as one sentence."""

    cells: tuple[Cell, ...]
    odd: tuple[str, ...] = ()


def open_notebook(content: bytes) -> Opened:
    """The cells of a notebook.

    Raises:
        BadNotebook: it is none, or cannot be read.
    """
    if len(content) > LARGEST:
        raise BadNotebook(f"it has more than {LARGEST >> 20} MiB")
    text, odd = _decoded(content)
    table = _parsed(text)
    version = table.get("nbformat")
    if type(version) is int and version > LATEST:
        odd.append(f"it is written in format {version}, which is later than {LATEST}; it was read as {LATEST}")
    cells = list(_cells(table))
    if len(cells) > _MOST_CELLS:
        raise BadNotebook(f"it has more than {_MOST_CELLS} cells")
    found = []
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            odd.append(f"cell {number} is no cell")
            continue
        source = _source(cell)
        if source is None or len(source) > LONGEST_CELL:
            why = "has no text" if source is None else f"has more than {LONGEST_CELL} characters"
            odd.append(f"cell {number} {why}")
            continue
        found.append(Cell(number, cell.get("cell_type") == "code", source))
    return Opened(tuple(found), tuple(odd))


def _decoded(content: bytes) -> tuple[str, list[str]]:
    if not content.strip():
        raise BadNotebook("it is empty")
    encoding = json.detect_encoding(content)
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError:
        # Some old editors write so. Everything decodes as Latin-1, and code is ASCII nearly always.
        return content.decode("latin-1"), [f"it is not {encoding.upper()} and was read as Latin-1"]


def _parsed(text: str) -> dict[str, Any]:
    structure = _STRING.sub('""', text)
    if sum(structure.count(sign) for sign in ",[{") > _MOST_VALUES:
        raise BadNotebook(f"it holds more than {_MOST_VALUES} values")
    try:
        table = json.loads(text, parse_int=_number, parse_constant=lambda name: None)
    except RecursionError:
        raise BadNotebook("it is nested too deeply") from None
    except (ValueError, MemoryError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadNotebook(f"it is not JSON{where}") from None
    if not isinstance(table, dict) or not ({"nbformat", "cells", "worksheets"} & table.keys()):
        raise BadNotebook("it is JSON, and no notebook")
    return table


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else 0


def _cells(table: dict[str, Any]) -> Iterator[object]:
    """Format 4 has its cells in one list, 2 and 3 in worksheets."""
    for holder in (table, *_listed(table.get("worksheets"))):
        if isinstance(holder, dict):
            yield from _listed(holder.get("cells"))


def _source(cell: dict[str, Any]) -> str | None:
    """Format 4 says `source`; 2 and 3 say `input`, and 1 `code`, where it is code."""
    for key in ("source", "input", "code"):
        text = cell.get(key)
        if isinstance(text, str):
            return _plain_lines(text)
        if isinstance(text, list):
            return _plain_lines("".join(part for part in text if isinstance(part, str)))
    return None


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
