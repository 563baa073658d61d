"""Confines the process it is called in, for good, in layers; says which layers this machine has."""

from __future__ import annotations

import sys
from dataclasses import dataclass

LAYERS = ("limits", "landlock", "seccomp")


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a child is to be confined to.

    Args:
        layers: those of `LAYERS` to apply.
        rules: the Landlock rules that `prepare_rules` made.
        scratch: the one folder that may be written.
        memory: bytes beyond what the child has when it starts.
        cpu_seconds: CPU time, all threads together.
    """

    layers: tuple[str, ...]
    rules: int | None
    scratch: str
    memory: int
    cpu_seconds: int
    file_bytes: int = 64 << 20


def missing_layers() -> dict[str, str]:
    """The layers this machine cannot give, each with the reason in a clause."""
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
    import attnlab.worker.confinement.seccomp
    import attnlab.worker.confinement.syscalls  # noqa: F401


def prepare_rules(readable: tuple[str, ...]) -> int | None:
    """Landlock rules that let these paths and all below them be read; None where there is no Landlock.

    Raises:
        OSError: the kernel refuses.
    """
    from attnlab.worker.confinement.landlock import landlock_version, prepare

    return prepare(readable) if landlock_version() else None


def confine(confinement: Confinement) -> None:
    """Apply the layers to this process; there is no way back.

    Raises:
        OSError: the kernel refuses one.
    """
    from attnlab.worker.confinement.landlock import restrict
    from attnlab.worker.confinement.limits import limit_resources
    from attnlab.worker.confinement.seccomp import restrict_system_calls
    from attnlab.worker.confinement.syscalls import PR_SET_NO_NEW_PRIVS, drop_capabilities, prctl

    if "limits" in confinement.layers:
        limit_resources(
            memory=confinement.memory, cpu_seconds=confinement.cpu_seconds, file_bytes=confinement.file_bytes
        )
    if not {"landlock", "seccomp"} & set(confinement.layers):
        return
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in confinement.layers and confinement.rules is not None:
        restrict(confinement.rules, confinement.scratch)
    drop_capabilities()
    if "seccomp" in confinement.layers:
        restrict_system_calls()
