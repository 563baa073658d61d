"""No room, no right to write: one sentence, the gradebook whole, and the same command goes on when there is room."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from gallery.classes import ASSIGNMENT, COURSE, attnlab, comparable, lay, rows_of
from gallery.records import Case
from gallery.siblings import INNOCENT

pytest.importorskip("resource")
pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="adopting what is left is asked of Linux alone"),
    pytest.mark.timeout(300),
]
CLASS = {
    f"{name}-{number}": Case({"double.py": f"{text}# {number}\n".encode()})
    for name, text in INNOCENT.items()
    for number in range(4)
}
GRADE = ("grade", "class", "--assignment", "assignment.toml")
NO_ROOM = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, resource.RLIM_INFINITY))
"""
# In a namespace of its own, so that nobody else sees the disk: the command on a disk that is full, or read-only; then
# on one with room; then what it holds.
ON_A_DISK = """
import json, os, subprocess, sys
def mount(*options): subprocess.run(["mount", *options], check=True)
def attnlab(*arguments):
    run = subprocess.run([sys.executable, "-m", "attnlab", *arguments], capture_output=True, text=True)
    return {"status": run.returncode, "out": run.stdout, "err": run.stderr}
first, out = sys.argv[1], "disk/class.gradebook"
os.mkdir("disk")
mount("-t", "tmpfs", "-o", first, "none", "disk")
grade = ("grade", "class", "--assignment", "assignment.toml", "--out", out, "--resume")
told = {"refused": attnlab(*grade)}
mount("-o", "remount,rw,size=16m,nr_inodes=100", "disk")
told["went_on"] = attnlab(*grade)
told["export"] = attnlab("gradebook", "export", out, "--format", "json")
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def grades(tmp_path_factory):
    """What the class gets where there is room."""
    folder = laid(tmp_path_factory.mktemp("room"))
    run = attnlab(*GRADE, "--out", "class.gradebook", folder=folder)
    assert run.status == 0, run.err
    return {key: comparable(row) for key, row in rows_of(folder, "class.gradebook").items()}


def laid(folder):
    lay(folder / "class", CLASS)
    (folder / "assignment.toml").write_text(ASSIGNMENT)
    return folder


def sentence(err):
    """What is said last: the problem, and what to do."""
    lines = err.rstrip("\n").splitlines()
    begins = max(number for number, line in enumerate(lines) if line.startswith("attnlab: "))
    return " ".join(" ".join(lines[begins:]).split())


@pytest.mark.parametrize("most", [2_000, 60_000])
def test_a_file_that_can_grow_no_more_ends_it_with_a_sentence_and_it_goes_on_with_room(tmp_path, grades, most):
    folder = laid(tmp_path)

    run = attnlab(*GRADE, "--out", "class.gradebook", folder=folder, before=NO_ROOM.format(most=most))
    on = attnlab(*GRADE, "--out", "class.gradebook", "--resume", folder=folder)

    assert run.status == 3, run.err
    assert "could not be written" in sentence(run.err)
    assert "Traceback" not in run.err
    assert run.left == []
    assert on.status == 0, on.err
    assert {key: comparable(row) for key, row in rows_of(folder, "class.gradebook").items()} == grades


@pytest.mark.parametrize(
    ("options", "said"),
    [("size=64k", "could not be written"), ("ro", "written"), ("nr_inodes=2,size=16m", "written")],
    ids=["full", "read-only", "without-inodes"],
)
def test_a_disk_without_room_ends_it_with_a_sentence_and_it_goes_on_with_room(tmp_path, grades, options, said):
    folder = laid(tmp_path)
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    if subprocess.run([*alone, "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")

    run = subprocess.run(
        [*alone, sys.executable, "-c", ON_A_DISK, options],
        cwd=folder,
        env={**os.environ, "ATTNLAB_COURSE": str(COURSE), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(run.stdout)

    assert told["refused"]["status"] == 3, told["refused"]
    assert said in sentence(told["refused"]["err"])
    assert "Traceback" not in told["refused"]["err"]
    assert told["went_on"]["status"] == 0, told["went_on"]
    rows = json.loads(told["export"]["out"])["grades"]
    assert {(row["student"], row["exercise"]): comparable(row) for row in rows} == grades


def test_a_device_that_is_always_full_is_no_gradebook(tmp_path):
    folder = laid(tmp_path)

    run = attnlab(*GRADE, "--out", "/dev/full", "--resume", folder=folder)

    assert run.status == 3, run.err
    assert sentence(run.err)
    assert "Traceback" not in run.err


def test_results_that_nobody_can_read_end_it_without_a_word_too_many(tmp_path):
    folder = laid(tmp_path)
    full = "import os\nos.dup2(os.open('/dev/full', os.O_WRONLY), 1)"

    run = attnlab(*GRADE, "--out", "class.gradebook", "--json", folder=folder, before=full)
    on = attnlab(*GRADE, "--out", "class.gradebook", "--resume", folder=folder)

    assert run.status == 3, run.err
    assert "Traceback" not in run.err
    assert on.status == 0
