"""Medians, ratios and a table: what every benchmark here prints. No figure is asserted; machines are noisy."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock seconds of one run."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def command_seconds(command: Sequence[str], *, folder: Path | None = None, expect: tuple[int, ...] = (0,)) -> float:
    """Wall-clock seconds of a whole process, start to end; it must end with one of the expected codes."""
    begun = time.perf_counter()
    finished = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    took = time.perf_counter() - begun
    if finished.returncode not in expect:
        raise SystemExit(f"{' '.join(command)} ended with {finished.returncode}:\n{finished.stderr.decode()}")
    return took


def interleaved(runs: int, actions: dict[str, Callable[[], float]], *, pause: float = 0.0) -> dict[str, list[float]]:
    """Each action's seconds over several runs, taken in turn so that a drift of the machine hits all alike.

    `pause` seconds lie between two runs, for what is measured to settle.
    """
    for action in actions.values():
        action()
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs):
        for name, action in actions.items():
            time.sleep(pause)
            taken[name].append(action())
    return taken


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def milliseconds(value: float) -> str:
    return f"{value * 1000:.1f} ms"


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table under its title, with the machine it was measured on."""
    print(f"\n### {title}\n")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "|".join("---" for _ in header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
