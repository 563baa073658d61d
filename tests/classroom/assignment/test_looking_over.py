"""What is told of an assignment before anything is graded by it; own checks are tried first."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from attnlab.classroom.assignment import LatePolicy
from attnlab.classroom.assignment.looking_over import late_examples, looked_over
from attnlab.classroom.assignment.proving import prove

HEAD = "from attnlab.content import check, misconception\n"
DOUBLES = """
@check("twice a hundred is two hundred")
def hundred(learner, draw):
    learner.double(draw.normal("rows", "columns") + 100).agrees()
"""
TRIPLES = """
@check("everything is three times as large")
def triple(learner, draw):
    numbers = draw.normal("rows", "columns")
    learner.double(numbers).agrees(expected=3 * numbers)
"""
LENIENT = """
@check("it can be called")
def callable_(learner, draw):
    learner.double(draw.normal("rows", "columns"))
"""
RIGHT_AFTER_ALL = """
@misconception(tell="You add.", ask="Is that wrong?")
def added(numbers):
    return numbers + numbers
"""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def proof(desk):
    """What comes of an own check of 'double'."""

    def proved(text, name="checks.py"):
        desk.private("double", HEAD + text, name)
        [found] = prove(desk.read(private='"private"'), desk.course)
        return found

    return proved


def test_an_own_check_that_right_answers_pass_and_a_wrong_one_does_not_holds(proof):
    found = proof(DOUBLES)

    assert (found.exercise, found.checks, found.problems, found.remarks) == ("double", ("hundred",), (), ())
    assert found.right > 1
    assert found.wrong > 1


def test_an_own_check_that_the_reference_does_not_pass_is_a_problem(proof):
    problems = proof(TRIPLES).problems

    assert problems[0].startswith("the reference does not pass 'triple'")


def test_a_slip_that_stops_every_right_answer_is_told_once(proof):
    found = proof(DOUBLES.replace("learner.double(", "learner("))

    [problem] = found.problems
    assert problem.startswith("the reference does not pass 'hundred': ")
    assert problem.endswith(f"and {found.right - 1} more right answer{'' if found.right == 2 else 's'} as well")


def test_an_own_check_that_nothing_wrong_fails_is_remarked(proof):
    assert proof(LENIENT).remarks == ("no wrong answer we know gets as far as failing 'callable_'",)


def test_an_own_misconception_that_passes_everything_is_a_problem(proof):
    assert "'added' passes every check" in proof(RIGHT_AFTER_ALL, "misconceptions.py").problems[0]


def test_an_own_file_that_does_not_run_is_a_problem_and_no_crash(proof):
    assert "does not run" in proof("import nothing_like_it\n").problems[0]


def test_without_checks_of_ones_own_there_is_nothing_to_prove(desk):
    assert list(prove(desk.read(), desk.course)) == []


def test_examples_of_coming_late_start_where_the_grace_ends_and_stop_where_nothing_changes():
    policy = LatePolicy(grace=15 * MINUTE, per_day=0.25, most=0.5, closed_after=7 * DAY)

    told = [(example.late, example.points) for example in late_examples(policy)]

    assert told == [(16 * MINUTE, 7.5), (DAY + MINUTE, 5.0), (7 * DAY + MINUTE, 0.0)]


def test_where_coming_late_costs_nothing_there_is_no_example():
    assert list(late_examples(LatePolicy())) == []


def test_all_points_are_added_up_exactly(desk):
    listed = '[[exercises]]\nid = "double"\npoints = 0.1\n[[exercises]]\nid = "double_sum"\npoints = 0.2'

    assert looked_over(desk.read(exercises=listed), desk.course).points == 0.3


@pytest.mark.parametrize(
    ("lines", "keys", "remark"),
    [
        (("[late]", "per_day = 0.1"), {}, "nothing says when it is due"),
        ((), {"due": "2026-11-30"}, "coming late costs nothing"),
        (("[extensions]", "ada = 2026-11-01"), {"due": "2026-11-30"}, "ends before the due date"),
        ((), {"exercises": '[[exercises]]\nid = "double"\npoints = 0'}, "earn no points"),
        (
            (),
            {"per_student": "false", "exercises": '[[exercises]]\nid = "double"\nhidden = ["values"]'},
            "the same inputs",
        ),
    ],
)
def test_what_is_allowed_and_may_not_be_meant_is_remarked(desk, lines, keys, remark):
    assert any(remark in told for told in looked_over(desk.read(*lines, **keys), desk.course).remarks)


@pytest.mark.skipif(os.name != "posix", reason="rights are told otherwise on Windows")
def test_a_secret_that_others_may_read_is_remarked(desk):
    assignment = desk.read()
    desk.file.chmod(0o644)
    open_to_all = looked_over(assignment, desk.course).remarks
    desk.file.chmod(0o600)

    assert any("chmod 600" in remark for remark in open_to_all)
    assert looked_over(assignment, desk.course).remarks == ()


def test_whether_the_file_names_a_time_zone_is_told(desk):
    with_zone, without = desk.read(due="2026-11-30T12:00:00Z"), desk.read(due="2026-11-30")

    assert looked_over(with_zone, desk.course).zone_named
    assert not looked_over(without, desk.course).zone_named


def test_a_problem_of_ones_own_checks_makes_the_whole_not_good(desk):
    desk.private("double", HEAD + TRIPLES)

    seen = looked_over(desk.read(private='"private"'), desk.course)

    assert not seen.good
    assert replace(seen, proofs=()).good
