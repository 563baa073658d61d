"""The withheld side of an exercise: checks, misconceptions and variants, as their author writes them.

`checks.py`, `misconceptions.py` and `variants.py` use the three decorators; `read_answers` runs
those files and the reference, which is trusted code of the course and never a submission's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from attnlab.content.records import Course, Exercise
from attnlab.errors import ContentInvalid
from attnlab.stage import load_source

Judgement = Callable[[Any, Any], None]
_ByName = dict[str, Callable[[], ModuleType]]


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """One promise a right answer keeps, as a sentence and a few lines over a learner proxy."""

    sentence: str
    points: float
    after: tuple[Check, ...]
    judge: Judgement
    fresh: bool

    @property
    def id(self) -> str:
        return self.judge.__name__


@dataclass(frozen=True, slots=True, eq=False)
class Misconception:
    """A runnable wrong answer named by its mistake, with what to tell and what to ask."""

    tell: str
    ask: str
    hint: int | None
    implementation: Callable[..., Any]

    @property
    def id(self) -> str:
        return self.implementation.__name__


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A right answer written another way; it must pass."""

    described: str
    implementation: Callable[..., Any]

    @property
    def id(self) -> str:
        return self.implementation.__name__


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """All that is withheld about one exercise."""

    exercise: Exercise
    reference: ModuleType
    source: str
    why: str
    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    variants: tuple[Variant, ...]

    @property
    def implementation(self) -> Callable[..., Any]:
        """The reference function or class itself."""
        found: Callable[..., Any] = getattr(self.reference, self.exercise.implements)
        return found


class BrokenPromise(Exception):
    """A right answer would not do this: what is so and where, and a question that leads out."""

    def __init__(self, problem: str, *, ask: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.ask = ask


def require(condition: object, problem: str, *, ask: str | None = None) -> None:
    """Break the check's promise unless the condition holds.

    Raises:
        BrokenPromise: it does not.
    """
    if not condition:
        raise BrokenPromise(problem, ask=ask)


def check(
    sentence: str, *, points: float = 1, after: Check | Sequence[Check] = (), fresh: bool = False
) -> Callable[[Judgement], Check]:
    """Make a check of a function `(learner, draw)`.

    Args:
        sentence: the promise, present tense, lower case, no full stop.
        points: what keeping it earns.
        after: checks this one stands on; when one of them does not pass, this one is not reached.
        fresh: run in a second, fresh child, so that nothing remembered from other checks helps.

    Raises:
        TypeError: it stands on something that is no check, such as a check's name.
    """
    stands_on = (after,) if isinstance(after, Check) else tuple(after)
    if wrong := next((other for other in stands_on if not isinstance(other, Check)), None):
        raise TypeError(f"after takes checks, which can be imported ('from checks import ...'), not {wrong!r}")
    return lambda judge: Check(sentence, points, stands_on, judge, fresh)


def misconception(*, tell: str, ask: str, hint: int | None = None) -> Callable[[Callable[..., Any]], Misconception]:
    """Make a misconception of a wrong function or class, whose name names the mistake.

    Args:
        tell: what the learner's code does and where that is, in one or two sentences.
        ask: the question that leads out.
        hint: the tier (from 1) of the hint that fits best.
    """
    return lambda implementation: Misconception(tell, ask, hint, implementation)


def variant(described: str) -> Callable[[Callable[..., Any]], Variant]:
    """Make a variant of a right function or class written otherwise; `described` says how."""
    return lambda implementation: Variant(described, implementation)


def read_answers(course: Course, exercise: Exercise) -> Answers:
    """Run the answer files of an exercise and collect what they define.

    Inside them other exercises' references can be imported by the exercise's name, and the
    exercise's own by its own name, as a learner would: `from softmax import softmax`.

    Raises:
        ContentInvalid: a file is missing or does not run.
    """
    shelf = _Shelf(course)
    folder = exercise.answers
    reference = shelf.reference(exercise)
    if not hasattr(reference, exercise.implements):
        raise ContentInvalid([f"{folder / 'reference.py'}: does not define {exercise.implements}"])
    checks = shelf.run(exercise, "checks")
    misconceptions = shelf.run(exercise, "misconceptions")
    variants = shelf.run(exercise, "variants")
    return Answers(
        exercise=exercise,
        reference=reference,
        source=_text(folder / "reference.py"),
        why=_text(folder / "why.md"),
        checks=tuple(_defined(checks, Check)),
        misconceptions=tuple(_defined(misconceptions, Misconception)),
        variants=tuple(_defined(variants, Variant)),
    )


def run_answer_file(course: Course, exercise: Exercise, part: str) -> ModuleType:
    """One withheld file of an exercise by itself, run: `part` is its name without `.py`.

    Raises:
        ContentInvalid: it is missing or does not run.
    """
    return _Shelf(course).run(exercise, part)


Record = TypeVar("Record", Check, Misconception, Variant)


def defined_beside(
    course: Course, exercise: Exercise, files: Sequence[Path]
) -> tuple[list[Check], list[Misconception]]:
    """What files that lie elsewhere define, run as if they lay beside the exercise's own answers.

    They can import what those can, and those as well, to stand on them: `from checks import values`.

    Raises:
        ContentInvalid: one is missing or does not run.
    """
    shelf = _Shelf(course)
    modules = [shelf.run_beside(exercise, file) for file in files]
    imported = {id(value) for module in shelf.imported() for value in vars(module).values()}

    def own(kind: type[Record]) -> list[Record]:
        return [value for module in modules for value in _defined(module, kind) if id(value) not in imported]

    return own(Check), own(Misconception)


def _defined(module: ModuleType, kind: type[Record]) -> list[Record]:
    """What a file defines of one kind, in the order in which it stands there."""
    return [value for value in vars(module).values() if isinstance(value, kind)]


class _Shelf:
    """The course's answer files as modules; each reference runs once, when first imported.

    What a lesson's checks, misconceptions and variants share lies in files beside its exercises' folders.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._references: dict[str, ModuleType] = {}
        self._lesson_files: dict[Path, ModuleType] = {}
        self._answer_files: dict[tuple[str, str], ModuleType] = {}

    def reference(self, exercise: Exercise) -> ModuleType:
        if exercise.id not in self._references:
            self._references[exercise.id] = self.run(exercise, "reference")
        return self._references[exercise.id]

    def run(self, exercise: Exercise, part: str) -> ModuleType:
        siblings = self._references_by_name(but=exercise if part == "reference" else None)
        if part != "reference":
            siblings |= self._shared_by_name(exercise)
        return self._load(exercise.answers / f"{part}.py", f"{exercise.id}.{part}", siblings)

    def run_beside(self, exercise: Exercise, file: Path) -> ModuleType:
        siblings = self._references_by_name() | self._shared_by_name(exercise)
        siblings |= {part: partial(self._once, exercise, part) for part in ("checks", "misconceptions")}
        return self._load(file, f"{exercise.id}.beside.{file.stem}", siblings)

    def imported(self) -> list[ModuleType]:
        """The course's modules that ran because another file wanted them."""
        return [*self._references.values(), *self._lesson_files.values(), *self._answer_files.values()]

    def _once(self, exercise: Exercise, part: str) -> ModuleType:
        if (exercise.id, part) not in self._answer_files:
            self._answer_files[exercise.id, part] = self.run(exercise, part)
        return self._answer_files[exercise.id, part]

    def _references_by_name(self, but: Exercise | None = None) -> _ByName:
        return {
            other.id: partial(self.reference, other)
            for other in self._course.exercises
            if but is None or other.id != but.id
        }

    def _shared_by_name(self, exercise: Exercise) -> _ByName:
        files = sorted(exercise.answers.parent.glob("*.py"))
        return {file.stem: partial(self._shared, file) for file in files}

    def _shared(self, file: Path) -> ModuleType:
        if file not in self._lesson_files:
            name = f"{file.parent.name}.{file.stem}"
            self._lesson_files[file] = self._load(file, name, self._references_by_name())
        return self._lesson_files[file]

    def _load(self, file: Path, name: str, siblings: Mapping[str, Callable[[], ModuleType]]) -> ModuleType:
        module = f"attnlab_course.{self._course.id}.{name}"
        try:
            return load_source(file.read_bytes(), name=module, filename=str(file), siblings=siblings)
        except FileNotFoundError as error:
            raise ContentInvalid([f"{file}: is missing"]) from error
        except Exception as error:
            raise ContentInvalid([f"{file}: does not run: {type(error).__name__}: {error}"]) from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContentInvalid([f"{file}: is missing"]) from error
