"""How long an exercise took."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from attnlab.study import check, next_hint, read_progress, solution
from attnlab.study.timekeeping import LONGEST_GAP, looked, noticed

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


@pytest.fixture
def checked(workspace, double, judge):
    def judged(minutes, text="# wrong\n", saved=None, **options):
        file = workspace.file(double)
        file.write_text(text)
        moment = at(minutes if saved is None else saved).timestamp()
        os.utime(file, (moment, moment))
        return check(workspace, double, judge=judge, now=at(minutes), **options).after.seconds

    return judged


@pytest.fixture
def seconds(workspace, double):
    return lambda: read_progress(workspace).of(double).seconds


def test_the_time_from_the_last_sign_of_activity_to_each_check_adds_up(workspace, checked):
    looked(workspace, at(0))

    assert checked(4) == 4 * 60
    assert checked(7, "# right\n") == 7 * 60


def test_a_gap_of_more_than_ten_minutes_is_left_out(workspace, checked):
    noticed(workspace, at(0))
    checked(3)

    assert checked(3 + LONGEST_GAP / 60 + 1) == 3 * 60


def test_a_save_between_two_checks_is_a_sign_of_work(workspace, checked):
    noticed(workspace, at(0))

    assert checked(15, saved=8) == 15 * 60


def test_hints_are_signs_of_work_also_when_all_have_been_shown(workspace, double, checked, seconds):
    noticed(workspace, at(0))
    for minute in (5, 10, 15, 20):
        next_hint(workspace, double, now=at(minute))

    assert seconds() == 20 * 60


def test_looking_at_what_comes_next_takes_nothing_from_a_stretch_that_runs(workspace, checked):
    noticed(workspace, at(0))
    checked(1)
    looked(workspace, at(5))

    assert checked(9) == 9 * 60


def test_what_was_read_meanwhile_is_not_counted(workspace, checked):
    noticed(workspace, at(0))
    checked(2)
    noticed(workspace, at(8))

    assert checked(9) == 3 * 60


def test_nothing_is_added_after_the_pass(workspace, checked):
    noticed(workspace, at(0))
    checked(2, "# right\n")

    assert checked(5) == 2 * 60


def test_nothing_is_added_after_giving_up(workspace, double, checked, seconds):
    noticed(workspace, at(0))
    checked(2)
    solution(workspace, double, give_up=True, now=at(3))

    assert checked(5) == 2 * 60


def test_work_of_which_the_beginning_was_not_followed_stays_without_a_time(workspace, double, checked):
    table = json.loads(workspace.state_file.read_text())
    table["exercises"]["double"] |= {"status": "tried", "checks": 3}
    workspace.state_file.write_text(json.dumps(table))
    noticed(workspace, at(0))

    assert checked(2) is None


def test_of_several_judged_at_once_only_what_is_in_hand_takes_time(workspace, checked):
    noticed(workspace, at(0))
    assert checked(4, timed=False, text="an open gap\n") is None

    assert checked(6) == 6 * 60


def test_what_was_first_tried_among_others_stays_without_a_time(workspace, checked):
    noticed(workspace, at(0))
    checked(4, timed=False)

    assert checked(6, "# right\n") is None


def test_a_clock_set_back_takes_no_time(workspace, checked):
    noticed(workspace, at(60))

    assert checked(3) == 0


def test_without_the_right_to_write_a_look_is_forgotten_without_a_word(workspace):
    (workspace.state_file.parent / "active").mkdir()

    looked(workspace, at(0))
    noticed(workspace, at(5))
