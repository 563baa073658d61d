"""What a submission attends to on the few words of its exercise's picture, beside what the reference does.

The submission draws as it is judged: confined, under the same limits, seen through the same eyes.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from attnlab.content import Answers, Check, Course, Exercise, ExercisePicture, Grid, require
from attnlab.errors import ContentInvalid
from attnlab.grading.judge import Judge
from attnlab.grading.proxy import Result
from attnlab.grading.verdicts import Report
from attnlab.pictures import Panel

_SEED = 0


@dataclass(frozen=True, slots=True)
class Pictured:
    """Both pictures of one exercise, panel by panel.

    Args:
        learner: the submission's panels; None when it gave none, and the report says why.
        report: of the one promise that the picture can be drawn.
    """

    reference: tuple[Panel, ...]
    learner: tuple[Panel, ...] | None
    report: Report


def draw_submission(
    course: Course,
    exercise: Exercise,
    picture: ExercisePicture,
    source: bytes,
    *,
    filename: str,
    siblings: Mapping[str, bytes],
    abandon: threading.Event | None = None,
) -> Pictured:
    """Draw a submission's picture in a confined worker, and the reference's here.

    Raises:
        ContentInvalid: the reference cannot be drawn.
        ToolFault: no worker can be started.
    """
    easel = _Easel(course, exercise, picture)
    with easel:
        easel.warm(exercise)
        reference = easel.reference()
        report = easel.grade(exercise, source, filename=filename, seed=_SEED, siblings=siblings, abandon=abandon)
        # A failed promise is tried once more on the reference, so what was drawn last need not be theirs.
        return Pictured(reference, easel.drawn if report.passed else None, report)


def draw_reference(course: Course, exercise: Exercise, picture: ExercisePicture) -> tuple[Panel, ...]:
    """The reference's picture.

    Raises:
        ContentInvalid: it cannot be drawn.
    """
    easel = _Easel(course, exercise, picture)
    with easel:
        return easel.reference()


class _Easel(Judge):
    """Judges one exercise by one check alone: that its picture can be drawn. Keeps what was drawn last."""

    def __init__(self, course: Course, exercise: Exercise, picture: ExercisePicture) -> None:
        super().__init__(course)
        self._exercise, self._picture = exercise, picture
        self.drawn: tuple[Panel, ...] = ()

    def answers(self, exercise: Exercise) -> Answers:
        answers = super().answers(exercise)
        if exercise.id != self._exercise.id:
            return answers
        return replace(answers, checks=(Check("its picture can be drawn", 1.0, (), self._draw, False),))

    def reference(self) -> tuple[Panel, ...]:
        implementation = self.answers(self._exercise).implementation
        report = self.rehearse(self._exercise, implementation, seed=_SEED)
        if failed := report.first_failure:
            told = failed.failure.problem if failed.failure else failed.verdict.value
            raise ContentInvalid([f"{self._exercise.answers / 'picture.py'}: the reference cannot be drawn: {told}"])
        return self.drawn

    def _draw(self, learner: Any, draw: object) -> None:
        grids = self._picture.draw(learner)
        self.drawn = panels_of(grids)


def panels_of(grids: Grid | Sequence[Grid]) -> tuple[Panel, ...]:
    """The grids as plain numbers.

    Raises:
        BrokenPromise: a result has another shape than the reference's, or is not made of real numbers.
        ValueError: the labels do not fit the reference's own shape.
    """
    return tuple(_panel(grid) for grid in ([grids] if isinstance(grids, Grid) else grids))


def _panel(grid: Grid) -> Panel:
    values = grid.values
    if isinstance(values, Result):
        values.has_right_shape()
        values = values.array
    values = np.asarray(values)
    require(values.dtype.kind in "fiub", f"a picture is made of real numbers, not of {values.dtype}")
    shown = values[grid.at] if len(grid.at) <= values.ndim else values
    if shown.shape != (len(grid.rows), len(grid.columns)):
        fits = f"{len(grid.rows)} rows and {len(grid.columns)} columns are labelled"
        raise ValueError(f"{fits}, but the values{f' at {grid.at}' if grid.at else ''} have the shape {shown.shape}")
    rows = tuple(tuple(float(value) for value in row) for row in shown)
    return Panel(grid.name, tuple(map(str, grid.rows)), tuple(map(str, grid.columns)), rows)
