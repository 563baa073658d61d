import json
import os
import subprocess
import sys

import pytest

import attnlab.cli
from attnlab.cli import main


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("chek",), "'check'"),
        (("list", "--jsn"), "'--json'"),
        (("hint", "duble"), "'double'"),
        (("read", "summng"), "'summing'"),
        (("experiment", "grwth"), "'growth'"),
        (("list", "--status", "pased"), "'passed'"),
        (("--plian",), "'--plain'"),
    ],
)
def test_what_was_probably_meant_is_named(learner, typed, meant):
    done = learner.types(*typed)

    assert done.returncode == 2
    assert f"did you mean {meant}?" in done.stderr
    assert done.stdout == ""


def test_an_error_is_a_problem_and_a_remedy_on_stderr(outside):
    done = outside.types("next")

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "attnlab: you are not in a workspace",
        "  'attnlab init DIR' makes one, then go into it",
    ]


def test_a_folder_without_a_course_is_told(outside):
    done = outside.types("list", "--course", "nowhere")

    assert done.returncode == 3
    assert "holds no course" in done.stderr


def test_an_unforeseen_error_is_one_sentence_and_a_saved_traceback(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail(arguments):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(attnlab.cli, "_run", fail)

    code = main(["list"])

    said = capsys.readouterr().err
    assert code == 3
    assert "Traceback" not in said
    saved = next(tmp_path.glob("attnlab-*.txt"))
    assert saved.name in said
    assert "ZeroDivisionError" in saved.read_text()


def test_an_interruption_is_one_line_and_130(monkeypatch, capsys):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(attnlab.cli, "_run", interrupted)

    assert main(["list"]) == 130
    assert capsys.readouterr().err.strip() == "interrupted; nothing was lost"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_stops_early_is_no_error(learner, unbuffered):
    shell = f'"{sys.executable}" -m attnlab read 01 --whole | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", shell],
        cwd=learner.folder,
        env={**learner.environment, "PYTHONUNBUFFERED": unbuffered},
        capture_output=True,
        encoding="utf-8",
    )

    assert done.stderr == ""
    assert done.stdout.splitlines() == ["# Twice as much", "0"]


def test_the_shared_options_mean_the_same_before_and_after_the_command(learner):
    environment = {"ATTNLAB_COURSE": "nowhere"}
    course = learner.environment["ATTNLAB_COURSE"]

    before = learner.types("--course", course, "--plain", "list", **environment)
    after = learner.types("list", "--plain", "--course", course, **environment)

    assert before.returncode == after.returncode == 0
    assert before.stdout == after.stdout


def test_a_damaged_state_is_set_aside_with_one_sentence(learner):
    state = learner.folder / ".attnlab" / "state.json"
    state.write_text("{")

    done = learner.types("list", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["total"] == 2
    assert len(done.stderr.splitlines()) == 1
    assert state.with_name("state.damaged-1.json").read_text() == "{"


def test_the_shell_completes_commands_exercises_and_lessons(learner):
    def completed(words):
        return learner.types(
            _ATTNLAB_COMPLETE="complete_bash", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1)
        ).stdout.split()

    assert "hint" in completed(["attnlab", "hi"])
    assert completed(["attnlab", "hint", "dou"]) == ["double", "double_sum"]
    assert completed(["attnlab", "read", "02"]) == ["02-summing"]
    assert completed(["attnlab", "experiment", "g"]) == ["growth"]


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("typed", "closed", "code"),
    [
        ("list", ">&-", 0), ("--help", ">&-", 0), ("list", "<&- >&- 2>&-", 0), ("chek", ">&-", 2), ("chek", "2>&-", 2),
        ("check double", "<&- >&-", 1),
    ],
)  # fmt: skip
def test_closed_streams_change_no_exit_code_and_show_no_traceback(learner, typed, closed, code):
    done = learner.shell(f"{typed} {closed}")

    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_one_sentence(learner):
    done = learner.shell("list > /dev/full")

    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "attnlab: the output could not be written: no space left on device",
        "  make room where it goes",
    ]


@pytest.mark.skipif(os.name == "nt", reason="an open folder cannot be removed there")
def test_a_current_folder_that_was_removed_is_told(learner):
    done = learner.shell("list", before="mkdir gone; cd gone; rmdir ../gone;")

    assert done.returncode == 3
    assert "the folder you are in has been removed" in done.stderr
