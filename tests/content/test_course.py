"""Reading a course: what is there is found by its names, what is wrong is told at once and in full."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from attnlab.content import lesson_screens, read_answers, read_course, read_experiment, try_course
from attnlab.errors import ContentInvalid, NewerFormat, UnknownName

MINI_COURSE = Path(__file__).parents[1] / "mini_course"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(MINI_COURSE, tmp_path / "course"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in try_course(folder)[1]]


def test_lessons_and_exercises_come_in_the_courses_order():
    course = read_course(MINI_COURSE)

    assert [lesson.id for lesson in course.lessons] == ["01-doubling", "02-summing"]
    assert [exercise.id for exercise in course.exercises] == ["double", "double_sum"]


def test_an_exercise_is_found_by_a_name_it_once_had():
    course = read_course(MINI_COURSE)

    assert course.exercise("twice") is course.exercise("double")


@pytest.mark.parametrize("name", ["01-doubling", "01", "1", "doubling"])
def test_a_lesson_is_found_by_id_number_or_slug(name):
    assert read_course(MINI_COURSE).lesson(name).id == "01-doubling"


def test_a_misspelt_exercise_is_answered_with_the_nearest():
    with pytest.raises(UnknownName) as caught:
        read_course(MINI_COURSE).exercise("dubble")

    assert caught.value.remedy == "did you mean 'double'?"


def test_a_lesson_where_an_exercise_is_wanted_is_answered_with_its_exercises():
    with pytest.raises(UnknownName) as caught:
        read_course(MINI_COURSE).exercise("01")

    assert caught.value.remedy == "01-doubling is a lesson; its exercises are double"


def test_all_problems_are_reported_at_once_with_file_and_key(folder):
    exercise = folder / "exercises/01-doubling/double/exercise.toml"
    change(exercise, "difficulty = 1", "difficulty = 9\ncolour = 'blue'")
    change(folder / "course/02-summing/lesson.md", "title =", "titel =")

    found = problems(folder)

    assert "exercises/01-doubling/double/exercise.toml [difficulty]: is 9; it goes from 1 to 5" in found
    assert "exercises/01-doubling/double/exercise.toml [colour]: is not a key we know" in found
    assert "course/02-summing/lesson.md [title]: is missing" in found
    assert "course/02-summing/lesson.md [titel]: is not a key we know" in found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('library = "numpy"', 'library = "jax"', "[library]: is 'jax'"),
        ("points = 3", 'points = "three"', "[points]: must be int or float, not str"),
        ("points = 3", "points = true", "[points]: must be int or float, not bool"),
        ('aliases = ["twice"]', "aliases = [1]", "[aliases]: must be a list of strings"),
        ('aliases = ["twice"]', 'aliases = ["double_sum"]', "[aliases]: the name 'double_sum' is already"),
        ("prerequisites = []", 'prerequisites = ["gone"]', "[prerequisites]: there is no exercise called 'gone'"),
        ("minutes = 2", "minutes = = 2", "is not TOML"),
        ('aliases = ["twice"]', 'aliases = []\n[limits]\nhours = 1', "[limits.hours]: is not a key"),
        ('aliases = ["twice"]', 'aliases = []\n[limits]\nseconds = 0', "[limits.seconds]: must be a number above zero"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_told_in_words(folder, old, new, told):
    change(folder / "exercises/01-doubling/double/exercise.toml", old, new)

    assert any(told in problem for problem in problems(folder)), problems(folder)


def test_a_missing_starter_is_a_problem(folder):
    (folder / "exercises/01-doubling/double/starter.py").unlink()

    assert "exercises/01-doubling/double/starter.py: is missing" in problems(folder)


def test_a_course_of_a_newer_format_is_refused(folder):
    change(folder / "course/course.toml", "format_version = 1", "format_version = 99")

    with pytest.raises(NewerFormat):
        read_course(folder)


def test_screens_end_at_rules_but_not_inside_fences(folder):
    lesson = read_course(folder).lessons[0]
    head = lesson.file.read_text().split("+++")[1]
    lesson.file.write_text(f"+++{head}+++\none\n\n---\n\n```\na\n---\nb\n```\n\n---\n\n---\n\nlast\n")

    assert lesson_screens(lesson) == ["one", "```\na\n---\nb\n```", "last"]


def test_answers_come_in_the_order_in_which_they_stand():
    course = read_course(MINI_COURSE)

    answers = read_answers(course, course.exercise("double"))

    assert [check.id for check in answers.checks] == ["shape", "values", "untouched"]
    assert [wrong.id for wrong in answers.misconceptions] == ["squared", "in_place", "summed"]


def test_a_reference_may_import_another_exercise_by_its_name():
    course = read_course(MINI_COURSE)

    assert callable(read_answers(course, course.exercise("double_sum")).implementation)


def test_an_answer_file_that_does_not_run_is_named(folder):
    (folder / "solutions/01-doubling/double/checks.py").write_text("import nothing_of_the_kind\n")
    course = read_course(folder)

    with pytest.raises(ContentInvalid, match=r"checks\.py: does not run: ModuleNotFoundError"):
        read_answers(course, course.exercise("double"))


def test_an_experiment_that_is_not_what_its_file_says_is_refused(folder):
    file = folder / "course/01-doubling/experiments/growth.py"
    file.write_text("growth = 3\n")

    with pytest.raises(ContentInvalid, match="does not define an experiment called growth"):
        read_experiment(read_course(folder).lessons[0], "growth")
