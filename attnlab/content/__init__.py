"""Reads and validates a course: what is read, what is edited, what is withheld.

Reading a course costs no heavy import; the answers, which need numpy or torch, are read by
`attnlab.content.answers`. Authors' files import what they need from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnlab.content.reading import Problem, lesson_screens, lesson_text, read_course, try_course
from attnlab.content.records import Course, Exercise, Lesson, Library, Limits, Source, Tour, Track

if TYPE_CHECKING:
    from attnlab.content.answers import (
        Answers,
        BrokenPromise,
        Check,
        Misconception,
        Variant,
        check,
        misconception,
        read_answers,
        require,
        variant,
    )
    from attnlab.content.experiments import (
        Curve,
        Experiment,
        Findings,
        Heatmap,
        Lab,
        Table,
        experiment,
        read_experiment,
    )
    from attnlab.content.pictures import ExercisePicture, Grid, picture, read_picture

__all__ = [
    "Answers", "BrokenPromise", "Check", "Course", "Curve", "Exercise", "ExercisePicture", "Experiment", "Findings",
    "Grid", "Heatmap", "Lab", "Lesson", "Library", "Limits", "Misconception", "Problem", "Source", "Table", "Tour",
    "Track", "Variant", "check", "experiment", "lesson_screens", "lesson_text", "misconception", "picture",
    "read_answers", "read_course", "read_experiment", "read_picture", "require", "try_course", "variant",
]  # fmt: skip

_ANSWERS = {
    "Answers",
    "BrokenPromise",
    "Check",
    "Misconception",
    "Variant",
    "check",
    "misconception",
    "read_answers",
    "require",
    "variant",
}
_EXPERIMENTS = {"Curve", "Experiment", "Findings", "Heatmap", "Lab", "Table", "experiment", "read_experiment"}
_PICTURES = {"ExercisePicture", "Grid", "picture", "read_picture"}


def __getattr__(name: str) -> Any:
    if name in _ANSWERS:
        from attnlab.content import answers

        return getattr(answers, name)
    if name in _EXPERIMENTS:
        from attnlab.content import experiments

        return getattr(experiments, name)
    if name in _PICTURES:
        from attnlab.content import pictures

        return getattr(pictures, name)
    raise AttributeError(name)
