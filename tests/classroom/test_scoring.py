"""From judgements to grades: exact points, penalties for coming late, decisions by hand, what wants a look."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.assignment import Item, LatePolicy, without_file
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import (
    CAPSTONE,
    CheckRow,
    HandIn,
    Judgement,
    Kept,
    Odd,
    Oddity,
    Override,
    Student,
    Work,
)
from attnlab.classroom.scoring import grades
from attnlab.content import read_course
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Report, Verdict

COURSE = read_course(Path(__file__).parents[1] / "mini_course")
DUE = datetime(2026, 11, 30, 12, tzinfo=UTC)
ADA, ALAN = Student("ada", "Ada Lovelace"), Student("alan", "Alan Turing")
THIRDS = replace(without_file("s"), items=(Item("double", 1.0),))
WEEKLY = replace(
    without_file("s"),
    items=(Item("double", 10.0), Item("double_sum", 20.0)),
    due=DUE,
    late=LatePolicy(per_day=0.1, most=0.5),
)


@dataclass
class Book:
    """What scoring asks a gradebook for."""

    works: list[Kept] = field(default_factory=list)
    decided: list[Override] = field(default_factory=list)
    registered: list[Student] = field(default_factory=list)
    odd: list[Oddity] = field(default_factory=list)

    def students(self):
        found = {student.key: student for student in [*self.registered, *(work.student for work in self.works)]}
        return [found[key] for key in sorted(found)]

    def kept(self, student):
        return iter([work for work in self.works if work.student.key == student])

    def oddities(self):
        return self.odd

    def overrides(self, student):
        return [override for override in self.decided if student in (None, override.student)]


def result(name, points, verdict=Verdict.PASSED, failure=None):
    if verdict is Verdict.FAILED and failure is None:
        failure = Failure(f"{name}: expected 2, got 3")
    return CheckResult(name, f"{name} holds", points, verdict, failure)


def work(*checks, student=ADA, exercise="double", hidden=(), note=None, attempted=True, **changed):
    report = Report(exercise, 7, attempted, checks, note=note, seconds=0.25)
    rows = tuple(CheckRow(check, "v1", check.id in hidden) for check in checks)
    kept = Kept(
        student=student, exercise=exercise, origin=f"{exercise}.py", ground="g", seed=7, attempt=1, submitted=None,
        late=None, ignored=(), report=report, checks=rows, attention="", graded_at=DUE, overrides=(),
    )  # fmt: skip
    return replace(kept, **changed)


def decided(points, *, check=None, exercise="double", student="ada"):
    return Override(student, exercise, check, points, "it is right, seen by hand", DUE, "me")


def of_one(book, assignment=WEEKLY):
    [scored] = grades(book, assignment, COURSE)
    return scored


def test_an_exercise_earns_the_assignments_points_by_the_share_of_its_checks():
    scored = of_one(Book([work(result("shape", 1), result("values", 3, Verdict.FAILED), result("axis", 1))]))

    double = scored.grades[0]
    assert (double.points, double.max_points) == (4.0, 10.0)
    assert [(check.points, check.max_points) for check in double.checks] == [(2.0, 2.0), (0.0, 6.0), (2.0, 2.0)]


def test_three_thirds_are_one():
    checks = [result(name, 1 / 3) for name in ("one", "two", "three")]

    assert of_one(Book([work(*checks)]), THIRDS).points == 1.0


def test_tenths_add_up_as_they_are_written():
    ten = replace(without_file("s"), items=(Item("double", 0.1), Item("double_sum", 0.2)))
    book = Book([work(result("shape", 1)), work(result("shape", 1), exercise="double_sum")])

    assert of_one(book, ten).points == 0.3


def test_the_total_is_rounded_once():
    thirds = replace(without_file("s"), items=(Item("double", 1.0), Item("double_sum", 1.0)))
    two_of_three = [result("one", 1), result("two", 1), result("three", 1, Verdict.FAILED)]
    book = Book([work(*two_of_three), work(*two_of_three, exercise="double_sum")])

    scored = of_one(book, thirds)

    assert [grade.points for grade in scored.grades] == [0.67, 0.67]
    assert scored.points == 1.33


@pytest.mark.parametrize(
    ("checks", "attempted", "verdict"),
    [
        ([result("a", 1), result("b", 1)], True, "passed"),
        ([result("a", 1), result("b", 1, Verdict.FAILED), result("c", 1, Verdict.CRASHED)], True, "failed"),
        ([result("a", 1, Verdict.TIMED_OUT), result("b", 1, Verdict.NOT_REACHED)], True, "timed out"),
        ([result("a", 1, Verdict.NOT_REACHED)], False, "not attempted"),
        ([], True, "not judged"),
    ],
)
def test_the_verdict_is_that_of_the_first_check_that_did_not_pass(checks, attempted, verdict):
    assert of_one(Book([work(*checks, attempted=attempted)])).grades[0].verdict == verdict


def test_what_was_not_handed_in_is_missing_and_earns_nothing():
    scored = of_one(Book([work(result("values", 1))]))

    missing = scored.grades[1]
    assert (missing.exercise, missing.verdict, missing.points, missing.max_points) == ("double_sum", "missing", 0, 20)
    assert (scored.points, scored.max_points, scored.needs_attention) == (10.0, 30.0, False)


def test_somebody_who_handed_in_nothing_at_all_misses_everything():
    scored = of_one(Book(registered=[ALAN]))

    assert [grade.verdict for grade in scored.grades] == ["missing", "missing"]
    assert (scored.points, scored.max_points) == (0.0, 30.0)


def test_somebody_of_whom_everything_was_left_out_wants_a_look_until_it_is_decided():
    odd = [Oddity(Odd.REFUSED, "alan.ipynb", "it is not JSON", "alan")]
    points = decided(4.0, student="alan")

    undecided, settled = of_one(Book(registered=[ALAN], odd=odd)), of_one(Book([], [points], [ALAN], odd))

    assert (undecided.needs_attention, undecided.attention) == (True, "nothing could be made of what was handed in")
    assert (settled.needs_attention, settled.points) == (False, 4.0)


def test_a_file_too_many_wants_no_look_where_there_is_work():
    odd = [Oddity(Odd.REFUSED, "ada.pdf", "it is too long", "ada")]

    assert not of_one(Book([work(result("values", 1))], odd=odd)).needs_attention


def test_what_was_handed_in_and_not_graded_yet_wants_a_look():
    ungraded = work(report=None, checks=(), graded_at=None)

    grade = of_one(Book([ungraded])).grades[0]

    assert (grade.verdict, grade.points, grade.needs_attention) == ("not graded", 0.0, "it has not been graded")


def test_what_could_not_be_judged_is_neither_a_zero_for_the_rest_nor_a_pass():
    scored = of_one(Book([work(result("shape", 1), result("values", 1, Verdict.NOT_JUDGED))]))

    double = scored.grades[0]
    assert (double.points, double.max_points, double.verdict) == (5.0, 10.0, "not judged")
    assert double.needs_attention == "not all of it could be judged"
    assert scored.needs_attention


def test_what_the_judging_found_odd_is_told_in_its_own_words():
    scored = of_one(Book([work(result("values", 1, Verdict.NOT_JUDGED), attention="the corpus is away")]))

    assert scored.grades[0].needs_attention == "the corpus is away"


def test_coming_late_costs_a_share_of_what_was_earned():
    late = work(result("a", 1), result("b", 1, Verdict.FAILED), submitted=DUE + timedelta(hours=30))

    scored = of_one(Book([late]))

    double = scored.grades[0]
    assert (double.raw_points, double.penalty, double.points) == (5.0, 1.0, 4.0)
    assert double.late_days == 1.25
    assert (scored.points, scored.penalty) == (4.0, 1.0)


def test_what_came_late_by_nobody_knows_how_much_is_not_fined_but_looked_at():
    scored = of_one(Book([work(result("a", 1), late=True)]))

    assert scored.grades[0].points == 10.0
    assert "nothing tells by how much" in scored.grades[0].needs_attention


def test_what_a_person_decided_for_the_exercise_as_a_whole_wants_no_look_any_more():
    for points, asking in ((decided(8.0), ""), (decided(1.0, check="a"), "nothing tells by how much")):
        scored = of_one(Book([work(result("a", 1), late=True)], [points]))

        assert asking in scored.grades[0].needs_attention
        assert scored.needs_attention is bool(asking)


def test_an_extension_moves_the_date_for_one():
    extended = replace(WEEKLY, extensions={"Ada": DUE + timedelta(days=2)})
    late = [work(result("a", 1), submitted=DUE + timedelta(days=1), student=who) for who in (ADA, ALAN)]

    assert [scored.points for scored in grades(Book(late), extended, COURSE)] == [10.0, 9.0]


def test_what_was_decided_for_an_exercise_stands_whatever_its_checks_and_its_date_say():
    late = work(result("a", 1, Verdict.FAILED), submitted=DUE + timedelta(days=3))

    double = of_one(Book([late], [decided(8.0)])).grades[0]

    assert (double.points, double.penalty, double.verdict) == (8.0, 0.0, "failed")
    assert double.override is not None


def test_what_was_decided_for_a_check_counts_in_its_place_and_is_fined_when_late():
    checks = [result("a", 1), result("b", 1, Verdict.FAILED)]
    late = work(*checks, submitted=DUE + timedelta(hours=1))

    double = of_one(Book([late], [decided(4.0, check="b")])).grades[0]

    assert [check.points for check in double.checks] == [5.0, 4.0]
    assert (double.raw_points, double.penalty, double.points) == (9.0, 0.9, 8.1)


def test_points_for_what_came_another_way_count_though_the_work_is_missing():
    scored = of_one(Book([work(result("a", 1))], [decided(15.0, exercise="double_sum")]))

    assert (scored.grades[1].verdict, scored.grades[1].points) == ("missing", 15.0)
    assert scored.points == 25.0


def test_points_for_what_came_another_way_count_without_an_assignment_too():
    scored = of_one(Book(registered=[ADA], decided=[decided(2.0)]), without_file("s"))

    assert [(grade.exercise, grade.points) for grade in scored.grades] == [("double", 2.0)]


def test_a_decision_for_a_check_that_is_no_more_is_told():
    scored = of_one(Book([work(result("a", 1))], [decided(1.0, check="gone")]))

    assert "'gone', which is no longer there" in scored.grades[0].needs_attention
    assert scored.grades[0].points == 10.0


def test_the_diagnosis_comes_with_the_check_that_it_comes_from():
    wrong = Failure("expected 2, got 1", diagnosis=Diagnosis("You do not double.", misconception="not_doubled"))
    checks = [result("shape", 1), result("values", 1, Verdict.FAILED, wrong), result("axis", 1, Verdict.FAILED)]

    double = of_one(Book([work(*checks)])).grades[0]

    assert (double.diagnosis, double.tell, double.told_by) == ("not_doubled", "You do not double.", "values")


def test_why_nothing_was_reached_is_told():
    waiting = work(result("values", 1, Verdict.NOT_REACHED), note="it imports double, which does not pass yet")

    double = of_one(Book([waiting])).grades[0]

    assert (double.verdict, double.tell) == ("not reached", "it imports double, which does not pass yet")


def test_a_check_is_hidden_when_it_was_graded_so_or_the_assignment_says_so_by_now():
    now_hidden = replace(WEEKLY, items=(Item("double", 10.0, frozenset({"b"})),))
    rows = work(result("a", 1), result("b", 1), result("c", 1), hidden={"a"})

    assert [check.hidden for check in of_one(Book([rows]), now_hidden).grades[0].checks] == [True, True, False]


def test_students_come_by_key_and_exercises_in_the_assignments_order():
    turned = replace(WEEKLY, items=tuple(reversed(WEEKLY.items)))
    book = Book([work(result("a", 1), student=who) for who in (ALAN, ADA)])

    scored = list(grades(book, turned, COURSE))

    assert [one.student for one in scored] == [ADA, ALAN]
    assert [grade.exercise for grade in scored[0].grades] == ["double_sum", "double"]


def test_without_an_assignment_what_was_handed_in_comes_in_the_courses_order_for_its_points():
    named = (CAPSTONE, "double_sum", "double", "an_older_one")
    book = Book([work(result("a", 4), exercise=name) for name in named])

    scored = of_one(book, without_file("s"))

    found = [(grade.exercise, grade.max_points) for grade in scored.grades]
    assert found == [("double", 3.0), ("double_sum", 3.0), ("an_older_one", 4.0), ("submission", 20.0)]


def test_one_student_alone_can_be_asked_for():
    book = Book([work(result("a", 1), student=who) for who in (ALAN, ADA)])

    assert [one.student for one in grades(book, WEEKLY, COURSE, student="alan")] == [ALAN]


def test_of_what_the_assignment_does_not_want_nothing_counts():
    scored = of_one(Book([work(result("a", 1)), work(result("a", 1), exercise="double_sum")]), THIRDS)

    assert [grade.exercise for grade in scored.grades] == ["double"]


def test_a_real_gradebook_is_read_student_by_student(tmp_path):
    seen = {key: Student(key, key.title()) for key in ("é", "B", "a", "0042")}
    with open_gradebook(tmp_path / "class.book", writing=True, make=True) as book:
        for key, student in seen.items():
            handed_in = HandIn(student, (Work("double", Path("double.py"), "double.py"),), submitted=DUE)
            book.remember(handed_in, {"double": Handed(b"", "ground", 7)})
            report = Report("double", 7, True, (result("shape", 1), result("values", 1, Verdict.FAILED)))
            book.keep(Judgement(key, "double", "ground", 7, report, {}, frozenset({"values"})))
        book.decide(decided(9.0, student="B"))

        scored = list(grades(book, WEEKLY, COURSE))

    assert [one.student.key for one in scored] == ["0042", "B", "a", "é"]
    assert [one.points for one in scored] == [5.0, 9.0, 5.0, 5.0]
    assert all(one.grades[0].checks[1].hidden for one in scored)


points = st.floats(0, 1000, allow_nan=False).map(lambda amount: round(amount, 2))
verdicts = st.sampled_from(Verdict)
graded = st.lists(st.tuples(points, verdicts), min_size=1, max_size=6)


@given(checks=graded, worth=points, late=st.integers(0, 20 * 24))
def test_nobody_gets_more_than_there_is_nor_less_than_nothing(checks, worth, late):
    named = [result(f"c{place}", *check) for place, check in enumerate(checks)]
    assignment = replace(WEEKLY, items=(Item("double", worth),))
    kept = work(*named, submitted=DUE + timedelta(hours=late))

    double = of_one(Book([kept]), assignment).grades[0]

    assert 0 <= double.points <= double.raw_points <= double.max_points == worth
    assert double.points == pytest.approx(double.raw_points - double.penalty, abs=0.011)


@given(checks=graded, worth=points)
def test_everything_passed_earns_everything_exactly(checks, worth):
    named = [result(f"c{place}", 1 + amount) for place, (amount, _) in enumerate(checks)]

    assert of_one(Book([work(*named)]), replace(WEEKLY, items=(Item("double", worth),))).points == worth
