"""What of a submission's own words and lines may be shown: its source as we have it, without what moves a cursor."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping

from attnlab.wire import Raised

_LINES = 4


def excerpt_of(raised: Raised, sources: Mapping[str, bytes]) -> tuple[str, ...]:
    """The submission's own lines of a traceback, read from its source as we have it."""
    lines: list[str] = []
    places = raised.places if isinstance(raised.places, list) else []
    for place in places[-_LINES:]:
        match place:
            case [str(file), int(number), str(function)] if file in sources:
                text = _line(sources[file], number)
                inside = f", in {printable(function)}" if function and function != "<module>" else ""
                lines.append(f"{file}, line {number}{inside}: {printable(text.strip())}")
    return tuple(lines)


def printable(text: str) -> str:
    """Without control characters, which could move the cursor or hide what is said."""
    return "".join(character for character in text if character.isprintable() or character in "\n\t")


def _line(source: bytes, number: int) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode(encoding, "replace").splitlines()[number - 1]
    except (SyntaxError, LookupError, IndexError):
        return ""
