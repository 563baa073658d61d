"""`attnlab submit`: what goes in, what is said, and how it ends."""

import json
import re
import zipfile

import pytest


@pytest.fixture
def trained(learner, tiny_run):
    """A workspace with a run that has come to its end."""
    folder = learner.folder / "runs" / "first"
    folder.mkdir(parents=True)
    for name, content in tiny_run.items():
        (folder / name).write_bytes(content)
    return learner


def test_without_anything_trained_the_exercises_are_packed_and_the_lack_is_told(learner):
    typed = learner.types("submit")

    assert typed.returncode == 0
    assert "submission.zip" in typed.stdout
    assert "no run: nothing has been trained yet" in typed.stdout
    assert "attnlab submit --judge" in typed.stdout
    with zipfile.ZipFile(learner.folder / "submission.zip") as archive:
        assert "exercises/01-doubling/double.py" in archive.namelist()


def test_open_gaps_are_told_before_anything_is_handed_in(learner):
    typed = learner.types("submit", "--no-run")

    assert re.search(r"\d exercise files, \d of them with (its gap|their gaps) still open", typed.stdout)


def test_the_next_command_judges_the_very_same_file(trained):
    typed = trained.types("submit", "first", "--out", "my work.zip")

    assert "next: attnlab submit first --out 'my work.zip' --judge" in typed.stdout


def test_a_run_that_is_named_goes_in(trained):
    typed = trained.types("submit", "first", "--out", "handed-in.zip")

    assert typed.returncode == 0
    assert "the run first" in typed.stdout
    with zipfile.ZipFile(trained.folder / "handed-in.zip") as archive:
        assert "run/model.safetensors" in archive.namelist()


def test_a_run_that_is_not_there_is_an_error(learner):
    typed = learner.types("submit", "second")

    assert typed.returncode == 2
    assert "there is no run called 'second'" in typed.stderr
    assert not (learner.folder / "submission.zip").exists()


def test_the_result_can_be_had_as_json(trained):
    told = json.loads(trained.types("submit", "first", "--json").stdout)

    assert told["run"] == "first"
    assert told["size"] == (trained.folder / "submission.zip").stat().st_size
    assert "double" in told["exercises"]
    assert "judged" not in told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("submit", "first", "--no-run"), "cannot both be meant"),
        (("submit", "--seed", "3"), "--seed is for what is judged"),
    ],
)
def test_what_cannot_be_meant_is_refused(trained, typed, told):
    ended = trained.types(*typed)

    assert ended.returncode == 2
    assert told in ended.stderr


def test_a_course_without_the_translators_parts_cannot_be_judged_but_packed(trained):
    typed = trained.types("submit", "--no-run", "--judge")

    assert typed.returncode == 3
    assert "no exercise for the translator's part" in typed.stderr
    assert (trained.folder / "submission.zip").is_file()


def test_outside_of_a_workspace_there_is_nothing_to_pack(outside):
    typed = outside.types("submit")

    assert typed.returncode == 3
    assert "you are not in a workspace" in typed.stderr


def test_packing_imports_no_torch(trained):
    typed = trained.types("submit", "first", PYTHONPROFILEIMPORTTIME="1")

    assert typed.returncode == 0
    assert " torch" not in typed.stderr
