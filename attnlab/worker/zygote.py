"""The zygote: imports numpy (and torch) once, holds no answers, and forks a confined child per submission.

It runs no submitted code. Over the control socket, one datagram a message, it first sends
`{"ready": library, "missing": {layer: reason}}`; the judge answers with what holds for all children,
`{"layers": [...], "readable": [path, ...], "hidden": [path, ...]}`, and then sends for each child

    {"fork": id, "memory": bytes, "cpu_seconds": n}

with three descriptors (the child's channel, its output, /dev/null for its input) and gets back
`{"forked": id, "scratch": path}`, with the child's own folder and one descriptor, its pidfd, by which the judge
can kill it from outside.
Children are forked ahead, while nothing else happens, and wait for their orders, so that a session
need not wait for the fork. When a child has ended the zygote reaps it and sends
`{"ended": id, "status": exit code, negative for a signal}`. The zygote ends when the control socket
does, and takes its children with it.
"""

from __future__ import annotations

import gc
import json
import os
import secrets
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from attnlab.worker.confinement import House, confine, confine_ahead, missing_layers, preload
from attnlab.worker.confinement.namespaces import (
    hide,
    leave_namespaces,
    leave_process_numbers,
    mount_scratch,
    unmount_scratch,
)
from attnlab.worker.confinement.user import NOBODY, become_nobody, why_not_nobody
from attnlab.worker.rehearsing import rehearse
from attnlab.worker.serving import READY, serve

DATAGRAM = 1 << 18
CHANNEL = 60
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# A session takes two children, one of them fresh.
SPARES = 2
IDLE_MS = 3


@dataclass(frozen=True, slots=True)
class _Spare:
    """A child that has everything but its orders."""

    pid: int
    pidfd: int
    orders: socket.socket
    scratch: str


def run_zygote(control: socket.socket, library: str, scratch: str, *, confined: bool) -> None:
    """Import the library, say so, and hand out children when told, until the judge is gone."""
    missing = missing_layers()
    if confined:
        # Before the import, since it may start threads; the numbers after it, since then none can be started.
        missing |= _attempted("namespaces", leave_namespaces)
    _import(library)
    if confined:
        missing |= _refused_user(scratch)
    if confined and "namespaces" not in missing:
        # Rarely refused alone, and the other namespaces stand without it. From now on /proc shows the children only.
        _attempted("namespaces", leave_process_numbers)
    # What lives now lives for ever: children should not copy its pages only to count references.
    gc.collect()
    gc.freeze()
    try:
        control.send(json.dumps({"ready": library, "missing": missing}).encode())
    except BrokenPipeError:
        return
    _Nursery(control, library, scratch).serve()


class _Nursery:
    """The zygote's children: spares that wait for orders, and those that have been given out."""

    def __init__(self, control: socket.socket, library: str, scratch: str) -> None:
        self._control, self._library, self._scratch = control, library, scratch
        self._house: House | None = None
        self._short_of_room = False
        self._spares: list[_Spare] = []
        self._given_out: dict[int, tuple[int, int, str]] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def serve(self) -> None:
        """Give children out and report their ends until the control socket ends; then all of them end, too."""
        while True:
            # Not while children are at work: forking would take the processor from them.
            free = not self._given_out and not self._short_of_room
            wanting = self._house is not None and len(self._spares) < SPARES and free
            happened = self._poll.poll(IDLE_MS if wanting else None)
            if not happened and self._house is not None:
                try:
                    self._spares.append(self._raise(self._house, rehearsing=True))
                except OSError:
                    # A full disk or process table: the children at work go on, and the next order will tell.
                    self._short_of_room = True
            for descriptor, _ in happened:
                if descriptor != self._control.fileno():
                    self._report_end(descriptor)
                elif not self._obey():
                    self._end_all()
                    return

    def _obey(self) -> bool:
        """Do what the next datagram says; False when there will be no more."""
        try:
            datagram, descriptors, _, _ = socket.recv_fds(self._control, DATAGRAM, 3)
        except ConnectionResetError:
            # The judge was interrupted and left before it had read all it was told.
            return False
        if not datagram:
            return False
        order = json.loads(datagram)
        if "readable" in order:
            self._house = House(layers=tuple(order["layers"]), readable=tuple(order["readable"]))
            if "namespaces" in self._house.layers:
                hide(order["hidden"])
        elif self._house is not None:
            self._short_of_room = False
            spare = self._spares.pop(0) if self._spares else self._raise(self._house)
            self._give_out(spare, order["fork"], datagram, descriptors)
        return True

    def _give_out(self, spare: _Spare, ident: int, datagram: bytes, descriptors: list[int]) -> None:
        # A spare that the system has killed meanwhile gets no order; its end is reported like any other's.
        with suppress(OSError):
            socket.send_fds(spare.orders, [datagram], descriptors)
        spare.orders.close()
        for descriptor in descriptors:
            os.close(descriptor)
        self._given_out[spare.pidfd] = (spare.pid, ident, spare.scratch)
        self._poll.register(spare.pidfd, select.POLLIN)
        socket.send_fds(
            self._control, [json.dumps({"forked": ident, "scratch": spare.scratch}).encode()], [spare.pidfd]
        )

    def _raise(self, house: House, *, rehearsing: bool = False) -> _Spare:
        scratch = f"{self._scratch}/session-{secrets.token_hex(8)}"
        os.mkdir(scratch, 0o700)
        owner, group = (NOBODY, NOBODY) if _to_nobody(house) else (os.geteuid(), os.getegid())
        if "namespaces" in house.layers:
            mount_scratch(scratch, owner, group)
        elif _to_nobody(house):
            os.chown(scratch, owner, group)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            _become_child(theirs.fileno(), house, scratch, self._library if rehearsing else None)
        theirs.close()
        return _Spare(pid, os.pidfd_open(pid), ours, scratch)

    def _report_end(self, pidfd: int) -> None:
        pid, ident, scratch = self._given_out.pop(pidfd)
        self._poll.unregister(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(pid, 0)
        if self._house is not None and "namespaces" in self._house.layers:
            # Nobody else sees it. What is on the disk is left to the judge, who has more time.
            unmount_scratch(scratch)
        try:
            self._control.send(json.dumps({"ended": ident, "status": os.waitstatus_to_exitcode(status)}).encode())
        except OSError:
            sys.exit(0)

    def _end_all(self) -> None:
        for pid in [*(pid for pid, _, _ in self._given_out.values()), *(spare.pid for spare in self._spares)]:
            os.kill(pid, signal.SIGKILL)


def _import(library: str) -> None:
    """Whatever is not imported and tried out here, every single child would pay for."""
    preload()
    if library == "torch":
        import torch

        torch.set_num_threads(1)
        # Optimisers and neural-network modules are imported lazily by torch itself.
        import torch.nn.functional
        import torch.utils.data
    rehearse(library)


def _attempted(layer: str, attempt: Callable[[], None]) -> dict[str, str]:
    """Nothing, or the layer with the reason why it cannot be had."""
    try:
        attempt()
    except OSError as error:
        return {layer: f"they are not allowed here: {error.strerror or error}"}
    return {}


def _refused_user(scratch: str) -> dict[str, str]:
    """Nothing, or the layer with the reason why children cannot be given to another user."""
    if os.geteuid() == 0:
        with suppress(OSError):
            # Through it, not into it: they must reach the folders that are theirs.
            os.chmod(scratch, 0o711)
    files = [getattr(module, "__file__", None) or "" for module in [*sys.modules.values()]]
    reason = why_not_nobody([scratch, *(file for file in files if os.path.isabs(file) and not _is_ours(file))])
    return dict.fromkeys(["user"] if reason else [], reason or "")


def _is_ours(file: str) -> bool:
    return file.startswith(_PACKAGE)


def _to_nobody(house: House) -> bool:
    return "user" in house.layers and os.geteuid() == 0


def _become_child(orders: int, house: House, scratch: str, library: str | None) -> None:
    """Never returns: waits for its order, serves one session and leaves without running anybody's exit handlers.

    Named a library, it rehearses first: worth it while nobody waits, not when the order is there already.
    """
    status = 0
    try:
        if _to_nobody(house):
            # First, since with another user the parent-death signal is forgotten.
            become_nobody()
        _tie_to_parent()
        # Above the numbers that the channel and the outputs will take.
        waiting = os.dup2(orders, 100, inheritable=False)
        os.closerange(3, 100)
        os.closerange(101, 65536)
        if library is not None:
            # Memory is shared with the zygote until it is written to: what every call writes to is copied now.
            rehearse(library)
        os.chdir(scratch)
        ahead = confine_ahead(house, scratch)
        with socket.socket(fileno=waiting) as order_socket:
            datagram, descriptors, _, _ = socket.recv_fds(order_socket, DATAGRAM, 3)
        if not datagram:
            os._exit(0)
        order = json.loads(datagram)
        channel = _rearrange(*descriptors)
        confine(house, ahead, memory=order["memory"], cpu_seconds=order["cpu_seconds"])
        os.closerange(3, CHANNEL)
        os.closerange(CHANNEL + 1, 65536)
        # Whatever fails before this is ours, and the judge knows it: no submission has arrived yet.
        os.write(channel, READY)
        serve(channel, channel)
    except BaseException:
        status = 71
    finally:
        os._exit(status)


def _tie_to_parent() -> None:
    from attnlab.worker.confinement.syscalls import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, prctl

    parent = os.getppid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:
        os._exit(0)
    prctl(PR_SET_DUMPABLE, 0)
    os.setsid()


def _rearrange(channel: int, output: int, nothing: int) -> int:
    """Input empty, both outputs captured, the channel where everybody may know it."""
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    return os.dup2(channel, CHANNEL, inheritable=False)
