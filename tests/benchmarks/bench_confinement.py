"""What confinement and the fork cost per graded exercise. Aim: at most 15 ms over the unconfined call.

The same right answer is judged by one warm judge with all layers and by one with none, and, as the floor,
by calling the same checks in the judge's own process, without any worker. Once with a pause between two
judgements, as between two saves, in which the zygote forks ahead; once back to back, as for a class.
The processor time is the zygote's and its children's: what other work on the machine does not blur. Of it, entering
the zygote's namespaces takes nothing, a folder in memory for each child some tenths of a millisecond.

Run: .venv/bin/python tests/benchmarks/bench_confinement.py [RUNS]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from measuring import ROOT, interleaved, median, milliseconds, percentile, seconds, table

from attnlab.content import Library, read_course
from attnlab.grading import Isolation, Judge


def main(runs: int) -> None:
    for paced, pause in (("with a pause of 50 ms", 0.05), ("back to back", 0.0)):
        rows = [
            row
            for folder, name in ((ROOT, "softmax"), (ROOT / "tests" / "mini_course", "double_sum"))
            for row in measured(folder, name, runs, pause)
        ]
        header = ["exercise", "way", "median", "p95", "over the unconfined call", "processor time"]
        table(f"Judging one right answer, {runs} runs, {paced} (aim: at most 15 ms over)", header, rows)


def measured(folder: Path, name: str, runs: int, pause: float) -> list[list[str]]:
    """A row for each way of judging the reference of one exercise."""
    course = read_course(folder)
    exercise = course.exercise(name)
    source = (exercise.answers / "reference.py").read_bytes()
    siblings = {
        other.id: (other.answers / "reference.py").read_bytes() for other in course.exercises if other.id != name
    }
    with Judge(course) as confined, Judge(course, isolation=Isolation.NONE) as bare:
        right = confined.answers(exercise).implementation

        def graded(judge: Judge) -> float:
            return seconds(lambda: judge.grade(exercise, source, siblings=siblings, seed=1))

        ways = {
            "unconfined call": lambda: seconds(lambda: confined.rehearse(exercise, right, seed=1)),
            "forked": lambda: graded(bare),
            "forked and confined": lambda: graded(confined),
        }
        taken = interleaved(runs, ways, pause=pause)
        spent = {
            way: processor_seconds(judge, exercise.library, lambda judge=judge: graded(judge), runs)
            for way, judge in (("forked", bare), ("forked and confined", confined))
        }
    rows = []
    for way, values in taken.items():
        over = median(values) - median(taken["unconfined call"])
        told = (median(values), percentile(values, 0.95), over, spent.get(way, 0.0))
        rows.append([f"{name} ({exercise.library})", way, *map(milliseconds, told)])
    return rows


def processor_seconds(judge: Judge, library: Library, graded: Callable[[], object], runs: int) -> float:
    """What one judgement costs the zygote and its children, ended ones included; on Linux."""
    zygote = judge._workers._zygotes[library]._process.pid

    def so_far() -> int:
        fields = Path(f"/proc/{zygote}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, fields[11:15]))

    before = so_far()
    for _ in range(runs):
        graded()
    judge._workers.settle()
    return (so_far() - before) / os.sysconf("SC_CLK_TCK") / runs


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
