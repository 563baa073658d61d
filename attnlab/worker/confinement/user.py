"""Another user for submitted code where the judge is root: one who owns nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable

NOBODY = 65534
_SETGID, _SETUID, _KILL = 6, 7, 5


def why_not_nobody(needed: Iterable[str]) -> str | None:
    """Why children cannot be given to nobody here, as a clause; None where they can, or where nobody is root.

    Args:
        needed: absolute paths: files that they must be able to read, folders that they must get through.
    """
    if os.geteuid() != 0:
        return None
    if not _has_capabilities(_SETGID, _SETUID, _KILL):
        return "the judge may not change to another user and end its processes"
    groups = os.getgroups()
    os.setgroups([])
    # The real user is who os.access asks for, the effective one who may come back.
    os.setresgid(NOBODY, 0, 0)
    os.setresuid(NOBODY, 0, 0)
    try:
        unreadable = next((path for path in needed if not _open_to_all(path)), None)
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)
        os.setgroups(groups)
    return f"user {NOBODY} cannot read {_closed_at(unreadable)}" if unreadable else None


def become_nobody() -> None:
    """For good, and without any group.

    Raises:
        OSError: the kernel refuses.
    """
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _has_capabilities(*wanted: int) -> bool:
    with open("/proc/self/status", encoding="utf-8") as fields:
        held = next((int(field.split()[1], 16) for field in fields if field.startswith("CapEff:")), 0)
    return all(held >> capability & 1 for capability in wanted)


def _open_to_all(path: str) -> bool:
    return os.access(path, os.X_OK) if os.path.isdir(path) else os.access(path, os.R_OK)


def _closed_at(path: str) -> str:
    """The highest folder on the way to a path that shuts others out, or the path: what somebody can change."""
    parts = path.split("/")
    above = ("/".join(parts[: number + 1]) for number in range(1, len(parts)))
    return next((folder for folder in above if os.path.isdir(folder) and not os.stat(folder).st_mode & 0o001), path)
