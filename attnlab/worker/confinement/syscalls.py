"""The few calls to the kernel that Python's standard library does not offer, by ctypes."""

from __future__ import annotations

import ctypes
import os
import platform

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

_LIBC = ctypes.CDLL(None, use_errno=True)

LANDLOCK_CREATE_RULESET = 444
LANDLOCK_ADD_RULE = 445
LANDLOCK_RESTRICT_SELF = 446
_DETACHED = 2
_CAPSET = {"x86_64": 126, "aarch64": 91}


def prctl(option: int, *arguments: int) -> None:
    """Raises OSError when the kernel refuses."""
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if _LIBC.prctl(ctypes.c_int(option), *padded) != 0:
        raise _error(f"prctl {option}")


def prctl_pointer(option: int, argument: int, structure: ctypes.Structure) -> None:
    """The form of prctl that takes a structure."""
    if _LIBC.prctl(ctypes.c_int(option), ctypes.c_ulong(argument), ctypes.byref(structure), 0, 0) != 0:
        raise _error(f"prctl {option}")


def syscall(number: int, *arguments: object) -> int:
    """Raises OSError when the kernel refuses."""
    outcome: int = _LIBC.syscall(ctypes.c_long(number), *arguments)
    if outcome < 0:
        raise _error(f"system call {number}")
    return outcome


def unshare(flags: int) -> None:
    """Raises OSError when the kernel refuses."""
    if _LIBC.unshare(ctypes.c_int(flags)) != 0:
        raise _error("unshare")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Raises OSError when the kernel refuses."""
    names = [os.fsencode(name) for name in (source, target, kind)]
    if _LIBC.mount(*names, ctypes.c_ulong(flags), options.encode() or None) != 0:
        raise _error(f"mount {target}")


def unmount(target: str) -> None:
    """From sight at once, in fact when nobody uses it any more. Raises OSError when the kernel refuses."""
    if _LIBC.umount2(os.fsencode(target), _DETACHED) != 0:
        raise _error(f"unmount {target}")


def drop_capabilities() -> None:
    """Give up every capability for good: root has them all, and so has whoever made a user namespace in it."""
    number = _CAPSET.get(platform.machine())
    if number is None:
        return
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    syscall(number, ctypes.byref(header), ctypes.byref(nothing))


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")
