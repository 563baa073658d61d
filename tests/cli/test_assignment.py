"""`attnlab assignment`: a file is made, mended, and looked over before anything is graded by it."""

import json
import os
import stat
import tomllib

import pytest


@pytest.fixture
def made(outside):
    assert outside.types("assignment", "new", "--due", "2030-12-31T23:59+01:00", "--title", 'Week "2"').returncode == 0
    return outside


def mend(instructor, old, new):
    file = instructor.folder / "assignment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_new_file_is_good_as_it_is(made):
    typed = made.types("assignment", "check")

    assert typed.returncode == 0
    assert 'Week "2"' in typed.stdout
    assert "double_sum  3 points" in typed.stdout
    assert "due Tue 31 Dec 2030 23:59 +01:00" in typed.stdout
    assert "next: attnlab grade SUBMISSIONS --assignment assignment.toml" in typed.stdout


def test_a_new_file_is_good_with_all_its_comments_taken_away(made):
    file = made.folder / "assignment.toml"
    text = file.read_text(encoding="utf-8")
    (made.folder / "private").mkdir()
    keys = ("grace_", "per_day", "most", "closed_", "hidden", "private", "[", "id", "points", '"ada')
    lines = [line.removeprefix("# ") if line.startswith(tuple(f"# {key}" for key in keys)) else line
             for line in text.splitlines()]  # fmt: skip
    file.write_text("\n".join(lines), encoding="utf-8")

    typed = made.types("assignment", "check")

    assert typed.returncode == 0, typed.stdout
    assert "submission  20 points" in typed.stdout
    assert "after 15 minutes of grace, 10 points earned count 9 from 16 minutes on" in " ".join(typed.stdout.split())


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise on Windows")
def test_a_new_file_is_its_makers_alone(made):
    assert stat.S_IMODE((made.folder / "assignment.toml").stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["assignment", "classroom", "gradebook", "gradescope", "notebook"])
def test_a_command_of_verbs_lists_them_when_it_is_named_alone(typist, command):
    typed = typist.types(command)

    assert typed.returncode == 0
    assert "Commands:" in typed.stdout


def test_every_new_file_has_a_secret_of_its_own(made):
    made.types("assignment", "new", "--out", "other.toml")

    one, other = (
        tomllib.loads((made.folder / f"{name}.toml").read_text())["secret"] for name in ("assignment", "other")
    )

    assert len(one) == len(other) == 32
    assert one != other


def test_a_file_that_is_there_is_never_written_over(made):
    before = (made.folder / "assignment.toml").read_bytes()

    typed = made.types("assignment", "new")

    assert typed.returncode == 3
    assert "is there already, with a secret of its own" in typed.stderr
    assert (made.folder / "assignment.toml").read_bytes() == before


def test_lessons_and_exercises_choose_in_the_courses_order(outside):
    told = outside.types("assignment", "new", "--exercise", "double_sum", "--lesson", "doubling", "--json").stdout

    assert json.loads(told)["exercises"] == ["double", "double_sum"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--exercise", "dubble"), "did you mean 'double'?"),
        (("--lesson", "09"), "there is no lesson called '09'"),
        (("--due", "tomorrow"), "'tomorrow' is no date"),
    ],
)
def test_what_is_mistyped_makes_no_file(outside, typed, told):
    ended = outside.types("assignment", "new", *typed)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert list(outside.folder.iterdir()) == []


def test_problems_are_the_result_of_a_check(made):
    mend(made, 'id = "double"\n', 'id = "dubble"\n')
    mend(made, "title =", "titel =")

    typed = made.types("assignment", "check")

    assert typed.returncode == 1
    assert "2 problems" in typed.stdout
    assert "did you mean 'double'?" in typed.stdout
    assert "did you mean 'title'?" in typed.stdout


def test_problems_can_be_had_as_json(made):
    mend(made, "title =", "titel =")

    typed = made.types("assignment", "check", "--json")

    assert typed.returncode == 1
    assert [problem["key"] for problem in json.loads(typed.stdout)["problems"]] == ["titel"]


def test_an_own_check_that_does_not_hold_ends_with_1_and_is_told(made):
    (made.folder / "private" / "double").mkdir(parents=True)
    (made.folder / "private" / "double" / "checks.py").write_text("import nothing_like_it\n")
    mend(made, "# private =", "private =")

    typed = made.types("assignment", "check")

    assert typed.returncode == 1
    assert "nothing_like_it" in typed.stdout
    assert "this has to be mended" in typed.stdout


def test_what_a_check_tells_as_json_holds_no_secret(made):
    secret = tomllib.loads((made.folder / "assignment.toml").read_text())["secret"]

    typed = made.types("assignment", "check", "--json")

    assert json.loads(typed.stdout)["good"]
    assert secret not in typed.stdout


def test_a_file_that_is_not_there_is_told_with_what_makes_one(outside):
    typed = outside.types("assignment", "check")

    assert typed.returncode == 3
    assert "'attnlab assignment new' makes one" in typed.stderr
