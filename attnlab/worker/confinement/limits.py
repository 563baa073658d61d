"""Resource limits: hard ones, so that what is confined cannot lift them."""

from __future__ import annotations

import resource


def address_space_now() -> int:
    """Bytes of address space this process has mapped."""
    # As bytes: another user may not find the text's encoding where Python keeps it.
    with open("/proc/self/statm", "rb") as statm:
        pages = int(statm.read().split()[0])
    return pages * resource.getpagesize()


def limit_resources(*, memory: int, cpu_seconds: int, file_bytes: int) -> None:
    """Cap the address space, CPU time, file size and descriptors; no core dumps."""
    caps = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: file_bytes,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, wanted in caps.items():
        _, hard = resource.getrlimit(kind)
        capped = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # At the soft limit of CPU time a signal comes that says what it is; the hard one kills without a word.
        room = hard == resource.RLIM_INFINITY or hard > capped
        beyond = capped + 1 if kind == resource.RLIMIT_CPU and room else capped
        resource.setrlimit(kind, (capped, beyond))
