"""Files as they were found, before anybody knows whose they are, and the folder into which copies of them go."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from attnlab import files
from attnlab.classroom.intake.kinds import ENVIRONMENT
from attnlab.classroom.intake.names import printable
from attnlab.classroom.records import Odd, Oddity
from attnlab.errors import CannotWrite

DEEPEST = 24
_PLAIN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_JUNK = frozenset({
    "__macosx", "__pycache__", "desktop.ini", "thumbs.db", "ehthumbs.db", "icon\r", "node_modules", "venv",
    "site-packages", "$recycle.bin", "system volume information",
})  # fmt: skip
_JUNK_ENDINGS = (".pyc", ".pyo", ".swp", ".swo", ".part", ".crdownload", "~")
_REPOSITORY = (".git", ".github")


class Refused(Exception):
    """A file or an archive that is not read; the message says why, in one clause."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that was handed in.

    Args:
        parts: what it is called, from the folder or archive in question on.
        file: where its bytes lie; empty where it was left in its archive, since it cannot be work.
        origin: where it was found, safe to print.
        attempt: higher for what was handed in later, where the system tells; else zero.
        ours: whether it lies in our own folder already, so that it need not be copied.
    """

    parts: tuple[str, ...]
    file: str
    origin: str
    attempt: int = 0
    ours: bool = False


@dataclass(slots=True)
class Found:
    """What lies in a folder or an archive.

    Args:
        repositories: the folders that are repositories of git or GitHub.
        empty: the folders in which there is nothing that could be read.
    """

    entries: list[Entry] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    repositories: set[tuple[str, ...]] = field(default_factory=set)
    empty: set[tuple[str, ...]] = field(default_factory=set)

    def refuse(self, origin: str, why: str) -> None:
        self.oddities.append(Oddity(Odd.REFUSED, printable(origin), why))


class Shelf:
    """The folder that copies are put into, under names of our own."""

    def __init__(self, folder: Path) -> None:
        files.make_folder(folder)
        self._folder = folder
        self._count = 0

    def put(self, content: bytes) -> str:
        """Where a file of these bytes lies now."""
        with self.opened() as file:
            file.write(content)
            return file.name

    def opened(self) -> _Kept:
        """A new empty file, to be written as a context; what is wrong with the disk becomes `CannotWrite`."""
        while True:
            self._count += 1
            name = self._name(self._count)
            try:
                return _Kept(
                    name, os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
                )
            except FileExistsError:
                continue
            except OSError as error:
                raise cannot_write(name, error) from error

    @property
    def count(self) -> int:
        """How many files there have been."""
        return self._count

    def drop(self, file: str) -> None:
        """Forget a file that nothing was made of."""
        Path(file).unlink(missing_ok=True)

    def keep_only(self, needed: Collection[str], since: int) -> None:
        """Forget the other files of those that came after so many."""
        for number in range(since + 1, self._count + 1):
            if (file := self._name(number)) not in needed:
                self.drop(file)

    def _name(self, number: int) -> str:
        return os.path.join(self._folder, f"{number:06}")


class _Kept:
    """A file of ours being written."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name, self._descriptor = name, descriptor

    def __enter__(self) -> _Kept:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def write(self, content: bytes) -> None:
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            raise cannot_write(self.name, error) from error


def is_junk(name: str) -> bool:
    """Whether a file or folder of this name is never anybody's work: what systems and editors leave behind."""
    return name.startswith((".", "#")) or name.casefold() in _JUNK or name.casefold().endswith(_JUNK_ENDINGS)


def is_repository_mark(name: str) -> bool:
    return name in _REPOSITORY


def walk(folder: Path) -> Found:
    """Everything under a folder that is no junk, in the order of names; links are not followed.

    Raises:
        Refused: the folder itself cannot be read.
    """
    found = Found()
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise Refused(f"it cannot be read: {reason(error)}") from error
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        parts = waiting.pop()
        below = list(_walk_one(folder, parts, found))
        waiting += reversed(below)
    found.entries.sort(key=lambda entry: entry.parts)
    return found


def opened_plain(file: str) -> BinaryIO:
    """A regular file, opened without following a link and without waiting for anything.

    Raises:
        Refused: it is something else, or cannot be read.
    """
    try:
        descriptor = os.open(file, _PLAIN)
    except OSError as error:
        raise Refused("it is a link" if Path(file).is_symlink() else f"it cannot be read: {reason(error)}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Refused("it is no regular file")
    return os.fdopen(descriptor, "rb")


def read_plain(file: str, most: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        Refused: it is something else, cannot be read, or has more than `most` bytes.
    """
    with opened_plain(file) as opened:
        try:
            size = os.fstat(opened.fileno()).st_size
            if size > most:
                raise Refused(f"it has more than {most >> 20} MiB" if most >= 1 << 20 else "it is too long")
            content = opened.read(size + 1)
        except OSError as error:
            raise Refused(f"it cannot be read: {reason(error)}") from error
    if len(content) != size:
        raise Refused("it changes while it is read")
    return content


def reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _walk_one(top: Path, parts: tuple[str, ...], found: Found) -> Iterator[tuple[str, ...]]:
    """Note the files of one folder; its folders are what comes next."""
    folder = os.path.join(top, *parts)
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError as error:
        found.refuse("/".join(parts), f"it cannot be read: {reason(error)}")
        return
    if parts and any(entry.name == ENVIRONMENT for entry in entries):
        return
    if parts:
        found.empty.add(parts)
    for entry in entries:
        if is_repository_mark(entry.name):
            found.repositories.add(parts)
        if is_junk(entry.name):
            continue
        here = (*parts, entry.name)
        kind = _kind(entry)
        if kind == "file":
            found.empty.discard(parts)
            found.entries.append(Entry(here, entry.path, printable("/".join(here))))
        elif kind != "folder":
            found.refuse("/".join(here), kind)
        elif len(here) > DEEPEST:
            found.refuse("/".join(here), f"it lies more than {DEEPEST} folders deep")
        else:
            found.empty.discard(parts)
            yield here


def _kind(entry: os.DirEntry[str]) -> str:
    """'file', 'folder', or why it is neither."""
    try:
        if entry.is_symlink():
            return "it is a link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        return "file" if entry.is_file(follow_symlinks=False) else "it is a pipe or a device, no regular file"
    except OSError as error:
        return f"it cannot be read: {reason(error)}"


def cannot_write(name: str, error: OSError) -> CannotWrite:
    """What is wrong with a file of ours."""
    return CannotWrite(
        f"{name} could not be written: {reason(error)}",
        remedy="make room where temporary files lie, or name another place by the variable TMPDIR",
    )
