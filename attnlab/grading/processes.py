"""Worker processes: started, and ended from outside. The only file that does so.

On Linux a zygote per library forks a confined child for each session. Elsewhere a standby process,
pre-imported, is used once and replaced; it is limited in time and output but not confined.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attnlab.content import Library, Limits
from attnlab.errors import ToolFault
from attnlab.grading.clearing import clear_away
from attnlab.grading.exposure import hidden_folders, library_path, readable_paths
from attnlab.grading.spending import cpu_seconds, has_ended, memory_bytes, pid_behind, waited_seconds

LAYERS = ("namespaces", "user", "landlock", "limits", "seccomp", "memory")
# Without these nobody is confined; the others stand behind them.
NEEDED = ("landlock", "limits", "seccomp")
FORKS = sys.platform.startswith("linux") and hasattr(os, "pidfd_open")
_START_SECONDS = 120.0
_END_SECONDS = 5.0
_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from attnlab.worker.__main__ import main; main(sys.argv[1:])"
)
_RUN = (
    "import sys, json, runpy; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "runpy.run_module(sys.argv[1], run_name='__main__')"
)
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def start_worker(kind: str, arguments: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """A fresh interpreter with the judge's libraries and next to no environment."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= dict.fromkeys(_THREADS, "1") | {
        "MALLOC_ARENA_MAX": "2",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-s", "-P", "-c", _BOOT, json.dumps(library_path()), kind, *arguments]
    return subprocess.Popen(command, env=environment, **options)


def start_judge(module: str) -> subprocess.Popen[bytes]:
    """A fresh interpreter that runs a module of ours with all our rights, to be spoken to in lines.

    Ctrl-C does not reach it: whoever started it acts on that, and closes its input.
    """
    own_group: dict[str, Any] = {"process_group": 0}
    if os.name == "nt":
        own_group = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    command = [sys.executable, "-P", "-c", _RUN, json.dumps(sys.path), module]
    environment = {**os.environ, **dict.fromkeys(_THREADS, "1")}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, **own_group)


@dataclass(frozen=True, slots=True, eq=False)
class Forked:
    """A confined child: the judge's ends of its channel and its output, and the handle to kill it by."""

    zygote: Zygote
    ident: int
    channel: socket.socket
    output: int
    pidfd: int
    pid: int
    scratch: str

    def cpu_seconds(self) -> float:
        """Processor time used so far by it and its threads; 0.0 where that cannot be told or it has ended."""
        # Only while it lives its number is surely its own.
        return 0.0 if has_ended(self.pidfd) else cpu_seconds(self.pid)

    def waited_seconds(self) -> float | None:
        """For how long it was ready to run and others had the processors; None where that cannot be told."""
        return waited_seconds(self.pid)

    def memory_bytes(self) -> int:
        """Memory of its own at this moment; 0 where that cannot be told."""
        return memory_bytes(self.pid)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def status(self) -> int:
        """How it ended: its exit code, or a signal's number, negative. Waits for the end."""
        return self.zygote.status(self.ident)

    def release(self) -> None:
        self.zygote.forget(self.ident)
        self.channel.close()
        os.close(self.output)
        os.close(self.pidfd)


class Zygote:
    """A zygote process and the children it has forked."""

    def __init__(self, library: Library, withheld: tuple[Path, ...], *, confined: bool, scratch: str) -> None:
        self._withheld, self._confined, self._scratch = withheld, confined, scratch
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = start_worker(
                "zygote",
                [str(theirs.fileno()), library.value, scratch, "confined" if confined else "free"],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = ours
        self._lock = threading.RLock()
        self._missing: dict[str, str] | None = None
        self._forked: dict[int, tuple[int, str]] = {}
        self._ended: dict[int, int] = {}
        self._count = 0

    def missing(self) -> dict[str, str]:
        """Layers that cannot be had, with reasons; waits until the zygote is ready.

        Raises:
            ToolFault: it did not start.
        """
        with self._lock:
            if self._missing is None:
                self._control.settimeout(_START_SECONDS)
                ready = self._first_message()
                self._missing = dict(ready["missing"])
                layers = self.layers()
                granted = readable_paths(self._withheld)
                hidden = hidden_folders(self._withheld, (*granted, self._scratch))
                house = {"layers": layers, "readable": granted if "landlock" in layers else (), "hidden": hidden}
                self._control.send(json.dumps(house).encode())
            return self._missing

    def layers(self) -> tuple[str, ...]:
        """The layers that its children get; waits until the zygote is ready."""
        missing = self.missing()
        return tuple(layer for layer in LAYERS if self._confined and layer not in missing)

    def fork(self, limits: Limits) -> Forked:
        """A child of its own for one session.

        Raises:
            ToolFault: there is no more zygote, or it could not fork.
        """
        with self._lock:
            self.missing()
            self._count += 1
            ident = self._count
            ours, theirs = socket.socketpair()
            readable_end, writable_end = os.pipe()
            nothing = os.open(os.devnull, os.O_RDONLY)
            order = {
                "fork": ident,
                "memory": limits.memory_mb << 20,
                # The judge stops a call by the time it took; this is for the worker as a whole, loading included.
                "cpu_seconds": int(limits.seconds * 4) + 11,
            }
            try:
                socket.send_fds(self._control, [json.dumps(order).encode()], [theirs.fileno(), writable_end, nothing])
                while ident not in self._forked:
                    self._take()
            except OSError as error:
                ours.close()
                os.close(readable_end)
                raise _zygote_gone(error) from error
            finally:
                theirs.close()
                os.close(writable_end)
                os.close(nothing)
            pidfd, scratch = self._forked.pop(ident)
            return Forked(self, ident, ours, readable_end, pidfd, pid_behind(pidfd), scratch)

    def status(self, ident: int) -> int:
        """How a child ended: its exit code, or a signal's number, negative.

        Raises:
            ToolFault: the zygote ended, and its children with it, for no fault of theirs.
        """
        with self._lock:
            self._control.settimeout(_END_SECONDS)
            try:
                while ident not in self._ended:
                    self._take()
            except OSError as error:
                raise _zygote_gone(error) from error
            return self._ended[ident]

    def forget(self, ident: int) -> None:
        """Nobody will ask again how this child ended."""
        with self._lock:
            self._ended.pop(ident, None)

    def close(self) -> None:
        """End it and, with it, all its children."""
        # Nothing in it is worth an orderly end, which takes torch a fifth of a second.
        self._process.kill()
        self._process.wait()
        self._control.close()

    def _take(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._control, 1 << 12, 1)
        if not message:
            raise ConnectionResetError("it ended")
        told = json.loads(message)
        if "forked" in told:
            self._forked[told["forked"]] = (descriptors[0], told["scratch"])
        else:
            self._ended[told["ended"]] = told["status"]

    def _first_message(self) -> dict[str, Any]:
        try:
            message = self._control.recv(1 << 16)
        except OSError:
            message = b""
        if not message:
            raise ToolFault("the worker did not start", remedy="'attnlab doctor' shows what is missing")
        told: dict[str, Any] = json.loads(message)
        return told


@dataclass(frozen=True, slots=True, eq=False)
class Standby:
    """A process that serves one session over its standard input and output; not confined."""

    process: subprocess.Popen[bytes]
    scratch: str

    def cpu_seconds(self) -> float:
        """Processor time used since it was started; 0.0 where that cannot be told or it has ended."""
        return cpu_seconds(self.process.pid) if self.process.poll() is None else 0.0

    def waited_seconds(self) -> float | None:
        """For how long it was ready to run and others had the processors; None where that cannot be told."""
        return waited_seconds(self.process.pid)

    def memory_bytes(self) -> int:
        """Memory of its own at this moment; 0 where that cannot be told."""
        return memory_bytes(self.process.pid)

    def kill(self) -> None:
        self.process.kill()

    def status(self) -> int:
        try:
            return self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def release(self) -> None:
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def start_standby(library: Library, scratch: str) -> Standby:
    """Start importing; the first byte it writes says that it is ready."""
    pipe = subprocess.PIPE
    process = start_worker("standby", [library.value], cwd=scratch, stdin=pipe, stdout=pipe, stderr=pipe)
    return Standby(process, scratch)


class Workers:
    """The workers of one judge: a zygote per library or a spare standby, and a scratch folder per session.

    Args:
        withheld: paths that no confined child may read.
        confined: give children every isolation layer there is, or none at all.
        forking: fork from zygotes; where the system cannot, standby processes are used.
    """

    def __init__(self, withheld: tuple[Path, ...], *, confined: bool = True, forking: bool = FORKS) -> None:
        self._withheld, self._confined, self._forking = withheld, confined, forking
        self._zygotes: dict[Library, Zygote] = {}
        self._spares: dict[Library, Standby] = {}
        self._killed: deque[Forked | Standby] = deque()
        self._scratch: str | None = None
        self._lock = threading.RLock()

    def warm(self, library: Library) -> None:
        """Start importing what the library needs, without waiting for it."""
        with self._lock:
            if self._forking and library not in self._zygotes:
                self._zygotes[library] = Zygote(
                    library, self._withheld, confined=self._confined, scratch=self._scratch_root()
                )
            elif not self._forking and library not in self._spares:
                scratch = tempfile.mkdtemp(prefix="session-", dir=self._scratch_root())
                self._spares[library] = start_standby(library, scratch)

    def missing(self, library: Library) -> dict[str, str]:
        """The isolation layers that cannot be had here, with reasons; waits for the worker's start."""
        if not self._forking:
            return dict.fromkeys(LAYERS, f"{sys.platform} has none of Linux's isolation")
        self.warm(library)
        return self._zygotes[library].missing()

    def refusing(self, library: Library) -> dict[str, str]:
        """The missing layers without which nothing is confined; waits for the worker's start."""
        return {layer: reason for layer, reason in self.missing(library).items() if layer in NEEDED}

    def layers(self, library: Library) -> tuple[str, ...]:
        """The isolation layers that a worker gets here; waits for the worker's start."""
        if not self._forking:
            return ()
        self.warm(library)
        return self._zygotes[library].layers()

    @contextlib.contextmanager
    def process(self, library: Library, limits: Limits) -> Iterator[Forked | Standby]:
        """A fresh worker of its own, killed afterwards.

        What is left of it is cleared away later, by `settle`: its verdict need not wait for its memory to be freed.

        Raises:
            ToolFault: no worker can be started.
        """
        self.settle()
        worker = self._fork(library, limits) if self._forking else self._spare(library)
        try:
            yield worker
        finally:
            worker.kill()
            self._killed.append(worker)

    def settle(self) -> None:
        """Wait for the end of every worker killed so far, and clear its descriptors and folder away."""
        with contextlib.suppress(IndexError):
            while True:
                worker = self._killed.popleft()
                with contextlib.suppress(ToolFault):
                    worker.status()
                worker.release()
                clear_away(worker.scratch)

    def close(self) -> None:
        self.settle()
        for zygote in self._zygotes.values():
            zygote.close()
        for standby in self._spares.values():
            standby.kill()
            standby.status()
            standby.release()
        self._zygotes.clear()
        self._spares.clear()
        if self._scratch is not None:
            clear_away(self._scratch)
            self._scratch = None

    def _fork(self, library: Library, limits: Limits) -> Forked:
        self.warm(library)
        try:
            return self._zygotes[library].fork(limits)
        except ToolFault:
            # A zygote that was killed from outside is replaced, once.
            with self._lock:
                self._zygotes.pop(library).close()
            self.warm(library)
            return self._zygotes[library].fork(limits)

    def _spare(self, library: Library) -> Standby:
        with self._lock:
            self.warm(library)
            taken = self._spares.pop(library)
            self.warm(library)
            return taken

    def _scratch_root(self) -> str:
        with self._lock:
            if self._scratch is None:
                self._scratch = tempfile.mkdtemp(prefix="attnlab-")
            return self._scratch


def _zygote_gone(error: OSError) -> ToolFault:
    return ToolFault(
        f"the worker's zygote is gone: {error}", remedy="run the command again; 'attnlab doctor' looks deeper"
    )
