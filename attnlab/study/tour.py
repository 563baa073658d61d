"""Plays a course through, scene by scene: a lesson, an exercise answered three ways, its experiments run.

What is shown is named by the `[tour]` table of the course.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import ContentInvalid, NotThere
from attnlab.study.checking import Checked, Grader, check
from attnlab.study.experimenting import Tell, find_experiment, run_experiment
from attnlab.study.reading import page
from attnlab.translation.corpora import GrammarCorpus, TextPair
from attnlab.translation.corpus import Split
from attnlab.translation.grammar import SHORTEST

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise, Experiment, Lesson
    from attnlab.study.experimenting import Outcome
    from attnlab.study.training import Planned
    from attnlab.study.translating import Interpreter
    from attnlab.study.workspace import Workspace
    from attnlab.translation.phrases import SentencePair

# What the translator of the tour is trained on, for how long, and how large it is.
TOUR_LONGEST = 12
_TRAINED_ON, _LOOKED_AT, _STEPS = 20_000, 200, 800
_SIZES = (("d_model", 96), ("d_ff", 192), ("batch_tokens", 800), ("learning_rate", 5e-3), ("warmup", 60))


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


class _ShortSentences(GrammarCorpus):
    """The grammar's shorter sentences, which a small model masters in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, list[SentencePair]] = {}

    def pairs(self, split: str) -> Sequence[SentencePair]:
        if split not in self._kept:
            count = _TRAINED_ON if split == Split.TRAIN else _LOOKED_AT
            self._kept[split] = self.drawn(split, count, seed=0, lengths=range(SHORTEST, TOUR_LONGEST + 1))
        return self._kept[split]

    def texts(self, split: str, most: int | None = None) -> Sequence[TextPair]:
        return [TextPair(self.text(pair.source), self.text(pair.target), pair) for pair in self.pairs(split)[:most]]


def plan_translator(workspace: Workspace) -> Planned:
    """The training of a small translator in the workspace, on short sentences: it takes less than a minute."""
    from attnlab.study.training import plan
    from attnlab.study.wishing import FAST, Wishes

    wishes = Wishes(made_of=FAST, steps=_STEPS, sizes=_SIZES)
    planned = plan(wishes, course=lambda: workspace.course, workspace=workspace, folder=workspace.root)
    return replace(planned, corpus=_ShortSentences())


def translator(planned: Planned, workspace: Workspace) -> Interpreter:
    """What came of that training, ready to translate."""
    from attnlab.study.translating import interpreter
    from attnlab.translation.runs import open_run

    run = open_run(planned.folder)
    return interpreter(run, made_of=None, device=planned.device, course=lambda: workspace.course)


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
