"""The doctor says what is there, what is missing, and what to do about it."""

import json
import sys
from pathlib import Path
from shutil import copytree

import pytest

from attnlab.study import doctor
from attnlab.study.doctor import State, editor_command, examine

COURSE = Path(__file__).parents[1] / "mini_course"


def examined(tmp_path, course=COURSE, **environment):
    return examine(course, tmp_path, shows_unicode=True, colour=False, environment=environment)


def found(examination, about):
    return next(finding for finding in examination.findings if finding.about == about)


def test_a_machine_with_all_that_is_needed_is_healthy(tmp_path):
    examination = examined(tmp_path, EDITOR=sys.executable)

    assert examination.healthy
    assert found(examination, "course").said.startswith("A course of two exercises")
    assert found(examination, "editor").state is State.OK


def test_whatever_is_not_as_it_could_be_has_a_remedy(tmp_path):
    examination = examined(tmp_path, course=tmp_path / "nowhere")

    assert all(finding.remedy for finding in examination.findings if finding.state is not State.OK)


def test_a_missing_course_is_broken(tmp_path):
    examination = examined(tmp_path, course=tmp_path / "nowhere")

    assert not examination.healthy
    assert found(examination, "course").state is State.BROKEN


def test_a_library_is_needed_only_where_exercises_compute_with_it(tmp_path, monkeypatch):
    def fail(name):
        raise ImportError(f"no {name}")

    monkeypatch.setattr(doctor, "import_module", fail)
    copytree(COURSE, tmp_path / "course")
    for file in (tmp_path / "course").rglob("exercise.toml"):
        file.write_text(file.read_text().replace('"torch"', '"numpy"'))

    examination = examined(tmp_path, course=tmp_path / "course")

    assert found(examination, "numpy").state is State.BROKEN
    assert found(examination, "torch").state is State.LACKING
    assert "pip install numpy" in found(examination, "numpy").remedy


def test_a_missing_isolation_layer_is_told_and_breaks_nothing(tmp_path, monkeypatch):
    layers = {"landlock": (False, "the kernel is too old"), "limits": (True, "")}
    monkeypatch.setattr("attnlab.grading.available_layers", lambda: layers)

    examination = examined(tmp_path)

    assert examination.healthy
    assert any("landlock (the kernel is too old)" in finding.said for finding in examination.findings)


def test_what_would_confine_better_is_told_before_others_are_graded(tmp_path, monkeypatch):
    layers = {"landlock": (True, ""), "user": (False, "user 65534 cannot read /opt/python")}
    monkeypatch.setattr("attnlab.grading.available_layers", lambda: layers)

    lacking = [finding for finding in examined(tmp_path).findings if finding.about == "isolation"][-1]

    assert lacking.state is State.LACKING
    assert "/opt/python" in lacking.said
    assert "before grading other people's" in lacking.remedy
    assert "where every user can read them" in lacking.remedy


def test_the_block_has_one_line_for_everything_found(tmp_path):
    examination = examined(tmp_path)

    assert len(examination.block().splitlines()) == len(examination.findings)


def test_the_examination_can_be_told_as_json(tmp_path):
    told = json.loads(json.dumps(examined(tmp_path).to_json()))

    assert told["healthy"] is True
    assert {"about", "state", "said", "remedy"} == set(told["findings"][0])


def test_looking_leaves_the_folder_as_it_was(tmp_path):
    examined(tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "command"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, ["code", "--wait"]),
        ({"EDITOR": "'/opt/my editor/ed' -x"}, ["/opt/my editor/ed", "-x"]),
        ({"EDITOR": "it's"}, ["it's"]),
        ({}, []),
    ],
)
def test_the_editor_is_what_the_environment_says(environment, command):
    assert editor_command(environment) == command
