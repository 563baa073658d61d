"""Testing out of a lesson with one file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from attnlab.authoring import new_exercise
from attnlab.content import read_course
from attnlab.errors import NotThere, WrongUsage
from attnlab.study import (
    Placed,
    Status,
    check,
    judge_lesson,
    lay_out,
    mend_progress,
    read_progress,
    start_workspace,
    undo,
)

MINI_COURSE = Path(__file__).parents[1] / "mini_course"
# The judge of these tests goes by what stands in the file.
RIGHT = "def double(numbers):\n    return '# right'\n\n\ndef triple(numbers):\n    return '# right'\n"


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "the-course"
    shutil.copytree(MINI_COURSE, root)
    new_exercise(root, "01-doubling", "triple")
    return read_course(root)


@pytest.fixture
def lesson(course):
    return course.lesson("01")


@pytest.fixture
def file(workspace):
    return workspace.root / "mine.py"


def tried(workspace, lesson, file, judge, clock):
    return judge_lesson(workspace, lesson, file, judge=judge, now=clock())


def test_the_file_to_fill_in_holds_every_starter_and_is_never_overwritten(workspace, lesson):
    made = lay_out(workspace, lesson)

    text = made.read_text()
    assert made == workspace.root / "test-out-01.py"
    assert "def double(" in text
    assert "def triple(" in text
    made.write_text("mine")
    assert lay_out(workspace, lesson) is None
    assert made.read_text() == "mine"


def test_what_passes_is_done_and_takes_the_place_of_an_untouched_starter(
    workspace, course, double, lesson, file, judge, clock
):
    file.write_text(RIGHT)
    starter = workspace.file(double).read_bytes()

    result = tried(workspace, lesson, file, judge, clock)

    assert result.passed
    assert [each.placed for each in result.tried] == [Placed.REPLACED, Placed.REPLACED]
    assert workspace.file(double).read_text() == "def double(numbers):\n    return '# right'\n"
    entry = read_progress(workspace).of(double)
    assert entry.status is Status.PASSED
    assert "tested out" in entry.times
    assert "tested out" in read_progress(workspace).lessons[lesson.id]
    undo(workspace, double, now=clock())
    assert workspace.file(double).read_bytes() == starter


def test_a_file_that_the_learner_wrote_in_stays_and_the_passing_version_is_kept(
    workspace, double, lesson, file, judge, clock
):
    file.write_text(RIGHT)
    workspace.file(double).write_text("# wrong\n")

    result = tried(workspace, lesson, file, judge, clock)

    assert result.tried[0].placed is Placed.BESIDE
    assert workspace.file(double).read_text() == "# wrong\n"
    undo(workspace, double, now=clock(), number=result.tried[0].kept.number)
    assert "# right" in workspace.file(double).read_text()


def test_what_does_not_pass_changes_no_file_and_what_does_counts_all_the_same(
    workspace, course, double, lesson, file, judge, clock
):
    file.write_text("def double(numbers):\n    return '# right'\n\n\ndef triple(numbers):\n    return '# wrong'\n")
    triple = course.exercise("triple")
    judge.grade = by_name(judge.grade, passing="double")

    result = tried(workspace, lesson, file, judge, clock)

    assert not result.passed
    assert [each.passed for each in result.tried] == [True, False]
    assert read_progress(workspace).of(triple).status is Status.TRIED
    assert "still to be written" in workspace.file(triple).read_text()
    assert "tested out" not in read_progress(workspace).lessons.get(lesson.id, {})


def test_what_fails_is_told_with_what_it_builds_on_and_what_fails_too(tmp_path, course, judge, clock):
    toml = course.exercise("triple").folder / "exercise.toml"
    toml.write_text(toml.read_text().replace("prerequisites = []", 'prerequisites = ["double"]'))
    course = read_course(course.root)
    workspace, lesson = start_workspace(tmp_path / "other", course).workspace, course.lesson("01")
    file = workspace.root / "mine.py"
    file.write_text("def double(numbers):\n    return '# wrong'\n\n\ndef triple(numbers):\n    return '# wrong'\n")

    neither = tried(workspace, lesson, file, judge, clock)
    file.write_text(RIGHT)
    judge.grade = by_name(judge.grade, passing="double")
    one = tried(workspace, lesson, file, judge, clock)

    assert [neither.failing_under(each) for each in neither.tried] == [(), ("double",)]
    assert [one.failing_under(each) for each in one.tried] == [(), ()]


def test_code_that_does_not_pass_without_the_rest_of_the_file_is_kept_whole(
    workspace, double, lesson, file, judge, clock
):
    file.write_text("def double(numbers):\n    ...\n\n\ndef triple(numbers):\n    return '# right'\n")

    tried(workspace, lesson, file, judge, clock)

    assert workspace.file(double).read_text() == file.read_text()


def test_an_exercise_done_before_may_be_left_out_of_the_file(workspace, double, lesson, file, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())
    file.write_text("from double import double\n\n\ndef triple(numbers):\n    return '# right'\n")

    result = tried(workspace, lesson, file, judge, clock)

    assert result.passed
    assert result.tried[0].report is None
    assert judge.asked[-1]["siblings"]["double"] == b"# right\n"


def test_a_file_called_like_an_exercise_is_not_taken_for_that_exercise(workspace, lesson, judge, clock):
    file = workspace.root / "double.py"
    file.write_text(RIGHT)

    tried(workspace, lesson, file, judge, clock)

    assert judge.asked[0]["filename"] == "work/double.py"


def test_a_pass_survives_a_damaged_progress_file(workspace, double, lesson, file, judge, clock):
    file.write_text(RIGHT)
    tried(workspace, lesson, file, judge, clock)
    workspace.state_file.write_text("{")

    mend_progress(workspace)

    assert read_progress(workspace).of(double).done


def test_what_was_revealed_stays_revealed(workspace, double, lesson, file, judge, clock):
    from attnlab.study import solution

    solution(workspace, double, give_up=True, now=clock())
    file.write_text(RIGHT)

    result = tried(workspace, lesson, file, judge, clock)

    assert result.tried[0].after.status is Status.REVEALED


def test_results_that_cannot_be_remembered_are_told_all_the_same(workspace, lesson, file, judge, clock):
    file.write_text(RIGHT)
    workspace.lock_file.unlink(missing_ok=True)
    workspace.lock_file.mkdir()

    result = tried(workspace, lesson, file, judge, clock)

    assert result.passed
    assert result.forgotten is not None


def test_a_file_that_is_missing_is_told_with_the_way_to_make_one(workspace, lesson, file, judge, clock):
    with pytest.raises(NotThere) as raised:
        tried(workspace, lesson, file, judge, clock)

    assert "attnlab test-out 01" in raised.value.remedy


def test_a_lesson_without_exercises_is_refused(tmp_path, course):
    empty = course.root / "course" / "02-summing" / "lesson.md"
    empty.write_text(empty.read_text().replace('exercises = ["double_sum"]', "exercises = []"))
    bare = read_course(course.root)
    workspace = start_workspace(tmp_path / "other", bare).workspace

    with pytest.raises(WrongUsage):
        lay_out(workspace, bare.lesson("02"))


def by_name(grade, *, passing):
    def judged(exercise, source, **options):
        return grade(exercise, source if exercise.id == passing else source.replace(b"# right", b""), **options)

    return judged
