"""Labels as they may safely stand in a picture: no control characters, a known width, ASCII where asked for."""

from __future__ import annotations

import unicodedata


def visible(label: object, *, plain: bool = False) -> str:
    """The label with everything that could move a cursor or change a colour written out as an escape.

    In plain mode accents are dropped and other characters beyond ASCII become escapes.
    """
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in str(label)
    )
    if not plain:
        return shown
    apart = unicodedata.normalize("NFKD", shown)
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    return bare.encode("ascii", "backslashreplace").decode("ascii")


def cells(label: str) -> int:
    """How many columns of a terminal the label takes."""
    return sum(_cells(character) for character in label)


def cut(label: str, width: int) -> str:
    """The label in at most `width` columns; a final tilde tells that something was cut off."""
    if cells(label) <= width:
        return label
    if width < 1:
        return ""
    kept, used = "", 0
    for character in label:
        used += _cells(character)
        if used > width - 1:
            break
        kept += character
    return kept + "~"


def left(label: str, width: int) -> str:
    label = cut(label, width)
    return label + " " * (width - cells(label))


def right(label: str, width: int) -> str:
    label = cut(label, width)
    return " " * (width - cells(label)) + label


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
