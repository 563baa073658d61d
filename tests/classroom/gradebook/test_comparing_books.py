"""Two gradebooks of one class differ in just what was graded otherwise."""

import pytest
from books_made import ADA, ALAN, COURSE, GRACE, NOON, failed, made, report, result

from attnlab.classroom.assignment import without_file
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.comparing import compared
from attnlab.classroom.records import Override
from attnlab.classroom.scoring import grades

RIGHT = report(result("shape"), result("values"))
WRONG = report(result("shape"), failed("values"))


@pytest.fixture
def differences(tmp_path):
    def compare(before, after, decided=()):
        made(tmp_path / "before", before)
        made(tmp_path / "after", after)
        with open_gradebook(tmp_path / "after", writing=True) as book:
            for override in decided:
                book.decide(override)
        with open_gradebook(tmp_path / "before") as first, open_gradebook(tmp_path / "after") as second:
            return list(compared(*(grades(book, without_file("s"), COURSE) for book in (first, second))))

    return compare


def test_a_book_is_the_same_as_itself(differences):
    works = [(ADA, b"a", RIGHT), (ALAN, b"b", WRONG)]

    assert all(student.same for student in differences(works, works))


def test_a_check_that_ended_otherwise_is_told_with_its_points(differences):
    ((ada),) = differences([(ADA, b"a", WRONG)], [(ADA, b"a", RIGHT)])

    ((change),) = ada.changes
    ((check),) = change.checks
    assert (ada.points_before, ada.points_after) == (1.5, 3.0)
    assert (change.exercise, check.id, check.before, check.after) == ("double", "values", "failed", "passed")
    assert (check.points_before, check.points_after) == (0.0, 1.5)


def test_a_check_that_only_one_has_is_told(differences):
    ((ada),) = differences([(ADA, b"a", report(result("shape")))], [(ADA, b"a", RIGHT)])

    ((check),) = [check for check in ada.changes[0].checks if check.before is None]
    assert (check.id, check.after) == ("values", "passed")


def test_a_check_that_is_worth_something_else_is_no_other_grade_where_nobodys_points_change(differences):
    heavier = report(result("shape"), result("values", points=4.0))

    ((ada),) = differences([(ADA, b"a", RIGHT)], [(ADA, b"a", heavier)])

    assert ada.same


def test_a_check_that_is_worth_something_else_is_told_where_it_changes_the_points(differences):
    heavier = report(result("shape"), failed("values", points=4.0))

    ((ada),) = differences([(ADA, b"a", WRONG)], [(ADA, b"a", heavier)])

    assert [(check.id, check.points_before, check.points_after) for check in ada.changes[0].checks] == [
        ("shape", 1.5, 0.6)
    ]


def test_an_exercise_that_only_one_has_is_told(differences):
    second = report(result("sums"), exercise="double_sum")

    ((ada),) = differences([(ADA, b"a", RIGHT)], [(ADA, b"a", RIGHT), (ADA, b"b", second)])

    ((change),) = ada.changes
    assert (change.exercise, change.before) == ("double_sum", None)


def test_students_whom_only_one_has_are_told_in_order(differences):
    found = differences([(ADA, b"a", RIGHT), (GRACE, b"g", RIGHT)], [(ALAN, b"b", RIGHT), (GRACE, b"g", RIGHT)])

    assert [(student.student.key, student.missing, student.same) for student in found] == [
        ("0042", "first", False),
        ("ada", "second", False),
        ("grace", "", True),
    ]


def test_what_was_decided_by_hand_is_a_difference(differences):
    works = [(ADA, b"a", WRONG)]

    ((ada),) = differences(works, works, [Override("ada", "double", None, 2.0, "in person", NOON)])

    assert (ada.changes[0].before.points, ada.changes[0].after.points) == (1.5, 2.0)
    assert ada.changes[0].checks == ()


def test_how_long_judging_took_is_no_difference(differences):
    slower = report(result("shape"), result("values"), seconds=9.0)

    ((ada),) = differences([(ADA, b"a", RIGHT)], [(ADA, b"a", slower)])

    assert ada.same
