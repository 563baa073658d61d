"""What a tar file lists, read block by block.

Python's own reader believes what headers say: it holds an extended header of any size in memory, and has looped and
slowed down for ever over damaged ones. Of the format no more is understood here than what work is handed in with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from attnlab.classroom.intake.entries import Refused

_BLOCK = 512
_LONGEST_NAME = 1 << 16
_DAMAGED = "it is damaged, or no tar file"


@dataclass(frozen=True, slots=True)
class TarMember:
    """One thing in a tar file.

    Args:
        odd: why it is no regular file that can be read; empty where it is one.
        begins: where its bytes do.
    """

    name: str
    size: int
    begins: int
    is_folder: bool = False
    odd: str = ""


def looks_like_tar(block: bytes) -> bool:
    """Whether a file's first block is a header with the right checksum."""
    return len(block) == _BLOCK and _checks(block)


def tar_members(file: BinaryIO) -> Iterator[TarMember]:
    """Everything listed, in order.

    Raises:
        Refused: it is damaged.
    """
    end = file.seek(0, 2)
    position = 0
    longer: str | None = None
    size_told: int | None = None
    while position + _BLOCK <= end:
        file.seek(position)
        block = file.read(_BLOCK)
        if not any(block):
            return
        if not _checks(block):
            raise Refused(_DAMAGED)
        kind = block[156:157]
        size = _number(block[124:136]) if size_told is None or kind in b"xgLK" else size_told
        begins = position + _BLOCK
        if kind == b"S":
            begins = _after_the_map(file, block, begins, end)
        position = begins + -(-size // _BLOCK) * _BLOCK
        if begins + size > end:
            raise Refused(_DAMAGED)
        if kind == b"L":
            longer = _text(_content(file, begins, size).rstrip(b"\0"))
        elif kind == b"x":
            path, size_told = _extended(_content(file, begins, size))
            longer = path if path is not None else longer
        elif kind not in b"gK":
            yield TarMember(_name(block) if longer is None else longer, size, begins, kind == b"5", _odd(kind))
            longer, size_told = None, None


def _checks(block: bytes) -> bool:
    try:
        told = int(block[148:156].strip(b" \0") or b"-1", 8)
    except ValueError:
        return False
    return told == sum(block[:148]) + 8 * ord(" ") + sum(block[156:])


def _number(field: bytes) -> int:
    if field[0] & 0x80:
        number = int.from_bytes(field[1:], "big")
        if field[0] != 0x80 or number >> 62:
            raise Refused(_DAMAGED)
        return number
    try:
        number = int(field.split(b"\0")[0].strip() or b"0", 8)
    except ValueError as error:
        raise Refused(_DAMAGED) from error
    if number < 0:
        raise Refused(_DAMAGED)
    return number


def _name(block: bytes) -> str:
    name = block[:100].split(b"\0")[0]
    # GNU's own header has other fields where the standard one continues the name.
    if block[257:263] == b"ustar\0" and (before := block[345:500].split(b"\0")[0]):
        name = before + b"/" + name
    return _text(name)


def _content(file: BinaryIO, begins: int, size: int) -> bytes:
    if size > _LONGEST_NAME:
        raise Refused("one of its names is longer than any is")
    file.seek(begins)
    return file.read(size)


def _extended(content: bytes) -> tuple[str | None, int | None]:
    """The name and the size that an extended header gives to the file after it."""
    path: str | None = None
    size: int | None = None
    while content:
        told, _, _ = content.partition(b" ")
        length = int(told) if told.isdigit() and len(told) < 8 else 0
        if not len(told) < length <= len(content):
            raise Refused(_DAMAGED)
        key, _, value = content[len(told) + 1 : length - 1].partition(b"=")
        content = content[length:]
        if key == b"path":
            path = _text(value)
        elif key == b"size":
            if not value.isdigit() or len(value) > 18:
                raise Refused(_DAMAGED)
            size = int(value)
        elif key.startswith(b"GNU.sparse"):
            raise Refused("it holds a sparse file")
    return path, size


def _after_the_map(file: BinaryIO, block: bytes, begins: int, end: int) -> int:
    """Where a sparse file's bytes begin: behind as many blocks as tell where its holes are."""
    goes_on = block[482]
    while goes_on and begins + _BLOCK <= end:
        file.seek(begins)
        goes_on = file.read(_BLOCK)[504]
        begins += _BLOCK
    return begins


def _odd(kind: bytes) -> str:
    if kind in b"0\x007" or kind == b"5":
        return ""
    if kind in b"12":
        return "it is a link"
    return "it is a pipe or a device, no regular file" if kind in b"346" else "it is no regular file"


def _text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
