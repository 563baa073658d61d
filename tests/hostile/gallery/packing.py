"""Archives made to climb out, to burst, to mislead; names made to break what prints or sorts them."""

from __future__ import annotations

import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from gallery.records import PASSED, RIGHT, Case, tarred, zipped

SOURCE = RIGHT.encode()
WRONG = b"def double(numbers):\n    return numbers\n"
MISSING = frozenset({"missing"})


def graded(content: bytes | Callable[[], bytes], ending: str = ".zip") -> Case:
    """An archive whose good file is graded all the same."""
    return Case({f"/{ending}": content}, PASSED, 3.0)


def left_out(content: bytes | Callable[[], bytes], *told: str, ending: str = ".zip") -> Case:
    """An archive of which nothing is graded."""
    return Case({f"/{ending}": content}, MISSING, 0.0, told)


def beside(name: str) -> Case:
    """A path that must not be followed, holding a wrong answer, beside a right one."""
    return graded(zipped((name, WRONG), ("double.py", SOURCE)))


def special(kind: int, target: bytes = b"/etc/passwd") -> Case:
    member = zipfile.ZipInfo("double.py")
    member.create_system, member.external_attr = 3, (kind | 0o644) << 16
    return left_out(zipped((member, target)), "link", "pipe or a device")


def in_tar(kind: bytes) -> Case:
    member = tarfile.TarInfo("double.py")
    member.type, member.linkname = kind, "/etc/passwd"
    return left_out(tarred((member, b"")), "link", "pipe or a device", ending=".tar.gz")


def nested(depth: int, within: bytes) -> bytes:
    for _ in range(depth):
        within = zipped(("inner.zip", within))
    return within


def listing(count: int) -> bytes:
    """An archive that lists so many files, all of them the same bytes."""
    first = zipped(("0.txt", b""))
    begins, ends = first.index(b"PK\1\2"), first.index(b"PK\5\6")
    entry, name_at = first[begins:ends], 46
    entries = []
    for number in range(count):
        name = f"{number:07}.txt".encode()
        entries.append(entry[:28] + struct.pack("<H", len(name)) + entry[30:name_at] + name)
    directory = b"".join(entries)
    offset = begins + len(directory)
    large = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), begins)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, offset, 1)
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return first[:begins] + directory + large + locator + tail


def overlapping(count: int) -> bytes:
    """One packed file of zeros that is listed so many times."""
    one = zipped(("double.py", b"#" + b"\0" * 900_000))
    begins, ends = one.index(b"PK\1\2"), one.index(b"PK\5\6")
    directory = one[begins:ends] * count
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), begins, 0)
    return one[:begins] + directory + tail


def swapped(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new)


def placed(make: Callable[[Path], None], *told: str) -> Case:
    """Something on the disk that is no plain file."""
    return Case({}, MISSING, 0.0, told, make=make)


def named(name: str) -> Case:
    """A file of that name in an archive, and nothing else."""
    return Case({"/.zip": zipped((name, SOURCE))}, PASSED | MISSING, 3.0)


def a_link(folder: Path) -> None:
    (folder / "double.py").symlink_to("/etc/passwd")


def a_link_to_a_neighbour(folder: Path) -> None:
    (folder / "double.py").symlink_to(folder.parent / "ada" / "double.py")


def a_folder_linked(folder: Path) -> None:
    (folder / "work").symlink_to(folder.parent / "ada")


def a_loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder)


def a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "double.py")


def a_folder_called_so(folder: Path) -> None:
    (folder / "double.py").mkdir()


def a_socket(folder: Path) -> None:
    os.mknod(folder / "double.py", stat.S_IFSOCK | 0o600)


ZIPPED = zipped(("double.py", SOURCE))
CASES = {
    "climbs": beside("../ada/double.py"),
    "climbs-far": beside("../" * 20 + "tmp/attnlab-escaped"),
    "climbs-with-backslashes": beside("..\\..\\attnlab-escaped.py"),
    "absolute": beside("/tmp/attnlab-escaped"),
    "drive-letter": beside("C:/double.py"),
    "drive-letter-relative": beside("c:double.py"),
    "network-path": beside("\\\\server\\share\\double.py"),
    "link-in-zip": special(stat.S_IFLNK),
    "device-in-zip": special(stat.S_IFCHR),
    "pipe-in-zip": special(stat.S_IFIFO),
    "link-in-tar": in_tar(tarfile.SYMTYPE),
    "hard-link-in-tar": in_tar(tarfile.LNKTYPE),
    "device-in-tar": in_tar(tarfile.CHRTYPE),
    "pipe-in-tar": in_tar(tarfile.FIFOTYPE),
    "link-on-the-disk": placed(a_link, "link"),
    "link-to-a-neighbour": placed(a_link_to_a_neighbour, "link"),
    "folder-that-is-a-link": placed(a_folder_linked, "link"),
    "folder-in-itself": placed(a_loop, "link"),
    "pipe-on-the-disk": placed(a_pipe, "pipe"),
    "socket-on-the-disk": placed(a_socket, "pipe", "device"),
    "folder-called-like-a-file": placed(a_folder_called_so),
    "bomb": left_out(lambda: zipped(("big.zip", b"\0" * (12 << 20))), "burst"),
    "bomb-of-a-source": left_out(lambda: zipped(("double.py", b"\0" * (12 << 20))), "burst", "MiB"),
    "bomb-of-a-tar": left_out(
        lambda: tarred((tarfile.TarInfo("double.py"), b"\0" * (12 << 20))), "burst", ending=".tar.gz"
    ),
    "bomb-in-bombs": left_out(lambda: nested(6, zipped(("big.zip", b"\0" * (5 << 20)))), "deeper ones are not opened"),
    "archives-in-archives": left_out(nested(8, ZIPPED), "deeper ones are not opened"),
    "archive-in-an-archive": graded(nested(2, ZIPPED)),
    "overlapping": left_out(
        lambda: overlapping(500), "larger than anybody's work", "burst", "more files", "overlap", "zero"
    ),
    "hundred-thousand-files": left_out(lambda: listing(100_001), "more files than"),
    "damaged": left_out(ZIPPED[:-30], "damaged"),
    "empty-archive": left_out(b"", "damaged", "no archive"),
    "no-archive": left_out(b"PK\x03\x04 just kidding", "damaged"),
    "size-that-lies": Case(
        {"/.zip": swapped(ZIPPED, len(SOURCE).to_bytes(4, "little"), (5).to_bytes(4, "little"))}, PASSED | MISSING, 3.0
    ),
    "member-again": Case(
        {"/.zip": zipped(("double.py", SOURCE), ("Double.py", WRONG))}, frozenset({"passed", "failed"}), 3.0
    ),
    "case-clash": Case({"/.zip": zipped(("DOUBLE.py", SOURCE), ("double.py", SOURCE))}, PASSED, 3.0),
    "unicode-clash": Case({"/.zip": zipped(("e\u0301/double.py", SOURCE), ("\u00e9/double.py", SOURCE))}, PASSED, 3.0),
    "name-with-a-newline": named("dou\nble.py"),
    "name-with-an-escape": named("\x1b[2Jdouble.py"),
    "name-with-a-dash": named("--help/double.py"),
    "name-right-to-left": named("\u202eelbuod/double.py"),
    "name-with-a-zero-byte": Case(
        {"/.zip": swapped(zipped(("double.pyX.txt", SOURCE)), b"double.pyX", b"double.py\0")}, MISSING, 0.0
    ),
    "name-of-300-bytes": named("a" * 300 + "/double.py"),
    "name-of-5000-bytes": named("a" * 5000 + "/double.py"),
    "name-with-an-equals-sign": named("=cmd/double.py"),
    "dots-and-blanks": named(". ./ /double.py"),
    "mac-leftovers": graded(
        zipped(("double.py", SOURCE), ("__MACOSX/._double.py", b"\0\5\x16\7"), (".DS_Store", b"x"))
    ),
    "checkpoints": graded(zipped(("double.py", SOURCE), (".ipynb_checkpoints/double.py", WRONG))),
    "caches": graded(zipped(("double.py", SOURCE), ("__pycache__/double.py", WRONG), (".venv/double.py", WRONG))),
    "looks-like-another-system": Case(
        {
            "double.py": SOURCE,
            "submission_metadata.yml": b"---\nsubmission_1:\n  :submitters: []\n",
            "gradebook.db": b"",
            "timestamp.txt": b"1970-01-01 00:00:00 UTC",
            "submitted/ada/ps1/x.txt": b"",
            ".git/HEAD": b"ref: x",
        },
        PASSED,
        3.0,
    ),
    "repository-with-hooks": Case(
        {
            "double.py": SOURCE,
            ".git/hooks/post-checkout": b"#!/bin/sh\ntouch /tmp/attnlab-escaped\n",
            ".git/HEAD": b"x",
        },
        PASSED,
        3.0,
    ),
    "-rf": Case({"double.py": SOURCE}, PASSED, 3.0),
    "--help": Case({"double.py": SOURCE}, PASSED, 3.0),
    "two\nlines": Case({"double.py": SOURCE}, PASSED, 3.0),
    "\u202eright to left": Case({"double.py": SOURCE}, PASSED, 3.0),
    "b" * 255: Case({"double.py": SOURCE}, PASSED, 3.0),
    "caf\udce9": Case({"double.py": SOURCE}, PASSED, 3.0),
    "\x1b[2Jwiped": Case({"double.py": SOURCE}, PASSED, 3.0),
    "submissions": Case({"double.py": SOURCE}, PASSED, 3.0),
    "double": Case({"double.py": SOURCE}, PASSED, 3.0),
    "handed-in-again": Case({"double.py": SOURCE, "/.zip": zipped(("double.py", SOURCE + b"# later\n"))}, PASSED, 3.0),
    "CLASH": Case({"double.py": SOURCE}, PASSED, 3.0),
}
