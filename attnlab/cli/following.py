"""Shows a training while it goes on: a picture that is drawn over where somebody is looking, lines elsewhere."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from attnlab.cli.terminal import NARROWEST, Terminal
from attnlab.cli.views_train import halved_view, live_view, quality_line, sampled_view, step_line, watched_view

if TYPE_CHECKING:
    from rich.live import Live as Drawn

    from attnlab.study.following import Story
    from attnlab.study.training import Planned
    from attnlab.translation.plan import Step
    from attnlab.translation.runs.events import Event

_STOPPING = "stopping after this step; once more stops at once"
# Drawing takes some milliseconds of the cores that train.
_BETWEEN_PICTURES = 0.5
_LINES = 20


class Screen(Protocol):
    """Where a training is shown."""

    def show(self, event: Event, story: Story) -> None:
        """Something has happened."""

    def stopping(self) -> str:
        """What is written where the cursor is when somebody asks for an end."""

    def close(self) -> None:
        """Nothing more will be shown."""


class Lines:
    """A line for every twentieth of the way, and whenever the fixed sentences are translated anew."""

    def __init__(self, say: Callable[..., None], terminal: Terminal) -> None:
        self._say = say
        self._terminal = terminal
        self._told = -1
        self._named = False

    def show(self, event: Event, story: Story) -> None:
        from attnlab.translation.plan import Step
        from attnlab.translation.runs import events

        match event:
            case Step():
                # The first says how long it is going to take.
                if story.of and self._due(story, event):
                    self._say(step_line(story))
            case events.Halved():
                self._say(*halved_view(event, self._terminal))
            case events.Sampled():
                if not self._named:
                    self._say(*watched_view(event.translations, self._terminal))
                    self._named = True
                self._say(*sampled_view(event, self._terminal))
            case events.Validated():
                self._say(quality_line(event))

    def stopping(self) -> str:
        return f"{_STOPPING}\n"

    def close(self) -> None:
        """Lines need no tidying up."""

    def _due(self, story: Story, step: Step) -> bool:
        if self._told < 0:
            if step.seconds_left is None:
                return False
            self._told = story.step * _LINES // story.of
            return True
        passed = story.step * _LINES // story.of
        due, self._told = passed > self._told, max(passed, self._told)
        return due


class Live:
    """One picture, drawn over again and again, gone at the end."""

    def __init__(self, planned: Planned, terminal: Terminal, clock: Callable[[], float] = time.monotonic) -> None:
        self._planned, self._terminal, self._clock = planned, terminal, clock
        self._drawn: Drawn | None = None
        self._next = 0.0

    def show(self, event: Event, story: Story) -> None:
        from attnlab.translation.plan import Step

        now = self._clock()
        if isinstance(event, Step) and now < self._next:
            return
        from rich.text import Text

        self._next = now + _BETWEEN_PICTURES
        # The window may have another size than a moment ago.
        size = shutil.get_terminal_size()
        seen = replace(self._terminal, width=max(size.columns - 1, NARROWEST), height=max(size.lines, 8))
        picture = Text.from_ansi("\n".join(live_view(self._planned, story, seen)), no_wrap=True, overflow="crop")
        self._drawn = self._drawn or self._begun()
        self._drawn.update(picture, refresh=True)

    def stopping(self) -> str:
        if not self._drawn:
            return f"{_STOPPING}\n"
        # In place of the last line, and no longer than it: a line more would shift the whole picture.
        return f"\r\x1b[K{_STOPPING[: self._terminal.width - 3]}"

    def close(self) -> None:
        if self._drawn:
            self._drawn.stop()

    def _begun(self) -> Drawn:
        from rich.console import Console
        from rich.live import Live as Drawn

        console = Console(no_color=not self._terminal.colour, highlight=False, legacy_windows=False)
        drawn = Drawn(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        drawn.start()
        return drawn


@dataclass(slots=True)
class Stop:
    """Whether somebody has asked for an end, and by which signal."""

    signal: int | None = None

    @property
    def asked(self) -> bool:
        return self.signal is not None

    @property
    def exit_code(self) -> int:
        return 128 + self.signal if self.signal else 0


@contextmanager
def stopping(said: Callable[[], str]) -> Iterator[Stop]:
    """Let the first Ctrl-C, or request to end, wait for the step in hand; the second is one as ever.

    Args:
        said: asked what is then written to stderr.
    """
    stop = Stop()
    before: dict[int, Any] = {}

    def ask(number: int, frame: object) -> None:
        stop.signal = number
        for each, handler in before.items():
            signal.signal(each, handler)
        # Python's own streams may be in the middle of a line.
        with suppress(OSError):
            os.write(2, said().encode())

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Ignored is what whoever started us wanted: `nohup` goes on without its terminal.
        if (number := getattr(signal, name, None)) and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def screen_for(planned: Planned, terminal: Terminal, *, as_json: bool) -> Iterator[Screen]:
    """A picture where somebody is looking; with `--json` stdout stays free for the result."""
    screen: Screen
    if as_json:
        screen = Lines(terminal.talk, terminal)
    else:
        screen = Live(planned, terminal) if terminal.interactive else Lines(_flushed(terminal), terminal)
    try:
        yield screen
    finally:
        screen.close()


def _flushed(terminal: Terminal) -> Callable[..., None]:
    def say(*lines: str) -> None:
        terminal.show(*lines)
        # Whoever reads a pipe or a log wants to see how far it is.
        sys.stdout.flush()

    return say
