"""Plays a course through, scene by scene: a lesson, an exercise answered three ways, its experiments run.

What is shown is named by the `[tour]` table of the course.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from attnlab.errors import ContentInvalid, NotThere
from attnlab.study import files
from attnlab.study.checking import Checked, Grader, check
from attnlab.study.experimenting import Tell, find_experiment, run_experiment
from attnlab.study.reading import page

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise, Experiment, Lesson
    from attnlab.study.experimenting import Outcome
    from attnlab.study.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson's first screen, as Markdown."""

    lesson: Lesson
    screen: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer was written into the workspace and judged; `code` is the part of it that answers."""

    described: str
    code: str
    checked: Checked


@dataclass(frozen=True, slots=True)
class Measuring:
    """An experiment begins, which may take a minute."""

    experiment: Experiment


@dataclass(frozen=True, slots=True)
class Measured:
    """What an experiment found."""

    outcome: Outcome


Scene = Opened | Answered | Measuring | Measured


def play(workspace: Workspace, judge: Grader, *, tell: Tell, now: datetime, seed: int = 0) -> Iterator[Scene]:
    """The scenes of the course's tour, each played when it is asked for.

    Raises:
        NotThere: the course has no tour.
    """
    course = workspace.course
    tour = course.tour
    if tour is None:
        raise NotThere(
            "this course has no tour",
            remedy="'attnlab init' and 'attnlab read' begin it; its author adds a [tour] table to course.toml",
        )
    lesson = course.lesson(tour.lesson)
    yield Opened(lesson, page(course, lesson).screens[0])
    exercise = course.exercise(tour.exercise)
    for described, source in (
        ("the starter, as it is laid out", exercise.starter.read_text(encoding="utf-8")),
        ("a wrong answer", wrong_answer(exercise, tour.misconception)),
        ("a right answer", (exercise.answers / "reference.py").read_text(encoding="utf-8")),
    ):
        files.write(workspace.file(exercise), source)
        checked = check(workspace, exercise, judge=judge, now=now)
        yield Answered(described, _body(source, exercise.implements), checked)
    for name in tour.experiments:
        yield from _measured(course, workspace, name, tell=tell, now=now, seed=seed)


def wrong_answer(exercise: Exercise, misconception: str) -> str:
    """The misconception as a learner would have handed it in, under the exercise's own name.

    Raises:
        ContentInvalid: there is no such misconception.
    """
    file = exercise.answers / "misconceptions.py"
    source = file.read_text(encoding="utf-8")
    chosen: ast.stmt | None = None
    kept: list[ast.stmt] = []
    for statement in ast.parse(source).body[1:]:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == misconception:
            chosen = statement
        elif not (_is_catalogued(statement) or _imports_attnlab(statement)):
            kept.append(statement)
    if chosen is None:
        raise ContentInvalid([f"{file}: does not define {misconception}, which the tour in course.toml names"])
    lines = source.splitlines()
    written = ["\n".join(lines[part.lineno - 1 : part.end_lineno]) for part in (*kept, chosen)]
    written[-1] = re.sub(rf"(def|class) {misconception}\b", rf"\1 {exercise.implements}", written[-1], count=1)
    return "\n\n\n".join([_imports(exercise.starter.read_text(encoding="utf-8")), *written]) + "\n"


def _measured(
    course: Course, workspace: Workspace, name: str, *, tell: Tell, now: datetime, seed: int
) -> Iterator[Scene]:
    lesson, experiment = find_experiment(course, name)
    yield Measuring(experiment)
    outcome = run_experiment(
        course,
        lesson,
        experiment,
        seed=seed,
        tell=tell,
        prediction=None,
        workspace=workspace,
        folder=workspace.root,
        now=now,
    )
    yield Measured(outcome)


def _body(source: str, name: str) -> str:
    """The definition of `name` without its docstring and comments at the margin, to be shown in a few lines."""
    definition = next(
        (
            statement
            for statement in ast.parse(source).body
            if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name
        ),
        None,
    )
    if definition is None:
        return source
    lines = source.splitlines()
    first = definition.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    hidden = range(first.lineno, (first.end_lineno or first.lineno) + 1) if said else range(0)
    shown = range(definition.lineno, (definition.end_lineno or definition.lineno) + 1)
    return "\n".join(lines[number - 1] for number in shown if number not in hidden)


def _imports(source: str) -> str:
    lines = source.splitlines()
    return "\n".join(
        "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
    )


def _is_catalogued(statement: ast.stmt) -> bool:
    decorators = statement.decorator_list if isinstance(statement, ast.FunctionDef | ast.ClassDef) else []
    return any(isinstance(each, ast.Call) and getattr(each.func, "id", "") == "misconception" for each in decorators)


def _imports_attnlab(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and (statement.module or "").split(".")[0] == "attnlab"
