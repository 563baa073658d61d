"""A conversation with one worker: requests out, replies in, what is printed collected, all under one clock.

What arrives is trusted in nothing: once submitted code has started, whatever goes wrong on the channel is its doing.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import threading
from collections.abc import Callable
from typing import Protocol

from attnlab.content import Limits
from attnlab.errors import ToolFault
from attnlab.grading.allowance import FIRST_LOOK, Allowance
from attnlab.grading.places import Places
from attnlab.grading.processes import Forked, Standby
from attnlab.grading.stops import Abandoned, Stopped
from attnlab.grading.verdicts import Verdict
from attnlab.stage import Stage
from attnlab.stage.consulting import Consultation, NotAsked, TooManyAsks
from attnlab.wire import (
    PREFIX,
    Answered,
    Asked,
    BrokenFrame,
    Call,
    Load,
    Message,
    Reply,
    Request,
    decode,
    encode,
    frame_lengths,
)

REPLY_CAP = 64 << 20
_SLICE = 0.02
# A session whose submission only waits for so long lends its place to others.
_KEPT_WAITING = 0.25
# Windows has neither signal, and no negative exit codes either.
_KILLED, _CPU_SPENT = (-int(getattr(signal, name, 0)) or None for name in ("SIGKILL", "SIGXCPU"))
_READY_SECONDS = 120.0


class Actor(Protocol):
    """One worker holding one submission."""

    def ask(self, request: Request, seconds: float) -> Reply:
        """Its answer.

        Args:
            seconds: of processor time; a clock well above ends what only waits.

        Raises:
            Stopped: the submission ended the conversation or ran past its time.
            Abandoned: the judgement is not wanted any more.
        """

    @property
    def output(self) -> str:
        """What the submission has printed so far, capped."""


def actor_of(
    worker: Forked | Standby, limits: Limits, abandon: threading.Event | None, places: Places | None = None
) -> Actor:
    """The conversation that fits the kind of worker; while it is kept waiting, it lends its place to others."""
    if isinstance(worker, Forked):
        return ForkedActor(worker, limits, abandon, places)
    return StandbyActor(worker, limits, abandon)


class LocalActor:
    """Trusted code performed in the judge's own process: a reference, a variant, a misconception."""

    output = ""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def ask(self, request: Request, seconds: float) -> Reply:
        return self._stage.perform(request)


class ForkedActor:
    """A forked child, spoken to over a socket, killed by its pidfd."""

    def __init__(
        self, worker: Forked, limits: Limits, abandon: threading.Event | None, places: Places | None = None
    ) -> None:
        self._worker, self._channel, self._output = worker, worker.channel, worker.output
        self._abandon, self._places = abandon, places
        self._printed = _Printed(limits)
        self._received = bytearray()
        self._channel.setblocking(False)
        os.set_blocking(self._output, False)
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)
        self._await_ready()
        self._memory = _memory_allowed(worker, limits)

    @property
    def output(self) -> str:
        return self._printed.text

    def ask(self, request: Request, seconds: float) -> Reply:
        allowance = Allowance(self._worker, seconds, self._memory)
        self._send(encode(request), allowance)
        answer = answering(request)
        while isinstance(reply := self._receive(allowance), Asked):
            self._send(encode(answer(reply)), allowance)
        return checked_reply(reply, request)

    def _receive(self, allowance: Allowance) -> Message:
        prefix = self._take(PREFIX.size, allowance)
        try:
            header, body = frame_lengths(prefix, body_cap=REPLY_CAP)
            return decode(self._take(header, allowance), self._take(body, allowance))
        except BrokenFrame as error:
            raise self._stop(Verdict.CRASHED, f"the submission wrote over the judge's channel: {error}") from error

    def _await_ready(self) -> None:
        """Until it is confined; it has seen nothing of a submission by then, so a failure is ours."""
        try:
            self._take(1, Allowance(self._worker, _READY_SECONDS))
        except Stopped as stop:
            raise _never_ready() from stop

    def _send(self, frame: bytes, allowance: Allowance) -> None:
        view = memoryview(frame)
        while view:
            try:
                view = view[self._channel.send(view) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, allowance)
            except OSError as error:
                raise self._left() from error

    def _take(self, size: int, allowance: Allowance) -> bytes:
        while len(self._received) < size:
            self._wait(select.POLLIN, allowance)
            try:
                part = self._channel.recv(1 << 20)
            except BlockingIOError:
                continue
            except OSError:
                part = b""
            if not part:
                raise self._left()
            self._received += part
        taken = bytes(self._received[:size])
        del self._received[:size]
        return taken

    def _wait(self, event: int, allowance: Allowance) -> None:
        """Until the channel is ready; reads what is printed meanwhile."""
        self._poll.register(self._channel, event)
        left = FIRST_LOOK
        try:
            while True:
                if self._abandon is not None:
                    if self._abandon.is_set():
                        raise Abandoned
                    left = min(left, _SLICE)
                ready = dict(self._poll.poll(left * 1000))
                if self._output in ready:
                    self._read_output()
                if self._channel.fileno() in ready:
                    return
                left = self._left_of(allowance)
        finally:
            if self._places is not None:
                self._places.back()

    def _left_of(self, allowance: Allowance) -> float:
        try:
            left = allowance.left()
        except Stopped:
            self._drain()
            raise
        if self._places is not None and allowance.idle and allowance.elapsed > _KEPT_WAITING:
            self._places.lend()
        return left

    def _read_output(self) -> None:
        with contextlib.suppress(BlockingIOError):
            part = os.read(self._output, 1 << 16)
            if not part:
                self._poll.unregister(self._output)
            if not self._printed.add(part):
                raise self._stop(Verdict.TOO_MUCH_OUTPUT, self._printed.problem)

    def _left(self) -> Stopped:
        """The child closed its end: how it ended says why."""
        self._drain()
        ended, _, _ = select.select([self._worker.pidfd], [], [], 0.5)
        return stopped_by(self._worker.status() if ended else 0)

    def _stop(self, verdict: Verdict, problem: str) -> Stopped:
        self._drain()
        return Stopped(verdict, problem)

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            self._printed.add(os.read(self._output, 1 << 16))


class StandbyActor:
    """A standby process, spoken to over pipes by threads, so that it works where pipes cannot be polled."""

    def __init__(self, worker: Standby, limits: Limits, abandon: threading.Event | None) -> None:
        self._worker, self._abandon = worker, abandon
        self._printed = _Printed(limits)
        self._replies: queue.Queue[bytes | BrokenFrame | None] = queue.Queue()
        self._ready = threading.Event()
        self._imported = False
        for job in (self._read_replies, self._read_output):
            threading.Thread(target=job, daemon=True).start()
        # The time a submission has does not include our own imports.
        self._ready.wait(_READY_SECONDS)
        if not self._imported:
            raise _never_ready()
        self._memory = _memory_allowed(worker, limits)

    @property
    def output(self) -> str:
        return self._printed.text

    def ask(self, request: Request, seconds: float) -> Reply:
        allowance = Allowance(self._worker, seconds, self._memory)
        self._send(encode(request))
        answer = answering(request)
        while isinstance(reply := self._receive(allowance), Asked):
            self._send(encode(answer(reply)))
        return checked_reply(reply, request)

    def _send(self, frame: bytes) -> None:
        # A worker that does not read must not keep the judge: writing has a thread of its own.
        threading.Thread(target=self._write, args=(frame,), daemon=True).start()

    def _receive(self, allowance: Allowance) -> Message:
        left = _SLICE
        while True:
            with contextlib.suppress(queue.Empty):
                return self._decoded(self._replies.get(timeout=min(left, _SLICE)))
            if self._printed.too_much:
                raise Stopped(Verdict.TOO_MUCH_OUTPUT, self._printed.problem)
            if self._abandon is not None and self._abandon.is_set():
                raise Abandoned
            left = allowance.left()

    def _decoded(self, arrived: bytes | BrokenFrame | None) -> Message:
        if arrived is None:
            raise stopped_by(self._worker.status())
        try:
            if isinstance(arrived, BrokenFrame):
                raise arrived
            header, _ = frame_lengths(arrived[: PREFIX.size], body_cap=REPLY_CAP)
            return decode(arrived[PREFIX.size : PREFIX.size + header], arrived[PREFIX.size + header :])
        except BrokenFrame as error:
            raise Stopped(Verdict.CRASHED, f"the submission wrote over the judge's channel: {error}") from error

    def _write(self, frame: bytes) -> None:
        stream = self._worker.process.stdin
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.write(frame)
                stream.flush()

    def _read_replies(self) -> None:
        stream = self._worker.process.stdout
        if stream is None:
            return
        try:
            if not stream.read(1):
                raise EOFError
            self._imported = True
            self._ready.set()
            while prefix := stream.read(PREFIX.size):
                header, body = frame_lengths(prefix.ljust(PREFIX.size, b"\0"), body_cap=REPLY_CAP)
                self._replies.put(prefix + stream.read(header + body))
            self._replies.put(None)
        except BrokenFrame as error:
            self._replies.put(error)
        except (EOFError, OSError, ValueError, MemoryError):
            self._replies.put(None)
        finally:
            self._ready.set()

    def _read_output(self) -> None:
        stream = self._worker.process.stderr
        if stream is None:
            return
        with contextlib.suppress(OSError, ValueError):
            while part := os.read(stream.fileno(), 1 << 16):
                self._printed.add(part)


def answering(request: Request) -> Callable[[Asked], Answered]:
    """How what the submission asks during this request is answered.

    Raises, when called:
        Stopped: it asks what only a submission that forges frames can ask, or without end.
    """
    consultation = Consultation(request) if isinstance(request, Call) else None

    def answer(asked: Asked) -> Answered:
        try:
            if consultation is None:
                raise NotAsked("nothing was there to be called")
            return consultation.answer(asked)
        except NotAsked as error:
            raise Stopped(Verdict.CRASHED, f"the submission wrote over the judge's channel: {error}") from error
        except TooManyAsks as error:
            raise Stopped(Verdict.TIMED_OUT, str(error)) from error

    return answer


def checked_reply(reply: object, request: Request) -> Reply:
    """The reply, if it is one and answers this request.

    Raises:
        Stopped: it is not; only a submission can have sent it.
    """
    if isinstance(reply, Load | Call | Answered | Asked) or getattr(reply, "id", None) != request.id:
        raise Stopped(Verdict.CRASHED, "the submission answered something that was not asked")
    return reply  # type: ignore[return-value]


def _memory_allowed(worker: Forked | Standby, limits: Limits) -> int | None:
    """What it uses now and as much as a submission may; None where that cannot be told."""
    used = worker.memory_bytes()
    return used + (limits.memory_mb << 20) if used else None


def _never_ready() -> ToolFault:
    return ToolFault(
        "a worker ended before it was given anything to do",
        remedy="'attnlab doctor' shows what is missing; look too whether the disk is full",
    )


def stopped_by(status: int) -> Stopped:
    """What an exit status says of the submission."""
    if status == _KILLED:
        return Stopped(Verdict.OUT_OF_MEMORY, "the process was killed by the system, most likely for its memory")
    if status == _CPU_SPENT:
        return Stopped(Verdict.TIMED_OUT, "the process used more CPU time than it may")
    if status < 0:
        name = signal.strsignal(-status) or "unknown"
        return Stopped(Verdict.CRASHED, f"the process was ended by signal {-status} ({name.lower()})")
    return Stopped(Verdict.CRASHED, f"the submission ended its own process with exit code {status}")


class _Printed:
    """What a submission printed, up to a cap."""

    def __init__(self, limits: Limits) -> None:
        self._cap = limits.output_kb << 10
        self._bytes = bytearray()
        self.too_much = False

    @property
    def text(self) -> str:
        return self._bytes.decode("utf-8", "replace")

    @property
    def problem(self) -> str:
        return f"more than {self._cap >> 10} KiB were printed"

    def add(self, part: bytes) -> bool:
        """Whether it is still within the cap."""
        self._bytes += part[: self._cap - len(self._bytes) + 1]
        self.too_much = self.too_much or len(self._bytes) > self._cap
        del self._bytes[self._cap :]
        return not self.too_much
