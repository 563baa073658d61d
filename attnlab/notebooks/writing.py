"""A lesson becomes a notebook: its text, a cell to write each exercise in, and a cell that judges it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from attnlab.content import lesson_screens
from attnlab.notebooks.magics import parsed

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise, Lesson, Source

NOTEBOOK_FORMAT = 1
NBGRADER_SCHEMA = 3
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<kind>exercise|experiment|lesson):(?P<name>[^)\s]+)\)")
_IDENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_WORK: Mapping[str, bytes] = {}
_HOW = """\
Every exercise below has one cell with a gap, and under it a cell that judges what you wrote. Run the first, then the
second, as often as you like: your code is judged in a process of its own, and nothing of it is remembered.
`attnlab notebook import {file}` brings it all to your workspace.
"""
_KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A file as a cell: without its docstring, and without the imports of other exercises, which are told apart."""

    text: str
    borrowed: tuple[tuple[str, str], ...]


def file_name(lesson: Lesson) -> str:
    return f"{lesson.id}.ipynb"


def lesson_notebook(
    course: Course, lesson: Lesson, *, work: Mapping[str, bytes] = _NO_WORK, nbgrader: bool = False
) -> bytes:
    """The notebook of a lesson; the same course and work give the same bytes.

    Args:
        work: what stands in an exercise's cell in place of its starter, by the exercise's id.
        nbgrader: mark the cells as nbgrader wants them, gaps as solutions and judging cells as its tests.
    """
    metadata = {
        **_KERNEL,
        "attnlab": {
            "format_version": NOTEBOOK_FORMAT,
            "course": course.id,
            "course_version": course.version,
            "lesson": lesson.id,
        },
    }
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": metadata,
        "cells": list(_Writing(course, lesson, work, nbgrader).cells()),
    }
    # As Jupyter itself writes it, so that saving it there changes no line.
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


class _Writing:
    """The cells of one lesson."""

    def __init__(self, course: Course, lesson: Lesson, work: Mapping[str, bytes], nbgrader: bool) -> None:
        self._course, self._lesson = course, lesson
        self._work, self._nbgrader = work, nbgrader

    def cells(self) -> Iterator[dict[str, Any]]:
        """The text screen by screen, every exercise after the screen that sends the reader to it."""
        lesson = self._lesson
        head = f"# {lesson.number}. {lesson.title}\n\n{lesson.summary}\n\n{_HOW.format(file=file_name(lesson))}"
        yield _markdown("begin", head.rstrip())
        if not self._nbgrader:
            yield _code("judge", "from attnlab import check_cell")
        waiting = list(self._course.exercises_of(lesson))
        for number, screen in enumerate(lesson_screens(lesson), 1):
            yield _markdown(f"read-{number}", self._readable(screen))
            linked = {link["name"] for link in _LINK.finditer(screen) if link["kind"] == "exercise"}
            for exercise in [each for each in waiting if each.id in linked]:
                waiting.remove(exercise)
                yield from self._exercise(exercise)
        for exercise in waiting:
            yield from self._exercise(exercise)
        if lesson.sources:
            told = "\n".join(f"- {_cited(source)}" for source in lesson.sources)
            yield _markdown("sources", f"## Sources\n\n{told}")

    def _exercise(self, exercise: Exercise) -> Iterator[dict[str, Any]]:
        content = self._work.get(exercise.id, exercise.starter.read_bytes())
        answer = _as_cell(content, {each.id for each in self._course.exercises})
        yield _markdown(f"about-{exercise.id}", _about(exercise))
        for other, line in answer.borrowed:
            home = self._course.exercise(other).lesson
            if home != self._lesson.id:
                yield _code(f"given-{exercise.id}-{other}", _given(other, line, self._course.lesson(home)))
        text = _as_solution(answer.text) if self._nbgrader else answer.text
        own = {"attnlab": {"exercise": exercise.id}}
        judging = {"attnlab": {"check": exercise.id}}
        if not self._nbgrader:
            yield _code(f"answer-{exercise.id}", text, own)
            yield _code(f"check-{exercise.id}", f'check_cell("{exercise.id}")', judging)
            return
        yield _code(f"answer-{exercise.id}", text, {**own, "nbgrader": _marks(exercise.id, solution=True)})
        test = _NBGRADER_TEST.format(exercise=exercise.id)
        marks = _marks(f"{exercise.id}-check", points=exercise.points)
        yield _code(f"check-{exercise.id}", test, {**judging, "nbgrader": marks})

    def _readable(self, screen: str) -> str:
        def told(link: re.Match[str]) -> str:
            text, kind, name = link["text"], link["kind"], link["name"]
            if kind == "exercise":
                here = name in self._lesson.exercises
                return f"{text} (`{name}`, below)" if here else f"{text} (`attnlab check {name}`)"
            typed = f"experiment {name}" if kind == "experiment" else f"read {self._course.lesson(name).number}"
            return f"{text} (`attnlab {typed}`)"

        return _LINK.sub(told, screen)


# nbgrader takes a number that a cell ends with as the points it is worth.
_NBGRADER_TEST = """\
from attnlab import check_cell

report = check_cell("{exercise}")
display(report)
report.points"""


def _about(exercise: Exercise) -> str:
    hints = "".join(
        f"\n\n<details><summary>hint {tier}</summary>\n\n{hint}\n\n</details>"
        for tier, hint in enumerate(exercise.hints, 1)
    )
    told = f"{exercise.points:g} points, about {exercise.minutes} minutes"
    return f"### {exercise.title}\n\n`{exercise.implements}`: {exercise.summary}; {told}.{hints}"


def _given(other: str, line: str, home: Lesson) -> str:
    return f"""\
# Yours from lesson {home.number}: run its cell here too, or put {other}.py beside this notebook.
try:
    {line}
except ModuleNotFoundError:
    print("{other} is not here yet")"""


def _as_cell(content: bytes, known: set[str]) -> _Answer:
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    tree = parsed(text)
    if tree is None:
        # Half written: the notebook is a place to go on.
        return _Answer(text.strip("\n"), ())
    lines = text.split("\n")
    left_out: set[int] = set()
    borrowed = []
    for at, node in enumerate(tree.body):
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if at == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out |= set(span)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            left_out |= set(span)
            borrowed.append((node.module, ast.unparse(node)))
    kept = "\n".join(line for number, line in enumerate(lines, 1) if number not in left_out)
    return _Answer(re.sub(r"\n{4,}", "\n\n\n", kept).strip("\n"), tuple(borrowed))


def _as_solution(text: str) -> str:
    """The gaps between the marks that nbgrader clears what it finds between; without them it clears the cell."""
    lines = text.split("\n")
    gaps = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise) and _is_gap(node)]
    for node in sorted(gaps, key=lambda node: -node.lineno):
        indent = " " * node.col_offset
        first = node.lineno - 1
        # nbgrader writes its own remark where the gap is.
        while first > 0 and lines[first - 1].startswith(f"{indent}#"):
            first -= 1
        lines.insert(node.end_lineno or node.lineno, f"{indent}### END SOLUTION")
        lines.insert(first, f"{indent}### BEGIN SOLUTION")
    return "\n".join(lines)


def _is_gap(node: ast.Raise) -> bool:
    return isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) == "NotImplementedError"


def _marks(ident: str, *, solution: bool = False, points: float | None = None) -> dict[str, Any]:
    return {
        "schema_version": NBGRADER_SCHEMA,
        "grade_id": ident,
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "task": False,
        **({} if points is None else {"points": points}),
    }


def _markdown(ident: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": _cell_id(ident), "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(ident: str, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": _cell_id(ident),
        "metadata": metadata or {},
        "execution_count": None,
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }


def _cell_id(ident: str) -> str:
    return ident if _IDENT.fullmatch(ident) else sha256(ident.encode()).hexdigest()[:16]


def _cited(source: Source) -> str:
    where = f", {source.where}" if source.where else ""
    arxiv = f", arXiv {source.arxiv}" if source.arxiv else ""
    return f"{source.authors} ({source.year}). *{source.title}*{arxiv}{where}"
