"""Whatever an archive holds or claims, what is read of it stays within limits and within our own folder."""

import io
import os
import stat
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from class_layouts import tarred, zipped
from hypothesis import example, given, settings
from hypothesis import strategies as st

from attnlab.classroom.intake.archives import Allowance, of_a_student, unpack
from attnlab.classroom.intake.entries import Refused, Shelf

SOURCE = b"def softmax(scores): pass"


class Unpacked:
    """What came of an archive."""

    def __init__(self, folder: Path, content: bytes, allowance: Allowance | None = None) -> None:
        archive = folder / "handed-in.zip"
        archive.write_bytes(content)
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.why = ""
        self.sources: dict[tuple[str, ...], bytes] = {}
        self.odd: list[tuple[str, str]] = []
        self.listed: list[tuple[str, ...]] = []
        try:
            found = unpack(str(archive), Shelf(self.scratch), allowance or of_a_student(), "x.zip")
        except Refused as why:
            self.why = str(why)
        else:
            self.listed = [entry.parts for entry in found.entries]
            self.sources = {entry.parts: Path(entry.file).read_bytes() for entry in found.entries if entry.file}
            self.odd = [(one.origin, one.why) for one in found.oddities]
        self.kept = sorted(file.name for file in self.scratch.iterdir())


@pytest.fixture
def unpacked(tmp_path):
    return lambda content, allowance=None: Unpacked(tmp_path, content, allowance)


def zip_of(*members: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, content in members:
            archive.writestr(member, content)
    return buffer.getvalue()


def tar_of(*members: tarfile.TarInfo, compressed: bool = False) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz" if compressed else "w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return buffer.getvalue()


def special(kind: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("softmax.py")
    member.create_system = 3
    member.external_attr = (kind | 0o644) << 16
    return member


def in_tar(name: str, kind: bytes = tarfile.REGTYPE, **attributes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = kind
    for attribute, told in attributes.items():
        setattr(member, attribute, told)
    return member


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_what_could_be_work_is_copied_under_names_of_our_own(unpacked, pack):
    result = unpacked(pack({"hw/softmax.py": SOURCE, "hw/cat.png": b"meow"}))

    assert result.sources == {("hw", "softmax.py"): SOURCE}
    assert result.listed == [("hw", "cat.png"), ("hw", "softmax.py")]
    assert result.kept in (["000001"], ["000002"])


CLIMBING = {
    "../softmax.py": "its path climbs out of the archive",
    "a/../../softmax.py": "its path climbs out of the archive",
    "..\\softmax.py": "its path climbs out of the archive",
    "/etc/softmax.py": "its path is absolute",
    "\\\\server\\softmax.py": "its path is absolute",
    "C:/softmax.py": "its path begins with a drive letter",
    "c:softmax.py": "its path begins with a drive letter",
    "a/" * 30 + "softmax.py": "it lies more than 24 folders deep",
    "a" * 5000 + ".py": "its name has more than 4096 characters",
}


@pytest.mark.parametrize("name", CLIMBING, ids=lambda name: name[:20])
@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_a_path_that_leads_out_is_left_out_and_the_others_are_not(unpacked, pack, name):
    result = unpacked(pack({name: SOURCE, "softmax.py": SOURCE}))

    assert result.sources == {("softmax.py",): SOURCE}
    assert [why for _, why in result.odd] == [CLIMBING[name]]


def test_a_name_with_a_zero_byte_is_left_out(unpacked):
    content = zipped({"softmax.pyX.txt": SOURCE, "softmax.py": SOURCE}).replace(b"softmax.pyX", b"softmax.py\0")

    result = unpacked(content)

    assert result.sources == {("softmax.py",): SOURCE}
    assert result.odd == [("x.zip/softmax.py\\x00.txt", "its name holds a zero byte")]


@pytest.mark.parametrize(
    ("kind", "why"),
    [(stat.S_IFLNK, "it is a link"), (stat.S_IFIFO, "it is a pipe or a device, no regular file"),
     (stat.S_IFCHR, "it is a pipe or a device, no regular file")],
)  # fmt: skip
def test_links_and_devices_in_a_zip_file_are_left_out(unpacked, kind, why):
    result = unpacked(zip_of((special(kind), b"/etc/passwd")))

    assert result.odd == [("x.zip/softmax.py", why)]
    assert result.kept == []


@pytest.mark.parametrize(
    ("kind", "why"),
    [(tarfile.SYMTYPE, "it is a link"), (tarfile.LNKTYPE, "it is a link"),
     (tarfile.FIFOTYPE, "it is a pipe or a device, no regular file"),
     (tarfile.CHRTYPE, "it is a pipe or a device, no regular file"),
     (tarfile.BLKTYPE, "it is a pipe or a device, no regular file")],
)  # fmt: skip
def test_links_and_devices_in_a_tar_file_are_left_out(unpacked, kind, why):
    result = unpacked(tar_of(in_tar("softmax.py", kind, linkname="/etc/passwd"), in_tar("causal_mask.py")))

    assert result.odd == [("x.zip/softmax.py", why)]
    assert result.sources == {("causal_mask.py",): b""}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_an_archive_that_is_a_pipe_does_not_make_us_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe.zip")

    with pytest.raises(Refused, match="it is no regular file"):
        unpack(str(tmp_path / "pipe.zip"), Shelf(tmp_path / "scratch"), of_a_student(), "x.zip")


def test_a_file_made_to_burst_is_left_out_and_costs_the_others_nothing(unpacked):
    result = unpacked(zipped({"softmax.py": SOURCE, "big.zip": b"\0" * (60 << 20)}))

    assert result.odd == [("x.zip/big.zip", "it is made to burst: it unpacks to 200 times its size")]
    assert result.sources == {("softmax.py",): SOURCE}
    assert len(result.kept) == 1


def test_a_compressed_tar_file_made_to_burst_leaves_nothing_behind(unpacked):
    result = unpacked(tarred({"zeros.bin": b"\0" * (20 << 20)}))

    assert result.why == "it is made to burst: it unpacks to 200 times its size"
    assert result.kept == []


def test_what_is_too_large_for_a_source_is_left_out_whatever_size_it_claims(unpacked):
    big = os.urandom(1 << 20) + b"x"
    content = zip_of((zipfile.ZipInfo("softmax.py"), big), (zipfile.ZipInfo("causal_mask.py"), SOURCE))

    result = unpacked(content.replace(len(big).to_bytes(4, "little"), (5).to_bytes(4, "little")))

    assert ("softmax.py",) not in result.sources
    assert result.sources == {("causal_mask.py",): SOURCE}


def test_files_beyond_the_allowance_end_the_archive(unpacked):
    result = unpacked(zipped({f"{n}.py": SOURCE for n in range(9)}), Allowance(100, 8, 1 << 20, 1 << 20))

    assert result.why == "it holds more files than anybody's work does"
    assert result.kept == []


def test_bytes_beyond_the_allowance_end_the_archive(unpacked):
    result = unpacked(zipped({f"{n}.py": SOURCE for n in range(9)}), Allowance(100, 100, 100, 1 << 20))

    assert result.why == "unpacked it is larger than anybody's work is"
    assert result.kept == []


def test_the_allowance_holds_for_all_of_a_students_archives_together(tmp_path):
    allowance = Allowance(100, 3, 1 << 20, 1 << 20)
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"1.py": b"", "2.py": b""}))

    unpack(str(archive), Shelf(tmp_path / "scratch"), allowance, "a.zip")

    with pytest.raises(Refused, match="more files"):
        unpack(str(archive), Shelf(tmp_path / "scratch"), allowance, "a.zip")


def test_a_list_longer_than_allowed_is_not_even_read(unpacked):
    result = unpacked(zipped({"a" * 200 + f"{n}.txt": b"" for n in range(50)}), Allowance(1000, 100, 1 << 20, 4096))

    assert result.why == "it holds more files than anybody's work does"


def test_files_that_cannot_be_work_cost_nothing_of_the_allowance(unpacked):
    many = {f"data/{n}.png": b"x" for n in range(3000)}

    result = unpacked(zipped({**many, "softmax.py": SOURCE}))

    assert result.sources == {("softmax.py",): SOURCE}


def test_a_file_behind_a_password_is_left_out(unpacked):
    content = bytearray(zipped({"softmax.py": SOURCE}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1

    result = unpacked(bytes(content))

    assert result.odd == [("x.zip/softmax.py", "it is locked with a password")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_cannot_be_unpacked_step_by_step_is_left_out(unpacked, method):
    member = zipfile.ZipInfo("softmax.py")
    member.compress_type = method

    result = unpacked(zip_of((member, SOURCE)))

    assert result.odd[0][1].startswith("it is packed by a method that is not unpacked here")


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"Rar!\x1a\x07\x00", "it is packed as RAR; only zip and tar files are opened"),
     (b"7z\xbc\xaf\x27\x1c", "it is packed as 7z; only zip and tar files are opened"),
     (b"", "it is damaged, or no archive"), (b"hello", "it is damaged, or no archive"),
     (b"\x1f\x8b" + b"\0" * 20, "it is damaged, or no archive"),
     (zipped({"a.py": SOURCE})[:-30], "it is damaged, or no archive"),
     (tarred({"a.py": SOURCE})[:-30], "it is damaged, or no archive")],
)  # fmt: skip
def test_what_is_no_archive_is_said_to_be_none(unpacked, content, why):
    assert unpacked(content).why == why


def test_a_gzip_file_of_something_else_is_no_archive(unpacked):
    import gzip

    result = unpacked(gzip.compress(SOURCE * 100))

    assert result.why == "it is packed with gzip, and what is in it is no tar file"
    assert result.kept == []


def test_an_archive_is_what_it_begins_like_whatever_it_is_called(unpacked):
    assert unpacked(tarred({"softmax.py": SOURCE})).sources == {("softmax.py",): SOURCE}


def test_one_damaged_file_in_an_archive_does_not_cost_the_others(unpacked):
    content = zip_of((zipfile.ZipInfo("softmax.py"), SOURCE), (zipfile.ZipInfo("causal_mask.py"), b"other"))

    result = unpacked(content.replace(SOURCE, SOURCE[::-1]))

    assert result.sources == {("causal_mask.py",): b"other"}
    assert result.odd == [("x.zip/softmax.py", "it is damaged")]


def test_members_laid_over_one_another_are_read_no_further_than_allowed(unpacked):
    member = zipped({"softmax.py": os.urandom(1000)})
    end = member.index(b"PK\x01\x02")
    tail = member.index(b"PK\x05\x06")
    entry, count = member[end:tail], 300
    directory = entry * count
    closing = bytearray(member[tail:])
    closing[8:10] = closing[10:12] = count.to_bytes(2, "little")
    closing[12:16] = len(directory).to_bytes(4, "little")

    result = unpacked(member[:end] + directory + bytes(closing), Allowance(1000, 1000, 100_000, 1 << 20))

    assert result.why == "unpacked it is larger than anybody's work is" or result.sources == {}
    assert result.kept == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_two_files(unpacked):
    result = unpacked(zip_of((zipfile.ZipInfo("softmax.py"), b"1"), (zipfile.ZipInfo("softmax.py"), b"2")))

    assert result.listed == [("softmax.py",), ("softmax.py",)]
    assert len(result.kept) == 2


@pytest.mark.parametrize(
    "name", ["soft\nmax.py", "-rf.py", "\u202eyp.xamtfos", "=1+1.py", "é" * 200 + ".py", "ｃon.py"]
)
@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar.gz"])
def test_odd_names_harm_nobody_and_are_shown_on_one_line(unpacked, pack, name):
    result = unpacked(pack({name: SOURCE}))

    assert len(result.listed) == 1
    assert all(kept.isdigit() for kept in result.kept)


def test_names_in_utf8_that_do_not_say_so_are_read_as_meant(unpacked):
    content = zipped({"zoë.py": SOURCE})
    for place in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content = content[:place] + b"\0\0" + content[place + 2 :]

    assert unpacked(content).sources == {("zoë.py",): SOURCE}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["a/" * 20 + "softmax.py", "x" * 98 + "/" + "ö" * 40 + ".py", "softmax.py"])
def test_all_that_writes_tar_files_today_is_read(tmp_path, form, name):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        folder = in_tar("folder", tarfile.DIRTYPE)
        member = in_tar(name, size=len(SOURCE), mtime=1.5 if form == tarfile.PAX_FORMAT else 1)
        archive.addfile(folder)
        archive.addfile(member, io.BytesIO(SOURCE))

    result = Unpacked(tmp_path, buffer.getvalue())

    assert result.sources == {tuple(name.split("/")): SOURCE}


def test_a_header_larger_than_any_name_ends_the_archive(unpacked):
    content = tar_of(in_tar("././@LongLink", tarfile.GNUTYPE_LONGNAME, size=1 << 20))

    assert unpacked(content).why == "one of its names is longer than any is"


def mutated(content: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, byte in changes:
        changed[place % len(changed)] = byte
    return bytes(changed)


WHOLE = [
    zipped({"softmax.py": SOURCE, "hw/x.ipynb": b"{}", "hw/y.zip": zipped({"a.py": b"1"})}),
    tarred({"softmax.py": SOURCE, "hw/" + "n" * 150 + ".py": b"{}"}),
    tar_of(in_tar("softmax.py", size=700), in_tar("l", tarfile.SYMTYPE, linkname="softmax.py"), in_tar("n" * 300)),
]


def tar_again(content: bytes) -> bytes:
    """The changed blocks with checksums that fit, so that more than the checksum is tried."""
    blocks = bytearray(content)
    for begins in range(0, len(blocks) - 511, 512):
        block = blocks[begins : begins + 512]
        if any(block):
            total = sum(block[:148]) + 8 * 32 + sum(block[156:])
            blocks[begins + 148 : begins + 156] = f"{total:06o}\0 ".encode()
    return bytes(blocks)


@settings(max_examples=150, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=200).map(lambda tail: b"\x1f\x8b\x08\0" + b"\0" * 6 + zlib.compress(tail)[2:-4]),
        st.builds(
            mutated,
            st.sampled_from(WHOLE),
            st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=8),
        ),
        st.builds(
            mutated, st.just(WHOLE[2]), st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=8)
        ).map(tar_again),
        st.builds(lambda content, cut: content[: cut % len(content)], st.sampled_from(WHOLE), st.integers(0, 1 << 16)),
    )
)
@example(content=WHOLE[0] + WHOLE[1])
def test_no_bytes_do_anything_but_unpack_or_be_refused(content):
    with tempfile.TemporaryDirectory() as folder:
        result = Unpacked(Path(folder), content, Allowance(1000, 100, 1 << 20, 1 << 20))

        assert sorted(os.listdir(folder)) == ["handed-in.zip", "scratch"]
        assert all(kept.isdigit() for kept in result.kept)
        assert sum((result.scratch / kept).stat().st_size for kept in result.kept) <= 1 << 20
        assert not result.why or result.kept == []
