"""The judge: holds the answers and warm workers, and gives a report for every file a person can write."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from enum import StrEnum
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any

from attnlab.content import Answers, Course, Exercise, Library, Limits
from attnlab.errors import ToolFault
from attnlab.grading.processes import FORKS, Workers
from attnlab.grading.sources import ground_of, leads_to, same_program
from attnlab.grading.verdicts import CheckResult, Failure, Report, Verdict
from attnlab.stage import interrupts_held

if TYPE_CHECKING:
    from attnlab.grading.actors import Actor
    from attnlab.grading.places import Places
    from attnlab.wire import Value

SOURCE_CAP = 1 << 20
SEEDS = 1 << 31
_NO_SIBLINGS: Mapping[str, bytes] = {}
_NONE_KNOWN: Mapping[str, CheckResult] = {}
_NONE_CARRY: Mapping[str, bool] = {}


class Isolation(StrEnum):
    """How a submission is confined: all layers or refuse; what there is; nothing, asked for by name."""

    STRICT = "strict"
    AUTO = "auto"
    NONE = "none"


class Judge:
    """Grades submissions to one course. Cheap until first used; close it, or use it as a context.

    One judge may serve several threads.

    Args:
        extend: adds to the answers of every exercise, such as an instructor's own checks.
        places: where several threads judge, each holds one of them; lent to others while a submission hangs.
    """

    def __init__(
        self,
        course: Course,
        *,
        isolation: Isolation = Isolation.AUTO,
        forking: bool | None = None,
        extend: Callable[[Answers], Answers] | None = None,
        places: Places | None = None,
    ) -> None:
        self._course = course
        self._isolation = isolation
        self._extend, self._places = extend, places
        withheld = (course.root,)
        confined = isolation is not Isolation.NONE
        self._workers = Workers(withheld, confined=confined, forking=FORKS if forking is None else forking)
        self._answers: dict[str, Answers] = {}
        self._passed: dict[tuple[str, str], bool] = {}
        self._layers: dict[Library, tuple[str, ...]] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        self._workers.close()

    def warm(self, exercise: Exercise) -> None:
        """Start importing what judging this exercise needs, without waiting for it."""
        self._workers.warm(exercise.library)

    def warm_library(self, library: Library) -> None:
        """The same for all exercises that compute with a library."""
        self._workers.warm(library)

    def answers(self, exercise: Exercise) -> Answers:
        """The withheld side of an exercise, read once.

        Raises:
            ContentInvalid: it cannot be read.
        """
        with self._lock:
            if exercise.id not in self._answers:
                from attnlab.content import read_answers

                read = read_answers(self._course, exercise)
                self._answers[exercise.id] = self._extend(read) if self._extend else read
            return self._answers[exercise.id]

    def missing(self, library: Library) -> dict[str, str]:
        """The isolation layers that cannot be had here, with reasons."""
        return self._workers.missing(library)

    def layers(self, library: Library) -> tuple[str, ...]:
        """The isolation layers that submissions which compute with this library get here.

        Raises:
            ToolFault: strict isolation is asked for and a layer that nothing can stand in for is missing.
        """
        if self._isolation is Isolation.STRICT and (missing := self._workers.refusing(library)):
            reasons = "; ".join(f"{layer}: {reason}" for layer, reason in missing.items())
            raise ToolFault(
                f"strict isolation cannot be had here ({reasons})",
                remedy="use '--isolation auto' for code you trust, or grade on a newer Linux",
            )
        return self._workers.layers(library)

    def grade(
        self,
        exercise: Exercise,
        source: bytes,
        *,
        filename: str | None = None,
        seed: int | None = None,
        siblings: Mapping[str, bytes] = _NO_SIBLINGS,
        limits: Limits | None = None,
        known: Mapping[str, CheckResult] = _NONE_KNOWN,
        carry: Mapping[str, bool] = _NONE_CARRY,
        hidden: frozenset[str] = frozenset(),
        abandon: threading.Event | None = None,
    ) -> Report:
        """Judge a submission in a confined worker.

        Args:
            filename: what to call the file in messages.
            seed: of the inputs; the same seed replays the same judgement. Drawn when not given.
            siblings: other files of the workspace by exercise id, which the submission may import.
            limits: in place of the exercise's own.
            known: results of an earlier judgement of the same, by check; they are taken over, and only the others run.
            carry: whether other exercises' files pass, where that is known already.
            hidden: checks whose inputs no student may learn: nothing a submission says of another check can hold them.
            abandon: set it from another thread to have the judgement given up.

        Raises:
            ToolFault: no worker can be started.
            Abandoned: `abandon` was set.
        """
        begun = time.perf_counter()
        self.warm(exercise)
        # Here and in the worker at the same time: for torch this is most of what a single check takes.
        _import(exercise.library.value)
        seed = secrets.randbelow(SEEDS) if seed is None else seed
        answers = self.answers(exercise)
        name = filename or f"{exercise.id}.py"
        if len(source) > SOURCE_CAP:
            problem = f"{name} has {len(source)} bytes; no answer needs more than {SOURCE_CAP}"
            return self._refused(answers, seed, Failure(problem))
        if same_program(source, exercise.starter.read_bytes()):
            return self._untouched(answers, seed, f"the gap in {name} is still open")
        needed = {other: siblings[other] for other in leads_to(exercise.id, source, siblings)}
        everything = {**siblings, exercise.id: source}
        if needed and (note := self._broken_ground(exercise, needed, everything, seed, carry, abandon)):
            return self._untouched(answers, seed, note, attempted=True)
        report = self._run(answers, name, source, needed, seed, limits or exercise.limits, known, hidden, abandon)
        if limits is None:
            self._passed[exercise.id, ground_of(exercise.id, source, siblings)] = report.passed
        return replace(report, seconds=time.perf_counter() - begun)

    @contextmanager
    def worker(self, library: Library, limits: Limits, abandon: threading.Event | None = None) -> Iterator[Actor]:
        """A fresh confined worker to speak to, ended afterwards.

        Raises:
            ToolFault: none can be started.
        """
        from attnlab.grading.actors import actor_of

        with self._workers.process(library, limits) as worker:
            yield actor_of(worker, limits, abandon, self._places)

    def rehearse(self, exercise: Exercise, implementation: Callable[..., Any], *, seed: int) -> Report:
        """Judge a trusted function or class in this process: same checks, same diagnosis, no worker."""
        from attnlab.grading.actors import LocalActor
        from attnlab.grading.session import Session
        from attnlab.stage import Stage

        begun = time.perf_counter()
        answers = self.answers(exercise)

        @contextmanager
        def open_actor() -> Iterator[Actor]:
            yield LocalActor(Stage({exercise.implements: implementation}))

        session = Session(answers, open_actor, None, seed=seed, limits=exercise.limits, sources={})
        checks = session.run()
        return Report(
            exercise=exercise.id,
            seed=seed,
            attempted=not session.gap_open,
            checks=checks,
            seconds=time.perf_counter() - begun,
        )

    def _run(
        self,
        answers: Answers,
        name: str,
        source: bytes,
        siblings: Mapping[str, bytes],
        seed: int,
        limits: Limits,
        known: Mapping[str, CheckResult],
        hidden: frozenset[str],
        abandon: threading.Event | None,
    ) -> Report:
        from attnlab.grading.session import Session
        from attnlab.wire import Load

        exercise = answers.exercise
        layers = self._layers.get(exercise.library) or self.layers(exercise.library)
        self._layers[exercise.library] = layers

        def open_actor() -> AbstractContextManager[Actor]:
            return self.worker(exercise.library, limits, abandon)

        load = Load(
            id=0,
            name=exercise.id,
            filename=name,
            source=as_bytes(source),
            siblings={other: as_bytes(text) for other, text in siblings.items()},
        )
        sources = {name: source, **{f"{other}.py": text for other, text in siblings.items()}}
        session = Session(
            answers, open_actor, load, seed=seed, limits=limits, sources=sources, known=known, hidden=hidden
        )
        checks = session.run()
        return Report(
            exercise=exercise.id,
            seed=seed,
            attempted=not session.gap_open,
            checks=checks,
            output=session.output,
            isolation=layers,
            by_clock=tuple(session.by_clock),
        )

    def _broken_ground(
        self,
        exercise: Exercise,
        needed: Mapping[str, bytes],
        siblings: Mapping[str, bytes],
        seed: int,
        carry: Mapping[str, bool],
        abandon: threading.Event | None,
    ) -> str | None:
        """Why what a file imports does not carry it, as one sentence; None when it does."""
        for other_id, text in needed.items():
            if exercise.id in leads_to(other_id, text, siblings):
                return f"{exercise.id} and {other_id} import each other, so neither can run first"
        for other_id, text in needed.items():
            other = self._course.exercise(other_id)
            key = other_id, ground_of(other_id, text, siblings)
            if other_id not in carry and key not in self._passed:
                # The same seed, so that whoever replays this report is told the same of what it stands on.
                report = self.grade(other, text, siblings=siblings, seed=seed, abandon=abandon)
                self._passed[key] = report.passed
            if not carry.get(other_id, self._passed.get(key)):
                return f"it imports {other_id}, which does not pass yet: 'attnlab check {other_id}' says why"
        return None

    def _untouched(self, answers: Answers, seed: int, note: str, *, attempted: bool = False) -> Report:
        checks = tuple(
            CheckResult(check.id, check.sentence, check.points, Verdict.NOT_REACHED) for check in answers.checks
        )
        return Report(exercise=answers.exercise.id, seed=seed, attempted=attempted, checks=checks, note=note)

    def _refused(self, answers: Answers, seed: int, failure: Failure) -> Report:
        untouched = self._untouched(answers, seed, failure.problem, attempted=True)
        runs = CheckResult("defined", "the file can be read", 0.0, Verdict.FAILED, failure)
        return replace(untouched, checks=(runs, *untouched.checks), note=None)


def _import(library: str) -> None:
    try:
        with interrupts_held():
            import_module(library)
    except ImportError as error:
        raise ToolFault(
            f"{library}, which this exercise computes with, cannot be imported: {error}",
            remedy=f"'pip install {library}' into the environment that attnlab runs in",
        ) from error


def as_bytes(source: bytes) -> Value:
    """A source as it crosses to the worker."""
    import numpy as np

    from attnlab.wire import Array

    return Array(np.frombuffer(source, dtype=np.uint8), "numpy")
