"""Commands that grade nothing, against a minimal Typer program of ten commands. Aim: at most 1.3 times.

Run: make bench, or .venv/bin/python tests/benchmarks/bench_startup.py [RUNS]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import BIN, command_seconds, interleaved, median, milliseconds, table

MINIMAL = [sys.executable, str(Path(__file__).with_name("minimal_typer.py"))]
ATTNLAB = [str(BIN / "attnlab")]


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        command_seconds([*ATTNLAB, "init", str(workspace)])
        pairs = {
            "--help": ([*MINIMAL, "--help"], [*ATTNLAB, "--help"]),
            "list": ([*MINIMAL, "command-3"], [*ATTNLAB, "list"]),
            "hint": ([*MINIMAL, "command-3"], [*ATTNLAB, "hint"]),
            "next": ([*MINIMAL, "command-3"], [*ATTNLAB, "next"]),
            "(no command)": ([*MINIMAL, "command-3"], [*ATTNLAB]),
        }
        rows = []
        for name, (minimal, ours) in pairs.items():
            taken = interleaved(
                runs,
                {
                    "minimal": lambda minimal=minimal: command_seconds(minimal, folder=workspace),
                    "attnlab": lambda ours=ours: command_seconds(ours, folder=workspace),
                },
            )
            yardstick, own = median(taken["minimal"]), median(taken["attnlab"])
            rows.append([f"attnlab {name}", milliseconds(yardstick), milliseconds(own), f"{own / yardstick:.2f}"])
    table(
        f"Start-up, median of {runs} (aim: ratio at most 1.3)", ["command", "minimal Typer", "attnlab", "ratio"], rows
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
