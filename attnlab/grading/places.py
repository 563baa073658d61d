"""So many sessions at once, and more only while others do nothing but wait for a submission that hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Places:
    """Whoever judges holds a place; a session that is kept waiting lends its own to others.

    Args:
        count: how many there are.
        heard: told how many sessions more or fewer are waiting for theirs: 1 or -1.
    """

    def __init__(self, count: int, heard: Callable[[int], None] = lambda change: None) -> None:
        self._free = threading.Semaphore(count)
        self._heard = heard
        self._mine = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place, waiting for one to be free; it is this thread's."""
        self._take()
        try:
            yield
        finally:
            if self._mine.held:
                self._give()
            else:
                self._heard(-1)
            self._mine.held = None

    def lend(self) -> None:
        """Let others have this thread's place for now."""
        if getattr(self._mine, "held", None):
            self._give()
            self._heard(1)

    def back(self) -> None:
        """Take one again, if this thread has lent its own."""
        if getattr(self._mine, "held", None) is False:
            self._take()
            self._heard(-1)

    def _take(self) -> None:
        self._free.acquire()
        self._mine.held = True

    def _give(self) -> None:
        self._mine.held = False
        self._free.release()
