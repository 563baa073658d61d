import io
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from attnlab.errors import NotThere, WrongUsage
from attnlab.study.packing import pack
from attnlab.submissions.packages import MANIFEST, PACKAGE_CAP, BadPackage, open_package


@pytest.fixture
def run(workspace, tiny_run) -> Path:
    folder = workspace.root / "runs" / "first"
    folder.mkdir(parents=True)
    for name, content in tiny_run.items():
        (folder / name).write_bytes(content)
    (folder / "metrics.jsonl").write_text('{"event": "step"}\n')
    (folder / "state.safetensors").write_bytes(b"moments")
    (folder / ".lock").write_bytes(b"")
    return folder


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "submission.zip"


def names(file):
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def rezipped(file, **changes):
    """The same archive with members changed, added, or (None) left away."""
    members = {}
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= {name.replace("__", "/"): content for name, content in changes.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def test_what_was_packed_is_what_is_opened(workspace, run, file, tiny_run, double):
    packed = pack(workspace, run, file)

    package = open_package(file.read_bytes(), workspace.course)

    assert set(packed.exercises) == set(package.exercises) == {each.id for each in workspace.course.exercises}
    assert package.exercises["double"] == workspace.file(double).read_bytes()
    assert packed.run == "first"
    assert {name: package.run[name] for name in tiny_run} == tiny_run


def test_only_the_exercises_and_the_run_go_in(workspace, run, file):
    (workspace.root / "secrets.txt").write_text("my password")
    (workspace.root / "exercises" / "notes.py").write_text("# mine")
    (workspace.root / ".env").write_text("TOKEN=1")
    (run / "notes.txt").write_text("mine too")

    pack(workspace, run, file)

    own = {workspace.relative(each) for each in workspace.course.exercises}
    there = {"run.json", "vocabulary.json", "model.safetensors", "metrics.jsonl"}
    assert names(file) == {MANIFEST, *own, *(f"run/{name}" for name in there)}


def test_nothing_in_it_tells_where_it_was_packed_or_by_whom(workspace, run, file):
    pack(workspace, run, file)

    content = file.read_bytes()

    for word in (str(workspace.root), os.path.expanduser("~/"), os.uname().nodename):
        assert word.encode() not in content


def test_the_same_work_gives_the_same_bytes(workspace, run, file, tmp_path):
    pack(workspace, run, file)
    pack(workspace, run, tmp_path / "again.zip")

    assert file.read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_exercises_can_be_packed_without_a_run(workspace, file):
    packed = pack(workspace, None, file)

    assert packed.run is None
    assert not open_package(file.read_bytes(), workspace.course).run


def test_a_link_that_leads_out_of_the_workspace_is_left_out_and_told(workspace, file, tmp_path, double):
    (tmp_path / "id_rsa").write_text("a private key")
    workspace.file(double).unlink()
    workspace.file(double).symlink_to(tmp_path / "id_rsa")

    packed = pack(workspace, None, file)

    assert packed.left_out == (f"{workspace.relative(double)}: it is a link that leads out of the workspace",)
    assert workspace.relative(double) not in names(file)


def test_a_run_that_was_never_saved_is_told_with_a_remedy(workspace, run, file):
    (run / "model.safetensors").unlink()

    with pytest.raises(NotThere, match=r"has no model\.safetensors yet"):
        pack(workspace, run, file)

    assert not file.exists()


def test_a_run_larger_than_is_taken_is_told_with_a_remedy(workspace, run, file):
    with (run / "model.safetensors").open("r+b") as opened:
        opened.truncate(100 << 20)

    with pytest.raises(WrongUsage, match=r"100 MiB; at most 48"):
        pack(workspace, run, file)


BAD = {
    "nothing": b"",
    "no zip": b"not a zip file at all",
    "half a zip": b"PK\x03\x04" + bytes(60),
    "an empty zip": b"PK\x05\x06" + bytes(18),
    "a directory that lies": b"PK\x05\x06" + b"\xff" * 18,
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_no_submission_is_refused_in_words(course, content):
    with pytest.raises(BadPackage):
        open_package(content, course)


def test_every_cut_of_a_submission_is_refused_in_words(workspace, file):
    pack(workspace, None, file)
    content = file.read_bytes()

    for length in range(0, len(content) - 1, 37):
        with pytest.raises(BadPackage):
            open_package(content[:length], workspace.course)


def test_every_flipped_byte_is_refused_or_changes_nothing(workspace, file):
    pack(workspace, None, file)
    content = file.read_bytes()
    whole = open_package(content, workspace.course)

    for place in range(0, len(content), 23):
        flipped = bytearray(content)
        flipped[place] ^= 0x55
        try:
            opened = open_package(bytes(flipped), workspace.course)
        except BadPackage:
            continue
        assert opened.exercises == whole.exercises


def test_a_file_that_changed_after_packing_is_named(workspace, file, double):
    pack(workspace, None, file)
    changed = rezipped(file, **{workspace.relative(double).replace("/", "__"): b"def double(x): return 'other'\n"})

    with pytest.raises(BadPackage, match=r"double\.py is not what was packed"):
        open_package(changed, workspace.course)


def test_a_file_that_was_slipped_in_is_named(workspace, file):
    pack(workspace, None, file)

    with pytest.raises(BadPackage, match=r"run/run\.json was added"):
        open_package(rezipped(file, **{"run/run.json": b"{}"}), workspace.course)


def test_a_member_of_another_name_is_not_even_read(workspace, file):
    pack(workspace, None, file)
    names = {"../../escaped.py": b"1", "/etc/passwd": b"2", "C:\\x.py": b"3", "exercises/../x.py": b"4", "x\n.py": b"5"}

    package = open_package(rezipped(file, **names), workspace.course)

    assert set(package.exercises) == {each.id for each in workspace.course.exercises}


def test_a_bomb_is_read_no_further_than_its_cap(workspace, file, double):
    pack(workspace, None, file)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, zipfile.ZipFile(file).read(MANIFEST))
        archive.writestr(workspace.relative(double), bytes(300 << 20))

    assert len(buffer.getvalue()) < 1 << 20
    with pytest.raises(BadPackage, match="more than 1 MiB"):
        open_package(buffer.getvalue(), workspace.course)


def test_a_member_that_is_there_twice_is_refused(workspace, file, double):
    pack(workspace, None, file)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(workspace.relative(double), "def double(x): return x\n")

    with pytest.raises(BadPackage, match="twice"):
        open_package(file.read_bytes(), workspace.course)


def test_a_link_in_the_archive_is_only_its_own_text(workspace, file, double):
    pack(workspace, None, file)
    name = workspace.relative(double)
    link = zipfile.ZipInfo(name)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = rezipped(file, **{name: None})
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(BadPackage, match="not what was packed"):
        open_package(buffer.getvalue(), workspace.course)


def test_ten_thousand_members_are_not_gone_through(course):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(2_000):
            archive.writestr(f"{number}", "")

    with pytest.raises(BadPackage, match="2000 members"):
        open_package(buffer.getvalue(), course)


MANIFESTS = {
    "none": None,
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "no version": b"{}",
    "a later one": json.dumps({"format_version": 9, "course": "mini", "files": {}}).encode(),
    "no files": json.dumps({"format_version": 1, "course": "mini"}).encode(),
    "another course": json.dumps({"format_version": 1, "course": "cooking", "files": {}}).encode(),
}


@pytest.mark.parametrize("manifest", MANIFESTS.values(), ids=MANIFESTS.keys())
def test_a_manifest_that_cannot_be_meant_is_refused_in_words(workspace, file, manifest):
    pack(workspace, None, file)

    with pytest.raises(BadPackage):
        open_package(rezipped(file, **{MANIFEST: manifest}), workspace.course)


def test_a_file_beyond_the_cap_is_refused_unread(course):
    with pytest.raises(BadPackage, match="more than 80 MiB"):
        open_package(bytes(PACKAGE_CAP + 1), course)
