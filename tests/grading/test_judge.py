"""A report for every file a person can write."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

import attnlab
from attnlab.content import Limits
from attnlab.errors import NewerFormat, NotThere, ToolFault, UnknownName
from attnlab.grading import Abandoned, Isolation, Judge, Verdict, report_from_json

MINI_COURSE = Path(__file__).parents[1] / "mini_course"
RIGHT = "def double(numbers):\n    return numbers + numbers\n"
SQUARED = "def double(numbers):\n    return numbers * numbers\n"


def verdicts(report):
    return [check.verdict for check in report.checks]


def test_a_right_answer_passes_every_check_and_earns_every_point(grade):
    report = grade(RIGHT)

    assert report.passed
    assert report.points == report.max_points == 3


def test_a_catalogued_mistake_is_named_and_its_hint_pointed_to(grade):
    diagnosis = grade(SQUARED).first_failure.failure.diagnosis

    assert (diagnosis.misconception, diagnosis.hint) == ("squared", 1)


def test_an_argument_changed_in_place_is_named(grade):
    report = grade("def double(numbers):\n    numbers *= 2\n    return numbers\n")

    assert report.first_failure.id == "untouched"
    assert report.first_failure.failure.diagnosis.misconception == "in_place"


def test_a_failure_tells_where_and_both_numbers(grade):
    problem = grade(SQUARED).first_failure.failure.problem

    assert problem.startswith("doubled at row 0, column 0: expected ")
    assert ", got " in problem


def test_what_stands_on_a_failed_check_is_not_reached(grade):
    report = grade("def double(numbers):\n    return numbers.sum(axis=-1)\n")

    assert verdicts(report) == [Verdict.PASSED, Verdict.FAILED, Verdict.NOT_REACHED, Verdict.NOT_REACHED]


def test_the_starter_is_not_attempted_and_no_check_is_reached(grade, course):
    report = grade(course.exercise("double").starter.read_bytes() + b"\n# thinking about it\n")

    assert not report.attempted
    assert set(verdicts(report)) == {Verdict.NOT_REACHED}


def test_a_gap_left_open_below_other_changes_is_not_attempted_either(grade):
    report = grade("def double(numbers):\n    factor = 2\n    raise NotImplementedError('later')\n")

    assert not report.attempted
    assert not report.passed


def test_the_same_seed_gives_the_same_report(grade):
    one, other = (grade(SQUARED, seed=11) for _ in range(2))

    assert one.to_json() | {"seconds": 0} == other.to_json() | {"seconds": 0}


def test_another_seed_gives_other_numbers(grade):
    one, other = (grade(SQUARED, seed=seed).first_failure.failure.problem for seed in (1, 2))

    assert one != other


def test_the_failing_input_is_in_the_report(grade):
    (given,) = grade(SQUARED).first_failure.failure.inputs

    assert given.name == "numbers"
    assert given.value.values.ndim == 2


def test_a_report_survives_json(grade):
    report = grade(SQUARED)

    again = report_from_json(report.to_json())

    assert again.to_json() == report.to_json()


def test_a_report_of_a_later_format_is_refused(grade):
    entry = grade(RIGHT).to_json() | {"report_format": 99}

    with pytest.raises(NewerFormat):
        report_from_json(entry)


def test_a_wrong_parameter_name_is_told_with_both_signatures(grade):
    problem = grade("def double(x):\n    return x * 2\n").first_failure.failure.problem

    assert problem == "double takes (x); the exercise fixes (numbers)"


def test_a_misspelt_function_is_pointed_out(grade):
    failure = grade("def duoble(numbers):\n    return numbers * 2\n").first_failure.failure

    assert "'duoble'" in failure.diagnosis.ask


def test_a_syntax_error_is_told_with_its_line(grade):
    failure = grade("def double(numbers):\n    return numbers *\n").first_failure.failure

    assert "SyntaxError" in failure.problem
    assert failure.excerpt == ("double.py, line 2: return numbers *",)


@pytest.mark.parametrize(
    "source",
    [b"\xff\xfe\x00", b"\x00", b"", b"# -*- coding: nonsense -*-\n", b"def double(numbers):\n\treturn 1\n  \n"],
)
def test_bytes_that_are_hardly_python_get_a_report(grade, source):
    report = grade(source)

    assert not report.passed
    assert report.first_failure is not None


def test_a_source_of_megabytes_is_refused_in_one_sentence(grade):
    report = grade(b"#" * (2 << 20))

    assert "2097152 bytes" in report.first_failure.failure.problem


def test_printed_text_is_kept_without_control_characters(grade):
    report = grade("print('\\x1b[31mred\\x07')\n" + RIGHT)

    assert report.passed
    assert report.output.strip() == "[31mred"


def test_a_judgement_can_be_abandoned_from_another_thread(grade):
    abandon = threading.Event()
    threading.Timer(0.05, abandon.set).start()

    with pytest.raises(Abandoned):
        grade("def double(numbers):\n    while True: pass\n", abandon=abandon)


def test_one_that_never_ends_costs_only_the_checks_that_stand_on_it(grade):
    report = grade("def double(numbers):\n    while True: pass\n", limits=Limits(seconds=0.3))

    assert verdicts(report)[1] is Verdict.TIMED_OUT
    assert "0.3 seconds" in report.first_failure.failure.problem


def test_the_call_that_got_no_answer_is_the_one_that_is_named(grade):
    source = (
        "calls = []\ndef double(numbers):\n    calls.append(1)\n"
        "    while len(calls) > 1: pass\n    return numbers * 2\n"
    )

    late = next(check for check in grade(source, limits=Limits(seconds=0.3)).checks if check.failure)

    assert late.verdict is Verdict.TIMED_OUT
    assert late.failure.call == "double(numbers)"


def test_a_call_that_never_came_back_is_named_even_when_it_was_the_first(grade):
    report = grade("def double(numbers):\n    while True: pass\n", limits=Limits(seconds=0.3))

    assert report.first_failure.failure.call == "double(numbers)"


# -- standing on other exercises


def test_a_file_may_import_another_exercise_of_its_workspace(grade):
    source = "from double import double\ndef double_sum(numbers):\n    return double(numbers).sum(dim=-1)\n"

    assert grade(source, exercise="double_sum", siblings={"double": RIGHT.encode()}).passed


def test_what_stands_on_an_exercise_that_does_not_pass_is_not_reached_and_says_so(grade):
    source = "from double import double\ndef double_sum(numbers):\n    return double(numbers).sum(dim=-1)\n"

    report = grade(source, exercise="double_sum", siblings={"double": SQUARED.encode()})

    assert set(verdicts(report)) == {Verdict.NOT_REACHED}
    assert "imports double, which does not pass yet" in report.note


def test_two_files_that_import_each_other_are_told_so(grade):
    source = "from double import double\ndef double_sum(numbers):\n    return 0\n"

    report = grade(source, exercise="double_sum", siblings={"double": b"import double_sum\n"})

    assert "import each other" in report.note


# -- the doors


def test_the_python_door_grades_a_source():
    assert attnlab.grade("double", RIGHT, course=MINI_COURSE).passed


def test_the_python_door_grades_a_file_with_its_neighbours(tmp_path):
    (tmp_path / "double.py").write_text(RIGHT)
    file = tmp_path / "double_sum.py"
    file.write_text("from double import double\ndef double_sum(numbers):\n    return double(numbers).sum(dim=-1)\n")

    assert attnlab.grade("double_sum", file, course=MINI_COURSE).passed


def test_the_python_door_says_which_name_is_unknown():
    with pytest.raises(UnknownName) as caught:
        attnlab.grade("duoble", RIGHT, course=MINI_COURSE)

    assert caught.value.remedy == "did you mean 'double'?"


def test_the_python_door_says_which_file_is_missing(tmp_path):
    with pytest.raises(NotThere):
        attnlab.grade("double", tmp_path / "nothing.py", course=MINI_COURSE)


# -- rehearsals and standby workers


def test_a_rehearsal_judges_a_function_of_ours_like_a_submission(judge, course):
    exercise = course.exercise("double")
    wrong = judge.answers(exercise).misconceptions[0]

    report = judge.rehearse(exercise, wrong.implementation, seed=3)

    assert report.first_failure.failure.diagnosis.misconception == wrong.id


@pytest.fixture(scope="module")
def standby_judge(course):
    with Judge(course, forking=False) as judge:
        yield judge


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        (RIGHT, Verdict.PASSED),
        (SQUARED, Verdict.FAILED),
        ("def double(numbers):\n    while True: pass\n", Verdict.TIMED_OUT),
        ("def double(numbers):\n    import os; os._exit(3)\n", Verdict.CRASHED),
        ("def double(numbers):\n    print('x' * 1_000_000)\n    while True: pass\n", Verdict.TOO_MUCH_OUTPUT),
    ],
)
def test_where_nothing_can_be_forked_a_standby_process_gives_the_same_verdicts(standby_judge, course, source, verdict):
    report = standby_judge.grade(course.exercise("double"), source.encode(), seed=1, limits=Limits(seconds=2))

    worst = next((check.verdict for check in report.checks if not check.passed), Verdict.PASSED)
    assert worst is verdict
    assert report.isolation == ()


def test_a_killed_zygote_is_replaced_and_nobody_loses_by_it(course):
    with Judge(course) as judge:
        exercise = course.exercise("double")
        assert judge.grade(exercise, RIGHT.encode()).passed
        zygote = judge._workers._zygotes[exercise.library]
        zygote._process.kill()
        zygote._process.wait()

        report = judge.grade(exercise, RIGHT.encode())

        assert report.passed


def test_no_worker_is_left_when_the_judge_is_closed(course):
    judge = Judge(course)
    judge.grade(course.exercise("double"), RIGHT.encode())
    process = judge._workers._zygotes[course.exercise("double").library]._process

    judge.close()

    assert process.returncode is not None


def test_none_must_be_asked_for_and_is_told(course):
    with Judge(course, isolation=Isolation.NONE) as judge:
        assert judge.grade(course.exercise("double"), RIGHT.encode()).isolation == ()


def test_a_library_that_is_not_installed_is_the_tools_fault_with_a_remedy(grade, monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)

    with pytest.raises(ToolFault, match="numpy, which this exercise computes with") as caught:
        grade(RIGHT)

    assert "pip install numpy" in caught.value.remedy
