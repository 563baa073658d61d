"""The parts of the translator that a learner has written: which are chosen, where they come from, and their loading.

Loading runs them in this process. That is for a learner's own code on their own machine; code that was handed in
is only ever run by a worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from attnlab.errors import AttnlabError, NotThere
from attnlab.stage import load_source

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise


class Parts(NamedTuple):
    """Everything the translator takes from the course, ready to be called."""

    scaled_dot_product_attention: Callable[..., Any]
    padding_mask: Callable[..., Any]
    causal_mask: Callable[..., Any]
    sinusoidal_positions: Callable[..., Any]
    MultiHeadAttention: Callable[..., Any]
    layer_norm: Callable[..., Any]
    EncoderLayer: Callable[..., Any]
    DecoderLayer: Callable[..., Any]
    teacher_forcing: Callable[..., Any]
    label_smoothed_loss: Callable[..., Any]
    warmup_rate: Callable[..., Any]
    greedy_decode: Callable[..., Any]
    beam_search: Callable[..., Any]


NAMES: tuple[str, ...] = Parts._fields


class Origin(StrEnum):
    """Who wrote a part."""

    MINE = "mine"
    REFERENCE = "reference"


class PartFails(AttnlabError):
    """A part that passed its checks cannot be loaded here."""


@dataclass(frozen=True, slots=True)
class Own:
    """A file of the learner's that passes: what it holds and where it lies."""

    source: bytes = field(repr=False)
    filename: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it was chosen; `note` says why it is the reference's, where the learner's was wanted."""

    name: str
    origin: Origin
    exercise: str
    source: bytes = field(repr=False)
    filename: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The parts in the order of `NAMES`, and the files of other exercises that they may import."""

    parts: tuple[Part, ...]
    besides: tuple[Part, ...] = field(default=(), repr=False)

    @property
    def mine(self) -> tuple[str, ...]:
        """The names of the parts that the learner wrote."""
        return tuple(part.name for part in self.parts if part.origin is Origin.MINE)

    def told(self) -> list[dict[str, str]]:
        """One plain row a part, for JSON: part, origin, exercise and note."""
        return [
            {"part": part.name, "origin": part.origin.value, "exercise": part.exercise, "note": part.note}
            for part in self.parts
        ]


_NOTHING: Mapping[str, Any] = {}


def part_exercises(course: Course) -> dict[str, Exercise]:
    """The exercise in which each part is written, in the order of `NAMES`.

    Raises:
        NotThere: the course has no exercise for some part.
    """
    homes = {part: exercise for exercise in course.exercises for part in exercise.parts}
    if missing := [name for name in NAMES if name not in homes]:
        raise NotThere(
            f"this course has no exercise for the translator's part {missing[0]}",
            remedy="'--parts fast' needs none; an exercise.toml says with parts = [...] what it is part of",
        )
    return {name: homes[name] for name in NAMES}


def select(course: Course, own: Mapping[str, Own] = _NOTHING, notes: Mapping[str, str] = _NOTHING) -> Selection:
    """The learner's files where they are given, the course's reference for all others.

    Args:
        own: by exercise; each must pass, and so must what it imports, which is among them.
        notes: why an exercise is not among them.

    Raises:
        NotThere: the course has no such parts, or a reference is missing.
    """
    homes = part_exercises(course)

    def chosen(exercise: Exercise, name: str) -> Part:
        if found := own.get(exercise.id):
            return Part(name, Origin.MINE, exercise.id, found.source, found.filename)
        file = exercise.answers / "reference.py"
        try:
            source = file.read_bytes()
        except OSError as error:
            raise NotThere(
                f"{file} cannot be read: {error.strerror}", remedy="the course is incomplete: install it again"
            ) from error
        return Part(name, Origin.REFERENCE, exercise.id, source, str(file), notes.get(exercise.id, ""))

    taken = {exercise.id for exercise in homes.values()}
    return Selection(
        parts=tuple(chosen(exercise, name) for name, exercise in homes.items()),
        besides=tuple(chosen(other, other.implements) for other in course.exercises if other.id not in taken),
    )


def assemble(selection: Selection) -> Parts:
    """The parts as functions and classes; a file that imports another exercise gets the one that was chosen.

    Raises:
        PartFails: a file does not run here, or does not define its part.
    """
    shelf = _Shelf(selection)
    return Parts(**{part.name: shelf.found(part) for part in selection.parts})


class _Shelf:
    """The chosen files as modules, each run once, when it is first asked for."""

    def __init__(self, selection: Selection) -> None:
        files = (*selection.besides, *selection.parts)
        self._by_exercise = {part.exercise: part for part in files}
        self._modules: dict[str, ModuleType] = {}

    def found(self, part: Part) -> Callable[..., Any]:
        module = self._module(part.exercise)
        try:
            found: Callable[..., Any] = getattr(module, part.name)
        except AttributeError:
            raise _fails(part, f"it defines no {part.name}") from None
        return found

    def _module(self, exercise: str) -> ModuleType:
        if exercise not in self._modules:
            part = self._by_exercise[exercise]
            siblings = {other: partial(self._module, other) for other in self._by_exercise if other != exercise}
            try:
                self._modules[exercise] = load_source(
                    part.source, name=f"attnlab_parts.{exercise}", filename=part.filename, siblings=siblings
                )
            except (Exception, SystemExit) as error:
                if isinstance(error, PartFails):
                    raise
                raise _fails(part, f"{type(error).__name__}: {error}") from error
        return self._modules[exercise]


def _fails(part: Part, problem: str) -> PartFails:
    return PartFails(
        f"{part.filename} does not run here: {problem}",
        remedy=f"'attnlab check {part.exercise}' judges it again; '--parts reference' does without your files",
    )
