"""Adds a string to a list in a TOML text without touching anything else in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?P<comment>\#[^\n]*)|(?P<close>\])|(?P<other>[^\s,"'\#\]])"""
)
_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


class ListNotFoundError(Exception):
    """The list is not written in a way that can be added to safely."""


@dataclass(frozen=True, slots=True)
class _Element:
    start: int
    end: int


def add_to_list(text: str, key: str, value: str, *, place: int, table: str | None = None, number: int = 0) -> str:
    """The text with `value` as the list's element number `place`; comments and layout stay.

    Args:
        table: the array of tables the key stands in; None for the top of the file.
        number: which of those tables.

    Raises:
        ListNotFoundError: the list is missing, or written so that adding to it would be a guess.
    """
    start, end = _section(text, table, number)
    opening = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=[ \t]*\[", re.MULTILINE).search(text, start, end)
    if opening is None:
        raise ListNotFoundError(key)
    elements, close = _elements(text, opening.end(), end)
    added = _inserted(text, elements, opening.end(), close, value, place)
    if tomllib.loads(added) != _expected(text, key, value, place, table, number):
        raise ListNotFoundError(key)
    return added


def _section(text: str, table: str | None, number: int) -> tuple[int, int]:
    headers = [match.start() for match in _HEADER.finditer(text) if _is_header(text, match.start())]
    if table is None:
        return 0, headers[0] if headers else len(text)
    wanted = re.compile(rf"[ \t]*\[\[[ \t]*{re.escape(table)}[ \t]*\]\]")
    matching = [start for start in headers if wanted.match(text, start)]
    if number >= len(matching):
        raise ListNotFoundError(table)
    start = matching[number]
    return start, next((later for later in headers if later > start), len(text))


def _is_header(text: str, start: int) -> bool:
    line = text[start:].split("\n", 1)[0].split("#", 1)[0].strip()
    return re.fullmatch(r"\[{1,2}[ \t]*[\w.\-\" ]+\]{1,2}", line) is not None


def _elements(text: str, start: int, end: int) -> tuple[Sequence[_Element], int]:
    elements: list[_Element] = []
    for token in _TOKEN.finditer(text, start, end):
        if token["string"]:
            elements.append(_Element(token.start(), token.end()))
        elif token["close"]:
            return elements, token.start()
        elif token["other"]:
            break
    raise ListNotFoundError("a list of plain strings")


def _inserted(text: str, elements: Sequence[_Element], start: int, close: int, value: str, place: int) -> str:
    written = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not elements:
        return text[:start] + written + text[start:] if text[start:close].strip() == "" else _give_up()
    if place < len(elements):
        neighbour = elements[place]
        return text[: neighbour.start] + written + "," + _between(text, neighbour, start) + text[neighbour.start :]
    last = elements[-1]
    return text[: last.end] + "," + _between(text, last, start) + written + text[last.end :]


def _between(text: str, element: _Element, start: int) -> str:
    """A space where the list runs along one line; else a line break and the element's own indent."""
    before = text[start : element.start]
    line = before.rsplit("\n", 1)[-1]
    return "\n" + line if "\n" in before and not line.strip() else " "


def _give_up() -> str:
    raise ListNotFoundError("an empty list without comments")


def _expected(text: str, key: str, value: str, place: int, table: str | None, number: int) -> dict[str, Any]:
    parsed = tomllib.loads(text)
    holder: dict[str, Any] = parsed if table is None else parsed[table][number]
    holder[key] = [*holder[key][:place], value, *holder[key][place:]]
    return parsed
