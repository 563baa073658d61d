"""What a worker has spent, seen from outside: processor time and memory."""

from __future__ import annotations

import contextlib
import select
import sys
import time

_ITS_PROCESS_TIME = 2


def cpu_seconds(pid: int) -> float:
    """Processor time a process has used, all its threads together, ended ones too; 0.0 where it cannot be told."""
    if not sys.platform.startswith("linux") or pid <= 0:
        return 0.0
    try:
        # The clock that clock_getcpuclockid(3) names: to the nanosecond, where /proc tells hundredths.
        return time.clock_gettime((~pid << 3) | _ITS_PROCESS_TIME)
    except OSError:
        return 0.0


def waited_seconds(pid: int) -> float | None:
    """For how long a process was ready to run and others had the processors; None where it cannot be told."""
    if not sys.platform.startswith("linux") or pid <= 0:
        return None
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as told:
            return int(told.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return None


def pid_behind(pidfd: int) -> int:
    """The process's number as this process would write it, whatever its own namespace calls it; 0 when it has ended."""
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as fields:
        for field in fields:
            name, _, value = field.partition(":")
            if name == "Pid":
                return max(int(value), 0)
    return 0


def has_ended(pidfd: int) -> bool:
    """Whether the process is gone, and its number perhaps another's."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(0))


def memory_bytes(pid: int) -> int:
    """Memory that is a process's alone, not its libraries' files; 0 where it cannot be told.

    The address space's limit stands where limits are applied. This stands where they are not, and counts what is used.
    """
    used = 0
    # The worker may have given itself a name that is no text.
    with (
        contextlib.suppress(OSError, ValueError),
        open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as told,
    ):
        for field in told:
            name, _, value = field.partition(":")
            if name in ("RssAnon", "RssShmem"):
                used += int(value.split()[0]) << 10
    return used
