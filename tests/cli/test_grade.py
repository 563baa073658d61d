"""Grading a class from the command line: what is shown, what is kept, and how it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.cli.grade_screen import Story
from attnlab.cli.terminal import Terminal
from attnlab.cli.views_grade import interrupted_view

MINI_COURSE = Path(__file__).parents[1] / "mini_course"
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


def test_feedback_can_be_written_by_the_same_command(teacher):
    done = teacher.types("grade", "class", "--out", "a.gradebook", "--feedback", "told")

    assert done.returncode == 0
    assert "feedback for 2 students is in told" in done.stderr
    assert {file.name for file in (teacher.folder / "told").iterdir()} >= {"ada.md", "ada.html", "index.csv"}


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


def starter(name):
    return next(MINI_COURSE.glob(f"exercises/*/{name}/starter.py")).read_text(encoding="utf-8")


def test_without_an_assignment_what_nobody_has_begun_does_not_count(teacher):
    (teacher.folder / "class" / "bob" / "double_sum.py").write_text(starter("double_sum"))

    done = teacher.types("grade", "class", "--out", "a.gradebook")
    shown = teacher.types("gradebook", "show", "a.gradebook", "bob").stdout

    assert "self-test: 1 exercise holds" in done.stderr
    assert "1 of 3 points" in shown
    assert "double_sum" not in shown


def test_what_is_asked_for_by_name_counts_and_what_it_imports_does_not(teacher):
    for student in ("ada", "bob"):
        source = "from double import double\n\ndef double_sum(numbers):\n    return double(numbers).sum(axis=-1)\n"
        (teacher.folder / "class" / student / "double_sum.py").write_text(source)
    command = ("grade", "class", "--out", "a.gradebook", "--exercise")

    once = teacher.types(*command, "double_sum")
    first = json.loads(teacher.types("gradebook", "show", "a.gradebook", "--json").stdout)
    again = teacher.types(*command, "double", "--resume")
    both = json.loads(teacher.types("gradebook", "show", "a.gradebook", "--json").stdout)

    assert (once.returncode, again.returncode) == (0, 0)
    assert [(row["student"], row["exercise"], row["needs_attention"]) for row in first] == [
        ("ada", "double_sum", ""), ("bob", "double_sum", "")
    ]  # fmt: skip
    assert {row["exercise"] for row in both} == {"double", "double_sum"}


def test_somebody_of_whom_every_file_was_left_out_wants_a_persons_decision(teacher):
    (teacher.folder / "class" / "cy").mkdir()
    (teacher.folder / "class" / "cy" / "double.ipynb").write_text("{")

    done = teacher.types("grade", "class", "--out", "a.gradebook")
    shown = teacher.types("gradebook", "show", "a.gradebook", "--attention")

    assert done.returncode == 1
    assert "1 student of whom nothing could be taken into account; yours to decide: cy" in done.stdout
    assert "cy" in shown.stdout
    assert "ada" not in shown.stdout


ASSIGNMENT = """\
format_version = 1
title = "Homework"
secret = "0123456789abcdef0123456789abcdef"
due = 2026-11-30T18:00:00+00:00
[[exercises]]
id = "double"
points = 10
"""


def test_coming_late_by_nobody_knows_how_much_wants_a_persons_decision(teacher):
    (teacher.folder / "canvas").mkdir()
    (teacher.folder / "canvas" / "lovelaceada_LATE_11_501_double.py").write_text(RIGHT)
    (teacher.folder / "canvas" / "turingalan_12_502_double.py").write_text(RIGHT)
    (teacher.folder / "a.toml").write_text(ASSIGNMENT)
    command = ("grade", "canvas", "--assignment", "a.toml", "--out", "a.gradebook")

    done = teacher.types(*command)
    decided = ("--points", "9", "--reason", "an hour late")
    teacher.types("gradebook", "override", "a.gradebook", "11", "double", *decided)
    resumed = teacher.types(*command, "--resume")

    assert done.returncode == 1
    assert "1 came late by nobody knows how much" in done.stdout
    assert "lovelaceada (11)" in done.stdout
    assert (resumed.returncode, "came late" in resumed.stdout) == (0, False)


def test_a_date_that_nothing_can_be_held_to_is_told(teacher):
    (teacher.folder / "a.toml").write_text(ASSIGNMENT)

    graded = teacher.types("grade", "class", "--assignment", "a.toml", "--out", "a.gradebook")
    planned = teacher.types("grade", "class", "--assignment", "a.toml", "--dry-run")

    for done in (graded, planned):
        assert "nothing here tells when anything was handed in: nobody counts as late" in done.stderr


def test_students_of_before_stay_and_are_told_of(teacher):
    teacher.types("grade", "class", "--out", "a.gradebook")
    (teacher.folder / "late" / "cy").mkdir(parents=True)
    (teacher.folder / "late" / "cy" / "double.py").write_text(RIGHT)

    done = teacher.types("grade", "late", "--out", "a.gradebook", "--resume")

    assert "1 student, 2 more in the gradebook from before" in done.stdout
    assert len(json.loads(teacher.types("gradebook", "show", "a.gradebook", "--json").stdout)) == 3


def test_another_assignment_for_a_gradebook_is_not_taken_in_silence(teacher):
    (teacher.folder / "a.toml").write_text(ASSIGNMENT)
    command = ("grade", "class", "--assignment", "a.toml", "--out", "a.gradebook")
    teacher.types(*command)
    same = teacher.types(*command, "--resume")
    (teacher.folder / "a.toml").write_text(ASSIGNMENT.replace("points = 10", "points = 20"))

    other = teacher.types(*command, "--resume")

    assert "the assignment is another than before" not in same.stderr
    assert "the assignment is another than before" in other.stderr


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
        (["class", "--out", "class"], 2, "class is a folder"),
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
