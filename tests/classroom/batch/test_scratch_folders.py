"""The folder in which a class's files lie while they are judged."""

import os

import pytest

from attnlab.classroom.batch.scratch import scratch_folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_it_is_gone_when_the_work_is_done(temporary):
    with scratch_folder() as folder:
        (folder / "0001").write_bytes(b"x")

    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="kills a process as POSIX does")
def test_what_a_killed_command_left_behind_is_cleared_away_by_the_next(temporary):
    if (child := os.fork()) == 0:
        with scratch_folder() as folder:
            (folder / "0001").write_bytes(b"x")
            os._exit(9)
    os.waitpid(child, 0)
    assert len(list(temporary.iterdir())) == 1

    with scratch_folder() as folder:
        there = list(temporary.iterdir())

    assert there == [folder.parent]


def test_what_another_command_uses_is_left_alone(temporary):
    with scratch_folder() as theirs, scratch_folder() as ours:
        assert theirs.is_dir()
        assert theirs != ours


def test_a_folder_that_nobody_marked_as_used_is_left_alone(temporary):
    (temporary / "attnlab-grade-mine").mkdir()

    with scratch_folder():
        pass

    assert (temporary / "attnlab-grade-mine").is_dir()
