"""Which mutants of a reference the checks notice."""

from __future__ import annotations

import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from attnlab.authoring.mutations import Mutant
from attnlab.authoring.naming import failed_checks
from attnlab.authoring.trusted import Bystanders, siblings, undiagnosed
from attnlab.content import Answers, Course
from attnlab.grading import Judge

# Seconds of our own computing, not of the clock: a busy machine must not make a slow mutant an endless one.
# An endless mutant costs this much; an honest one, with every diagnosis tried, a fraction of it.
SHORTEST_CUT = 1.0
TIMES_THE_REFERENCE = 20.0
CONFINED_SECONDS = 5.0
_AGAIN = 0.02


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one mutant: the checks that failed it, none when it survived."""

    mutant: Mutant
    killed: bool
    failed: tuple[str, ...]


class _OutOfTimeError(BaseException):
    """A mutant ran for too long; no Exception, so that nothing on the way takes it for one of its own."""


def try_mutants(
    judge: Judge, course: Course, answers: Answers, mutants: Sequence[Mutant], seeds: Sequence[int]
) -> Iterator[Fate]:
    """Judge each mutant, first in this process and, where it survives, confined as a submission.

    Mutants are the course's own code with one thing changed, hence trusted; a worker each would cost
    several times as much.
    """
    exercise = answers.exercise
    quick = undiagnosed(course, answers)
    seconds = _fair_time(quick, answers, seeds[0])
    beside = siblings(course, exercise)
    bystanders = Bystanders(course, exercise)
    for mutant in mutants:
        killed, failed = False, list[str]()
        if _can_cut():
            killed, failed = _rehearsed(quick, answers, mutant, bystanders, seeds, seconds)
        if not killed:
            report = judge.grade(
                exercise,
                mutant.source.encode(),
                filename="mutant.py",
                seed=seeds[0],
                siblings=beside,
                limits=replace(exercise.limits, seconds=min(exercise.limits.seconds, CONFINED_SECONDS)),
            )
            killed, failed = not report.passed, failed_checks(report)
        yield Fate(mutant, killed, tuple(failed))


def _rehearsed(
    judge: Judge,
    answers: Answers,
    mutant: Mutant,
    bystanders: Bystanders,
    seeds: Sequence[int],
    seconds: float,
) -> tuple[bool, list[str]]:
    exercise = answers.exercise
    try:
        with _cut_after(seconds):
            module = bystanders.load(mutant.source, filename="mutant.py")
            implementation: Callable[..., Any] = getattr(module, exercise.implements)
    except (_OutOfTimeError, Exception):
        return True, []
    for seed in seeds:
        try:
            with _cut_after(seconds):
                report = judge.rehearse(exercise, implementation, seed=seed)
        except _OutOfTimeError:
            return True, []
        if not report.passed:
            return True, failed_checks(report)
    return False, []


def _fair_time(judge: Judge, answers: Answers, seed: int) -> float:
    started = time.process_time()
    judge.rehearse(answers.exercise, answers.implementation, seed=seed)
    return max(SHORTEST_CUT, TIMES_THE_REFERENCE * (time.process_time() - started))


def _can_cut() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def _cut_after(seconds: float) -> Iterator[None]:
    """Interrupt what runs too long, and again in each call that follows, until the block is left."""

    def cut(number: int, frame: FrameType | None) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGVTALRM, cut)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        _disarm()
        signal.signal(signal.SIGVTALRM, before)


def _disarm() -> None:
    while True:
        # One last alarm may come in just here.
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            return
        except _OutOfTimeError:
            continue
