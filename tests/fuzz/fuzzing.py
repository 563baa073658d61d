"""Runs a fuzz target: steered by coverage where atheris is installed, else on inputs drawn from a seed."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable

One = Callable[[bytes], object]
Drawn = Callable[[random.Random], bytes]


def run(described: str | None, one: One, drawn: Drawn, *, what: str) -> None:
    """Take the target's options from the command line, and go on for as many seconds as they say."""
    asked = argparse.ArgumentParser(description=described)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=0)
    options = asked.parse_args()
    try:
        _by_coverage(one, options.seconds)
    except ImportError:
        count = _by_chance(one, drawn, options.seconds, options.seed)
        print(f"{count} {what} read, none of them broke anything")


def _by_coverage(one: One, seconds: float) -> None:
    import atheris

    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}"], lambda content: one(bytes(content)))
    atheris.Fuzz()


def _by_chance(one: One, drawn: Drawn, seconds: float, seed: int) -> int:
    """How many inputs were read; the seed that failed is told with the failure."""
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        content = drawn(random.Random(seed + count))
        try:
            one(content)
        except BaseException:
            print(f"--seed {seed + count} fails: {len(content)} bytes, beginning {content[:200]!r}")
            raise
        count += 1
    return count
