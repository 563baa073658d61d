"""What can be seen wrong with an exercise's picture once the reference has drawn it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from attnlab.authoring.findings import Finding, Weight
from attnlab.content import Course, Exercise, ExercisePicture, read_picture
from attnlab.grading import draw_reference
from attnlab.pictures import Panel

# More than this is not taken in at a glance, and does not fit into sixty columns.
MOST_ROWS, MOST_COLUMNS = 12, 10
LONGEST_LABEL = 12
_ROUNDING = 1e-6


def picture_findings(course: Course, exercise: Exercise) -> Iterator[Finding]:
    """Everything wrong with the picture of one exercise, if it has one.

    Raises:
        ContentInvalid: its file does not run, or the reference cannot be drawn.
    """
    if not exercise.has_picture:
        return
    picture = read_picture(course, exercise)
    file = (exercise.answers / "picture.py").relative_to(course.root)
    low, high = picture.between
    if not low < high:
        yield Finding(file, "between", f"is from {low:g} to {high:g}; the first is the smaller one")
        return
    for key in ("title", "rows", "columns"):
        if not getattr(picture, key).strip():
            yield Finding(file, key, "is empty")
    panels = draw_reference(course, exercise, picture)
    if not panels:
        yield Finding(file, None, "the reference draws no grid")
    if len({panel.name for panel in panels}) < len(panels):
        yield Finding(file, "name", "there are several grids; a name tells each from the others")
    for panel in panels:
        yield from _of_panel(file, picture, panel)


def _of_panel(file: Path, picture: ExercisePicture, panel: Panel) -> Iterator[Finding]:
    low, high = picture.between
    where = panel.name or None
    for row, values in zip(panel.rows, panel.values, strict=True):
        for column, value in zip(panel.columns, values, strict=True):
            cell = f"{picture.rows} '{row}', {picture.columns} '{column}'"
            if not math.isfinite(value):
                yield Finding(file, where, f"the reference gives {value} at {cell}")
            elif not low - _ROUNDING <= value <= high + _ROUNDING:
                yield Finding(file, where, f"the reference gives {value:.4g} at {cell}; 'between' ends before")
    if not panel.rows or not panel.columns:
        yield Finding(file, where, "has no rows or no columns")
    yield from _too_large(file, where, panel)


def _too_large(file: Path, where: str | None, panel: Panel) -> Iterator[Finding]:
    for kind, labels, most in (("rows", panel.rows, MOST_ROWS), ("columns", panel.columns, MOST_COLUMNS)):
        if len(labels) > most:
            yield Finding(
                file, where, f"has {len(labels)} {kind}; more than {most} are hard to read", weight=Weight.WARNING
            )
        if long := _longest(labels):
            yield Finding(file, where, f"the label '{long}' is cut off in a terminal", weight=Weight.WARNING)


def _longest(labels: Sequence[str]) -> str | None:
    return next((label for label in labels if len(label) > LONGEST_LABEL), None)
