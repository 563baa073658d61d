"""Competitors as processes: each measurement in one of its own, in a known environment, taken in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# What the C library and the threads heed; none of it is set on a machine as it comes.
_HEEDED = ("OMP_", "KMP_", "GOMP_", "MKL_", "MALLOC_", "GLIBC_", "DNNL_", "ONEDNN_", "TORCH", "LD_PRELOAD")
TUNED = {
    "OMP_NUM_THREADS": str(os.cpu_count()),
    "OMP_PROC_BIND": "true",
    "OMP_PLACES": "cores",
    # Memory once had is kept: no buffer is mapped on its own, nothing is given back.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
    "MALLOC_TOP_PAD_": str(1 << 28),
}

# Numbers, and lists of them.
Report = dict[str, Any]


class Failed(Exception):
    """A competitor's process ended without a report."""


@dataclass(frozen=True)
class Job:
    """One script with its options, run by an interpreter."""

    script: str
    options: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    python: str = sys.executable

    def run(self, *further: str, timeout: float = 1800) -> Report:
        """What the script reports.

        Raises:
            Failed: it ended badly or took too long.
        """
        command = [self.python, str(HERE / self.script), *self.options, *further]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_HEEDED)}
        try:
            finished = subprocess.run(
                command,
                env={**environment, **self.environment},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"no report from {self.script} within {timeout:.0f} s") from None
        try:
            report: Report = json.loads(finished.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            told = "\n".join(finished.stderr.splitlines()[-12:])
            raise Failed(f"{self.script} ended with {finished.returncode}:\n{told}") from None
        return report


def joeynmt_missing(python: str | None) -> str:
    """Why joeynmt cannot be measured; empty when it can."""
    if python is None:
        return "no interpreter given: --joeynmt-python PATH or JOEYNMT_PYTHON"
    try:
        asked = subprocess.run(
            [python, "-c", "import joeynmt.training, joeynmt.prediction"],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{python} does not run: {error}"
    if asked.returncode:
        return f"{python} cannot import it: {(asked.stderr.splitlines() or ['no reason told'])[-1]}"
    return ""


def in_turn(rounds: int, jobs: Mapping[str, Job], *further: str) -> dict[str, list[Report]]:
    """Each job's reports over several rounds, taken in turn so that a drift of the machine hits all alike.

    A job that fails says so and is left out from then on; the others go on.
    """
    reports: dict[str, list[Report]] = {name: [] for name in jobs}
    failed: set[str] = set()
    for at in range(rounds):
        for name, job in jobs.items():
            if name in failed:
                continue
            print(f"round {at + 1} of {rounds}: {name}", end="", file=sys.stderr, flush=True)
            try:
                report = job.run(*further)
            except Failed as failure:
                failed.add(name)
                print(f"\n{failure}", file=sys.stderr, flush=True)
            else:
                reports[name].append(report)
                print(f": {report['rate']:,.0f}/s" if "rate" in report else "", file=sys.stderr, flush=True)
    return {name: several for name, several in reports.items() if several}
