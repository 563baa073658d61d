"""The processes that judge: kept busy, replaced when they die, ended when nobody waits for them any more."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol

from attnlab.classroom.batch.jobs import Answer, Fault, Job, Settings, answer_from_json, job_to_line
from attnlab.grading.processes import start_judge

_SERVING = "attnlab.classroom.batch.serving"
# One at work and one that lies ready, so that no process waits for its leader.
_AHEAD = 2
_MOST = 8
_END_SECONDS = 5.0


class Agenda(Protocol):
    """Where the crew gets its jobs from."""

    def next(self) -> Job | None:
        """One that can be done now; None while all that are left wait for others, and at the end."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job and its answer."""

    job: Job
    answer: Answer


@dataclass(frozen=True, slots=True)
class Again:
    """A job whose process died under it; it is going to be done once more, by itself."""

    job: Job
    why: str


class Crew:
    """So many judges' processes. Close it, or use it as a context: whatever they are at is ended then."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._told: SimpleQueue[tuple[_Hand, bytes | None]] = SimpleQueue()
        self._settings = settings
        self._count = count
        self._hands = [_Hand(settings, self._told) for _ in range(count)]
        self._issued = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hand in self._hands:
            hand.dismiss()
        for hand in self._hands:
            hand.wait()

    def do(self, agenda: Agenda, *, one_at_a_time: bool = False) -> Iterator[Done | Again]:
        """The answers to an agenda's jobs, in the order in which they are ready; ends when it has no more.

        Args:
            one_at_a_time: nothing else is done while a job is.
        """
        again: list[Job] = []
        hands = self._hands[:1] if one_at_a_time else self._hands
        while True:
            for hand in hands:
                self._occupy(hand, agenda, again, most=1 if one_at_a_time else _AHEAD)
            if not any(hand.at for hand in self._hands):
                return
            hand, line = self._told.get()
            if line is None:
                yield from self._replaced(hand, again)
                hands = self._hands[:1] if one_at_a_time else self._hands
                continue
            told = json.loads(line)
            if "waiting" in told:
                hand.waiting += told["waiting"]
            elif "last_words" in told:
                hand.last_words = told["last_words"]
            else:
                yield Done(hand.at.pop(told["id"]), answer_from_json(told))

    def _occupy(self, hand: _Hand, agenda: Agenda, again: list[Job], *, most: int) -> None:
        if hand.alone:
            if hand.at:
                return
            hand.alone = False
        if again and not hand.at:
            # Whatever made its process end would take others with it.
            hand.alone = True
            self._give(hand, again.pop())
            return
        while len(hand.at) < min(most + hand.waiting, _MOST) and not (again and most == _AHEAD and not hand.at):
            job = agenda.next()
            if job is None:
                return
            self._give(hand, job)

    def _give(self, hand: _Hand, job: Job) -> None:
        self._issued += 1
        hand.take(self._issued, job)

    def _replaced(self, hand: _Hand, again: list[Job]) -> Iterator[Done | Again]:
        code = hand.wait()
        if hand not in self._hands:
            return
        why = hand.last_words or f"exit code {code}"
        self._hands[self._hands.index(hand)] = _Hand(self._settings, self._told)
        for job in hand.at.values():
            if hand.alone:
                yield Done(job, Fault(f"the judge's own process ended twice while it was at this ({why})"))
            else:
                again.append(job)
                yield Again(job, f"the judge's own process ended while it was at this ({why})")


class _Hand:
    """One process, and the jobs it has."""

    def __init__(self, settings: Settings, told: SimpleQueue[tuple[_Hand, bytes | None]]) -> None:
        self.at: dict[int, Job] = {}
        self.waiting = 0
        self.alone = False
        self.last_words = ""
        self._process = start_judge(_SERVING)
        self._write(json.dumps(settings.to_json()).encode() + b"\n")
        threading.Thread(target=self._listen, args=(told,), daemon=True).start()

    def take(self, ident: int, job: Job) -> None:
        self.at[ident] = job
        self._write(job_to_line(ident, job))

    def dismiss(self) -> None:
        """Let it end; it gives up what it is at."""
        with suppress(OSError):
            self._input.close()

    def wait(self) -> int:
        """Its exit code."""
        try:
            return self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _write(self, line: bytes) -> None:
        # One that has died is noticed by who listens.
        with suppress(OSError):
            self._input.write(line)
            self._input.flush()

    def _listen(self, told: SimpleQueue[tuple[_Hand, bytes | None]]) -> None:
        output = self._process.stdout
        assert output is not None
        for line in output:
            told.put((self, line))
        told.put((self, None))

    @property
    def _input(self) -> Any:
        return self._process.stdin
