"""The time a submission has for one answer: processor time, so that a busy machine takes none of it away.

A clock ends what only waits. It stands while the submission waits for a processor that others use.
"""

from __future__ import annotations

import time
from typing import Protocol

from attnlab.grading.stops import Stopped
from attnlab.grading.verdicts import Verdict

# Nothing is measured of what is over sooner; most is over in a thousandth of a second.
FIRST_LOOK = 0.05
_LATER_LOOKS = 0.25


class Spender(Protocol):
    """A worker whose time and memory can be measured from outside."""

    def cpu_seconds(self) -> float: ...

    def waited_seconds(self) -> float | None: ...

    def memory_bytes(self) -> int: ...


def patience(seconds: float) -> float:
    """How long the clock lets somebody wait who may compute for so many seconds; queueing is not counted."""
    return seconds + 3.0


class Allowance:
    """What is left of the time for one request; it begins when it is made.

    Args:
        memory: the bytes that the worker may use by then, where its own limits may not be there to hold it.
    """

    def __init__(self, worker: Spender, seconds: float, memory: int | None = None) -> None:
        self._worker, self._seconds, self._memory = worker, seconds, memory
        self._begun = time.monotonic()
        self._before: tuple[float, float | None] | None = None
        self.idle = False

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._begun

    def left(self) -> float:
        """How long nobody need look again; to be asked when there is no answer yet.

        Raises:
            Stopped: the time is over, or the memory.
        """
        elapsed = self.elapsed
        if self._before is None:
            if elapsed < min(FIRST_LOOK, self._seconds):
                return min(FIRST_LOOK, self._seconds) - elapsed
            self._before = self._worker.cpu_seconds(), self._worker.waited_seconds()
        if self._memory is not None and self._worker.memory_bytes() > self._memory:
            raise Stopped(Verdict.OUT_OF_MEMORY, "more memory was used than a submission may")
        cpu_before, waited_before = self._before
        if not cpu_before:
            return self._by_clock_alone(elapsed)
        used = max(self._worker.cpu_seconds() - cpu_before, 0.0)
        if used >= self._seconds:
            raise Stopped(Verdict.TIMED_OUT, f"no answer within {self._seconds:g} seconds of computing")
        waited = self._worker.waited_seconds()
        kept_waiting = 0.0 if waited is None or waited_before is None else waited - waited_before
        own, most = elapsed - kept_waiting, patience(self._seconds)
        self.idle = used < own / 2
        if own >= most:
            problem = f"no answer within {most:g} seconds, of which it computed for {used:.1f}"
            raise Stopped(Verdict.TIMED_OUT, problem, by_clock=waited is None)
        return max(min(self._seconds - used, most - own, _LATER_LOOKS), 0.01)

    def _by_clock_alone(self, elapsed: float) -> float:
        """The same where the system does not tell what a process computes."""
        left = self._seconds - elapsed
        if left <= 0:
            raise Stopped(Verdict.TIMED_OUT, f"no answer within {self._seconds:g} seconds", by_clock=True)
        return left
