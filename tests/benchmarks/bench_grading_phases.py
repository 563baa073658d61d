"""Where the time of grading a class goes, by phase, in wall-clock and processor seconds of all processes.

Run: .venv/bin/python tests/benchmarks/bench_grading_phases.py [STUDENTS] [PROCESSES]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measuring import ROOT, table
from synthetic_class import EXERCISES, write_class

from attnlab.classroom.assignment import without_file
from attnlab.classroom.batch import Began, Confined, Finished, Judged, SelfTested, grade_class
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.intake import collect
from attnlab.content import read_course
from attnlab.grading import Isolation

_TICKS = os.sysconf("SC_CLK_TCK")


def main(students: int, processes: int) -> None:
    course = read_course(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        handed_in, scratch, book = Path(folder, "class"), Path(folder, "scratch"), Path(folder, "class.gradebook")
        scratch.mkdir()
        kinds = write_class(handed_in, course, students)
        marks = [("", time.perf_counter(), spent())]

        def mark(phase: str) -> None:
            marks.append((phase, time.perf_counter(), spent()))

        intake = collect(handed_in, course, scratch=scratch)
        mark("collecting")
        passed: Counter[tuple[str, bool]] = Counter()
        with open_gradebook(book, writing=True, make=True) as opened:
            events = grade_class(
                intake, without_file("a secret"), course, opened, isolation=Isolation.STRICT, jobs=processes
            )
            phases = {Confined: "starting", SelfTested: "self-test", Began: "reading the files", Finished: "judging"}
            for event in events:
                if isinstance(event, Judged):
                    kind = kinds[event.judgement.student, event.judgement.exercise]
                    passed[kind, event.judgement.report.passed] += 1
                elif phase := phases.get(type(event)):
                    mark(phase)
        rows = [
            [phase, f"{after - before:.1f}", f"{cpu - cpu_before:.1f}"]
            for (_, before, cpu_before), (phase, after, cpu) in zip(marks, marks[1:], strict=False)
        ]
        rows.append(["all", f"{marks[-1][1] - marks[0][1]:.1f}", f"{marks[-1][2] - marks[0][2]:.1f}"])
        table("a class", ["phase", "seconds", "CPU seconds"], rows)
        print(f"{students} students x {len(EXERCISES)} exercises on {processes} processes")
        print(
            ", ".join(f"{count} {kind} {'full' if full else 'not'}" for (kind, full), count in sorted(passed.items()))
        )


def spent() -> float:
    """CPU seconds of this process and of all below it, those that have ended included."""
    parents: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = (int(fields[1]), sum(int(field) for field in fields[11:15]) / _TICKS)
    ours, grown = {os.getpid()}, 0
    while len(ours) > grown:
        grown = len(ours)
        ours |= {pid for pid, (parent, _) in parents.items() if parent in ours}
    return sum(parents[pid][1] for pid in ours)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    main(*arguments, *(300, len(os.sched_getaffinity(0)))[len(arguments) :])
