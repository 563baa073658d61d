"""The folder of corpora: where it is, what its manifests promise, and that nothing half-written is ever seen."""

import json
import os
from pathlib import Path

import pytest

from attnlab.errors import CannotWrite, NewerFormat, NotThere, WrongUsage
from attnlab.translation.shelf import (
    Known,
    Manifest,
    changed_files,
    checked_name,
    data_root,
    read_lines,
    read_manifest,
    write,
    write_manifest,
)

CONTENT = b"one\ntwo\n"


@pytest.fixture
def manifest(tmp_path):
    files = {f"train.{side}": Known.of(CONTENT) for side in ("source", "target")}
    for name in files:
        write(tmp_path / name, CONTENT)
    made = Manifest(
        "proverbs", "added from two files", "not known", ("train",), ("source", "target"), files, {"train": 2}
    )
    write_manifest(tmp_path, made)
    return made


def test_an_option_comes_before_the_environment_and_that_before_the_system(tmp_path):
    named = {"ATTNLAB_DATA": str(tmp_path / "named")}

    assert data_root(tmp_path / "option", named) == tmp_path / "option"
    assert data_root(None, named) == tmp_path / "named"
    assert data_root(None, {}).parts[-2:] == ("attnlab", "corpora")


def test_a_folder_of_the_environment_may_begin_with_a_tilde():
    assert data_root(None, {"ATTNLAB_DATA": "~/corpora"}) == Path.home() / "corpora"


def test_a_manifest_comes_back_as_it_was_written(tmp_path, manifest):
    assert read_manifest(tmp_path) == manifest


def test_where_nothing_was_put_there_is_no_manifest(tmp_path):
    assert read_manifest(tmp_path / "nothing") is None


def test_a_file_that_changed_is_named(tmp_path, manifest):
    assert changed_files(tmp_path, manifest.files) == ()

    (tmp_path / "train.target").write_bytes(b"one\nTWO\n")

    assert changed_files(tmp_path, manifest.files) == ("train.target",)
    assert changed_files(tmp_path, manifest.files, thoroughly=False) == ()


def test_a_changed_file_is_not_read(tmp_path, manifest):
    (tmp_path / "train.target").write_bytes(b"one\nTWO\n")

    assert read_lines(tmp_path, manifest, ["train.source"]) == [["one", "two"]]
    with pytest.raises(NotThere, match="the corpus proverbs has changed") as failed:
        read_lines(tmp_path, manifest, ["train.source", "train.target"])
    assert "data add proverbs --replace" in failed.value.remedy


def test_a_file_that_is_gone_is_told(tmp_path, manifest):
    (tmp_path / "train.source").unlink()

    with pytest.raises(NotThere, match="no such file"):
        read_lines(tmp_path, manifest, ["train.source"])


def test_a_manifest_of_the_future_is_refused_and_left_untouched(tmp_path, manifest):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format_version": 2}))
    before = file.read_bytes()

    with pytest.raises(NewerFormat, match="is of format 2; this attnlab knows up to 1"):
        read_manifest(tmp_path)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"{}",
        b"\xff",
        b'{"format_version": 1}',
        b'{"format_version": 1, "name": "a", "origin": "", "licence": "", "splits": ["../x"], "sides": ["b"],'
        b' "files": {}, "skipped": {}}',
        b'{"format_version": 1, "name": "a", "origin": "", "licence": "", "splits": ["x"], "sides": ["b"],'
        b' "files": {"/etc/passwd": {"sha256": "", "bytes": 1, "lines": 1}}, "skipped": {}}',
        b"[" * 100_000,
    ],
)
def test_a_manifest_that_makes_no_sense_is_one_sentence(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)

    with pytest.raises(NotThere, match=r"manifest\.json cannot be understood"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("name", ["", "-a", "A", "a/b", "..", "a.b", "é", "a" * 41, "a\n"])
def test_a_name_that_cannot_be_a_folder_is_refused(name):
    with pytest.raises(WrongUsage, match="cannot be the name of a corpus"):
        checked_name(name, "corpus")


def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside(tmp_path, monkeypatch):
    write(tmp_path / "file", b"before")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="no space left on device"):
        write(tmp_path / "file", b"after")

    assert (tmp_path / "file").read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["file"]
