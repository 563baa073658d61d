"""Turns a lesson's pages by single keys, never a line longer than the terminal is high."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from attnlab.cli.views_lesson import page_lines

if TYPE_CHECKING:
    from attnlab.cli.terminal import Terminal
    from attnlab.study import Page

_ON = {" ", "\r", "\n", "n", "j", "\x1b[C", "\x1b[6~", "\x1b[B"}
_BACK = {"b", "p", "k", "\x1b[D", "\x1b[5~", "\x1b[A", "\x7f"}
_STOP = {"q", "Q", "\x1b", "\x04"}
_CLEAR = "\x1b[2J\x1b[H"


def turn_pages(page: Page, start: int, terminal: Terminal) -> tuple[int, bool]:
    """Show screen after screen from `start` on; return the last one shown, from 1, and whether the end was reached."""
    sheets = [
        (number, sheet)
        for number, text in enumerate(page.screens, start=1)
        for sheet in _sheets(page_lines(text, terminal), terminal.height - 3)
    ]
    place = next(place for place, (number, _) in enumerate(sheets) if number == start)
    while True:
        number, lines = sheets[place]
        print(_CLEAR if terminal.colour else "\n", end="")
        terminal.show(*lines, "", terminal.paint(_footer(page, number, place == len(sheets) - 1, terminal), "dim"))
        key = _key()
        if key in _STOP:
            return number, place == len(sheets) - 1
        if key in _ON and place == len(sheets) - 1:
            return number, True
        if key in _ON:
            place += 1
        elif key in _BACK:
            place = max(place - 1, 0)


def _footer(page: Page, number: int, last: bool, terminal: Terminal) -> str:
    on = "enter: done" if last else "enter: on"
    footer = f"{page.lesson.title} {terminal.dot} {number} of {len(page.screens)}   {on}  b: back  q: stop"
    return footer if len(footer) <= terminal.width else f"{number} of {len(page.screens)}  {on}  b  q"


def _sheets(lines: list[str], height: int) -> list[list[str]]:
    return [lines[start : start + height] for start in range(0, len(lines), height)] or [[]]


def _key() -> str:
    try:
        return typer.getchar()
    except EOFError:
        return "q"
