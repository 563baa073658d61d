"""`attnlab gradebook export` and `fill`, `attnlab gradescope` and `classroom`, as they are typed."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
from pathlib import Path

import pytest

EXPORTS = Path(__file__).parents[1] / "classroom" / "exports"
SHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed\r\n"
    "Participant 1001,Ada Lovelace,ada@x.org,Submitted,,3.00,Yes\r\n"
    "Participant 1002,Nobody Known,nobody@x.org,Submitted,1.00,3.00,Yes\r\n"
)


@pytest.fixture(scope="session")
def made_class():
    """What makes gradebooks for the tests of the formats."""
    spec = importlib.util.spec_from_file_location("made_class", EXPORTS / "made_class.py")
    module = sys.modules.setdefault("made_class", importlib.util.module_from_spec(spec))
    if not hasattr(module, "Classes"):
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def instructor(tmp_path, made_class, typist):
    """Somebody with a gradebook of two students, and a sheet of Moodle's."""
    pupil = made_class.Pupil
    book = made_class.Classes(tmp_path).book(
        pupil("ada", {"double": "ppp"}, name="Ada Lovelace", email="ada@x.org"),
        pupil("bob", {"double": "p?."}, name="Bob\x1b[2J"),
    )
    book.close()
    (tmp_path / "sheet.csv").write_text(SHEET, newline="")
    return typist


def test_grades_go_to_stdout_as_csv_where_nothing_else_is_said(instructor):
    done = instructor.types("gradebook", "export", "class.book")

    assert (done.returncode, done.stderr) == (0, "")
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["student"], row["double"], row["total"]) for row in found] == [("ada", "3", "3"), ("bob", "1", "1")]
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    "typed",
    [
        ("gradebook", "export", "class.book"),
        ("gradebook", "fill", "class.book", "sheet.csv", "--yes"),
        ("gradebook", "report", "class.book"),
        ("gradescope", "results", "class.book"),
        ("similarity", "class.book"),
    ],
)
def test_nothing_is_ever_written_over_a_gradebook(instructor, typed):
    before = (instructor.folder / "class.book").read_bytes()

    done = instructor.types(*typed, "--out", "./class.book")

    assert done.returncode == 2
    assert "class.book is a gradebook" in done.stderr
    assert (instructor.folder / "class.book").read_bytes() == before


@pytest.mark.parametrize("verb", [("gradescope", "build"), ("classroom", "workflow")])
def test_nothing_is_written_over_the_assignment_and_its_secret(typist, verb):
    typist.types("assignment", "new")
    before = (typist.folder / "assignment.toml").read_bytes()

    done = typist.types(*verb, "--assignment", "assignment.toml", "--out", "assignment.toml")

    assert done.returncode == 2
    assert "--out names assignment.toml, which is read" in done.stderr
    assert (typist.folder / "assignment.toml").read_bytes() == before


@pytest.mark.parametrize("format", ["csv", "json", "junit", "nbgrader", "otter", "github"])
def test_a_file_gets_what_stdout_would_and_the_rest_is_told(instructor, format):
    shown = instructor.types("gradebook", "export", "class.book", "--format", format).stdout

    done = instructor.types("gradebook", "export", "class.book", "--format", format, "--out", "to/grades")

    assert (done.returncode, done.stdout) == (0, "")
    assert (instructor.folder / "to" / "grades").read_text() == shown
    assert done.stderr.splitlines() == [
        "to/grades: 2 students",
        "  1 needs attention: 'attnlab gradebook show class.book --attention' lists them",
    ]


def test_one_student_is_exported_by_name_mail_or_key(instructor):
    for called in ("ADA", "ada lovelace", "ada@x.org"):
        done = instructor.types("gradebook", "export", "class.book", "--format", "gradescope", "--student", called)

        assert json.loads(done.stdout)["score"] == 3.0


def test_gradescope_gets_a_folder_of_results(instructor):
    done = instructor.types("gradebook", "export", "class.book", "--format", "gradescope", "--out", "results")

    assert done.returncode == 0
    assert sorted(file.name for file in (instructor.folder / "results").iterdir()) == ["ada.json", "bob.json"]


def test_a_format_mistyped_is_told_with_the_nearest(instructor):
    done = instructor.types("gradebook", "export", "class.book", "--format", "jnuit")

    assert done.returncode == 2
    assert done.stderr.splitlines()[1] == "  did you mean 'junit'?"


def test_what_goes_wrong_while_writing_leaves_the_old_file(instructor):
    (instructor.folder / "grades.csv").write_text("old")

    done = instructor.types("gradebook", "export", "class.book", "--format", "gradescope", "--out", "grades.csv")

    assert done.returncode == 3
    assert (instructor.folder / "grades.csv").read_text() == "old"


def test_a_sheet_is_only_looked_at_where_no_file_is_named(instructor):
    done = instructor.types("gradebook", "fill", "class.book", "sheet.csv")

    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Moodle: Grade, counting to 3"
    assert "1 cell changes:" in lines
    assert [line.split() for line in lines if "Ada" in line] == [["Ada", "Lovelace", "->", "3"]]
    assert "  Nobody Known (row 3): nobody of the gradebook is this" in lines
    assert "\x1b" not in done.stdout
    assert lines[-1] == "nothing is written: --out names the file to make"


def test_a_sheet_is_filled_once_that_is_agreed_to(instructor):
    looked = instructor.types("gradebook", "fill", "class.book", "sheet.csv", "--out", "filled.csv")

    assert looked.returncode == 1
    assert not (instructor.folder / "filled.csv").exists()

    done = instructor.types("gradebook", "fill", "class.book", "sheet.csv", "--out", "filled.csv", "--yes")

    assert done.returncode == 0
    filled = (instructor.folder / "filled.csv").read_bytes().decode()
    assert filled == SHEET.replace("Submitted,,3.00", "Submitted,3,3.00")
    assert (instructor.folder / "sheet.csv").read_bytes().decode() == SHEET


def test_what_filling_does_is_told_as_json(instructor):
    done = instructor.types("gradebook", "fill", "class.book", "sheet.csv", "--out", "filled.csv", "--yes", "--json")

    told = json.loads(done.stdout)
    assert told["changes"] == [{"row": 2, "name": "Ada Lovelace", "student": "ada", "old": "", "new": "3"}]
    assert (told["system"], told["column"], told["maximum"], told["scaled"]) == ("Moodle", "Grade", 3.0, False)
    assert [one["student"] for one in told["absent"]] == ["bob"]
    assert told["written"] == str(instructor.folder / "filled.csv")


def test_the_sheet_itself_is_never_written_over(instructor):
    done = instructor.types("gradebook", "fill", "class.book", "sheet.csv", "--out", "./sheet.csv", "--yes")

    assert done.returncode == 2
    assert (instructor.folder / "sheet.csv").read_bytes().decode() == SHEET


def test_one_exercise_fills_a_column_of_its_own(instructor):
    done = instructor.types("gradebook", "fill", "class.book", "sheet.csv", "--exercise", "twice", "--json")

    assert [change["new"] for change in json.loads(done.stdout)["changes"]] == ["3"]


ASSIGNMENT = """
format_version = 1
title = "Homework 1"
secret = "0123456789abcdef0123456789abcdef"
[[exercises]]
id = "double"
"""


@pytest.fixture
def assigner(typist):
    """Somebody with an assignment file."""
    (typist.folder / "assignment.toml").write_text(ASSIGNMENT)
    return typist


@pytest.mark.parametrize("group", ["gradescope", "classroom"])
def test_a_group_without_a_command_shows_its_commands(assigner, group):
    assert assigner.types(group).stdout == assigner.types(group, "--help").stdout


def test_an_autograder_is_built_and_its_maker_told_whom_to_give_it(assigner):
    done = assigner.types("gradescope", "build", "--assignment", "assignment.toml", "--out", "hw1.zip")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("hw1.zip")
    assert "give it to nobody else" in " ".join(done.stdout.split())
    assert (assigner.folder / "hw1.zip").is_file()


def test_an_autograder_is_told_as_json(assigner):
    told = json.loads(assigner.types("gradescope", "build", "--assignment", "assignment.toml", "--json").stdout)

    assert (told["exercises"], told["private"], told["wheels"]) == (1, False, 0)
    assert Path(told["file"]).stat().st_size == told["bytes"]


def test_an_isolation_mistyped_is_told_with_the_nearest(assigner):
    done = assigner.types("gradescope", "build", "--assignment", "assignment.toml", "--isolation", "strikt")

    assert (done.returncode, done.stderr.splitlines()[1]) == (2, "  did you mean 'strict'?")


def test_the_results_of_a_group_are_those_of_the_first_of_them(instructor):
    done = instructor.types("gradescope", "results", "class.book", "--out", "results.json")

    assert done.returncode == 0
    assert json.loads((instructor.folder / "results.json").read_text())["score"] == 3.0


def test_a_refusal_is_written_only_where_there_is_nothing_to_grade(assigner):
    (assigner.folder / "submission").mkdir()
    (assigner.folder / "submission" / "double_sum.py").write_text("def double_sum(numbers):\n    return numbers\n")
    typed = ("gradescope", "refusal", "submission", "--assignment", "assignment.toml")

    refused = assigner.types(*typed)

    told = json.loads((assigner.folder / "results.json").read_text())
    assert (refused.returncode, told["score"]) == (0, 0.0)
    assert "work on 'double_sum', which is not asked for" in told["output"]

    (assigner.folder / "results.json").unlink()
    (assigner.folder / "submission" / "double.py").write_text("def double(numbers):\n    return numbers\n")

    assert assigner.types(*typed).returncode == 1
    assert not (assigner.folder / "results.json").exists()


def test_a_workflow_goes_to_stdout_or_into_a_file(assigner):
    shown = assigner.types("classroom", "workflow", "--assignment", "assignment.toml")

    done = assigner.types(
        "classroom", "workflow", "--assignment", "assignment.toml", "--out", ".github/workflows/c.yml"
    )

    assert (shown.returncode, done.returncode, done.stdout) == (0, 0, "")
    assert (assigner.folder / ".github" / "workflows" / "c.yml").read_text() == shown.stdout
    assert 'id = "double"' in shown.stdout
    assert "0123456789abcdef" not in shown.stdout
