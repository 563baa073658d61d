"""Runs a command so that nothing of it can get away; tells what was left when it had ended.

Started as a program: `python -I reaping.py SIGNAL SECONDS COMMAND...`. It adopts whatever loses its parent, sends the
command that signal after so many seconds (0: never), waits for it to end, and gives what is left some time to end by
itself. On standard error's last line stands, as JSON: the exit status, and the command lines of what did not end.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time

_SUBREAPER = 36
_PATIENCE = 20.0


def main() -> None:
    number, seconds, command = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    if ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise SystemExit("this system does not let anybody adopt processes")
    began = time.monotonic()
    # What is started in the background of a shell ignores Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0)
    if seconds:
        try:
            running.wait(seconds)
        except subprocess.TimeoutExpired:
            (os.killpg if number == signal.SIGINT else os.kill)(running.pid, number)
    status = running.wait()
    took = time.monotonic() - began
    left = _left()
    told = {"status": status, "left": left, "seconds": took, "lingered": time.monotonic() - began - took}
    sys.stderr.write("\n" + json.dumps(told) + "\n")


def _left() -> list[str]:
    """What we have adopted and does not end by itself; it is killed in the end."""
    deadline = time.monotonic() + _PATIENCE
    stubborn: list[str] = []
    while children := _children():
        # Whoever has ended first: the first process of a namespace waits for all others of it to be taken away.
        if os.waitpid(-1, os.WNOHANG)[0]:
            continue
        descriptors = [os.pidfd_open(pid) for pid in children]
        ended, _, _ = select.select(descriptors, [], [], max(deadline - time.monotonic(), 0))
        for descriptor in descriptors:
            os.close(descriptor)
        if not ended:
            for pid in children:
                with open(f"/proc/{pid}/cmdline") as told:
                    stubborn.append(told.read().replace("\0", " ")[:200])
                os.kill(pid, signal.SIGKILL)
            os.waitpid(-1, 0)
    return stubborn


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as told:
        return [int(pid) for pid in told.read().split()]


if __name__ == "__main__":
    main()
