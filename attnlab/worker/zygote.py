"""The zygote: imports numpy (and torch) once, holds no answers, and forks a confined child per submission.

It runs no submitted code. Over the control socket, one datagram a message, it first sends
`{"ready": libraries, "missing": {layer: reason}}`; the judge answers with what children may read,
`{"readable": [path, ...]}`, and then for each child

    {"fork": id, "layers": [...], "scratch": path, "memory": bytes, "cpu_seconds": n}

with three descriptors (the child's channel, its output, /dev/null for its input) and gets back
`{"forked": id}` with one descriptor, the child's pidfd, by which the judge can kill it from outside.
When a child has ended the zygote reaps it and sends `{"ended": id, "status": exit code, negative for a signal}`.
The zygote ends when the control socket does, and takes its children with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from attnlab.worker.confinement import Confinement, confine, missing_layers
from attnlab.worker.serving import READY, serve

DATAGRAM = 1 << 18


def run_zygote(control: socket.socket, libraries: tuple[str, ...]) -> None:
    """Import the libraries, say so, and fork when told, until the judge is gone."""
    _import(libraries)
    # What lives now lives for ever: children should not copy its pages only to count references.
    gc.collect()
    gc.freeze()
    try:
        control.send(json.dumps({"ready": list(libraries), "missing": missing_layers()}).encode())
    except BrokenPipeError:
        return
    readable: tuple[str, ...] = ()
    children: dict[int, tuple[int, int]] = {}
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor != control.fileno():
                poll.unregister(descriptor)
                _report_end(control, *children.pop(descriptor), descriptor)
                continue
            try:
                request, descriptors, _, _ = socket.recv_fds(control, DATAGRAM, 3)
            except ConnectionResetError:
                # The judge was interrupted and left before it had read all it was told.
                request, descriptors = b"", []
            if not request:
                for pid, _ in children.values():
                    os.kill(pid, signal.SIGKILL)
                return
            order = json.loads(request)
            if "readable" in order:
                readable = tuple(order["readable"])
                continue
            ident, pid, pidfd = _fork(order, readable, descriptors, control)
            children[pidfd] = (pid, ident)
            poll.register(pidfd, select.POLLIN)


def _import(libraries: tuple[str, ...]) -> None:
    import attnlab.stage.performing  # noqa: F401  (and with it numpy)

    if "torch" in libraries:
        import torch

        torch.set_num_threads(1)
        torch.zeros(2, 2).matmul(torch.zeros(2, 2))
        # Optimisers and neural-network modules are imported lazily by torch itself; children would each pay.
        import torch.nn.functional
        import torch.utils.data


def _fork(
    request: dict[str, Any], readable: tuple[str, ...], descriptors: list[int], control: socket.socket
) -> tuple[int, int, int]:
    pid = os.fork()
    if pid == 0:
        _become_child(request, readable, descriptors)
    pidfd = os.pidfd_open(pid)
    for descriptor in descriptors:
        os.close(descriptor)
    socket.send_fds(control, [json.dumps({"forked": request["fork"]}).encode()], [pidfd])
    return request["fork"], pid, pidfd


def _report_end(control: socket.socket, pid: int, ident: int, pidfd: int) -> None:
    os.close(pidfd)
    _, status = os.waitpid(pid, 0)
    try:
        control.send(json.dumps({"ended": ident, "status": os.waitstatus_to_exitcode(status)}).encode())
    except OSError:
        sys.exit(0)


def _become_child(request: dict[str, Any], readable: tuple[str, ...], descriptors: list[int]) -> None:
    """Never returns: serves one session and leaves without running anybody's exit handlers."""
    status = 0
    try:
        _tie_to_parent()
        channel = _rearrange(*descriptors)
        os.chdir(request["scratch"])
        confine(
            Confinement(
                layers=tuple(request["layers"]),
                readable=readable,
                scratch=request["scratch"],
                memory=request["memory"],
                cpu_seconds=request["cpu_seconds"],
            )
        )
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
    """Input empty, both outputs captured, the channel at 3, every other descriptor closed."""
    kept = os.dup2(channel, 250, inheritable=False)
    written = os.dup2(output, 251, inheritable=False)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.dup2(kept, 3, inheritable=False)
    os.closerange(4, 65536)
    return 3
