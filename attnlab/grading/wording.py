"""How values and numbers are written in a sentence; what submitted code could have named is made harmless."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from attnlab.shapes import shape_in_words
from attnlab.wire.values import Array, Callback, Handle, Opaque, Value

Number: TypeAlias = "bool | int | float | complex"


def in_words(value: Value, axes: Sequence[str] | None = None) -> str:
    """What a value is, in a few words, as 'an array of shape (batch 2, keys 6)'."""
    match value:
        case None:
            return "None"
        case bool():
            return f"the truth value {value}"
        case int() | float():
            return f"the number {apart(value)[0]}"
        case str():
            return "a text"
        case Array(values, library):
            kind = "a torch tensor" if library == "torch" else "a numpy array"
            return f"{kind} of shape {shape_in_words(axes, values.shape)}" if values.ndim else f"{kind} of one number"
        case Opaque(kind) | Handle(_, kind):
            return f"a {plain(kind)}" if not kind.startswith(("a ", "an ", "something")) else plain(kind)
        case list() | tuple():
            kind = "list" if isinstance(value, list) else "tuple"
            return f"a {kind} of {len(value)} {_things(value)}" if value else f"an empty {kind}"
        case dict():
            return f"a dictionary of {len(value)}"
        case frozenset():
            return f"a set of {len(value)}" if value else "an empty set"
        case Callback():
            return "a function"


def plain(text: str) -> str:
    """A name that submitted code may have chosen, with nothing in it that a terminal could act on."""
    return re.sub(r"[^\w .,()'-]", "?", text, flags=re.ASCII)[:60]


def apart(*numbers: Number) -> tuple[str, ...]:
    """Numbers written with as few digits, at least four, as show that they differ."""
    for digits in range(4, 18):
        shown = tuple(written(number, digits) for number in numbers)
        if len(set(shown)) == len(numbers):
            break
    return shown


def _things(value: Sequence[Value]) -> str:
    many = len(value) != 1
    if all(isinstance(part, Array) for part in value):
        return "arrays" if many else "array"
    if all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        return "numbers" if many else "number"
    if all(isinstance(part, list | tuple) for part in value):
        return "lists" if many else "list"
    return "things" if many else "thing"


def written(number: Number, digits: int) -> str:
    """A number with at most so many digits."""
    if isinstance(number, bool | int):
        return str(number)
    if isinstance(number, float):
        return f"{number + 0.0:.{digits}g}"
    return f"{number:.{digits}g}"


def number_of(value: Value) -> Number | None:
    """A plain number or an array of one; None for whatever else it is."""
    match value:
        case bool() | int() | float():
            return value
        case Array(values, _) if values.ndim == 0:
            number: Number = values[()].item()
            return number
    return None
