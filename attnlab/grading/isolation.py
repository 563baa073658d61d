"""How submissions are confined here, in a line, and what to do about what is missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping

DOES = {
    "namespaces": "no network, processes, message queues or folders of others are there at all",
    "user": "run as a user who owns nothing",
    "landlock": "only the interpreter and its libraries can be read, only a scratch folder written",
    "limits": "time, memory, file size and descriptors are capped",
    "seccomp": "no new processes, sockets, tracing or shared memory",
    "memory": "what is really used is watched from outside",
}
_REMEDIES = {
    "namespaces": "a container may be told to allow them, a system by kernel.unprivileged_userns_clone or its AppArmor",
    "user": "install Python and attnlab where every user can read them, or grade as somebody other than root",
    "landlock": "use Linux 5.13 or newer with 'landlock' among the kernel's 'lsm='",
    "seccomp": "grade on x86_64 or aarch64",
}


def isolation_line(layers: Iterable[str], missing: Mapping[str, str]) -> str:
    """What is active, and what is not with its reason, as one line to be told before anything is judged."""
    told = ", ".join(map(named, layers)) or "none"
    lacking = ", ".join(f"{layer} ({reason})" for layer, reason in missing.items())
    return f"isolation: {told}" + (f"; not here: {lacking}" if lacking else "")


def named(layer: str) -> str:
    """A layer that is there, as people read it."""
    root = getattr(os, "geteuid", lambda: 0)() == 0
    return layer if root or layer != "user" else "user (already unprivileged)"


def remedy_for(missing: Iterable[str]) -> str:
    """What somebody can do so that these layers are there."""
    lacking = set(missing)
    if not sys.platform.startswith("linux") or lacking == set(DOES):
        return "do it on Linux, where all layers are there"
    return "; ".join(text for layer, text in _REMEDIES.items() if layer in lacking)
