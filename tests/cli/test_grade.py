"""Grading a class from the command line: what is shown, what is kept, and how it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from attnlab.cli.grade_screen import Story
from attnlab.cli.terminal import Terminal
from attnlab.cli.views_grade import interrupted_view

RIGHT = "def double(numbers):\n    return numbers * 2\n"
SQUARED = "def double(numbers):\n    return numbers * numbers\n"


@pytest.fixture
def teacher(outside):
    """In a folder with a class of two on one exercise."""
    for student, source in {"ada": RIGHT, "bob": SQUARED}.items():
        (outside.folder / "class" / student).mkdir(parents=True)
        (outside.folder / "class" / student / "double.py").write_text(source)
    return outside


def test_a_class_is_graded_and_what_to_type_next_is_said(teacher):
    done = teacher.types("grade", "class", "--out", "a.gradebook")

    assert done.returncode == 0
    assert "2 students · 2 works judged" in done.stdout
    assert "attnlab gradebook show a.gradebook" in done.stdout
    assert "self-test: 1 exercise holds" in done.stderr
    assert done.stderr.startswith("isolation: ")


def test_grading_again_wants_to_be_told_so_and_judges_nothing_anew(teacher):
    teacher.types("grade", "class", "--out", "a.gradebook")

    again = teacher.types("grade", "class", "--out", "a.gradebook")
    resumed = teacher.types("grade", "class", "--out", "a.gradebook", "--resume")

    assert again.returncode == 2
    assert "--resume" in again.stderr
    assert "0 works judged" in resumed.stdout
    assert "2 as before" in resumed.stdout


def test_json_holds_a_row_for_every_student_and_exercise(teacher):
    done = teacher.types("grade", "class", "--out", "a.gradebook", "--json", "--jobs", "1")

    told = json.loads(done.stdout)
    assert (told["book"], told["students"]) == ("a.gradebook", 2)
    assert {row["student"]: row["points"] for row in told["grades"]} == {"ada": 3.0, "bob": 1.0}


def test_a_dry_run_shows_whose_and_what_every_file_is_and_makes_nothing(teacher):
    (teacher.folder / "class" / "bob" / "poem.py").write_text("roses = 'red'\n")

    done = teacher.types("grade", "class", "--dry-run", COLUMNS="60")

    assert done.returncode == 0
    assert "  double <- " in done.stdout
    assert "poem.py" in done.stdout
    assert all(len(line) <= 60 for line in done.stdout.splitlines())
    assert [entry.name for entry in teacher.folder.iterdir()] == ["class"]


def test_a_dry_run_says_the_folder_of_many_files_once_and_what_wants_a_look_last(teacher):
    home = teacher.folder / "class" / "bob"
    (home / "double_sum.py").write_text("def double_sum(numbers):\n    return 0\n")
    (teacher.folder / "class" / "cy").mkdir()
    (teacher.folder / "class" / "cy" / "notes.txt").write_text("sorry\n")

    told = teacher.types("grade", "class", "--dry-run").stdout

    assert "bob\n  in bob/\n  double <- double.py\n  double_sum <- double_sum.py\n" in told
    assert "\n1 student with nothing: cy\n" in told


def test_what_was_left_out_is_said_where_the_class_is_graded(teacher):
    (teacher.folder / "class" / "bob" / "double.ipynb").write_text("{")

    done = teacher.types("grade", "class", "--out", "a.gradebook")

    assert "1 file left out\n  refused: bob/double.ipynb: it is not JSON (line 1)\n" in done.stdout


def test_a_dry_run_can_be_read_by_programs(teacher):
    told = json.loads(teacher.types("grade", "class", "--dry-run", "--json").stdout)

    assert [student["student"] for student in told["students"]] == ["ada", "bob"]
    assert told["students"][0]["files"][0]["exercise"] == "double"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["class"], 2, "add --out"),
        (["nowhere", "--out", "a.gradebook"], 3, "there is no"),
        (["class", "--out", "a.gradebook", "--exercise", "duoble"], 2, "did you mean 'double'?"),
        (["class", "--out", "a.gradebook", "--isolation", "some"], 2, "strict, auto, none"),
        (["class", "--out", "a.gradebook", "--assignment", "none.toml"], 3, "none.toml"),
    ],
)
def test_what_cannot_be_meant_is_said_and_leaves_no_book(teacher, arguments, code, said):
    done = teacher.types("grade", *arguments)

    assert done.returncode == code
    assert said in done.stderr
    assert not (teacher.folder / "a.gradebook").exists()


def test_a_folder_without_work_is_said_to_hold_none(teacher):
    (teacher.folder / "empty" / "ada").mkdir(parents=True)
    (teacher.folder / "empty" / "ada" / "notes.txt").write_text("to do\n")

    done = teacher.types("grade", "empty", "--out", "a.gradebook")

    assert done.returncode == 3
    assert "--dry-run" in done.stderr
    assert not (teacher.folder / "a.gradebook").exists()


def test_what_is_interrupted_before_anything_was_judged_says_no_numbers():
    told = interrupted_view(Story(), Terminal(80, 24, colour=False, unicode=True, interactive=False))

    assert told == ["nothing was judged yet; the same command with --resume goes on"]


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_keeps_what_was_judged_and_says_how_to_go_on(teacher):
    for number in range(40):
        (teacher.folder / "class" / f"s{number}").mkdir()
        (teacher.folder / "class" / f"s{number}" / "double.py").write_text(f"{RIGHT}# {number}\n")
    running = subprocess.Popen(
        [sys.executable, "-m", "attnlab", "grade", "class", "--out", "a.gradebook", "--jobs", "1"],
        cwd=teacher.folder,
        env=teacher.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    for line in running.stderr:
        if "to judge" in line:
            break

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)

    assert running.returncode == 130
    assert "--resume goes on" in said
    resumed = teacher.types("grade", "class", "--out", "a.gradebook", "--resume")
    assert resumed.returncode == 0
    assert "42 students" in resumed.stdout
