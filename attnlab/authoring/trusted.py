"""Sources made of references, run in this process: they are the course's own code.

A worker for each would cost several times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import ModuleType

from attnlab.content import Answers, Course, Exercise
from attnlab.grading import Judge
from attnlab.stage import load_source


class JudgeOf(Judge):
    """Judges one exercise by other answers than the course has for it: other checks, or no catalogue of mistakes.

    Most of the time of judging a wrong answer goes into finding out which mistake it is. Where only the
    verdict is wanted, a judge without a catalogue gives the same one many times sooner.
    """

    def __init__(self, course: Course, answers: Answers) -> None:
        super().__init__(course)
        self._others = answers

    def answers(self, exercise: Exercise) -> Answers:
        return self._others if exercise.id == self._others.exercise.id else super().answers(exercise)


def undiagnosed(course: Course, answers: Answers) -> JudgeOf:
    """A judge that gives the same verdicts and names no mistake."""
    return JudgeOf(course, replace(answers, misconceptions=()))


def siblings(course: Course, exercise: Exercise) -> Mapping[str, bytes]:
    """The references of every other exercise, as a workspace in which all of them are done."""
    files = {other.id: other.answers / "reference.py" for other in course.exercises if other.id != exercise.id}
    return {name: file.read_bytes() for name, file in files.items() if file.is_file()}


class Bystanders:
    """The other exercises' references, each run once, when what is loaded first imports it."""

    def __init__(self, course: Course, exercise: Exercise) -> None:
        self._exercise = exercise
        self._sources = siblings(course, exercise)
        self._loaded: dict[str, ModuleType] = {}
        self._loaders: dict[str, Callable[[], ModuleType]] = {name: partial(self._load, name) for name in self._sources}

    def load(self, source: str, *, filename: str) -> ModuleType:
        """Run a source of the exercise as a module of its own.

        Raises:
            Whatever running it raises, SyntaxError included.
        """
        name = f"attnlab_made.{self._exercise.id}"
        return load_source(source.encode(), name=name, filename=filename, siblings=self._loaders)

    def _load(self, name: str) -> ModuleType:
        if name not in self._loaded:
            self._loaded[name] = load_source(
                self._sources[name], name=f"attnlab_made.{name}", filename=f"{name}.py", siblings=self._loaders
            )
        return self._loaded[name]
