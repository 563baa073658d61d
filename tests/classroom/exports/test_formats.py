"""Grades in the formats that others read."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_class import DUE, SEED, Classes, Pupil

from attnlab.classroom.exports import ExportFormat, exported, results_files
from attnlab.classroom.exports.junit import allowed
from attnlab.classroom.exports.rows import rows
from attnlab.classroom.exports.tables import harmless, wide
from attnlab.classroom.records import Odd, Oddity, Override
from attnlab.errors import WrongUsage

KEYS = ("0042", "1e5", "NA", "null", "true", "1_000", "=1+1", "ada")


def text(format: ExportFormat, book, assignment, **how) -> str:
    return "".join(exported(format, book, assignment, Classes.course, **how))


def table(told: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told)))


def test_each_student_has_a_row_and_each_exercise_a_column(classes):
    book = classes.book(Pupil("ada", {"double": "ppp", "double_sum": "pf."}), Pupil("bob", {"double": "pff"}))

    found = table(text(ExportFormat.CSV, book, classes.assignment("double_sum", "double")))

    assert [list(row)[3:5] for row in found] == [["double_sum", "double"]] * 2
    assert [(row["student"], row["double"], row["double_sum"], row["total"]) for row in found] == [
        ("ada", "3", "1", "4"),
        ("bob", "1", "0", "1"),
    ]


def test_without_an_assignment_what_was_not_handed_in_is_empty_and_no_zero(classes):
    book = classes.book(Pupil("ada", {"double_sum": "ppp"}), Pupil("bob", {"double": "ppp"}))

    found = table(text(ExportFormat.CSV, book, classes.assignment()))

    assert [(row["double"], row["double_sum"]) for row in found] == [("", "3"), ("3", "")]


def test_what_was_not_graded_is_empty_and_asks_for_attention(classes):
    book = classes.book(Pupil("ada", {"double": None}))

    (found,) = table(text(ExportFormat.CSV, book, classes.assignment("double")))

    assert (found["double"], found["needs_attention"]) == ("", "double: it has not been graded")


def test_keys_that_look_like_numbers_or_nothing_come_back_as_the_text_they_are(classes):
    book = classes.book(*map(Pupil, KEYS))

    told = text(ExportFormat.CSV, book, classes.assignment("double"))

    found = list(csv.reader(io.StringIO(told), quoting=csv.QUOTE_NONNUMERIC))
    assert [row[0].removeprefix("'") for row in found[1:]] == sorted(KEYS)
    assert all(isinstance(row[3], float) for row in found[1:])


@given(st.text(st.characters()) | st.from_regex(r"\\s*[=+@-].*"))
def test_no_cell_is_taken_for_a_formula_or_a_command_to_the_terminal(said):
    cell = harmless(said)

    assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert all(sign.isprintable() or sign == "\n" for sign in cell)


def test_a_name_with_a_formula_stays_one_harmless_cell(classes):
    name = '=HYPERLINK("http://evil.example","x"),\n"y'
    book = classes.book(Pupil("ada", name=name))

    (found,) = table(text(ExportFormat.CSV, book, classes.assignment("double")))

    assert found["name"] == f"'{name}"
    assert found["total"] == "3"


def test_the_long_table_has_a_row_for_each_student_and_exercise(classes):
    book = classes.book(Pupil("ada", {"double": "pf."}, late=timedelta(days=1.5)), Pupil("bob", {}))

    found = table(text(ExportFormat.CSV, book, classes.assignment("double", "double_sum", per_day=0.25), long=True))

    assert [(row["student"], row["exercise"], row["verdict"]) for row in found] == [
        ("ada", "double", "failed"),
        ("ada", "double_sum", "missing"),
        ("bob", "double", "missing"),
        ("bob", "double_sum", "missing"),
    ]
    assert (found[0]["raw_points"], found[0]["penalty"], found[0]["points"]) == ("1", "0.5", "0.5")
    assert (found[0]["late_days"], found[0]["diagnosis"]) == ("1.5", "squared")


def test_the_rows_of_the_json_export_tell_everything(classes):
    book = classes.book(Pupil("ada", {"double": "pf."}, hidden=frozenset({"c2"})))

    told = json.loads(text(ExportFormat.JSON, book, classes.assignment("double")))

    assert told["grades"] == list(rows(book, classes.assignment("double"), Classes.course))
    (row,) = told["grades"]
    assert (row["student"], row["verdict"], row["points"], row["max_points"]) == ("ada", "failed", 1.0, 3.0)
    assert (row["seed"], row["diagnosis"], row["submitted"]) == (SEED, "squared", DUE.isoformat())
    assert [(check["id"], check["verdict"], check["hidden"]) for check in row["checks"]] == [
        ("c1", "passed", False),
        ("c2", "failed", True),
        ("c3", "not reached", False),
    ]


def test_an_empty_class_is_valid_json_and_xml(classes):
    book = classes.book()

    assert json.loads(text(ExportFormat.JSON, book, classes.assignment("double")))["grades"] == []
    assert list(ElementTree.fromstring(text(ExportFormat.JUNIT, book, classes.assignment("double")))) == []


def test_junit_has_a_suite_for_each_student_and_a_case_for_each_check(classes):
    book = classes.book(Pupil("ada", {"double": "pf.", "double_sum": "p?."}))

    (suite,) = ElementTree.fromstring(text(ExportFormat.JUNIT, book, classes.assignment("double", "double_sum")))

    counted = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": "6", "failures": "1", "errors": "1", "skipped": "2"}
    cases = suite.findall("testcase")
    assert [len(case) for case in cases] == [0, 1, 1, 0, 1, 1]
    assert {case.get("classname") for case in cases} == {"double", "double_sum"}
    failure = suite.find("testcase/failure")
    assert (failure.get("message"), failure.get("type")) == ("result at row 0: expected 6, got 9", "failed")
    assert sum(float(case.get("time")) for case in cases) == float(suite.get("time"))


def test_nothing_handed_in_is_a_failure_in_junit(classes):
    book = classes.book(Pupil("ada", {}))

    (suite,) = ElementTree.fromstring(text(ExportFormat.JUNIT, book, classes.assignment("double")))

    assert suite.find("testcase/failure").get("message") == "nothing was handed in"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(said=st.text(st.characters(), max_size=30))
def test_junit_stays_xml_whatever_a_submission_says(tmp_path_factory, said):
    classes = Classes(tmp_path_factory.mktemp("class"))
    with classes.book(Pupil("ada", {"double": "f.."}, said=said)) as book:
        told = text(ExportFormat.JUNIT, book, classes.assignment("double"))

    failure = ElementTree.fromstring(told.encode()).find("testsuite/testcase/failure")
    assert failure.get("message") == (allowed(said) or "failed")


def test_nbgrader_gets_a_row_for_each_student_in_its_own_columns(classes):
    book = classes.book(Pupil("ada", name="Lovelace, Ada", email="ada@x.org", late=timedelta(hours=1)))

    (row,) = table(text(ExportFormat.NBGRADER, book, classes.assignment("double", per_day=0.5)))

    assert row == {
        "assignment": "Homework 1", "duedate": "2026-11-20 12:00:00+00:00", "timestamp": "2026-11-20 13:00:00+00:00",
        "student_id": "ada", "last_name": "Lovelace", "first_name": "Ada", "email": "ada@x.org", "raw_score": "3",
        "late_submission_penalty": "1.5", "score": "1.5", "max_score": "3",
    }  # fmt: skip


def test_otter_gets_what_each_question_is_worth_first(classes):
    book = classes.book(Pupil("ada", {"double": "pf.", "double_sum": "p?."}))

    worth, row = table(text(ExportFormat.OTTER, book, classes.assignment("double", "double_sum")))

    assert worth["file"] == "points-per-question"
    assert (worth["double"], worth["double_sum"], worth["total_points_earned"]) == ("3", "3", "6")
    assert (row["file"], row["double"], row["total_points_earned"]) == ("ada", "1", "2")
    assert (row["percent_correct"], row["grading_status"]) == ("0.3333", "the judge died twice")


def test_github_gets_the_points_in_the_notices_that_classroom_reads(classes):
    book = classes.book(Pupil("ada", {"double": "pf."}, name="::error::x"))

    first, second = text(ExportFormat.GITHUB, book, classes.assignment("double")).splitlines()

    assert first == "::notice title=Autograding complete::Points 1/3"
    assert json.loads(second.removeprefix("::notice title=Autograding report::")) == {"totalPoints": 1, "maxPoints": 3}


def test_gradescope_scores_every_check_and_the_total(classes):
    book = classes.book(Pupil("ada", {"double": "pf."}, late=timedelta(hours=1)))

    told = json.loads(text(ExportFormat.GRADESCOPE, book, classes.assignment("double", per_day=0.5)))

    assert told["score"] == 0.5
    assert "0.5 points were taken off" in told["output"]
    assert [(test["score"], test["max_score"], test["status"]) for test in told["tests"]] == [
        (1.0, 1.0, "passed"),
        (0.0, 1.0, "failed"),
        (0.0, 1.0, "failed"),
    ]
    assert "expected 6, got 9" in told["tests"][1]["output"]


def test_gradescope_hears_of_a_hidden_check_its_points_alone(classes):
    book = classes.book(Pupil("ada", {"double": "pff"}, hidden=frozenset({"c2", "c3"})))

    told = text(ExportFormat.GRADESCOPE, book, classes.assignment("double"))

    assert [test["visibility"] for test in json.loads(told)["tests"]] == ["visible", "hidden", "hidden"]
    assert [test["name"] for test in json.loads(told)["tests"]][1:] == [
        "Double every number: hidden check 1",
        "Double every number: hidden check 2",
    ]
    for secret in ("promise 2", "promise 3", "expected 6", "double(numbers)", "numbers ** 2", "square", str(SEED)):
        assert secret not in told


def test_gradescope_calls_what_was_not_judged_neither_passed_nor_failed(classes):
    book = classes.book(Pupil("ada", {"double": "p?."}))

    told = json.loads(text(ExportFormat.GRADESCOPE, book, classes.assignment("double")))

    assert "status" not in told["tests"][1]
    assert "no fault of yours" in told["tests"][1]["output"]


def test_what_was_decided_for_a_whole_exercise_is_what_gradescope_counts(classes):
    classes.book(Pupil("ada", {"double": "pf."})).close()
    from attnlab.classroom.gradebook import open_gradebook

    with open_gradebook(classes.folder / "class.book", writing=True) as book:
        book.decide(Override("ada", "double", None, 2.5, "shown at the blackboard", DUE))
        told = json.loads(text(ExportFormat.GRADESCOPE, book, classes.assignment("double")))

    assert told["score"] == 2.5
    assert sum(test.get("score", 0.0) for test in told["tests"]) == 2.5
    assert told["tests"][0]["output"] == "decided by hand: shown at the blackboard"


def test_gradescope_tells_a_student_what_was_left_out(classes):
    odd = Oddity(Odd.UNMATCHED, "sofmax.py", "no exercise is called so", "ada")
    book = classes.book(Pupil("ada"), oddities=[odd])

    told = json.loads(text(ExportFormat.GRADESCOPE, book, classes.assignment("double")))

    assert "left out (unmatched): sofmax.py: no exercise is called so" in told["output"]


def test_where_nothing_was_handed_in_gradescope_is_told_why(classes):
    book = classes.book(oddities=[Oddity(Odd.REFUSED, "work.zip", "its paths climb out")])

    told = json.loads(text(ExportFormat.GRADESCOPE, book, classes.assignment("double")))

    assert told["score"] == 0
    assert "its paths climb out" in told["output"]


def test_gradescope_results_are_one_students(classes):
    book = classes.book(Pupil("ada"), Pupil("../bob"))

    with pytest.raises(WrongUsage, match="one student's"):
        text(ExportFormat.GRADESCOPE, book, classes.assignment("double"))

    files = dict(results_files(book, classes.assignment("double"), Classes.course))
    assert sorted(name.count("/") + name.count("..") for name in files) == [0, 0]
    assert all(json.loads(told)["score"] == 3.0 for told in files.values())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(said=st.text(st.characters(), max_size=30))
def test_gradescope_gets_no_control_characters(tmp_path_factory, said):
    classes = Classes(tmp_path_factory.mktemp("class"))
    with classes.book(Pupil("ada", {"double": "f.."}, said=said)) as book:
        told = json.loads(text(ExportFormat.GRADESCOPE, book, classes.assignment("double")))

    output = told["tests"][0]["output"]
    assert all(sign.isprintable() or sign in "\n\t" for sign in output)
    output.encode()


def test_a_large_class_is_written_student_by_student(classes):
    def endless():
        from attnlab.classroom.records import Student
        from attnlab.classroom.scoring import StudentGrades

        while True:
            yield StudentGrades(Student("ada", "Ada"), (), 0.0, 0.0, 0.0, False)

    from attnlab.classroom.exports.heading import heading_of

    lines = wide(heading_of(classes.book(), classes.assignment("double"), Classes.course), endless())

    assert [next(lines)[:9] for _ in range(3)] == ['"student"', '"ada","Ad', '"ada","Ad']
