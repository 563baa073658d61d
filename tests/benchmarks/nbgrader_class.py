"""The same ten functions as one nbgrader assignment, handed in by so many students; how long autograding them takes.

Run by bench_class.py with the Python of an environment that has nbgrader, numpy and ipykernel:
    PYTHON nbgrader_class.py FOLDER SOLUTIONS STUDENTS EXERCISE ...
FOLDER is made; SOLUTIONS is the course's folder of that name. Prints JSON: students, seconds, functions, points.
All answers are right: nbgrader would wait 30 seconds for every cell that hangs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

TITLE = "attention"


def main(folder: Path, solutions: Path, students: int, names: list[str]) -> None:
    answers = {name: next(solutions.glob(f"*/{name}/reference.py")).read_text() for name in names}
    (folder / "source" / TITLE).mkdir(parents=True)
    nbformat.write(assignment(answers), folder / "source" / TITLE / f"{TITLE}.ipynb")
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'measured'\n")
    nbgrader(folder, "generate_assignment", TITLE)
    for student in range(students):
        there = folder / "submitted" / f"student{student:05d}" / TITLE
        there.mkdir(parents=True)
        shutil.copy(folder / "source" / TITLE / f"{TITLE}.ipynb", there)
    begun = time.perf_counter()
    nbgrader(folder, "autograde", TITLE)
    seconds = time.perf_counter() - begun
    nbgrader(folder, "export")
    rows = (folder / "grades.csv").read_text().splitlines()
    column = rows[0].split(",").index("score")
    points = [float(row.split(",")[column] or 0) for row in rows[1:]]
    print(json.dumps({"students": students, "seconds": seconds, "functions": len(names), "points": points}))


def assignment(answers: dict[str, str]):
    """One notebook: for each function a cell to be written, here with its answer, and a cell that tests it."""
    cells = [graded(preparation(answers), "preparation", solution=False)]
    for name, source in answers.items():
        marked = f"### BEGIN SOLUTION\n{alone(source, answers)}\n### END SOLUTION\n"
        cells.append(graded(marked, f"{name}_answer", solution=True))
        cells.append(graded(test(name), f"{name}_test", solution=False))
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


ARGUMENTS = """\
import numpy as np
normal = np.random.default_rng(0).normal
ARGUMENTS = {
    "rnn_step": [normal(size=shape) for shape in [(2, 3), (2, 4), (3, 4), (4, 4), (4,)]],
    "encode": [normal(size=(2, 5, 3)), np.array([5, 3]), *(normal(size=shape) for shape in [(3, 4), (4, 4), (4,)])],
    "decode": [normal(size=s) for s in [(2, 4), (7, 3), (3, 6), (6, 6), (4, 6), (6,), (6, 7)]] + [1, 2, 8],
    "softmax": [normal(size=(3, 5))],
    "masked_softmax": [normal(size=(3, 5)), normal(size=(3, 5)) < 0.5],
    "soft_lookup": [normal(size=shape) for shape in [(3, 4), (5, 4), (5, 2)]],
    "additive_scores": [normal(size=shape) for shape in [(2, 3), (2, 5, 4), (3, 6), (4, 6), (6,)]],
    "additive_attention": [
        *(normal(size=shape) for shape in [(2, 3), (2, 5, 4)]), normal(size=(2, 5)) < 0.5,
        *(normal(size=shape) for shape in [(3, 6), (4, 6), (6,)]),
    ],
    "dot_scores": [normal(size=(2, 3)), normal(size=(2, 5, 3))],
    "general_scores": [normal(size=shape) for shape in [(2, 3), (2, 5, 4), (3, 4)]],
}
parts = lambda value: value if isinstance(value, (tuple, list)) else [value]
flat = lambda value: [float(number) for part in parts(value) for number in np.ravel(part)]
"""


def preparation(answers: dict[str, str]) -> str:
    """Inputs for every function, and what the right answers make of them."""
    drawn: dict[str, Any] = {}
    exec(ARGUMENTS, drawn)
    expected = {}
    for name, source in answers.items():
        module = sys.modules[name] = ModuleType(name)
        exec(source, vars(module))
        expected[name] = drawn["flat"](getattr(module, name)(*drawn["ARGUMENTS"][name]))
    return f"{ARGUMENTS}EXPECTED = {expected!r}\n"


def alone(source: str, answers: dict[str, str]) -> str:
    """The answer without the imports of others that stand in cells above."""
    return "\n".join(
        line for line in source.splitlines() if not any(line.startswith(f"from {name} import") for name in answers)
    )


def test(name: str) -> str:
    """Calls the learner's function on inputs drawn here and compares with the answer, as written by hand."""
    return f"assert np.allclose(flat({name}(*ARGUMENTS[{name!r}])), EXPECTED[{name!r}])\n"


def graded(source: str, name: str, *, solution: bool):
    told = {
        "schema_version": 3, "grade": not solution, "grade_id": name, "locked": not solution, "solution": solution,
        "task": False,
    }  # fmt: skip
    if not solution:
        told["points"] = 1
    return new_code_cell(source, metadata={"nbgrader": told})


def nbgrader(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=folder, capture_output=True, text=True, check=False,
        # It calls other programs of its environment by name.
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"nbgrader {arguments[0]} ended with {done.returncode}:\n{done.stderr[-3000:]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
