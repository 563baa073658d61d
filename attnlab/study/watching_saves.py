"""Notices saves of a workspace's exercises: by file events where they arrive, else by looking again and again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study.workspace import Workspace

# Milliseconds a burst of events (truncate, write, rename) is given to become one save.
DEBOUNCE = 30
_LOOK_EVERY = 0.1
_PATIENCE = 1.0
_TIMEOUT = 250

Signature = tuple[int, int, int] | None
Batches = Iterator[set[str]]
Events = Callable[[Sequence[Path], int, threading.Event], Batches]


class Saves:
    """Calls `saved` with the exercises whose files changed, and `polling` once, should file events not arrive.

    Both are called from a thread of its own. A file that vanished counts as changed. The events are
    watched over: first by a probe file, later by comparing what they told with what is on disk.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        saved: Callable[[Sequence[Exercise]], None],
        polling: Callable[[str], None],
        debounce: int = DEBOUNCE,
        events: Events | None = None,
    ) -> None:
        self._files = {exercise.id: (exercise, workspace.file(exercise)) for exercise in workspace.course.exercises}
        self._folders = (workspace.root / "exercises", workspace.state_file.parent)
        self._saved, self._polling, self._debounce = saved, polling, debounce
        self._events = events or file_events
        self._stop = threading.Event()
        self._seen: Mapping[str, Signature] = self._signatures()
        self._thread = threading.Thread(target=self._run, name="attnlab-saves", daemon=True)

    def __enter__(self) -> Saves:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        if reason := self._follow_events():
            self._polling(reason)
            while not self._stop.wait(_LOOK_EVERY):
                self._look()

    def _follow_events(self) -> str | None:
        """Follow file events until stopped; why they cannot be trusted, when they cannot."""
        try:
            batches = self._events(self._folders, self._debounce, self._stop)
            next(batches, None)
            if self._stop.is_set():
                return None
            if not events_arrive(batches, self._folders[1], told=self._look):
                return "file events do not arrive here"
            missed_since: float | None = None
            for batch in batches:
                if batch:
                    self._look()
                    missed_since = None
                elif self._signatures() == self._seen:
                    missed_since = None
                elif missed_since is None:
                    missed_since = monotonic()
                elif monotonic() - missed_since >= _PATIENCE:
                    return "a save came without a file event"
        except (OSError, RuntimeError) as error:
            return f"file events cannot be had: {error}"
        return None if self._stop.is_set() else "file events have ended"

    def _look(self) -> None:
        """Tell what differs from what was last seen; several events of one save so become one."""
        signatures = self._signatures()
        changed = [exercise for name, (exercise, _) in self._files.items() if signatures[name] != self._seen[name]]
        self._seen = signatures
        if changed:
            self._saved(changed)

    def _signatures(self) -> dict[str, Signature]:
        return {name: _signature(file) for name, (_, file) in self._files.items()}


def file_events(folders: Sequence[Path], debounce: int, stop: threading.Event) -> Batches:
    """Changed paths in batches, as the system tells them; while nothing happens, an empty batch now and then."""
    from watchfiles import watch

    # Rust looks every `step` and hands over once nothing was added in between: half the wait each.
    batches = watch(
        *(folder for folder in folders if folder.is_dir()),
        watch_filter=None,
        debounce=max(debounce, 2),
        step=max(debounce // 2, 1),
        stop_event=stop,
        rust_timeout=_TIMEOUT,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for batch in batches:
        yield {path for _, path in batch}


def events_arrive(batches: Batches, folder: Path, *, told: Callable[[], None] = lambda: None) -> bool:
    """Write a probe file into a watched folder and see whether its event comes; `told` is called at every batch."""
    probe = folder / f"probe-{os.getpid()}"
    deadline = monotonic() + _PATIENCE
    try:
        probe.write_bytes(b"attnlab looks whether file events arrive\n")
        for batch in batches:
            told()
            if any(os.path.basename(path) == probe.name for path in batch):
                return True
            if monotonic() > deadline:
                return False
        # The watcher was told to stop: that says nothing against it.
        return True
    finally:
        with suppress(OSError):
            probe.unlink()


def _signature(file: Path) -> Signature:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
