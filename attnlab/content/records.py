"""What a course is made of once it has been read: frozen, typed, without the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from attnlab.errors import UnknownName

FORMAT_VERSION = 1


class Library(StrEnum):
    """What an exercise computes with; decides what is imported to judge it."""

    NUMPY = "numpy"
    TORCH = "torch"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission to one exercise may use."""

    seconds: float = 10.0
    memory_mb: int = 1024
    output_kb: int = 64


@dataclass(frozen=True, slots=True)
class Exercise:
    """One thing to write; `id` is its folder's name and never changes (older names go to `aliases`)."""

    id: str
    lesson: str
    title: str
    summary: str
    implements: str
    library: Library
    points: float
    difficulty: int
    minutes: int
    hints: tuple[str, ...]
    prerequisites: tuple[str, ...]
    aliases: tuple[str, ...]
    parts: tuple[str, ...]
    limits: Limits
    folder: Path
    answers: Path

    @property
    def starter(self) -> Path:
        return self.folder / "starter.py"

    @property
    def has_picture(self) -> bool:
        """Whether what an answer attends to can be drawn."""
        return (self.answers / "picture.py").is_file()


@dataclass(frozen=True, slots=True)
class Source:
    """A paper a lesson stands on."""

    authors: str
    year: int
    title: str
    arxiv: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """One chapter: its text in screens, its exercises in order, its experiments."""

    id: str
    title: str
    summary: str
    minutes: int
    sources: tuple[Source, ...]
    exercises: tuple[str, ...]
    experiments: tuple[str, ...]
    file: Path

    @property
    def number(self) -> str:
        """The leading digits of the folder's name, as a learner types them: '02' in '02-lookup'."""
        return self.id.split("-", 1)[0]

    def answers_to(self, name: str) -> bool:
        """Whether this is the lesson meant by '02-lookup', '02', '2' or 'lookup'."""
        return name in {self.id, self.number, self.number.lstrip("0"), self.id.split("-", 1)[-1]}

    def experiment_file(self, name: str) -> Path:
        return self.file.parent / "experiments" / f"{name}.py"


@dataclass(frozen=True, slots=True)
class Track:
    id: str
    title: str
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tour:
    """What `attnlab tour` shows of the course: a lesson, an exercise with one wrong answer to it, experiments.

    Args:
        sentences: what a translator, trained on the grammar on the spot, translates at the end; none trains none.
    """

    lesson: str
    exercise: str
    misconception: str
    experiments: tuple[str, ...]
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """The whole course, in the order in which it is meant to be learned."""

    root: Path
    id: str
    version: str
    title: str
    tracks: tuple[Track, ...]
    lessons: tuple[Lesson, ...]
    exercises: tuple[Exercise, ...]
    tour: Tour | None = None
    _by_name: dict[str, Exercise] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for exercise in self.exercises:
            for name in (exercise.id, *exercise.aliases):
                self._by_name.setdefault(name, exercise)

    def exercise(self, name: str) -> Exercise:
        """The exercise called `name`, or once called so.

        Raises:
            UnknownName: nothing is; the error names the nearest, or the exercises of the lesson called so.
        """
        if found := self._by_name.get(name):
            return found
        for lesson in self.lessons:
            if lesson.answers_to(name):
                exercises = ", ".join(lesson.exercises)
                raise UnknownName(
                    "exercise", name, [], listing=f"{lesson.id} is a lesson; its exercises are {exercises}"
                )
        known = [exercise.id for exercise in self.exercises]
        raise UnknownName("exercise", name, known, listing="'attnlab list' shows them all")

    def lesson(self, name: str) -> Lesson:
        """The lesson whose id, number or title's slug is `name` ('02-lookup', '02', '2', 'lookup').

        Raises:
            UnknownName: none is; the error names the nearest.
        """
        for lesson in self.lessons:
            if lesson.answers_to(name):
                return lesson
        known = [lesson.id for lesson in self.lessons] + [lesson.id.split("-", 1)[-1] for lesson in self.lessons]
        raise UnknownName("lesson", name, known, listing="'attnlab list' shows them all")

    def exercises_of(self, lesson: Lesson) -> Sequence[Exercise]:
        return [exercise for exercise in self.exercises if exercise.lesson == lesson.id]

    def lesson_of(self, exercise: Exercise) -> Lesson:
        return next(lesson for lesson in self.lessons if lesson.id == exercise.lesson)

    def experiments(self) -> Sequence[tuple[str, Lesson]]:
        """Every experiment's name with the lesson it belongs to, in course order."""
        return [(name, lesson) for lesson in self.lessons for name in lesson.experiments]
