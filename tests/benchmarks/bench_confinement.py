"""What confinement and the fork cost per graded exercise. Aim: at most 15 ms over the unconfined call.

The same right answer is judged by one warm judge with all layers and by one with none, and, as the floor,
by calling the same checks in the judge's own process, without any worker.

Run: .venv/bin/python tests/benchmarks/bench_confinement.py [RUNS]
"""

from __future__ import annotations

import sys

from measuring import ROOT, interleaved, median, milliseconds, percentile, seconds, table

from attnlab.content import read_course
from attnlab.grading import Isolation, Judge


def main(runs: int) -> None:
    rows = []
    for folder, name in ((ROOT, "softmax"), (ROOT / "tests" / "mini_course", "double_sum")):
        course = read_course(folder)
        exercise = course.exercise(name)
        siblings = {
            other.id: (other.answers / "reference.py").read_bytes() for other in course.exercises if other.id != name
        }
        source = (exercise.answers / "reference.py").read_bytes()
        with Judge(course) as confined, Judge(course, isolation=Isolation.NONE) as bare:
            right = confined.answers(exercise).implementation

            def graded(judge: Judge) -> float:
                return seconds(lambda: judge.grade(exercise, source, siblings=siblings, seed=1))

            taken = interleaved(
                runs,
                {
                    "unconfined call": lambda: seconds(lambda: confined.rehearse(exercise, right, seed=1)),
                    "forked": lambda: graded(bare),
                    "forked and confined": lambda: graded(confined),
                },
            )
        floor = median(taken["unconfined call"])
        children = 1 + any(check.fresh for check in confined.answers(exercise).checks)
        for way, values in taken.items():
            over = median(values) - floor
            rows.append(
                [f"{name} ({exercise.library})", way, milliseconds(median(values)),
                 milliseconds(percentile(values, 0.95)),
                 milliseconds(over), milliseconds(over / children)]
            )  # fmt: skip
    header = ["exercise", "way", "median", "p95", "over the unconfined call", "per child process"]
    table(f"Judging one right answer, {runs} runs (aim: at most 15 ms over)", header, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
