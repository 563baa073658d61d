"""The workflow for GitHub Classroom."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from made_class import COURSE, Classes

import attnlab
from attnlab.classroom.assignment import read_assignment
from attnlab.classroom.exports.workflow import workflow
from attnlab.errors import WrongUsage


def read(text: str) -> dict:
    # YAML 1.1 takes the key `on` for a yes.
    return {("on" if key is True else key): value for key, value in yaml.safe_load(text).items()}


def runs(text: str) -> list[str]:
    return [step["run"] for job in read(text)["jobs"].values() for step in job["steps"] if "run" in step]


def test_the_workflow_may_read_and_nothing_else():
    told = read(workflow(Classes.assignment("double"), COURSE))

    assert told["permissions"] == {"contents": "read"}
    assert set(told["on"]) == {"push", "workflow_dispatch", "repository_dispatch"}
    uses = [step["uses"] for step in told["jobs"]["check"]["steps"] if "uses" in step]
    assert [name.partition("@")[0] for name in uses] == ["actions/checkout", "actions/setup-python"]
    assert all(tag.startswith("v") for tag in (name.partition("@")[2] for name in uses))


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_the_workflow_judges_by_the_exercises_of_the_assignment_and_their_points(tmp_path):
    _, judging, _ = runs(workflow(Classes.assignment("double", "double_sum", "submission", points=2.5), COURSE))

    # Everything but the grading, and with a secret that is drawn there.
    script = judging[: judging.index("attnlab grade")]
    tools = "openssl() { echo 0123456789abcdef; }\n"
    subprocess.run(["bash", "-c", tools + script], env={**os.environ, "RUNNER_TEMP": str(tmp_path)}, check=True)

    written = read_assignment(tmp_path / "assignment.toml", COURSE)
    assert [(item.exercise, item.points) for item in written.items] == [("double", 2.5), ("double_sum", 2.5)]
    assert written.secret == "0123456789abcdef"


def test_an_assignment_of_a_trained_translator_alone_makes_no_workflow():
    with pytest.raises(WrongUsage, match="no exercise"):
        workflow(Classes.assignment("submission"), COURSE)


def test_nothing_that_students_may_not_know_is_in_the_workflow(tmp_path):
    text = workflow(Classes.assignment("double", private=tmp_path), COURSE)

    assert "s" * 32 not in text
    assert "secrets." not in text
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    ("said", "installed"),
    [
        (None, f"attnlab=={attnlab.__version__}"),
        (
            "attnlab @ git+https://example.org/x # 'y'\n: z",
            """'attnlab @ git+https://example.org/x # '"'"'y'"'"' : z'""",
        ),
    ],
)
def test_what_is_installed_stays_one_word_on_its_line(said, installed):
    install = runs(workflow(Classes.assignment("double"), COURSE, install=said))[0]

    assert install.splitlines()[-1] == f"python -m pip install {installed}"


def test_a_title_cannot_leave_its_comment():
    assignment = Classes.assignment("double", title="x\npermissions: write-all")

    assert read(workflow(assignment, COURSE))["permissions"] == {"contents": "read"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_its_steps_are_sound_bash(tmp_path: Path):
    for step in runs(workflow(Classes.assignment("double"), COURSE)):
        assert subprocess.run(["bash", "-n", "-c", step], capture_output=True).returncode == 0
