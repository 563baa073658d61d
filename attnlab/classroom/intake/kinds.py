"""What kinds of files are read at all, told by their names, and how large one of each may be."""

from __future__ import annotations

from collections.abc import Sequence

SOURCES = (".py", ".py.txt")
NOTEBOOK = ".ipynb"
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
OTHER_ARCHIVES = (".rar", ".7z", ".gz", ".bz2", ".tbz2", ".xz", ".txz", ".zst")
MANIFEST = "manifest.json"
RUN = "run"
METADATA = ("submission_metadata.yml", "submission_metadata.yaml", "submission_metadata.json")
TIMESTAMP = "timestamp.txt"

SOURCE_CAP = 1 << 20
NOTEBOOK_CAP = 64 << 20
ARCHIVE_CAP = 80 << 20
METADATA_CAP = 512 << 20
TIMESTAMP_CAP = 4 << 10
ENVIRONMENT = "pyvenv.cfg"
_RUN_CAP = 64 << 20


def may_be_work(name: str) -> bool:
    """Whether a file of this name could hold somebody's work."""
    return name.casefold().endswith((*SOURCES, NOTEBOOK, *ARCHIVES))


def is_archive(name: str) -> bool:
    return name.casefold().endswith(ARCHIVES)


def cap_of(parts: Sequence[str]) -> int | None:
    """How large a file of this path may be; None where it is not read at all."""
    name = parts[-1].casefold()
    if name.endswith(SOURCES) or name == MANIFEST:
        return SOURCE_CAP
    if name.endswith(NOTEBOOK):
        return NOTEBOOK_CAP
    if name.endswith(ARCHIVES):
        return ARCHIVE_CAP
    if name == TIMESTAMP:
        return TIMESTAMP_CAP
    if name in METADATA:
        return METADATA_CAP
    return _RUN_CAP if len(parts) > 1 and parts[-2] == RUN else None
