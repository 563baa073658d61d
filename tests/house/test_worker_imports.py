"""What lies in the memory of every submission: the worker's own rooms, and nothing that knows an answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.content import read_course
from attnlab.grading import Judge
from attnlab.grading.exposure import library_path

ROOT = Path(__file__).parents[2]
ROOMS = {"attnlab", "attnlab.wire", "attnlab.stage", "attnlab.worker"}
PROBE = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from attnlab.worker.__main__ import main
from attnlab.worker.zygote import _import
from attnlab.worker.confinement import missing_layers
_import(sys.argv[2])
missing_layers()
print(json.dumps([name for name in sys.modules if name.split(".")[0] == "attnlab"]))
"""
TELLING = """
import sys

raise RuntimeError(" ".join(name for name in sys.modules if name.split(".")[0] == "attnlab"))
"""


def rooms(modules: list[str]) -> set[str]:
    return {".".join(name.split(".")[:2]) for name in modules}


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_a_zygote_imports_nothing_but_the_workers_rooms(library):
    told = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, json.dumps(library_path()), library],
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert rooms(json.loads(told)) <= ROOMS


def test_a_submission_finds_no_other_room_beside_it():
    course = read_course(ROOT / "tests" / "mini_course")

    with Judge(course) as judge:
        report = judge.grade(course.exercise("double"), TELLING.encode(), seed=1)

    told = re.findall(r"attnlab[\w.]*", report.first_failure.failure.problem)
    assert told
    assert rooms(told) <= ROOMS
