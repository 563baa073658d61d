"""The picture of an exercise: what a learner's code attends to, on a few words chosen by the author."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from attnlab.content.answers import run_answer_file
from attnlab.content.records import Course, Exercise
from attnlab.errors import ContentInvalid


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers to draw, a row per query and a column per key, each with its label.

    Args:
        values: a result of the learner's, or plain numbers; (rows, columns) once `at` is taken.
        at: where in the axes of `values` the grid lies, as `(0, head)` or `(slice(None), 0, 0)`.
        name: what tells it from the other grids of the picture, as 'head 1'.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    values: Any
    at: tuple[int | slice, ...] = ()
    name: str = ""


Draw = Callable[[Any], "Grid | Sequence[Grid]"]


@dataclass(frozen=True, slots=True, eq=False)
class ExercisePicture:
    """How an exercise is drawn: `draw` takes a learner and gives one grid or several.

    Args:
        rows: what one row is, in a word or two, as 'query'.
        columns: what one column is.
        between: the smallest and the largest number that a right answer gives.
    """

    title: str
    rows: str
    columns: str
    between: tuple[float, float]
    draw: Draw = field(repr=False)


def picture(
    *, title: str, rows: str, columns: str, between: tuple[float, float] = (0.0, 1.0)
) -> Callable[[Draw], ExercisePicture]:
    """Make an exercise's picture of a function `(learner)` that gives one `Grid`, or several with names."""
    return lambda draw: ExercisePicture(title, rows, columns, between, draw)


def read_picture(course: Course, exercise: Exercise) -> ExercisePicture:
    """Run an exercise's `picture.py`, which is trusted code of the course.

    Raises:
        ContentInvalid: the file is missing, does not run, or does not define one picture.
    """
    defined = vars(run_answer_file(course, exercise, "picture")).values()
    found = [value for value in defined if isinstance(value, ExercisePicture)]
    if len(found) != 1:
        raise ContentInvalid([f"{exercise.answers / 'picture.py'}: defines {len(found)} pictures; it defines one"])
    return found[0]
