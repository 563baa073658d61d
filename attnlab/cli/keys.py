"""Single keys from a terminal, without Enter, and a terminal that is always given back as it was found."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO

_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
_END = "\x04"
_CHUNK = 256


class Keys:
    """Delivers each key pressed while it is open; does nothing where stdin is no terminal.

    Ctrl-C and Ctrl-Z keep their meaning. Arrow and function keys, which arrive as several
    characters, are swallowed; Ctrl-D is delivered as `q`.
    """

    def __init__(self, deliver: Callable[[str], None], stream: TextIO = sys.stdin) -> None:
        self._deliver = deliver
        self._terminal = _terminal_of(stream)

    @property
    def on(self) -> bool:
        return self._terminal is not None

    def __enter__(self) -> Keys:
        if self._terminal:
            self._terminal.open(self._press)
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal:
            self._terminal.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to somebody else (an editor, a pager) for a while."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def _press(self, characters: str) -> None:
        for character in _SEQUENCE.sub("", characters):
            self._deliver("q" if character == _END else character)


class _PosixTerminal:
    """Reads a terminal with line editing and echo off, in a thread that a pipe can wake."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._found: list[Any] | None = None
        self._handlers: dict[int, Any] = {}

    def open(self, press: Callable[[str], None]) -> None:
        import termios

        self._found = termios.tcgetattr(self._descriptor)
        self._wake_out, self._wake_in = os.pipe()
        for number, handler in ((signal.SIGTSTP, self._suspend), (signal.SIGCONT, self._resume)):
            self._handlers[number] = signal.signal(number, handler)
        self._take()
        self._thread = threading.Thread(target=self._read, args=(press,), name="attnlab-keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._found is None:
            return
        # First of all the terminal: a second Ctrl-C may cut the rest short.
        self._give_back()
        self._found = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.write(self._wake_in, b".")
        self._thread.join()
        os.close(self._wake_in)
        os.close(self._wake_out)

    def _read(self, press: Callable[[str], None]) -> None:
        import select

        while True:
            ready, _, _ = select.select([self._descriptor, self._wake_out], [], [])
            if self._wake_out in ready:
                return
            if not self._in_foreground():
                # Reading now would stop us all; the shell's keys are not for us anyway.
                if select.select([self._wake_out], [], [], 0.2)[0]:
                    return
                continue
            try:
                pressed = os.read(self._descriptor, _CHUNK)
            except OSError:
                return
            if not pressed:
                return
            press(pressed.decode("utf-8", "ignore"))

    def _take(self) -> None:
        """Keys at once and unseen; signals and output as they were."""
        import termios

        assert self._found is not None
        mode = [*self._found[:6], list(self._found[6])]
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, mode)

    def _give_back(self) -> None:
        import termios

        # From the background, setting the terminal would stop us; the shell has it by then.
        if self._found is not None and self._in_foreground():
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._found)

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            # Not the terminal we are controlled by: nobody can put us in its background.
            return True

    def _suspend(self, number: int, frame: FrameType | None) -> None:
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)

    def _resume(self, number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTSTP, self._suspend)
        if self._in_foreground():
            self._take()


class _WindowsConsole:
    """Reads the console by asking again and again whether a key was pressed."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def open(self, press: Callable[[str], None]) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._read, args=(press,), name="attnlab-keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self, press: Callable[[str], None]) -> None:
        import msvcrt

        console: Any = msvcrt
        while not self._stop.wait(0.05):
            while console.kbhit():
                key = console.getwch()
                if key in "\x00\xe0":
                    console.getwch()
                else:
                    press(key)


def _terminal_of(stream: TextIO) -> _PosixTerminal | _WindowsConsole | None:
    try:
        if not stream.isatty():
            return None
        descriptor = stream.fileno()
    except (ValueError, OSError, AttributeError):
        return None
    return _WindowsConsole() if os.name == "nt" else _PosixTerminal(descriptor)
