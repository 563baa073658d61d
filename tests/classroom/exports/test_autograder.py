"""The autograder for Gradescope, unpacked as Gradescope unpacks it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from attnlab.classroom.assignment import read_assignment
from attnlab.classroom.exports.autograder import build
from attnlab.content import read_course
from attnlab.errors import WrongUsage

COURSE = read_course(Path(__file__).parents[2] / "mini_course")
SECRET = "0123456789abcdef0123456789abcdef"
CHECKS = """
from attnlab.content import check


@check("a single number is twice as large")
def single(learner, draw):
    learner.double(draw.normal("rows", "columns")).agrees()
"""


def assignment_file(folder: Path, head: str = "", *, due: str = "2030-12-31T23:59:59+01:00") -> Path:
    file = folder / "assignment.toml"
    file.write_text(
        f'format_version = 1\ntitle = "Homework 1"\nsecret = "{SECRET}"\n{head}\ndue = {due}\n'
        '[[exercises]]\nid = "double"\npoints = 6\n',
        encoding="utf-8",
    )
    return file


def built(folder: Path, file: Path, **how) -> zipfile.ZipFile:
    build(read_assignment(file, COURSE), COURSE, folder / "autograder.zip", isolation="auto", **how)
    return zipfile.ZipFile(folder / "autograder.zip")


def test_the_autograder_holds_the_assignment_the_course_and_attnlab_itself(tmp_path):
    names = set(built(tmp_path, assignment_file(tmp_path)).namelist())

    assert {
        "setup.sh", "run_autograder", "requirements.txt", "assignment/assignment.toml", "attnlab/__main__.py",
        "attnlab/worker/zygote.py", "attnlab/pictures/templates/report.html", "course/course/course.toml",
        "course/exercises/01-doubling/double/starter.py", "course/solutions/01-doubling/double/checks.py",
    } <= names  # fmt: skip
    assert [name for name in names if "__pycache__" in name or name.endswith(".pyc") or "_course" in name] == []


def test_its_scripts_can_be_run_and_only_its_maker_can_read_it(tmp_path):
    archive = built(tmp_path, assignment_file(tmp_path))

    modes = {name: archive.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder")}
    assert set(modes.values()) == {0o755}
    assert (tmp_path / "autograder.zip").stat().st_mode & 0o077 == 0


def test_the_same_assignment_makes_the_same_autograder(tmp_path):
    file = assignment_file(tmp_path)

    first, second = (Path(built(tmp_path, file).filename).read_bytes() for _ in range(2))

    assert first == second


def test_private_checks_come_along_wherever_they_lay(tmp_path):
    (tmp_path / "own checks" / "double").mkdir(parents=True)
    (tmp_path / "own checks" / "double" / "checks.py").write_text(CHECKS)
    (tmp_path / "teaching").mkdir()
    file = assignment_file(tmp_path / "teaching", head='private = "../own checks"')

    built(tmp_path, file).extractall(tmp_path / "source")

    unpacked = read_assignment(tmp_path / "source" / "assignment" / "assignment.toml", COURSE)
    assert unpacked.private == tmp_path / "source" / "assignment" / "private"
    assert (unpacked.private / "double" / "checks.py").read_text() == CHECKS
    assert (unpacked.items, unpacked.secret) == (read_assignment(file, COURSE).items, SECRET)


@pytest.mark.parametrize("due", ["2030-12-31T23:59:59", "2030-12-31"])
def test_a_date_that_means_another_moment_elsewhere_is_refused(tmp_path, due):
    with pytest.raises(WrongUsage, match="no time zone"):
        built(tmp_path, assignment_file(tmp_path, due=due))


def test_wheels_that_lack_a_library_are_refused_and_the_lacking_named(tmp_path):
    with pytest.raises(WrongUsage, match="torch") as caught:
        built(tmp_path, assignment_file(tmp_path), wheels=tmp_path)

    assert "pip download" in caught.value.remedy


def test_wheels_are_brought_along(tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for line in built(tmp_path, assignment_file(tmp_path)).read("requirements.txt").decode().split():
        name = line.partition(">")[0].replace("-", "_").capitalize()
        (wheels / f"{name}-9.0-py3-none-any.whl").write_bytes(b"wheel")

    names = built(tmp_path, assignment_file(tmp_path), wheels=wheels).namelist()

    assert "wheels/Torch-9.0-py3-none-any.whl" in names


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_its_scripts_are_sound_bash(tmp_path):
    built(tmp_path, assignment_file(tmp_path)).extractall(tmp_path / "source")

    for script in ("setup.sh", "run_autograder"):
        done = subprocess.run(["bash", "-n", tmp_path / "source" / script], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


class Gradescope:
    """A container as Gradescope sets one up, in a folder; libraries are lent by the environment of these tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "private" / "double").mkdir(parents=True)
        (folder / "private" / "double" / "checks.py").write_text(CHECKS)
        built(folder, assignment_file(folder, head='private = "private"')).extractall(folder / "source")

    def grades(self, **files: str) -> subprocess.CompletedProcess[str]:
        """Runs the autograder on what one student handed in; names are without their ending."""
        shutil.rmtree(self.folder / "submission", ignore_errors=True)
        (self.folder / "submission").mkdir()
        for name, text in files.items():
            (self.folder / "submission" / f"{name}.py").write_text(text, encoding="utf-8")
        users = [{"email": "ada@x.org", "id": 7, "name": "Ada Lovelace", "sid": "0042"}]
        told = {"id": 1, "created_at": "2026-11-20T10:20:30.123456-08:00", "users": users}
        (self.folder / "submission_metadata.json").write_text(json.dumps(told))
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("ATTNLAB", "PYTHON"))}
        return subprocess.run(
            ["bash", self.folder / "source" / "run_autograder"],
            env={**ours, "AUTOGRADER": str(self.folder), "ATTNLAB_PYTHON": sys.executable},
            cwd="/",
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    @property
    def results(self) -> dict:
        return json.loads((self.folder / "results" / "results.json").read_text())


@pytest.fixture(scope="module")
def gradescope(tmp_path_factory) -> Gradescope:
    if os.name == "nt" or shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    return Gradescope(tmp_path_factory.mktemp("autograder"))


def test_unpacked_and_run_it_grades_a_submission(gradescope):
    done = gradescope.grades(double="def double(numbers):\n    return numbers * 2\n", notes="x = 1\n")

    assert done.returncode == 0, done.stderr
    told = gradescope.results
    assert told["score"] == 6.0
    assert told["output"].startswith("Homework 1: 6 of 6 points")
    assert "notes.py" in told["output"]
    assert sum(test["max_score"] for test in told["tests"]) == pytest.approx(6.0, abs=0.03)
    assert {test["status"] for test in told["tests"]} == {"passed"}
    assert [test["name"] for test in told["tests"] if test["visibility"] == "hidden"] == [
        "Double every number: hidden check 1"
    ]


def test_unpacked_and_run_it_says_what_is_wrong_and_gives_nothing_away(gradescope):
    done = gradescope.grades(double="def double(numbers):\n    return numbers ** 2\n")

    assert done.returncode == 0, done.stderr
    told = json.dumps(gradescope.results)
    assert gradescope.results["score"] < 6.0
    assert "You square every number" in told
    assert "a single number is twice as large" not in told
    assert SECRET not in told


def test_where_nothing_can_be_graded_the_student_is_told_why(gradescope):
    done = gradescope.grades(notes="x = 1\n")

    assert done.returncode == 0, done.stderr
    assert gradescope.results["score"] == 0
    assert "notes.py: no exercise is called so" in gradescope.results["output"]
    assert "what is asked for: double" in gradescope.results["output"]


def test_where_it_cannot_grade_there_are_no_results_and_so_no_zero(gradescope, tmp_path):
    shutil.copytree(gradescope.folder / "source", tmp_path / "source")
    shutil.rmtree(tmp_path / "source" / "course" / "solutions")
    broken = object.__new__(Gradescope)
    broken.folder = tmp_path

    done = broken.grades(double="def double(numbers):\n    return numbers * 2\n")

    assert done.returncode == 3
    assert not (tmp_path / "results" / "results.json").exists()
