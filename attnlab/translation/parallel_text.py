"""Two text files that translate each other line by line: plain or gzipped, UTF-8 with or without a mark in front."""

from __future__ import annotations

import gzip
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from pathlib import Path

from attnlab.errors import NotThere, WrongUsage
from attnlab.translation.shelf import reason

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Parallel:
    """Lines that translate each other; `skipped` counts the pairs left out because a side was empty."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    skipped: int


def read_parallel(source: Path, target: Path) -> Parallel:
    """The sentence pairs of two files.

    Raises:
        NotThere: one is missing, cannot be unpacked, or is not UTF-8.
        WrongUsage: one has more lines than the other, or no pair is left.
    """
    sources, targets = lines_of(source), lines_of(target)
    if len(sources) != len(targets):
        raise WrongUsage(
            f"{source} has {_lines(len(sources))}, {target} has {len(targets)}",
            remedy="line by line they should translate each other: give two files of the same length",
        )
    pairs = [(one, other) for one, other in zip(sources, targets, strict=True) if one and other]
    if not pairs:
        raise WrongUsage(f"{source} and {target} hold no sentence pair", remedy="give files with a sentence a line")
    return Parallel(
        tuple(one for one, _ in pairs), tuple(other for _, other in pairs), skipped=len(sources) - len(pairs)
    )


def lines_of(file: Path) -> list[str]:
    """The lines of a text file, without what stands around them."""
    text = _decoded(file, unpacked(file))
    # Not splitlines(): it also breaks at signs that stand within sentences, and the sides would no longer fit.
    lines = text.replace("\r\n", "\n").split("\n")
    return [line.strip() for line in (lines[:-1] if lines[-1] == "" else lines)]


def unpacked(file: Path) -> bytes:
    """What a file holds, unpacked where it is gzipped, whatever it is called.

    Raises:
        NotThere: it is missing, cannot be read or cannot be unpacked.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise NotThere(f"{file} cannot be read: {reason(error)}", remedy="name a file that is there") from error
    return unpack(content, str(file)) if content.startswith(_GZIP) else content


def unpack(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise NotThere(
            f"{name} cannot be unpacked: it is damaged or was cut short", remedy="get the file once more"
        ) from error


def _decoded(file: Path, content: bytes) -> str:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise NotThere(
            f"{file} is UTF-16, not UTF-8: so says the mark at line 1, byte 1",
            remedy=f"write it again as UTF-8: iconv -f UTF-16 -t UTF-8 {file.name}",
        )
    content = content.removeprefix(BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, byte = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        raise NotThere(
            f"{file} is not UTF-8: line {line}, byte {byte} is 0x{content[error.start]:02x}",
            remedy=f"write it again as UTF-8, say by: iconv -f LATIN1 -t UTF-8 {file.name}",
        ) from None


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"
