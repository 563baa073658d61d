"""The rate of a training loop over its steady steps. Uses the standard library only, for any interpreter to import."""

from __future__ import annotations

import json
import resource
import statistics
import time
from collections.abc import Mapping

_WARM_UP_SHARE = 0.25


class SteadySteps:
    """Takes note of every step's tokens and seconds, once it is warm.

    Args:
        seconds: how long to measure; a quarter of it goes before, from the end of the first step, for warming up.
        warm_up: how many steps warming up takes at the least.
    """

    def __init__(self, seconds: float, warm_up: int = 3) -> None:
        self._seconds = seconds
        self._least = warm_up
        self._begun: float | None = None
        self._warm_at: float | None = None
        self._last = 0.0
        self._steps = 0
        self._taken: list[tuple[int, int, float]] = []

    def step(self, tokens: int, places: int) -> bool:
        """One step is done; false when it is time to stop.

        Args:
            tokens: the target tokens that were predicted.
            places: the same with the padding that was computed along with them.
        """
        now = time.perf_counter()
        if self._begun is None:
            self._begun = now
        self._steps += 1
        if self._warm_at is not None:
            self._taken.append((tokens, places, now - self._last))
        elif self._steps >= self._least and now - self._begun >= _WARM_UP_SHARE * self._seconds:
            self._warm_at = now
        self._last = now
        return self._warm_at is None or now - self._warm_at < self._seconds or not self._taken

    def report(self) -> dict[str, float | list[float]]:
        tokens, places, seconds = (sum(column) for column in zip(*self._taken))
        return {
            "rate": statistics.median(tokens / seconds for tokens, _, seconds in self._taken),
            "overall_rate": tokens / seconds,
            "step_seconds": statistics.median(seconds for _, _, seconds in self._taken),
            "steps": len(self._taken),
            "padding": 1 - tokens / places,
            "fifths": self._fifths(),
            "peak_bytes": peak_bytes(),
        }

    def _fifths(self) -> list[float]:
        """The rate in each fifth of the steps: alike where time is linear in tokens. Empty with too few steps."""
        size = len(self._taken) // 5
        parts = [self._taken[at * size : (at + 1) * size] for at in range(5)] if size else []
        return [sum(each[0] for each in part) / sum(each[2] for each in part) for part in parts]


def peak_bytes() -> int:
    """The most memory this process has held at a time."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def tell(report: Mapping[str, float | list[float]]) -> None:
    """Hand a report to the process that started this one: the last line of standard output."""
    print(json.dumps(report), flush=True)
