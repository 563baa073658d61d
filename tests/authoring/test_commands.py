"""`attnlab author`, as it is typed."""

from __future__ import annotations

import json

import pytest

from attnlab.cli import main


@pytest.fixture
def author(small):
    return lambda *arguments: main(["--course", str(small.root), "author", *arguments])


def test_a_course_without_a_problem_ends_in_zero(author, capsys):
    code = author("audit", "--jobs", "1", "--seeds", "1")

    said = capsys.readouterr().out
    assert code == 0
    assert "double: holds, 3 checks, 2 misconceptions, 1 variant" in said
    assert "0 problems, 0 warnings" in said


def test_problems_end_in_one_and_are_told_with_file_and_key(author, capsys, small):
    small.replace(small.edited("exercise.toml"), "points = 4", "points = 7")

    code = author("audit", "--jobs", "1", "--no-mutations")

    said = " ".join(capsys.readouterr().out.split())
    assert code == 1
    assert "exercises/01-twice/double/exercise.toml [points]: is 7; the checks' points add up to 4" in said
    assert "1 problem, 0 warnings" in said


def test_the_audit_as_json_has_all_counts_and_findings(author, capsys, small):
    small.replace(small.edited("exercise.toml"), "points = 4", "points = 7")

    author("audit", "double", "--jobs", "1", "--seeds", "1", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["audit_format"] == 1
    assert told["counts"]["problems"] == 1
    assert told["exercises"][0]["findings"][0]["place"] == "points"
    assert {check["check"] for check in told["exercises"][0]["checks"]} == {"shape", "values", "fresh_values"}


def test_a_new_exercise_is_told_file_by_file(author, capsys):
    code = author("new", "exercise", "01-twice/triple", "--json")

    made = json.loads(capsys.readouterr().out)
    assert code == 0
    assert "solutions/01-twice/triple/checks.py" in made["written"]
    assert made["changed"] == ["course/01-twice/lesson.md"]


@pytest.mark.parametrize(
    "typed",
    [
        ["new", "exercise", "triple"],
        ["new", "exercise", "01-twice/double"],
        ["new", "exercise", "01-twice/triple", "--library", "jax"],
        ["new", "lesson", "twice"],
        ["audit", "tripel"],
    ],
)
def test_what_cannot_be_meant_ends_in_two(author, typed):
    assert author(*typed) == 2


def test_what_stands_in_the_way_ends_in_three(author, small):
    (small.root / "course" / "02-more").mkdir()
    (small.root / "course" / "02-more" / "lesson.md").write_text("mine")

    assert author("new", "lesson", "02-more") == 3
