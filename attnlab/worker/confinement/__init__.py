"""Confines the process it is called in, for good, in layers; says which layers this machine has."""

from __future__ import annotations

import sys
from dataclasses import dataclass

# In the order in which they are put on; the first by the zygote, for all its children.
LAYERS = ("namespaces", "user", "landlock", "limits", "seccomp")
FILE_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class House:
    """What all children of a zygote are confined to.

    Args:
        layers: those of `LAYERS` to apply.
        readable: the paths that may be read; everything below them too.
    """

    layers: tuple[str, ...]
    readable: tuple[str, ...]


def missing_layers() -> dict[str, str]:
    """The layers this machine cannot give, each with the reason in a clause; the zygote's own attempts not counted."""
    if not sys.platform.startswith("linux"):
        return dict.fromkeys(LAYERS, f"{sys.platform} has none of Linux's isolation")
    from attnlab.worker.confinement.landlock import landlock_version
    from attnlab.worker.confinement.seccomp import seccomp_possible

    missing: dict[str, str] = {}
    if landlock_version() < 1:
        missing["landlock"] = "the kernel has no Landlock (5.13 and later do, unless it is switched off)"
    if not seccomp_possible():
        missing["seccomp"] = "the system calls of this processor are not known to us"
    return missing


def preload() -> None:
    """Import what confining will need, so that no child has to."""
    import attnlab.worker.confinement.landlock
    import attnlab.worker.confinement.limits
    import attnlab.worker.confinement.namespaces
    import attnlab.worker.confinement.seccomp
    import attnlab.worker.confinement.syscalls
    import attnlab.worker.confinement.user  # noqa: F401


@dataclass(frozen=True, slots=True)
class Ahead:
    """What `confine_ahead` leaves for `confine`: the bytes mapped by then, and seccomp's program where it is wanted."""

    mapped: int
    system_calls: bytes | None = None


def confine_ahead(house: House, scratch: str) -> Ahead:
    """Apply the layers that need no order; there is no way back.

    From here on the process reads what the house lets it and writes below `scratch` alone.

    Raises:
        OSError: the kernel refuses a layer.
    """
    from attnlab.worker.confinement.landlock import reading_rules, restrict
    from attnlab.worker.confinement.limits import address_space_now
    from attnlab.worker.confinement.seccomp import system_call_filter
    from attnlab.worker.confinement.syscalls import PR_SET_NO_NEW_PRIVS, drop_capabilities, prctl

    # Afterwards /proc can no longer be asked.
    mapped = address_space_now()
    if not {"landlock", "seccomp"} & set(house.layers):
        return Ahead(mapped)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in house.layers:
        restrict(reading_rules(house.readable), scratch)
    # The limits come with the order, and lowering hard ones needs no capability.
    drop_capabilities()
    return Ahead(mapped, system_call_filter() if "seccomp" in house.layers else None)


def confine(house: House, ahead: Ahead, *, memory: int, cpu_seconds: int) -> None:
    """Apply the rest: the limits, and then the program that forbids to change them.

    Args:
        memory: bytes beyond what was mapped before.
        cpu_seconds: CPU time, all threads together.

    Raises:
        OSError: the kernel refuses a layer.
    """
    from attnlab.worker.confinement.limits import limit_resources
    from attnlab.worker.confinement.seccomp import restrict_system_calls

    if "limits" in house.layers:
        limit_resources(memory=ahead.mapped + memory, cpu_seconds=cpu_seconds, file_bytes=FILE_BYTES)
    if ahead.system_calls is not None:
        restrict_system_calls(ahead.system_calls)
