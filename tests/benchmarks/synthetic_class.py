"""A made-up class: a folder for each student with ten files, of which some are wrong, some hang and some crash."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

from attnlab.content import Course, Exercise

EXERCISES = (
    "rnn_step", "encode", "decode", "softmax", "masked_softmax", "soft_lookup", "additive_scores",
    "additive_attention", "dot_scores", "general_scores",
)  # fmt: skip
# Of a hundred files, as a real class would have it.
MIX = {"right": 90, "wrong": 8, "hanging": 1, "crashing": 1}
# Those that compute for ever, those that wait for ever.
_HANGING = ("    while True:\n        pass\n", "    import time\n    time.sleep(1e6)\n")
_CRASHING = ("    import os\n    os._exit(3)\n", "    import ctypes\n    ctypes.string_at(0)\n")


def write_class(folder: Path, course: Course, students: int, *, seed: int = 0) -> dict[tuple[str, str], str]:
    """Write it; what kind each student's file for each exercise is comes back."""
    random = Random(seed)
    answers = {name: _Answers(course.exercise(name)) for name in EXERCISES}
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    made: dict[tuple[str, str], str] = {}
    for student in range(students):
        own = folder / f"student{student:05d}"
        own.mkdir(parents=True)
        for name in EXERCISES:
            kind = random.choice(kinds)
            made[own.name, name] = kind
            # No two students have the same bytes.
            (own / f"{name}.py").write_text(f"# student {student}\n{answers[name].of(kind, random)}")
    return made


class _Answers:
    """What may be handed in for one exercise."""

    def __init__(self, exercise: Exercise) -> None:
        self._right = (exercise.answers / "reference.py").read_text()
        self._wrong = _misconceptions(exercise)
        self._name = exercise.implements

    def of(self, kind: str, random: Random) -> str:
        if kind == "right":
            return self._right
        if kind == "wrong":
            return random.choice(self._wrong)
        body = random.choice(_HANGING if kind == "hanging" else _CRASHING)
        return _with_body(self._right, self._name, body)


def _misconceptions(exercise: Exercise) -> list[str]:
    """The catalogued wrong answers as files by themselves."""
    tree = ast.parse((exercise.answers / "misconceptions.py").read_text())
    wrong = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    files = []
    for chosen in wrong:
        kept = [node for node in tree.body if node not in wrong and not _ours(node)]
        own = ast.FunctionDef(**{**vars(chosen), "name": exercise.implements, "decorator_list": []})
        files.append(ast.unparse(ast.Module([*kept, own], [])) + "\n")
    return files


def _ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("attnlab")


def _with_body(source: str, name: str, body: str) -> str:
    """The same file, its function's body begun by something else."""
    function = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name)
    lines = source.splitlines(keepends=True)
    first = function.body[1].lineno - 1
    return "".join([*lines[:first], body, *lines[first:]])
