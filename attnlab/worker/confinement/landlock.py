"""Landlock: what the child may open, by name. Everything not granted is as if it were not there.

https://docs.kernel.org/userspace-api/landlock.html. Rules only add, so no folder is granted that
has the course's answers anywhere below it; the judge decides which (grading/exposure.py).
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from attnlab.worker.confinement.syscalls import (
    LANDLOCK_ADD_RULE,
    LANDLOCK_CREATE_RULESET,
    LANDLOCK_RESTRICT_SELF,
    syscall,
)

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FILE_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_RIGHTS = 0b11
_SCOPES = 0b11
_READ = READ_FILE | READ_DIR
_FILE_ONLY = EXECUTE | WRITE_FILE | READ_FILE | (1 << 14) | (1 << 15)


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def landlock_version() -> int:
    """The kernel's Landlock ABI; 0 where there is none."""
    try:
        return syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def reading_rules(readable: Iterable[str]) -> int:
    """A set of rules that lets `readable` be read, as a descriptor; opening some hundred paths is the slow part.

    Raises:
        OSError: the kernel refuses.
    """
    version = landlock_version()
    file_rights = _file_rights()
    attributes = _RulesetAttributes(
        fs=file_rights, net=_NET_RIGHTS if version >= 4 else 0, scoped=_SCOPES if version >= 6 else 0
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    for path in readable:
        _allow(ruleset, path, _READ | (WRITE_FILE if path == "/dev/null" else 0))
    return ruleset


def restrict(ruleset: int, scratch: str) -> None:
    """Confine this process for good: what `reading_rules` allowed, and writing below `scratch`; nothing else.

    Raises:
        OSError: the kernel refuses.
    """
    try:
        _allow(ruleset, scratch, _file_rights() & ~EXECUTE)
        syscall(LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _file_rights() -> int:
    return _FILE_RIGHTS_BY_ABI[min(max(landlock_version(), 1), 5)]


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_ONLY
        rule = _PathBeneath(rights, opened)
        syscall(LANDLOCK_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(opened)
