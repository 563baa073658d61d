"""What `attnlab submit` wrote, whether it comes as the one file it was or as what a system unpacked of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attnlab.classroom.intake.archives import Allowance, zip_names
from attnlab.classroom.intake.entries import Entry, Refused, Shelf, cannot_write, opened_plain, read_plain
from attnlab.classroom.intake.kinds import ARCHIVE_CAP, MANIFEST, RUN, SOURCE_CAP, cap_of

if TYPE_CHECKING:
    from attnlab.content import Course

_OWN_FOLDERS = ("exercises", RUN)


@dataclass(frozen=True, slots=True)
class Read:
    """A package.

    Args:
        exercises: its sources; none where it is not whole.
        has_run: whether there is a trained run in it, for what that is worth.
        is_whole: whether it is what was packed.
    """

    exercises: Mapping[str, bytes] = field(repr=False)
    has_run: bool
    is_whole: bool


def is_package(file: str, allowance: Allowance) -> bool:
    """Whether an archive looks like one, as far as its list tells.

    Raises:
        Refused: it is a zip file too damaged to tell.
    """
    if not _is_zip(file):
        return False
    names = zip_names(file, allowance)
    return MANIFEST in names and any(name.split("/", 1)[0] in _OWN_FOLDERS for name in names)


def read_package(file: str, course: Course, allowance: Allowance) -> Read | None:
    """The package in a zip file, or None where it is another archive.

    Raises:
        Refused: it is a zip file too damaged to tell.
    """
    if not is_package(file, allowance):
        return None
    from attnlab.submissions.packages import BadPackage, open_package

    try:
        package = open_package(read_plain(file, ARCHIVE_CAP), course)
    except BadPackage:
        # Its exercises are somebody's work all the same; what is wrong with the whole, the run's report tells.
        has_run = any(name.startswith(f"{RUN}/") for name in zip_names(file, allowance))
        return Read({}, has_run, is_whole=False)
    allowance.take(sum(len(source) for source in package.exercises.values()))
    return Read(package.exercises, bool(package.run), is_whole=True)


def packed_again(manifest: Entry, beside: Iterable[Entry], shelf: Shelf) -> str | None:
    """Where a package lies now that somebody had unpacked; None where there is none, or no run in it.

    Raises:
        Refused: a part of it cannot be read.
    """
    home = manifest.parts[:-1]
    parts = [entry for entry in beside if entry.parts[: len(home)] == home and entry.parts != manifest.parts]
    inner = {entry.parts[len(home) :]: entry for entry in parts}
    if not any(path[0] == RUN and len(path) == 2 for path in inner) or not _is_ours(manifest):
        return None
    wanted = {path: entry for path, entry in inner.items() if path[0] in _OWN_FOLDERS and entry.file}
    with shelf.opened() as kept:
        name, size = kept.name, 0
    try:
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr(MANIFEST, read_plain(manifest.file, SOURCE_CAP))
            for path, entry in sorted(wanted.items()):
                content = read_plain(entry.file, cap_of(path) or 0)
                size += len(content)
                if size > ARCHIVE_CAP:
                    raise Refused(f"with its run it has more than {ARCHIVE_CAP >> 20} MiB")
                archive.writestr("/".join(path), content)
    except OSError as error:
        raise cannot_write(name, error) from error
    return name


def _is_zip(file: str) -> bool:
    with opened_plain(file) as opened:
        return opened.read(4) == b"PK\x03\x04"


def _is_ours(manifest: Entry) -> bool:
    try:
        told = json.loads(read_plain(manifest.file, SOURCE_CAP))
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "format_version" in told and "course" in told
