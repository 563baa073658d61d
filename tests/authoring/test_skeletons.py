"""What `attnlab author new` makes."""

from __future__ import annotations

import pytest

from attnlab.authoring import new_exercise, new_lesson
from attnlab.content import Library, read_course
from attnlab.errors import CannotWrite, UnknownName, WrongUsage


def test_a_new_lesson_can_be_read_at_once(empty):
    new_lesson(empty.root, "01-twice")

    course = read_course(empty.root)

    assert [lesson.id for lesson in course.lessons] == ["01-twice"]
    assert course.lessons[0].experiments == ("first_look",)


def test_a_new_exercise_can_be_read_at_once(empty):
    new_lesson(empty.root, "01-twice")

    new_exercise(empty.root, "twice", "double")

    course = read_course(empty.root)
    assert [exercise.id for exercise in course.exercises] == ["double"]


def test_lessons_are_listed_in_the_order_of_their_numbers(empty):
    for ident in ("02-b", "10-d", "01-a", "03-c"):
        new_lesson(empty.root, ident)

    listed = [lesson.id for lesson in read_course(empty.root).lessons]

    assert listed == ["01-a", "02-b", "03-c", "10-d"]


def test_listing_a_lesson_keeps_comments_and_layout(empty):
    table = empty.root / "course" / "course.toml"
    empty.replace(table, "lessons = []", "lessons = [  # in order\n    '01-a', # the first\n    \"03-c\",\n]")
    before = table.read_text()

    new_lesson(empty.root, "02-b")

    assert table.read_text() == before.replace('    "03-c",', '    "02-b",\n    "03-c",')


def test_an_exercise_is_listed_last_and_linked_from_the_text(small):
    new_exercise(small.root, "01-twice", "triple")

    lesson = read_course(small.root).lessons[0]
    assert lesson.exercises == ("double", "triple")
    assert "[triple](exercise:triple)" in lesson.file.read_text()


def test_an_exercise_takes_the_library_of_its_lesson(small):
    small.replace(small.edited("exercise.toml"), '"numpy"', '"torch"')

    new_exercise(small.root, "01-twice", "triple")

    assert read_course(small.root).exercise("triple").library is Library.TORCH


@pytest.mark.parametrize("ident", ["first", "01", "01_Twice", "01-Ü", "../01-a"])
def test_a_lesson_without_a_number_and_words_is_refused(empty, ident):
    with pytest.raises(WrongUsage):
        new_lesson(empty.root, ident)


@pytest.mark.parametrize("ident", ["", "9lives", "a-b", "class", "../up", "_own"])
def test_an_exercise_that_cannot_name_a_function_is_refused(small, ident):
    with pytest.raises(WrongUsage):
        new_exercise(small.root, "01-twice", ident)


def test_a_name_an_exercise_once_had_is_refused(small):
    small.replace(small.edited("exercise.toml"), "aliases = []", 'aliases = ["twofold"]')

    with pytest.raises(WrongUsage):
        new_exercise(small.root, "01-twice", "twofold")


def test_an_exercise_of_no_lesson_is_refused(small):
    with pytest.raises(UnknownName):
        new_exercise(small.root, "07-nowhere", "triple")


def test_a_lesson_for_no_track_is_refused(empty):
    with pytest.raises(UnknownName):
        new_lesson(empty.root, "01-twice", track="evening")


def test_nothing_is_overwritten_and_nothing_written_beside_what_is_there(small):
    stranger = small.withheld("checks.py", "triple")
    stranger.parent.mkdir(parents=True)
    stranger.write_text("mine")
    front = small.lesson_file.read_text()

    with pytest.raises(CannotWrite):
        new_exercise(small.root, "01-twice", "triple")

    assert stranger.read_text() == "mine"
    assert not small.edited("starter.py", "triple").exists()
    assert small.lesson_file.read_text() == front


def test_a_list_that_cannot_be_added_to_safely_changes_nothing(empty):
    table = empty.root / "course" / "course.toml"
    text = table.read_text().split("[[tracks]]")[0]
    table.write_text(text + 'tracks = [{ id = "core", title = "Core", lessons = [] }]\n')

    with pytest.raises(CannotWrite):
        new_lesson(empty.root, "01-twice")

    assert not (empty.root / "course" / "01-twice").exists()
