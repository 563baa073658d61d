"""Archives of strangers: what could be work is copied out under names of our own, within limits; nothing else is read.

Sizes that an archive tells are never believed: reading stops where the limit is.
"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG
from typing import BinaryIO

from attnlab.classroom.intake.entries import (
    DEEPEST,
    Entry,
    Found,
    Refused,
    Shelf,
    is_junk,
    is_repository_mark,
    opened_plain,
    reason,
)
from attnlab.classroom.intake.kinds import ENVIRONMENT, cap_of
from attnlab.classroom.intake.names import printable
from attnlab.classroom.intake.tars import looks_like_tar, tar_members

_CHUNK = 1 << 18
_LONGEST_NAME = 4096
_SMALL = 1 << 20
# Of text that people write the densest is packed to a twentieth; of what zeros are, to a thousandth.
_MOST_TIMES = 200
_OTHERS = {
    b"Rar!\x1a\x07": "RAR", b"7z\xbc\xaf\x27\x1c": "7z", b"\xfd7zXZ\0": "xz", b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
}  # fmt: skip
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError, LookupError,
    MemoryError, gzip.BadGzipFile,
)  # fmt: skip


@dataclass(slots=True)
class Allowance:
    """What may still be read of somebody's archives, however many they are and whatever lies in which.

    Args:
        listed: things in them, junk included.
        files: files that could be work.
        size: bytes of those.
        directory: the most bytes one archive's list may have.
    """

    listed: int
    files: int
    size: int
    directory: int

    def list_one(self) -> None:
        self.listed -= 1
        if self.listed < 0:
            raise Refused("it holds more files than anybody's work does")

    def take_one(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise Refused("it holds more files than anybody's work does")

    def take(self, size: int) -> None:
        self.size -= size
        if self.size < 0:
            raise Refused("unpacked it is larger than anybody's work is")


def of_a_student() -> Allowance:
    return Allowance(listed=100_000, files=2_000, size=256 << 20, directory=16 << 20)


def of_a_class(packed: int) -> Allowance:
    """What may be read of one archive with everybody's work, which has so many bytes."""
    return Allowance(listed=2_000_000, files=1_000_000, size=max(1 << 30, 50 * packed), directory=512 << 20)


def unpack(file: str, shelf: Shelf, allowance: Allowance, origin: str) -> Found:
    """What an archive holds: files that could be work lie on the shelf, of the others only the name is known.

    Args:
        origin: where the archive was found; what is in it is told of as 'ada.zip/softmax.py'. Empty for none.

    Raises:
        Refused: it is no archive that is opened here, damaged, or beyond the allowance; nothing of it is kept then.
    """
    found = Found()
    put: list[str] = []
    try:
        with _damage_refused(), opened_plain(file) as opened:
            reading = _Reading(found, shelf, allowance, origin, put)
            _reader_of(opened)(opened, reading)
    except BaseException:
        for copied in put:
            shelf.drop(copied)
        raise
    return found


def zip_names(file: str, allowance: Allowance) -> list[str]:
    """What a zip file lists.

    Raises:
        Refused: it is none, or damaged.
    """
    with _damage_refused(), opened_plain(file) as opened, _zip(opened, allowance) as archive:
        return archive.namelist()


class _Reading:
    """An archive being read, whatever kind it is."""

    def __init__(self, found: Found, shelf: Shelf, allowance: Allowance, origin: str, put: list[str]) -> None:
        self.shelf, self.allowance = shelf, allowance
        self._found, self._origin, self._put = found, origin, put

    def shown(self, name: str) -> str:
        return printable(name) if not self._origin else f"{self._origin}/{printable(name)}"

    def note(
        self, name: str, *, is_folder: bool, odd: str, packed: int | None, chunks: Callable[[], Iterator[bytes]]
    ) -> None:
        """Take one thing that is listed: copy it where it could be work.

        Args:
            packed: how many bytes it has in the archive; None where they are those it has outside.
        """
        self.allowance.list_one()
        origin, kept_before = self.shown(name), len(self._put)
        try:
            parts = _parts(name)
            if parts is None or self._is_junk(parts):
                return
            if odd:
                raise _Skipped(odd)
            if is_folder:
                self._found.empty.add(parts)
                return
            cap = cap_of(parts)
            file = "" if cap is None else self._copied(chunks(), cap, packed)
        except _Skipped as why:
            while len(self._put) > kept_before:
                self.shelf.drop(self._put.pop())
            self._found.refuse(origin, str(why))
            return
        self._found.entries.append(Entry(parts, file, origin, ours=True))

    def finish(self) -> None:
        """Put all in order, and forget what lies in an environment of Python's."""
        found = self._found
        found.entries.sort(key=lambda entry: entry.parts)
        environments = {entry.parts[:-1] for entry in found.entries if entry.parts[-1] == ENVIRONMENT} - {()}
        kept = [entry for entry in found.entries if environments.isdisjoint(_folders(entry))]
        for entry in set(found.entries) - set(kept) if environments else ():
            if entry.file:
                self.shelf.drop(entry.file)
        found.entries = kept
        found.empty -= {folder for entry in found.entries for folder in _folders(entry)}

    def _is_junk(self, parts: tuple[str, ...]) -> bool:
        for depth, part in enumerate(parts):
            if is_repository_mark(part):
                self._found.repositories.add(parts[:depth])
            if is_junk(part):
                return True
        return False

    def _copied(self, chunks: Iterator[bytes], cap: int, packed: int | None) -> str:
        self.allowance.take_one()
        size = 0
        with self.shelf.opened() as kept:
            self._put.append(kept.name)
            try:
                for chunk in chunks:
                    size += len(chunk)
                    self.allowance.take(len(chunk))
                    if packed is not None and size > _SMALL and size > _MOST_TIMES * packed:
                        # One file, not the archive: that may be a whole class's, and the allowance holds for all.
                        raise _Skipped(f"it is made to burst: it unpacks to {_MOST_TIMES} times its size")
                    if size > cap:
                        raise _Skipped(f"it has more than {cap >> 20} MiB" if cap >= _SMALL else "it is too long")
                    kept.write(chunk)
            except (*_DAMAGED, OSError) as error:
                raise _Skipped("it is damaged") from error
        return kept.name


def _folders(entry: Entry) -> list[tuple[str, ...]]:
    """All the folders that a file is in."""
    return [entry.parts[:depth] for depth in range(1, len(entry.parts))]


class _Skipped(Refused):
    """Why one file of an archive is left out; the others are not."""


def _reader_of(opened: BinaryIO) -> Callable[[BinaryIO, _Reading], None]:
    """What reads an archive of this kind, told by how it begins, since names lie."""
    block = opened.read(512)
    for magic, called in _OTHERS.items():
        if block.startswith(magic):
            raise Refused(f"it is packed as {called}; only zip and tar files are opened")
    if block.startswith(b"\x1f\x8b"):
        return _read_gzip
    return _read_tar if looks_like_tar(block) else _read_zip


def _read_zip(opened: BinaryIO, reading: _Reading) -> None:
    with _zip(opened, reading.allowance) as archive:
        for member in archive.infolist():
            reading.note(
                _zip_name(member),
                is_folder=member.is_dir(),
                odd=_odd(member),
                packed=member.compress_size,
                chunks=partial(_zip_chunks, archive, member),
            )
    reading.finish()


def _read_gzip(opened: BinaryIO, reading: _Reading) -> None:
    """A tar file inside: unpacked whole first, since nothing in it can be found without all that comes before."""
    packed = opened.seek(0, 2)
    opened.seek(0)
    with reading.shelf.opened() as kept:
        name, size = kept.name, 0
        try:
            with gzip.GzipFile(fileobj=opened) as inner:
                while chunk := inner.read(_CHUNK):
                    size += len(chunk)
                    if size > reading.allowance.size:
                        raise Refused("unpacked it is larger than anybody's work is")
                    if size > _SMALL and size > _MOST_TIMES * packed:
                        raise Refused(f"it is made to burst: it unpacks to {_MOST_TIMES} times its size")
                    kept.write(chunk)
            with open(name, "rb") as tar:
                if not looks_like_tar(tar.read(512)):
                    raise Refused("it is packed with gzip, and what is in it is no tar file")
                _read_tar(tar, reading)
        finally:
            reading.shelf.drop(name)


def _read_tar(opened: BinaryIO, reading: _Reading) -> None:
    for member in tar_members(opened):
        reading.note(
            member.name,
            is_folder=member.is_folder,
            odd=member.odd,
            packed=None,
            chunks=partial(_tar_chunks, opened, member.begins, member.size),
        )
    reading.finish()


class _Guarded:
    """A file of which nobody can read more at once than a list of the allowed size has."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most, self._end = file, most, file.seek(0, 2)
        file.seek(0)
        self.seek, self.tell, self.close = file.seek, file.tell, file.close

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = max(self._end - self._file.tell(), 0)
        size = left if size < 0 else min(size, left)
        if size > self._most:
            raise Refused("it holds more files than anybody's work does")
        return self._file.read(size)


def _zip(opened: BinaryIO, allowance: Allowance) -> zipfile.ZipFile:
    # The reader holds the whole list in memory before it tells how long it is.
    return zipfile.ZipFile(_Guarded(opened, allowance.directory))


def _zip_name(member: zipfile.ZipInfo) -> str:
    """The name as it was meant: some systems write UTF-8 without saying so."""
    name = member.orig_filename
    if member.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _zip_chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as inner:
        while chunk := inner.read(_CHUNK):
            yield chunk


def _tar_chunks(opened: BinaryIO, begins: int, size: int) -> Iterator[bytes]:
    opened.seek(begins)
    while size and (chunk := opened.read(min(size, _CHUNK))):
        size -= len(chunk)
        yield chunk


def _odd(member: zipfile.ZipInfo) -> str:
    """Why a member of a zip file is not read."""
    kind = S_IFMT(member.external_attr >> 16) if member.create_system == 3 else 0
    if kind == S_IFLNK:
        return "it is a link"
    if kind not in (0, S_IFREG, S_IFDIR):
        return "it is a pipe or a device, no regular file"
    if member.flag_bits & 0x1:
        return "it is locked with a password"
    # Others can unpack a few bytes to hundreds of megabytes in one step, before anything can stop them.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"it is packed by a method that is not unpacked here ({member.compress_type})"
    return ""


def _parts(name: str) -> tuple[str, ...] | None:
    """The folders and the file of a path in an archive; None for the archive's own folder."""
    if "\0" in name:
        raise _Skipped("its name holds a zero byte")
    if len(name) > _LONGEST_NAME:
        raise _Skipped(f"its name has more than {_LONGEST_NAME} characters")
    path = name.replace("\\", "/")
    if path.startswith("/"):
        raise _Skipped("its path is absolute")
    if path[1:2] == ":":
        raise _Skipped("its path begins with a drive letter")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    if ".." in parts:
        raise _Skipped("its path climbs out of the archive")
    if len(parts) > DEEPEST:
        raise _Skipped(f"it lies more than {DEEPEST} folders deep")
    return parts or None


@contextmanager
def _damage_refused() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise Refused("it is damaged, or no archive") from error
    except OSError as error:
        raise Refused(f"it cannot be read: {reason(error)}") from error
