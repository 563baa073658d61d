"""What a judge needs to know of a class: earlier results, other files' verdicts, hidden checks, more checks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attnlab.content import Limits, check
from attnlab.grading import Judge, Verdict, report_from_json

RIGHT = b"def double(numbers):\n    return numbers * 2\n"
# Remembers what it was given, and tells it as soon as it can.
TELLTALE = b"""
seen = []
def double(numbers):
    for earlier in seen:
        raise ValueError(f"I was given {earlier!r}")
    seen.append(numbers.copy())
    return numbers * 2
"""


def results(report):
    return {result.id: result for result in report.checks}


@pytest.fixture(scope="module")
def one(course, judge):
    return judge.grade(course.exercise("double"), RIGHT, seed=5)


def test_known_results_are_taken_over_and_only_the_others_run(grade, one):
    known = results(one)
    told = replace(known["shape"], sentence="from another time")

    report = grade(RIGHT, known={"defined": known["defined"], "shape": told})

    assert results(report)["shape"].sentence == "from another time"
    assert report.passed


def test_what_stands_on_a_known_failure_is_not_reached(grade, one):
    failed = replace(results(one)["shape"], verdict=Verdict.FAILED)

    report = results(grade(RIGHT, known={"shape": failed}))

    assert [report[name].verdict for name in ("values", "untouched")] == [Verdict.NOT_REACHED] * 2


@pytest.mark.parametrize("verdict", [Verdict.NOT_REACHED, Verdict.NOT_JUDGED])
def test_a_known_result_that_says_nothing_is_judged_anew(grade, one, verdict):
    empty = replace(results(one)["values"], verdict=verdict)

    assert grade(RIGHT, known={"values": empty}).passed


def test_the_report_is_the_same_whether_results_were_known_or_not(grade, one):
    known = {name: result for name, result in results(one).items() if name != "values"}

    again = grade(RIGHT, seed=5, known=known)

    assert again.checks == one.checks


def test_a_hidden_check_s_inputs_are_in_no_message_of_another_check(grade):
    told = grade(TELLTALE, hidden=frozenset({"values", "untouched"}))

    shape = results(told)["shape"]
    assert shape.passed
    assert "I was given" in results(told)["values"].failure.problem


def test_a_hidden_check_s_inputs_are_not_among_what_is_printed(grade):
    report = grade(RIGHT.replace(b"    return", b"    print(numbers.shape)\n    return"), hidden=frozenset({"values"}))

    # One line for each call by a check that is not hidden.
    assert len(report.output.splitlines()) == 2


def test_hiding_checks_does_not_change_a_verdict(grade):
    for source in (RIGHT, RIGHT.replace(b"* 2", b"* 3"), b"def double(numbers):\n    return numbers.sum()\n"):
        shown, hidden = grade(source), grade(source, hidden=frozenset({"values"}))

        assert [each.verdict for each in shown.checks] == [each.verdict for each in hidden.checks]


def test_more_checks_can_be_added_to_an_exercise(course):
    @check("eight is twice four", points=5)
    def eight(learner, draw):
        learner.double(draw.normal("rows") * 0 + 4).equals([8.0])

    def extend(answers):
        return replace(answers, checks=(*answers.checks, eight))

    with Judge(course, extend=extend) as judge:
        report = judge.rehearse(course.exercise("double"), lambda numbers: numbers * 2, seed=1)

    assert "eight" in results(report)


def test_what_clocks_ended_is_in_the_report_and_survives_json(one):
    report = replace(one, by_clock=("values",))

    assert report_from_json(report.to_json()).by_clock == ("values",)


def test_a_report_written_before_clocks_were_noted_can_be_read(one):
    entry = one.to_json()
    del entry["by_clock"]

    assert report_from_json(entry).by_clock == ()


def test_one_that_was_too_long_once_has_half_the_time_from_then_on(course):
    @check("it comes back a second time", after=())
    def again(learner, draw):
        for _ in range(2):
            learner.double(draw.normal("rows", "columns")).agrees()

    source = (
        b"calls = []\ndef double(numbers):\n    calls.append(1)\n"
        b"    while len(calls) > 1: pass\n    return numbers * 2\n"
    )
    with Judge(course, extend=lambda answers: replace(answers, checks=(*answers.checks, again))) as judge:
        report = judge.grade(course.exercise("double"), source, seed=5, limits=Limits(seconds=0.4))

    told = results(report)
    assert told["values"].failure.problem == "no answer within 0.4 seconds of computing"
    assert told["again"].failure.problem == "no answer within 0.2 seconds of computing"
