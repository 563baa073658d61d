"""What confinement and the fork cost per graded exercise. Aim: at most 15 ms over the unconfined call.

The same right answer is judged by one warm judge with all layers and by one with none, and, as the floor,
by calling the same checks in the judge's own process, without any worker. Once with a pause between two
judgements, as between two saves, in which the zygote forks ahead; once back to back, as for a class.

Run: .venv/bin/python tests/benchmarks/bench_confinement.py [RUNS]
"""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import ROOT, interleaved, median, milliseconds, percentile, seconds, table

from attnlab.content import read_course
from attnlab.grading import Isolation, Judge


def main(runs: int) -> None:
    for paced, pause in (("with a pause of 50 ms", 0.05), ("back to back", 0.0)):
        rows = [
            row
            for folder, name in ((ROOT, "softmax"), (ROOT / "tests" / "mini_course", "double_sum"))
            for row in measured(folder, name, runs, pause)
        ]
        header = ["exercise", "way", "median", "p95", "over the unconfined call", "per child process"]
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
        children = 1 + any(check.fresh for check in confined.answers(exercise).checks)

        def graded(judge: Judge) -> float:
            return seconds(lambda: judge.grade(exercise, source, siblings=siblings, seed=1))

        ways = {
            "unconfined call": lambda: seconds(lambda: confined.rehearse(exercise, right, seed=1)),
            "forked": lambda: graded(bare),
            "forked and confined": lambda: graded(confined),
        }
        taken = interleaved(runs, ways, pause=pause)
    rows = []
    for way, values in taken.items():
        over = median(values) - median(taken["unconfined call"])
        told = (median(values), percentile(values, 0.95), over, over / children)
        rows.append([f"{name} ({exercise.library})", way, *map(milliseconds, told)])
    return rows


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
