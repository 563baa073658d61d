import pytest

from attnlab.errors import WrongUsage
from attnlab.study import Status, check, kept_files, next_exercise, next_hint, read_progress, solution


def test_hints_come_one_at_a_time_from_the_first(workspace, double):
    assert [next_hint(workspace, double).tier for _ in range(4)] == [1, 2, 3, 3]
    assert read_progress(workspace).of(double).hints == (1, 2, 3)


def test_the_hint_that_fits_the_last_mistake_comes_first(workspace, double, judge, clock):
    workspace.file(double).write_text("# wrong\n")
    check(workspace, double, judge=judge, now=clock())

    first = next_hint(workspace, double)

    assert (first.tier, first.fits) == (2, True)
    assert next_hint(workspace, double).tier == 1


def test_a_hint_says_whether_the_solution_is_open(workspace, double, judge, clock):
    before = next_hint(workspace, double)
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())

    assert not before.solution_is_open
    assert next_hint(workspace, double).solution_is_open


def test_a_hint_that_does_not_exist_is_told(workspace, double):
    with pytest.raises(WrongUsage, match="3 hints"):
        next_hint(workspace, double, 9)


def test_a_solution_stays_closed_before_a_pass(workspace, double, clock):
    with pytest.raises(WrongUsage) as raised:
        solution(workspace, double, give_up=False, now=clock())

    assert "--give-up" in raised.value.remedy
    assert read_progress(workspace).of(double).status is Status.NOT_STARTED


def test_a_solution_after_a_pass_comes_with_a_reason_and_a_difference(workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())

    opened = solution(workspace, double, give_up=False, now=clock())

    assert "def double" in opened.source
    assert opened.why
    assert "-# right" in opened.difference
    assert opened.status is Status.PASSED


def test_giving_up_keeps_the_file_and_never_counts_as_done(workspace, course, double, judge, clock):
    workspace.file(double).write_text("# wrong\n")
    solution(workspace, double, give_up=True, now=clock())
    assert [kept.reason for kept in kept_files(workspace, double)] == ["reveal"]
    workspace.file(double).write_text("# right\n")

    checked = check(workspace, double, judge=judge, now=clock())

    assert checked.after.status is Status.REVEALED
    assert not checked.after.done
    assert next_exercise(course, read_progress(workspace)) != double
    assert solution(workspace, double, give_up=False, now=clock()).source


def test_giving_up_after_a_pass_takes_nothing_back(workspace, double, judge, clock):
    workspace.file(double).write_text("# right\n")
    check(workspace, double, judge=judge, now=clock())

    assert solution(workspace, double, give_up=True, now=clock()).status is Status.PASSED
