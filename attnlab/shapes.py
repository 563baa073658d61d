"""Shapes as words: reads the `Shapes:` block of a docstring and tells positions by axis name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ENTRY = re.compile(r"^(?P<name>\w+):\s*(?P<text>.+)$")
_SHAPE = re.compile(r"(?:(?P<name>[A-Za-z_]\w*)\s+)?\((?P<axes>[^()]*)\)")

_SINGULAR = {
    "batch": "batch",
    "queries": "query",
    "vocabulary": "word",
    "length": "position",
    "axes": "axis",
    "classes": "class",
}


@dataclass(frozen=True, slots=True)
class NamedShape:
    """One array as a docstring describes it: its name and the words of its axes.

    `axes` is None where the shape is not given in words, such as for "any leading axes".
    """

    name: str
    axes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Shapes:
    """What a docstring says of the arguments, by name, and of what is returned, in order."""

    arguments: dict[str, NamedShape]
    returns: tuple[NamedShape, ...]


def read_shapes(docstring: str | None) -> Shapes:
    """The `Shapes:` block of a docstring; empty when it has none.

    A line reads `name: (axis, axis)`; the line of what is returned starts with `returns:` and may
    name several, as in `returns: context (batch, d_v), weights (batch, keys)`.
    """
    arguments: dict[str, NamedShape] = {}
    returns: tuple[NamedShape, ...] = ()
    for name, text in _entries(docstring or ""):
        found = [_named(match, fallback=name) for match in _SHAPE.finditer(text)]
        if name == "returns":
            returns = tuple(found)
        elif found:
            arguments[name] = NamedShape(name, found[0].axes)
    return Shapes(arguments, returns)


def singular(axis: str) -> str:
    """What one position along an axis is called: 'keys' gives 'key', 'd_v' gives 'd_v'."""
    if axis in _SINGULAR:
        return _SINGULAR[axis]
    return axis[:-1] if len(axis) > 3 and axis.endswith("s") and not axis.endswith("ss") else axis


def position(axes: Sequence[str] | None, index: Sequence[int]) -> str:
    """An index in words: 'batch 0, query 2, key 3', or 'index (0, 2, 3)' where no axis has a name.

    An axis called `1`, which is there to be broadcast, has one place only and is left out.
    """
    if axes is None or len(axes) != len(index):
        return f"index ({', '.join(map(str, index))})"
    named = [f"{singular(axis)} {place}" for axis, place in zip(axes, index, strict=True) if not axis.isdigit()]
    return ", ".join(named) or f"index ({', '.join(map(str, index))})"


def shape_in_words(axes: Sequence[str] | None, shape: Sequence[int]) -> str:
    """A shape with its axis names where they fit: '(batch 2, keys 6)', else '(2, 6)'."""
    if axes is None or len(axes) != len(shape):
        return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
    named = (f"{size}" if axis.isdigit() else f"{axis} {size}" for axis, size in zip(axes, shape, strict=True))
    return f"({', '.join(named)})"


def _entries(docstring: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    inside = False
    indent = 0
    for line in docstring.splitlines():
        stripped = line.strip()
        depth = len(line) - len(line.lstrip())
        if stripped == "Shapes:":
            inside, indent = True, depth
            continue
        if inside and stripped and depth <= indent:
            break
        if not inside or not stripped:
            continue
        if entry := _ENTRY.match(stripped):
            entries.append((entry["name"], entry["text"]))
        elif entries:
            name, text = entries[-1]
            entries[-1] = (name, f"{text} {stripped}")
    return entries


def _named(match: re.Match[str], *, fallback: str) -> NamedShape:
    words = [word.strip() for word in match["axes"].split(",") if word.strip()]
    plain = all(re.fullmatch(r"[\w|+ ]+", word) for word in words)
    return NamedShape(match["name"] or fallback, tuple(words) if plain else None)
