"""Judges an exercise at every save, by a judge that stays warm; the latest save wins over a running check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from attnlab import files
from attnlab.study.checking import Checked, Grader, record_report, submission_of
from attnlab.study.watching_saves import DEBOUNCE, Events, Saves

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study.workspace import Workspace

# Seconds an empty or missing file is given: some editors empty or remove it before they write.
_GRACE = 0.2


class WarmGrader(Grader, Protocol):
    """What of a judge watching needs."""

    def warm(self, exercise: Exercise) -> None:
        """Start what judging it will need."""


@dataclass(frozen=True, slots=True)
class Judging:
    """A save was noticed, or a check asked for, and judging begins."""

    exercise: Exercise


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on what was saved; `since` is the monotonic time at which the save was noticed."""

    checked: Checked
    since: float


@dataclass(frozen=True, slots=True)
class Missing:
    """The exercise's file is not there."""

    exercise: Exercise


@dataclass(frozen=True, slots=True)
class Polling:
    """File events cannot be trusted here, so the files are looked at again and again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Broke:
    """Judging or remembering raised: the tool's fault, for whoever listens to raise or show."""

    error: BaseException


Happening = Judging | Judged | Missing | Polling | Broke


class Watching:
    """Delivers what happens, from threads of its own, until it is closed.

    Args:
        deliver: called with every happening; must be safe to call from any thread.
        now: the time noted with each verdict.
    """

    def __init__(
        self,
        workspace: Workspace,
        judge: WarmGrader,
        *,
        deliver: Callable[[Happening], None],
        now: Callable[[], datetime],
        debounce: int = DEBOUNCE,
        events: Events | None = None,
        grace: float = _GRACE,
    ) -> None:
        self._workspace, self._judge, self._deliver, self._now, self._grace = workspace, judge, deliver, now, grace
        self._turn = threading.Lock()
        self._abandon = threading.Event()
        self._closed = False
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attnlab-judge")
        self._saves = Saves(
            workspace,
            saved=self.check,
            polling=lambda reason: deliver(Polling(reason)),
            debounce=debounce,
            events=events,
        )

    def __enter__(self) -> Watching:
        self._saves.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        with self._turn:
            self._closed = True
            self._abandon.set()
        self._saves.__exit__()
        self._pool.shutdown()

    def warm(self, exercise: Exercise) -> None:
        """Get ready for an exercise before its first save; what is being judged goes on."""
        with self._turn:
            if not self._closed:
                self._pool.submit(self._warm, exercise, self._abandon).add_done_callback(self._tell)

    def check(self, exercises: Sequence[Exercise]) -> None:
        """Judge these, one after the other; whatever is being judged now is abandoned."""
        since = monotonic()
        with self._turn:
            if self._closed:
                return
            self._abandon.set()
            self._abandon = threading.Event()
            for exercise in exercises:
                future = self._pool.submit(self._check, exercise, self._abandon, since)
                future.add_done_callback(self._tell)

    def _warm(self, exercise: Exercise, abandon: threading.Event) -> Happening | None:
        """Judge the reference once, for nothing, so that the first save finds everything loaded."""
        from attnlab.grading import Abandoned

        self._judge.warm(exercise)
        reference = files.read(exercise.answers / "reference.py", remedy="the course is incomplete: install it again")
        with suppress(Abandoned):
            self._judge.grade(exercise, reference, filename=f"{exercise.id}.py", abandon=abandon)
        return None

    def _check(self, exercise: Exercise, abandon: threading.Event, since: float) -> Happening | None:
        from attnlab.grading import Abandoned

        if abandon.is_set():
            return None
        file = self._workspace.file(exercise)
        source = files.read_if_there(file)
        if not source:
            if abandon.wait(self._grace):
                return None
            source = files.read_if_there(file)
        if source is None:
            return Missing(exercise)
        handed_in = submission_of(self._workspace, exercise, source)
        self._deliver(Judging(exercise))
        try:
            report = self._judge.grade(
                exercise,
                handed_in.source,
                filename=handed_in.filename,
                siblings=handed_in.siblings,
                abandon=abandon,
            )
        except Abandoned:
            return None
        return Judged(record_report(self._workspace, handed_in, report, now=self._now()), since)

    def _tell(self, future: Future[Happening | None]) -> None:
        error = future.exception()
        happening = Broke(error) if error else future.result()
        if happening is not None:
            self._deliver(happening)
