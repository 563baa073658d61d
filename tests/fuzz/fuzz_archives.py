"""Archives made at random, for as long as one likes: they are unpacked or refused, within limits, and quickly.

    python tests/fuzz/fuzz_archives.py --seconds 60

Atheris steers by coverage where it is installed; else they are drawn from a seed.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

from fuzzing import run

from attnlab.classroom.intake.archives import Allowance, unpack
from attnlab.classroom.intake.entries import Refused, Shelf

LONGEST = 5.0
MOST = 1 << 20
NAMES = (
    "softmax.py", "../softmax.py", "/softmax.py", "C:\\softmax.py", "a/b/../x.py", "hw.ipynb", "in.zip", "cat.png",
    "a" * 300, "soft\nmax.py", "\u202exam.py", "ü/ö.py", "__MACOSX/x.py", "", ".", "..", "a\\b.py", "-rf.py",
    "run/model.safetensors",
)  # fmt: skip
KINDS = (tarfile.REGTYPE,) * 4 + (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE,
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE, tarfile.XHDTYPE, tarfile.XGLTYPE, b"?")  # fmt: skip
METHODS = (zipfile.ZIP_DEFLATED,) * 3 + (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def one(content: bytes) -> None:
    """Read one input.

    Raises:
        AssertionError: it took too long, or wrote what it should not.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        archive, scratch = Path(folder) / "x.zip", Path(folder) / "scratch"
        archive.write_bytes(content)
        try:
            found = unpack(str(archive), Shelf(scratch), Allowance(2000, 200, MOST, MOST), "x.zip")
        except Refused:
            assert os.listdir(scratch) == [], "what was refused left something behind"
        else:
            assert all(one.origin.isprintable() for one in found.entries), "a name is not safe to print"
        assert sorted(os.listdir(folder)) == ["scratch", "x.zip"], "something was written elsewhere"
        kept = sum(file.stat().st_size for file in scratch.iterdir())
        assert kept <= MOST, "more was written than is allowed"
    assert time.perf_counter() - begun < LONGEST, "it took too long"


def archive_of(draw: random.Random) -> bytes:
    """A zip or tar file of odd members, of which now and then some bytes are broken."""
    content = bytearray(draw.choice([zip_of, zip_of, tar_of])(draw))
    for _ in range(draw.choice([0, 0, 1, 5, 20])):
        content[draw.randrange(len(content))] = draw.choice([0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)])
    if draw.random() < 0.1:
        del content[draw.randrange(len(content)) :]
    if draw.random() < 0.3 and content[:2] != b"PK":
        _mend(content)
    return gzip.compress(content, 1) if content[:2] != b"PK" and draw.random() < 0.3 else bytes(content)


def zip_of(draw: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for _ in range(draw.randrange(6)):
            member = zipfile.ZipInfo(draw.choice(NAMES))
            member.compress_type = draw.choice(METHODS)
            member.external_attr = draw.choice([0, 0o100644 << 16, 0o120777 << 16, 0o040755 << 16, 0o010644 << 16])
            archive.writestr(member, _content(draw))
    return buffer.getvalue()


def tar_of(draw: random.Random) -> bytes:
    buffer = io.BytesIO()
    form = draw.choice([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for _ in range(draw.randrange(6)):
            member = tarfile.TarInfo(draw.choice(NAMES))
            content = _content(draw)
            member.type, member.size, member.linkname = draw.choice(KINDS), len(content), draw.choice(NAMES)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _content(draw: random.Random) -> bytes:
    return draw.choice(
        [b"", b"x = 1", b"\0" * draw.randrange(3 << 20), draw.randbytes(draw.randrange(4000)), b"17 path=x\n"]
    )


def _mend(content: bytearray) -> None:
    """Give changed headers checksums that fit, so that more of the reader is reached."""
    for begins in range(0, len(content) - 511, 512):
        block = content[begins : begins + 512]
        if any(block):
            content[begins + 148 : begins + 156] = f"{sum(block[:148]) + 256 + sum(block[156:]):06o}\0 ".encode()


if __name__ == "__main__":
    run(__doc__, one, archive_of, what="archives")
