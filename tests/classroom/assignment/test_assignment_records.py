"""What coming late costs, and which inputs each student's work is judged with."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.assignment import CAPSTONE_POINTS, LatePolicy, without_file
from attnlab.submissions import judging

HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
TENTH_A_DAY = LatePolicy(grace=HOURS, per_day=0.1, most=0.5, closed_after=7 * DAYS)
keys = st.text(min_size=1)
delays = st.timedeltas(min_value=-10 * DAYS, max_value=100 * DAYS)
policies = st.builds(
    LatePolicy,
    grace=st.timedeltas(min_value=0 * DAYS, max_value=DAYS),
    per_day=st.floats(0, 1),
    most=st.floats(0, 1),
    closed_after=st.none() | st.timedeltas(min_value=DAYS, max_value=30 * DAYS),
)


@pytest.mark.parametrize(
    ("late", "costs"),
    [
        (-DAYS, 0),
        (0 * DAYS, 0),
        (HOURS, 0),
        (HOURS + timedelta(seconds=1), Fraction(1, 10)),
        (DAYS, Fraction(1, 10)),
        (DAYS + timedelta(microseconds=1), Fraction(2, 10)),
        (3 * DAYS, Fraction(3, 10)),
        (6 * DAYS, Fraction(5, 10)),
        (7 * DAYS, Fraction(5, 10)),
        (7 * DAYS + timedelta(seconds=1), 1),
    ],
)
def test_each_started_day_costs_its_share_up_to_the_most_and_in_the_end_everything(late, costs):
    assert TENTH_A_DAY.share(late) == costs


@given(policy=policies, late=delays)
def test_coming_late_never_costs_less_than_nothing_nor_more_than_everything(policy, late):
    assert 0 <= policy.share(late) <= 1


@given(policy=policies, late=delays, later=st.timedeltas(min_value=0 * DAYS, max_value=50 * DAYS))
def test_coming_later_never_costs_less(policy, late, later):
    assert policy.share(late) <= policy.share(late + later)


@given(policy=policies, late=st.timedeltas(min_value=-10 * DAYS, max_value=0 * DAYS))
def test_what_is_in_time_costs_nothing(policy, late):
    assert policy.share(late) == 0


def test_a_seed_stays_the_same_in_every_year_and_on_every_machine():
    assert without_file("a secret").seed_of("ada", "softmax") == 2137366886


@given(key=keys, exercise=keys)
def test_a_seed_is_one_that_the_judge_knows(key, exercise):
    assert 0 <= without_file("s").seed_of(key, exercise) < 1 << 31


@given(words=st.lists(st.tuples(keys, keys, keys), min_size=2, max_size=2, unique=True))
def test_another_secret_student_or_exercise_has_another_seed(words):
    one, other = (without_file(secret).seed_of(student, exercise) for secret, student, exercise in words)

    assert one != other


@given(key=keys, other=keys)
def test_everybody_has_the_same_seed_where_that_is_wanted(key, other):
    assignment = replace(without_file("s"), per_student=False)

    assert assignment.seed_of(key, "softmax") == assignment.seed_of(other, "softmax")


def test_half_a_surrogate_in_a_name_has_a_seed_too():
    assert without_file("s").seed_of("\udcff", "softmax") >= 0


@pytest.mark.parametrize("marks", [judging._GRAMMAR_MARKS, judging._TEXT_MARKS])
def test_the_capstone_is_worth_what_its_marks_add_up_to(marks):
    assert sum(mark.points for mark in marks) == CAPSTONE_POINTS
