"""Save to verdict in `attnlab watch`, beside the usual way: a fresh pytest process on the same function.

Time runs from the rename that is the save to the verdict's line on standard output; the debounce, which is a
wait by design, is set to nothing. Aim: median at most 100 ms, 95th percentile at most 200 ms.

Run: .venv/bin/python tests/benchmarks/bench_watch.py [SAVES]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import BIN, ROOT, command_seconds, median, milliseconds, percentile, table

CASES = [
    (ROOT, "softmax", "numpy"),
    (ROOT, "additive_attention", "numpy"),
    (ROOT / "tests" / "mini_course", "double_sum", "torch"),
]
_PAUSE = 0.3


def main(saves: int) -> None:
    rows = []
    for course, exercise, library in CASES:
        with tempfile.TemporaryDirectory() as folder:
            watched = watch_seconds(Path(folder) / "workspace", course, exercise, saves)
            usual = pytest_seconds(Path(folder), course, exercise, library, max(saves // 8, 3))
        rows.append(
            [f"{exercise} ({library})", milliseconds(median(watched)), milliseconds(percentile(watched, 0.95)),
             milliseconds(median(usual)), f"{median(usual) / median(watched):.0f}"]
        )  # fmt: skip
    header = ["exercise", "watch, median", "watch, p95", "fresh pytest, median", "times faster"]
    table(f"Save to verdict, {saves} saves, right and wrong in turn (aim: 100 ms, p95 200 ms)", header, rows)


def watch_seconds(workspace: Path, course: Path, exercise: str, saves: int) -> list[float]:
    """Seconds from each save to the line with its verdict."""
    attnlab = [str(BIN / "attnlab"), "--course", str(course)]
    command_seconds([*attnlab, "init", str(workspace)])
    for reference in course.glob("solutions/*/*/reference.py"):
        lesson, name = reference.parts[-3:-1]
        shutil.copy(reference, workspace / "exercises" / lesson / f"{name}.py")
    file = next(workspace.glob(f"exercises/*/{exercise}.py"))
    right = file.read_text()
    wrong = right.replace("return ", "return 2 * ", 1) if "return 2" not in right else right.replace("2", "3", 1)
    watching = subprocess.Popen(
        [*attnlab, "watch", exercise, "--json", "--debounce", "0"],
        cwd=workspace,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert watching.stdout is not None
    taken = []
    try:
        watching.stdout.readline()
        time.sleep(2 * _PAUSE)
        for number in range(saves):
            beside = file.with_name(".saving")
            beside.write_text(f"{wrong if number % 2 else right}\n# save {number}\n")
            begun = time.perf_counter()
            os.replace(beside, file)
            report = json.loads(watching.stdout.readline())
            taken.append(time.perf_counter() - begun)
            if report["passed"] is bool(number % 2):
                raise SystemExit(f"save {number} got the wrong verdict: {report['checks']}")
            time.sleep(_PAUSE)
    finally:
        watching.terminate()
        watching.wait()
    return taken


def pytest_seconds(folder: Path, course: Path, exercise: str, library: str, runs: int) -> list[float]:
    """Seconds of a pytest process that imports the library and one function and looks at one shape."""
    tests = folder / "tests"
    tests.mkdir()
    for reference in course.glob("solutions/*/*/reference.py"):
        shutil.copy(reference, tests / f"{reference.parts[-2]}.py")
    (tests / f"test_{exercise}.py").write_text(
        f"import {library}\nfrom {exercise} import {exercise}\n\ndef test_it():\n    assert callable({exercise})\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:hypothesispytest", str(tests)]
    return [command_seconds(command, folder=tests) for _ in range(runs)]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
