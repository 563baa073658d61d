import pytest

from attnlab.errors import NotThere
from attnlab.study import (
    Status,
    check,
    current_exercise,
    kept_files,
    listing,
    next_exercise,
    read_progress,
    whereabouts,
)
from attnlab.study.browsing import named_exercise


def test_a_starter_stays_not_started(workspace, double, judge, clock):
    checked = check(workspace, double, judge=judge, now=clock())

    assert checked.after.status is Status.NOT_STARTED
    assert kept_files(workspace, double) == []


def test_a_wrong_answer_is_remembered_with_its_check_its_seed_and_the_hint_that_fits(workspace, double, judge, clock):
    workspace.file(double).write_text("# wrong\n")

    check(workspace, double, judge=judge, now=clock(), seed=42)

    entry = read_progress(workspace).of(double)
    assert entry.status is Status.TRIED
    assert entry.last is not None
    assert (entry.last["verdict"], entry.last["check"], entry.last["seed"], entry.last["hint"]) == (
        "failed",
        "values",
        42,
        2,
    )


def test_every_version_that_passes_is_kept_once(workspace, double, judge, clock):
    for text in ("# right\n", "# right\n", "# right, otherwise\n"):
        workspace.file(double).write_text(text)
        check(workspace, double, judge=judge, now=clock())

    assert [kept.file.read_text() for kept in kept_files(workspace, double)] == ["# right\n", "# right, otherwise\n"]
    assert read_progress(workspace).of(double).passes == 3


def test_what_passed_once_stays_passed(workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())
    workspace.file(double).write_text("# wrong\n")

    checked = check(workspace, double, judge=judge, now=clock())

    assert not checked.report.passed
    assert checked.before.done
    assert checked.after.status is Status.PASSED


def test_the_judge_gets_the_other_files_of_the_workspace_too(workspace, double, judge, clock):
    check(workspace, double, judge=judge, now=clock())

    assert set(judge.asked[0]["siblings"]) == {"double_sum"}
    assert judge.asked[0]["filename"] == "double.py"


def test_a_missing_file_is_told_with_the_way_to_bring_it_back(workspace, double, judge, clock):
    workspace.file(double).unlink()

    with pytest.raises(NotThere) as raised:
        check(workspace, double, judge=judge, now=clock())

    assert "attnlab reset double" in raised.value.remedy


def test_the_exercise_in_hand_is_the_edited_one_not_the_next(workspace, course, double):
    second = course.exercise("double_sum")
    assert current_exercise(workspace, read_progress(workspace)) == double
    workspace.file(second).write_text("# wrong\n")

    assert current_exercise(workspace, read_progress(workspace)) == second
    assert next_exercise(course, read_progress(workspace)) == double


@pytest.mark.parametrize("name", ["double", "double.py", "exercises/01-doubling/double.py", "Double", "twice"])
def test_an_exercise_answers_to_its_name_its_file_and_its_former_name(workspace, double, name):
    assert named_exercise(workspace, name, read_progress(workspace)) == double


def test_a_listing_counts_the_whole_course_whatever_the_filters(course, workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())
    progress = read_progress(workspace)

    found = listing(course, progress, statuses={Status.PASSED})

    assert [row.exercise.id for group in found.groups for row in group.rows] == ["double"]
    assert (found.done, found.total) == (1, 2)
    assert [group.lesson.id for group in listing(course, progress, lesson="2").groups] == ["02-summing"]
    assert [group.lesson.id for group in listing(course, progress, text="adding SUM").groups] == ["02-summing"]


def test_the_way_leads_from_reading_to_editing_to_checking(workspace, course, double, judge, clock):
    from attnlab.study import note_screen

    assert whereabouts(workspace).command == "attnlab read 01"
    note_screen(workspace, course.lessons[0], 2, last=True)
    assert whereabouts(workspace).command == "attnlab check double"
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())
    assert whereabouts(workspace).command == "attnlab read 02"


def test_a_neighbour_that_cannot_be_read_stops_no_check(workspace, course, double, judge, clock):
    other = next(each for each in course.exercises if each.id != "double")
    workspace.file(other).unlink()
    workspace.file(other).mkdir()
    workspace.file(double).write_text("# right\n")

    checked = check(workspace, double, judge=judge, now=clock())

    assert checked.report.passed
    assert other.id not in judge.asked[0]["siblings"]


def test_a_verdict_that_cannot_be_remembered_is_given_all_the_same(workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    workspace.history.write_text("a file where the folder of kept versions would be")

    checked = check(workspace, double, judge=judge, now=clock())

    assert checked.report.passed
    assert checked.forgotten is not None
    assert checked.after == checked.before
