"""A student is found as an instructor types them, and nobody else is."""

import pytest
from books_made import COURSE, hand_in

from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.naming import check_called, exercise_called, student_called
from attnlab.classroom.records import Student
from attnlab.errors import UnknownName, WrongUsage

ADA = Student("ada", "Ada Lovelace", "ada@example.org", {"login": "alove", "canvas": "1001"})
OTHER_ADA = Student("ada2", "Ada Byron")
ZERO = Student("0042", "Łukasz\tKowalski")
NAMESAKE = Student("77", "ADA2")


@pytest.fixture
def book(tmp_path):
    with open_gradebook(tmp_path / "class.gradebook", writing=True, make=True) as book:
        for student in (ADA, OTHER_ADA, ZERO, NAMESAKE):
            hand_in(book, student, {"double": student.key.encode()})
        yield book


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ada", "ada"),
        ("ADA", "ada"),
        ("ada lovelace", "ada"),
        ("  Ada   Lovelace ", "ada"),
        ("Ada@Example.org", "ada"),
        ("alove", "ada"),
        ("1001", "ada"),
        ("0042", "0042"),
        ("łukasz kowalski", "0042"),
        # A key, letter by letter, before anybody's name.
        ("ada2", "ada2"),
    ],
)
def test_a_student_is_found_by_key_name_mail_or_identifier_in_any_case(book, typed, key):
    assert student_called(book, typed).key == key


def test_a_name_that_two_bear_is_refused_with_their_keys(book):
    with pytest.raises(WrongUsage, match="2 students are called 'Ada2'") as refused:
        student_called(book, "Ada2")

    assert "'77', 'ada2'" in refused.value.remedy


def test_part_of_a_name_is_not_taken_for_it_but_who_bears_it_is_offered(book):
    with pytest.raises(WrongUsage) as refused:
        student_called(book, "Byron")

    assert "did you mean 'ada2' (Ada Byron)?" in refused.value.remedy


def test_the_nearest_name_is_offered(book):
    with pytest.raises(UnknownName, match="no student called 'Ada Lovlace'") as unknown:
        student_called(book, "Ada Lovlace")

    assert unknown.value.remedy == "did you mean 'Ada Lovelace'?"


def test_what_is_typed_cannot_move_the_cursor(book):
    with pytest.raises(UnknownName) as unknown:
        student_called(book, "\x1b[2Jada\u202e")

    assert unknown.value.problem.isprintable()


@pytest.mark.parametrize(("typed", "meant"), [("double", "double"), ("twice", "double"), ("Double_Sum", "double_sum")])
def test_an_exercise_is_found_by_its_id_or_an_older_name(book, typed, meant):
    assert exercise_called(book, COURSE, typed) == meant


def test_an_exercise_that_the_course_has_no_more_is_found_where_it_was_handed_in(book):
    hand_in(book, ADA, {"gone": b"x"})

    assert exercise_called(book, COURSE, "gone") == "gone"


def test_an_exercise_nobody_knows_is_refused_with_the_nearest(book):
    with pytest.raises(UnknownName) as unknown:
        exercise_called(book, COURSE, "duoble")

    assert unknown.value.remedy == "did you mean 'double'?"


def test_a_check_is_found_by_its_id_or_its_sentence():
    checks = [("shape", "there is one result for every number"), ("values", "every number is twice as large")]

    assert check_called(checks, "VALUES") == "values"
    assert check_called(checks, "Every number is twice as  large") == "values"
    with pytest.raises(UnknownName, match="no check called 'vales'"):
        check_called(checks, "vales")
