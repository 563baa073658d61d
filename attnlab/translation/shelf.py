"""The folder where corpora lie: text files and a manifest with their checksums, written beside, then renamed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from attnlab.errors import CannotWrite, NewerFormat, NotThere, WrongUsage

DATA_VARIABLE = "ATTNLAB_DATA"
MANIFEST = "manifest.json"
FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class State(StrEnum):
    """How a corpus is found; `CHANGED` when a file is gone or not what its manifest says."""

    THERE = "there"
    ABSENT = "not there"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Known:
    """What a text file has to be: the checksum of its contents, their size in bytes and lines."""

    sha256: str
    size: int
    lines: int

    @classmethod
    def of(cls, content: bytes) -> Known:
        return cls(sha256(content).hexdigest(), len(content), content.count(b"\n"))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a corpus's folder should hold.

    Args:
        files: by name, which is the split, a dot and the side: `train.en`.
        skipped: by split, how many pairs were left out because a line was empty.
    """

    name: str
    origin: str
    licence: str
    splits: tuple[str, ...]
    sides: tuple[str, ...]
    files: Mapping[str, Known]
    skipped: Mapping[str, int] = field(default_factory=dict)


def data_root(option: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of all corpora: an option, then the environment, then where this system keeps a user's data."""
    if option is not None:
        return option.absolute()
    if named := environment.get(DATA_VARIABLE):
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("attnlab", appauthor=False) / "corpora"


def checked_name(name: str, kind: str) -> str:
    """The name itself, if it can be a folder's on every system.

    Raises:
        WrongUsage: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise WrongUsage(
            f"'{name}' cannot be the name of a {kind}",
            remedy="use up to 40 small letters, digits, '-' and '_', a letter or digit first",
        )
    return name


def write(
    file: Path, content: bytes, *, remedy: str = "make room there, or name another folder with --data or ATTNLAB_DATA"
) -> None:
    """Put `content` in `file`, whole or not at all, even where the machine stops in the middle of it.

    Raises:
        CannotWrite: the disk is full, the folder read-only and the like; what was there is untouched.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as opened:
                opened.write(content)
                opened.flush()
                # A rename may reach the disk before what was written does.
                os.fsync(opened.fileno())
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(f"{file} could not be written: {reason(error)}", remedy=remedy) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    told = {
        "format_version": FORMAT,
        "name": manifest.name,
        "origin": manifest.origin,
        "licence": manifest.licence,
        "splits": list(manifest.splits),
        "sides": list(manifest.sides),
        "files": {
            name: {"sha256": known.sha256, "bytes": known.size, "lines": known.lines}
            for name, known in manifest.files.items()
        },
        "skipped": dict(manifest.skipped),
    }
    write(folder / MANIFEST, (json.dumps(told, indent=2) + "\n").encode())


def read_manifest(folder: Path) -> Manifest | None:
    """What the folder should hold; None where no corpus was put.

    Raises:
        NewerFormat: a later attnlab wrote it.
        NotThere: it cannot be read or understood.
    """
    file = folder / MANIFEST
    table = read_record(file)
    if table is None:
        return None
    try:
        files = {
            str(name): Known(str(known["sha256"]), int(known["bytes"]), int(known["lines"]))
            for name, known in table["files"].items()
        }
        manifest = Manifest(
            name=str(table["name"]),
            origin=str(table["origin"]),
            licence=str(table["licence"]),
            splits=_names(table["splits"]),
            sides=_names(table["sides"]),
            files=files,
            skipped={str(split): int(count) for split, count in table["skipped"].items()},
        )
        if set(files) != {f"{split}.{side}" for split in manifest.splits for side in manifest.sides}:
            raise ValueError("its files are not those of its splits")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _not_understood(file, error) from error
    return manifest


def read_record(file: Path) -> dict[str, Any] | None:
    """A JSON object that carries a format version; None where there is no such file.

    Raises:
        NewerFormat: a later attnlab wrote it; it is left untouched.
        NotThere: it cannot be read or understood.
    """
    try:
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise NotThere(
            f"{file} cannot be read: {reason(error)}", remedy="give yourself the right to read it"
        ) from error
    try:
        table = json.loads(content)
        version = int(table["format_version"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _not_understood(file, error) from error
    if version > FORMAT:
        raise NewerFormat(
            f"{file} is of format {version}; this attnlab knows up to {FORMAT}",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    assert isinstance(table, dict)
    return table


def changed_files(folder: Path, files: Mapping[str, Known], *, thoroughly: bool = True) -> tuple[str, ...]:
    """The files that are gone or are not what they were; by their sizes alone when not `thoroughly`."""
    return tuple(name for name, known in files.items() if not _holds(folder / name, known, thoroughly))


def read_lines(folder: Path, manifest: Manifest, names: Sequence[str]) -> list[list[str]]:
    """The lines of these files, which are what they were when they were put there.

    Raises:
        NotThere: one is gone, cannot be read, or has changed since.
    """
    found = []
    for name in names:
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise _changed(folder / name, reason(error), manifest) from error
        if Known.of(content) != manifest.files[name]:
            raise _changed(folder / name, "its contents are not those that were put there", manifest)
        found.append([line.strip() for line in content.decode("utf-8").removesuffix("\n").split("\n")])
    return found


def reason(error: OSError) -> str:
    """Why the system refused, in a few words."""
    return (error.strerror or type(error).__name__).lower()


def _holds(file: Path, known: Known, thoroughly: bool) -> bool:
    try:
        if not thoroughly:
            return file.stat().st_size == known.size
        return Known.of(file.read_bytes()) == known
    except OSError:
        return False


def _changed(file: Path, why: str, manifest: Manifest) -> NotThere:
    fetched = manifest.origin.startswith("https://")
    again = (
        f"'attnlab data get {manifest.name}' brings it back"
        if fetched
        else f"'attnlab data add {manifest.name} --replace' with both files takes them as they are now"
    )
    return NotThere(f"the corpus {manifest.name} has changed: {file}: {why}", remedy=again)


def _names(values: Any) -> tuple[str, ...]:
    names = tuple(str(value) for value in values)
    if not names or not all(_NAME.fullmatch(name) for name in names):
        raise ValueError(f"{values!r} are no names")
    return names


def _not_understood(file: Path, error: Exception) -> NotThere:
    said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return NotThere(
        f"{file} cannot be understood: {said}",
        remedy="move its folder away, then 'attnlab data get' or 'attnlab data add' makes it anew",
    )
