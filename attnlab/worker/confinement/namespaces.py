"""Namespaces: a network, message queues, names, mounts and process numbers that are the zygote's children's own.

Entered once by the zygote, not by every child: they take milliseconds. What parts the children from one
another is a folder that is a file system of its own, and the layers that each puts on itself.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress

from attnlab.worker.confinement.syscalls import (
    PR_SET_DUMPABLE,
    PR_SET_PDEATHSIG,
    drop_capabilities,
    mount,
    prctl,
    unmount,
    unshare,
)

SCRATCH_BYTES = 64 << 20
SCRATCH_FILES = 4096
_MOUNTS, _UTS, _IPC, _USER, _PID, _NET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXECUTION = 1, 2, 4, 8
_ALL_BELOW, _PRIVATE = 0x4000, 0x40000
_BARE = _NO_SUID | _NO_DEVICES | _NO_EXECUTION


def leave_namespaces() -> None:
    """Leave all namespaces but that of process numbers for new ones; before any thread is started.

    Raises:
        OSError: the kernel, or whoever guards it, refuses.
    """
    user, group = os.geteuid(), os.getegid()
    own = _MOUNTS | _NET | _IPC | _UTS
    unshare(own if user == 0 else own | _USER)
    if user != 0:
        # Without a map nobody is who they were, and the judge could not kill its own children.
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    # Or what is mounted here would appear outside.
    mount("none", "/", "", _ALL_BELOW | _PRIVATE)


def leave_process_numbers() -> None:
    """From now on children are numbered anew, below a first process of ours, and /proc shows them alone.

    The caller itself stays where it is, and could start no more threads: it must have imported all it needs.

    Raises:
        OSError: the kernel refuses.
    """
    unshare(_PID)
    done, begun = os.pipe()
    if os.fork() == 0:
        os.close(done)
        _be_first(begun)
    os.close(begun)
    os.read(done, 1)
    os.close(done)


def mount_scratch(folder: str, owner: int, group: int) -> None:
    """Make an empty folder a file system in memory, with room for so many bytes and files, for one owner.

    Raises:
        OSError: the kernel refuses.
    """
    text = f"size={SCRATCH_BYTES},nr_inodes={SCRATCH_FILES},mode=0700,uid={owner},gid={group}"
    mount("attnlab", folder, "tmpfs", _BARE, text)


def unmount_scratch(folder: str) -> None:
    """Throw it away with all that is in it, however deep."""
    with suppress(OSError):
        unmount(folder)
    with suppress(OSError):
        os.rmdir(folder)


def hide(folders: Iterable[str]) -> None:
    """Nothing of these can be seen any more: not even that a file is there, which Landlock would tell."""
    for folder in folders:
        with suppress(OSError):
            mount("attnlab", folder, "tmpfs", _BARE | _READ_ONLY, "size=4k,nr_inodes=1,mode=0000")


def _be_first(begun: int) -> None:
    """Never returns: adopts and forgets orphans; when it dies, with the zygote, everything below it does."""
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_DUMPABLE, 0)
        os.closerange(3, begun)
        os.closerange(begun + 1, 65536)
        os.setsid()
        # Where something is mounted over parts of /proc, as in most containers, a fresh one is refused.
        # The old one stays then, and Landlock keeps it shut.
        with suppress(OSError):
            mount("proc", "/proc", "proc", _BARE, "hidepid=2")
        drop_capabilities()
        # Ended children whose exit nobody wants to know are never zombies.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        os.write(begun, b"1")
        os.close(begun)
        while True:
            signal.pause()
    finally:
        os._exit(1)
