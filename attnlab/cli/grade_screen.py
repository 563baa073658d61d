"""Shows how far the grading of a class is: a picture where somebody is looking, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from attnlab.cli.terminal import NARROWEST, Terminal
from attnlab.cli.views_grade import began_line, judged_line, live_view, noticed_lines

if TYPE_CHECKING:
    from rich.live import Live as Drawn

    from attnlab.classroom.batch import Event

_BETWEEN_PICTURES = 0.25
_BETWEEN_LINES = 5.0


@dataclass(slots=True)
class Story:
    """What was heard so far.

    Args:
        others: how many students the gradebook holds from before, of whom nothing was handed in now.
    """

    isolation: str = ""
    students: int = 0
    others: int = 0
    total: int = 0
    reused: int = 0
    judged: int = 0
    full_marks: int = 0
    tested: int = 0
    seconds: float = 0.0
    attention: list[tuple[str, str, str]] = field(default_factory=list)
    slow: list[tuple[float, str, str]] = field(default_factory=list)
    began_at: float | None = None
    clock: Callable[[], float] = time.monotonic

    @property
    def attention_count(self) -> int:
        return len(self.attention)

    @property
    def rate(self) -> float:
        """Works a second since the judging began."""
        taken = self.clock() - self.began_at if self.began_at is not None else 0.0
        return self.judged / taken if taken > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """None while nothing can be said."""
        return (self.total - self.judged) / self.rate if self.judged >= 5 and self.rate else None

    def hear(self, event: Event) -> None:
        """Take in what has happened."""
        from attnlab.classroom import batch

        match event:
            case batch.Confined():
                self.isolation = event.isolation
            case batch.SelfTested():
                self.tested = len(event.exercises)
            case batch.Began():
                self.students, self.total, self.reused = event.students, event.total, event.reused
                self.began_at = self.clock()
            case batch.Judged():
                self.judged += 1
                self.full_marks += event.judgement.report.passed
            case batch.Slow():
                self.slow = sorted([*self.slow, (event.seconds, event.student, event.exercise)], reverse=True)[:5]
            case batch.Attention():
                self.attention.append((event.student, event.exercise, event.why))
            case batch.Finished():
                self.seconds = event.seconds


class Screen(Protocol):
    """Where a grading is shown."""

    def show(self, event: Event, story: Story) -> None:
        """Something has happened."""

    def close(self) -> None:
        """Nothing more will be shown."""


class Lines:
    """A line every few seconds, and for all that needs a person's eye."""

    def __init__(self, terminal: Terminal, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal, self._clock = terminal, clock
        self._next = 0.0

    def show(self, event: Event, story: Story) -> None:
        from attnlab.classroom import batch

        now = self._clock()
        if isinstance(event, batch.Judged):
            if now >= self._next:
                self._next = now + _BETWEEN_LINES
                self._terminal.talk(judged_line(story))
            return
        if isinstance(event, batch.Began):
            self._next = now + _BETWEEN_LINES
        lines = began_line(event, story, self._terminal) or noticed_lines(event, self._terminal)
        if lines:
            self._terminal.talk(*lines)

    def close(self) -> None:
        """Lines need no tidying up."""


class Live:
    """One picture, drawn over again and again, gone at the end; what needs a person's eye is said above it."""

    def __init__(self, terminal: Terminal, clock: Callable[[], float] = time.monotonic) -> None:
        self._terminal, self._clock = terminal, clock
        self._drawn: Drawn | None = None
        self._next = 0.0

    def show(self, event: Event, story: Story) -> None:
        from attnlab.classroom import batch

        now = self._clock()
        if lines := began_line(event, story, self._terminal):
            self._say(lines)
        if isinstance(event, batch.Judged) and now < self._next:
            return
        from rich.text import Text

        self._next = now + _BETWEEN_PICTURES
        # The window may have another size than a moment ago.
        size = shutil.get_terminal_size()
        seen = replace(self._terminal, width=max(size.columns - 1, NARROWEST), height=max(size.lines, 8))
        picture = Text.from_ansi("\n".join(live_view(story, seen)), no_wrap=True, overflow="crop")
        self._drawn = self._drawn or self._begun()
        self._drawn.update(picture, refresh=True)

    def close(self) -> None:
        if self._drawn:
            self._drawn.stop()

    def _say(self, lines: list[str]) -> None:
        if self._drawn is None:
            self._terminal.talk(*lines)
            return
        for line in lines:
            self._drawn.console.print(line, markup=False, highlight=False)

    def _begun(self) -> Any:
        from rich.console import Console
        from rich.live import Live as Drawn

        console = Console(stderr=True, no_color=not self._terminal.colour, highlight=False, legacy_windows=False)
        drawn = Drawn(console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False)
        drawn.start()
        return drawn


@contextmanager
def screen_for(terminal: Terminal) -> Iterator[Screen]:
    """A picture where somebody is looking; stdout stays free for the result."""
    screen: Screen = Live(terminal) if terminal.interactive and sys.stderr.isatty() else Lines(terminal)
    try:
        yield screen
    finally:
        screen.close()
