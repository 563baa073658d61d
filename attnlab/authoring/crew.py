"""Shares an audit's tasks among processes; one that dies costs the task it was at, and is replaced."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from attnlab.authoring.bench import Bench, Outcome, Task
from attnlab.authoring.findings import Finding


def done(root: Path, tasks: Sequence[Task], *, seeds: Sequence[int], jobs: int) -> Iterator[Outcome]:
    """The outcome of every task, in the order in which they are ready."""
    if jobs == 1:
        with Bench(root, seeds) as bench:
            yield from (bench.do(task) for task in tasks)
        return
    waiting = list(reversed(tasks))
    with ExitStack() as stack:
        hands = [_Hand(root, seeds) for _ in range(min(jobs, len(tasks)))]
        for hand in hands:
            stack.callback(hand.dismiss)
            hand.take(waiting.pop())
        while busy := {hand.connection: hand for hand in hands if hand.task is not None}:
            for ready in wait(list(busy)):
                hand = next(hand for connection, hand in busy.items() if connection is ready)
                yield hand.outcome()
                if waiting:
                    hand.take(waiting.pop())


class _Hand:
    """One process of the crew and the task it is at."""

    def __init__(self, root: Path, seeds: Sequence[int]) -> None:
        self._root, self._seeds = root, seeds
        self.task: Task | None = None
        self._start()

    def _start(self) -> None:
        # A fresh interpreter: a fork would inherit whatever threads and locks the caller has.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection = ours
        self._process: BaseProcess = context.Process(target=_work, args=(self._root, self._seeds, theirs), daemon=False)
        # Ctrl-C reaches the whole crew; only the one who leads it acts on it, and dismisses the others.
        with _interrupts_ignored():
            self._process.start()
        theirs.close()

    def take(self, task: Task) -> None:
        self.task = task
        self.connection.send(task)

    def outcome(self) -> Outcome:
        task, self.task = self.task, None
        assert task is not None
        try:
            received: Outcome = self.connection.recv()
            return received
        except (EOFError, OSError):
            self._process.join()
            what = f"auditing it ended the process (exit code {self._process.exitcode}): {task}"
            self.dismiss()
            self._start()
            return Outcome(task, (Finding(_concerned(task), None, what),))

    def dismiss(self) -> None:
        self.connection.close()
        # One that is still at a task has been left by somebody who no longer waits for it.
        self._process.join(timeout=0.2 if self.task is not None else 5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _work(root: Path, seeds: Sequence[int], connection: Connection) -> None:
    try:
        with Bench(root, seeds) as bench:
            while True:
                connection.send(bench.do(connection.recv()))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C for a moment; a process started meanwhile ignores it for good."""
    # A blocked signal would not do: multiprocessing unblocks it. Handlers are the main thread's alone.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _concerned(task: Task) -> Path:
    lesson = getattr(task, "lesson", None)
    return Path("course", lesson) if lesson else Path("solutions", getattr(task, "exercise", ""))
