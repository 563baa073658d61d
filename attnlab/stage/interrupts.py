"""Holds Ctrl-C back where it would do harm, and lets it through afterwards."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Within, Ctrl-C waits; it is raised at the end.

    A native library that is interrupted in the middle of its import may end the whole process.
    Outside the main thread there is nothing to hold.

    Raises:
        KeyboardInterrupt: at the end, when one came meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
