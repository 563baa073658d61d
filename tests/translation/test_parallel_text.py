"""Two files are read as pairs, and whatever does not fit is told with its place."""

import gzip

import pytest

from attnlab.errors import NotThere, WrongUsage
from attnlab.translation.parallel_text import read_parallel


@pytest.fixture
def files(tmp_path):
    def files(source: bytes, target: bytes):
        (tmp_path / "a.en").write_bytes(source)
        (tmp_path / "a.fr").write_bytes(target)
        return tmp_path / "a.en", tmp_path / "a.fr"

    return files


def test_lines_are_paired_in_order(files):
    found = read_parallel(*files(b"one\ntwo\n", b"un\ndeux\n"))

    assert found.source == ("one", "two")
    assert found.target == ("un", "deux")
    assert found.skipped == 0


@pytest.mark.parametrize(
    "content", [b"one\ntwo", b"one\r\ntwo\r\n", b"\xef\xbb\xbfone\ntwo\n", gzip.compress(b"one\ntwo\n", mtime=0)]
)
def test_line_ends_marks_and_packing_make_no_difference(files, content):
    assert read_parallel(*files(content, b"un\ndeux\n")).source == ("one", "two")


def test_signs_that_only_look_like_line_ends_divide_nothing(files):
    source = "one\u2028and\x0ba\x85half\ntwo\n".encode()

    assert len(read_parallel(*files(source, b"un\ndeux\n")).source) == 2


def test_pairs_with_an_empty_side_are_skipped_and_counted(files):
    found = read_parallel(*files(b"one\n\nthree\n  \n", b"un\ndeux\n\t\n\n"))

    assert (found.source, found.target, found.skipped) == (("one",), ("un",), 3)


def test_unequal_lengths_are_told_with_both_numbers(files):
    source, target = files(b"one\ntwo\nthree\n", b"un\ndeux\n")

    with pytest.raises(WrongUsage) as failed:
        read_parallel(source, target)

    assert failed.value.problem == f"{source} has 3 lines, {target} has 2"


def test_what_is_not_utf_8_is_told_with_line_and_byte(files):
    source, target = files(b"one\n", "été\nl'été\n".encode("latin-1"))

    with pytest.raises(NotThere) as failed:
        read_parallel(source, target)

    assert failed.value.problem == f"{target} is not UTF-8: line 1, byte 1 is 0xe9"
    assert "iconv" in failed.value.remedy


def test_the_byte_is_counted_within_its_line(files):
    with pytest.raises(NotThere, match="line 3, byte 4 is 0xe9"):
        read_parallel(*files(b"\xef\xbb\xbfa\nb\nabc\xe9\n", b"a\nb\nc\n"))


def test_utf_16_is_called_by_its_name(files):
    with pytest.raises(NotThere, match="is UTF-16, not UTF-8"):
        read_parallel(*files("one\n".encode("utf-16"), b"un\n"))


@pytest.mark.parametrize("kept", [10, 25])
def test_a_packed_file_that_was_cut_short_is_told(files, kept):
    with pytest.raises(NotThere, match="cannot be unpacked"):
        read_parallel(*files(gzip.compress(b"one\ntwo\n" * 9, mtime=0)[:kept], b"un\n"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NotThere, match=r"nothing\.en cannot be read: no such file"):
        read_parallel(tmp_path / "nothing.en", tmp_path / "nothing.fr")


def test_files_without_a_pair_are_refused(files):
    with pytest.raises(WrongUsage, match="hold no sentence pair"):
        read_parallel(*files(b"", b""))
