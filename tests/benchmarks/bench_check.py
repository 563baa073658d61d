"""One-shot `attnlab check` against the bare import of what the exercise needs. Aim: 1.25 times that plus 300 ms.

Run: .venv/bin/python tests/benchmarks/bench_check.py [RUNS]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from measuring import BIN, ROOT, command_seconds, interleaved, median, milliseconds, table

COURSES = {"numpy": (ROOT, "softmax"), "torch": (ROOT / "tests" / "mini_course", "double_sum")}


def main(runs: int) -> None:
    rows = []
    for library, (course, exercise) in COURSES.items():
        with tempfile.TemporaryDirectory() as folder:
            workspace = Path(folder) / "workspace"
            attnlab = [str(BIN / "attnlab"), "--course", str(course)]
            command_seconds([*attnlab, "init", str(workspace)])
            for reference in course.glob("solutions/*/*/reference.py"):
                lesson, name = reference.parts[-3:-1]
                shutil.copy(reference, workspace / "exercises" / lesson / f"{name}.py")
            taken = interleaved(
                runs,
                {
                    "import": lambda library=library: command_seconds([sys.executable, "-c", f"import {library}"]),
                    "check": lambda: command_seconds([*attnlab, "check", exercise], folder=workspace),
                },
            )
        bare, own = median(taken["import"]), median(taken["check"])
        allowed = 1.25 * bare + 0.3
        rows.append([f"{exercise} ({library})", *map(milliseconds, (bare, own, allowed)), f"{own / allowed:.2f}"])
    header = ["exercise", "bare import", "attnlab check", "1.25 x import + 300 ms", "share of it"]
    table(f"One-shot check of a right answer, median of {runs} (aim: share at most 1)", header, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 11)
