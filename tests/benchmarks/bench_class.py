"""A class graded: so many students times ten exercises, strict isolation, against nbgrader on the same ten functions.

Run: .venv/bin/python tests/benchmarks/bench_class.py [--students 300] [--large 10000] [--nbgrader-python PYTHON]

PYTHON is that of an environment of its own: pip install "nbgrader>=0.9,<0.10" "sqlalchemy<2.1" ipykernel numpy.
90 of a hundred files are right, 8 wrong, 1 hangs, 1 crashes; nbgrader, which waits 30 seconds for a cell that hangs,
gets right ones alone, and `--nbgrader-students` of them. Aims: 100 times as many exercises a second; 300 students
within a minute; each of 10,000 submissions at most 1.1 times as dear as each of 3,000; memory flat in their number.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import BIN, ROOT, table
from synthetic_class import EXERCISES, write_class

from attnlab.content import read_course


def main(options: argparse.Namespace) -> None:
    course = read_course(ROOT)
    rows, paces = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for students in [options.students, *([options.large // len(EXERCISES)] if options.large else [])]:
            handed_in = folder / f"class{students}"
            kinds = Counter(write_class(handed_in, course, students).values())
            seconds, peak = graded(handed_in, folder / f"book{students}.db", options.jobs)
            paces.append(kinds.total() / seconds)
            mixed = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
            what = f"attnlab grade, {students:,} students ({mixed})"
            rows.append(row(what, seconds, paces[-1], f"{peak >> 20:,} MiB"))
        if options.nbgrader_python:
            told = with_nbgrader(folder / "nbgrader", options.nbgrader_python, options.nbgrader_students)
            pace = told["students"] * told["functions"] / told["seconds"]
            rows.append(row(f"nbgrader autograde, {told['students']} students, all right", told["seconds"], pace, ""))
    table(
        "A class of ten exercises a student, strict isolation",
        ["what", "wall clock", "exercises a second", "one exercise", "most memory of all processes"],
        rows,
    )
    if len(paces) > 1:
        print(f"\neach of the many costs {paces[0] / paces[1]:.2f} times as much as each of the few (aim: at most 1.1)")
    if options.nbgrader_python:
        print(f"\n{paces[0] / pace:.1f} times nbgrader, by exercise (aim: 100)")


def row(what: str, seconds: float, pace: float, memory: str) -> list[str]:
    return [what, f"{seconds:.1f} s", f"{pace:.1f}", f"{1000 / pace:.1f} ms", memory]


def graded(handed_in: Path, book: Path, jobs: int | None) -> tuple[float, int]:
    """Seconds from typing the command to its end, and the most memory that it and its children had together."""
    command = [BIN / "attnlab", "grade", str(handed_in), "--out", str(book), *(["--jobs", str(jobs)] if jobs else [])]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, memory_of_family(process.pid))
            time.sleep(0.5)
        seconds = time.perf_counter() - begun
        if process.returncode not in (0, 1):
            raise SystemExit(process.stderr.read() if process.stderr else "it did not grade")
    return seconds, peak


def memory_of_family(root: int) -> int:
    """Bytes of a process and all that descend from it; of what several share, each has its part."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    family, more = {root}, {root}
    while more:
        more = {child for child, parent in parents.items() if parent in family} - family
        family |= more
    return sum(_share(member) for member in family)


def _share(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


def with_nbgrader(folder: Path, python: str, students: int) -> dict:
    script = Path(__file__).with_name("nbgrader_class.py")
    command = [python, str(script), str(folder), str(ROOT / "solutions"), str(students), *EXERCISES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--students", type=int, default=300)
    arguments.add_argument("--large", type=int, default=0, help="submissions in all of a second, larger class")
    arguments.add_argument("--jobs", type=int)
    arguments.add_argument("--nbgrader-python")
    arguments.add_argument("--nbgrader-students", type=int, default=10)
    main(arguments.parse_args())
