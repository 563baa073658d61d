"""A picture is rows of styled spans, laid out for the width it is shown in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Span = tuple[str, str]
Row = Sequence[Span]
Layout = Callable[[int, bool], Sequence[Row]]

# Wider than this a picture only gets harder to read.
WIDEST = 100
_ANSI = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36",
    "bright_cyan": "96", "bright_yellow": "93", "bright_white": "97",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """Something to print in a terminal, in Unicode or, when `plain`, in ASCII."""

    layout: Layout = field(repr=False)
    plain: bool = False

    def text(self, width: int = 80, *, colour: bool = False) -> str:
        """The picture in lines no wider than `width`; colour only repeats what the characters say."""
        rows = self.layout(min(width, WIDEST), self.plain)
        return "\n".join(_painted(row) if colour else "".join(words for words, _ in row).rstrip() for row in rows)

    def __str__(self) -> str:
        return self.text()


def _painted(row: Row) -> str:
    spans = list(row)
    while spans and not spans[-1][0].strip():
        spans.pop()
    return "".join(f"\x1b[{_ANSI[style]}m{words}\x1b[0m" if style else words for words, style in spans)
