"""Assignment files: what they say is taken word for word, and what is wrong with them is told at once."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnlab.classroom.assignment import AssignmentInvalid, Item, assignment_in, read_assignment, without_file
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.records import Student
from attnlab.content import Limits
from attnlab.errors import NewerFormat, NotThere

OWN_CHECK = """\
from attnlab.content import check

@check("twice a hundred is two hundred")
def hundred(learner, draw):
    learner.double(draw.normal("numbers") + 100).agrees()

@check("nothing stays nothing")
def nothing(learner, draw):
    learner.double(0 * draw.normal("numbers")).agrees()
"""


def problems(desk, *lines, **keys):
    with pytest.raises(AssignmentInvalid) as refused:
        desk.read(*lines, **keys)
    return {problem.key: problem.what for problem in refused.value.problems}


def test_an_exercise_is_worth_what_the_file_says_or_else_what_the_course_says(desk):
    assignment = desk.read(exercises='[[exercises]]\nid = "double_sum"\n[[exercises]]\nid = "double"\npoints = 7.5')

    assert assignment.items == (Item("double_sum", 3.0), Item("double", 7.5))
    assert assignment.points_of("double_sum", desk.course) == 3.0
    assert assignment.points_of("double", desk.course) == 7.5


def test_only_what_is_listed_is_wanted(desk):
    assignment = desk.read()

    assert assignment.wants("double")
    assert not assignment.wants("double_sum")


def test_without_a_file_everything_is_wanted_for_the_courses_points(desk):
    assignment = without_file("secret")

    assert assignment.wants("double_sum")
    assert assignment.points_of("double_sum", desk.course) == 3.0
    assert assignment.hidden_in("double_sum") == frozenset()


def test_the_capstone_is_an_exercise_like_others(desk):
    assignment = desk.read(exercises='[[exercises]]\nid = "submission"')

    assert assignment.items == (Item("submission", 20.0),)


def test_a_time_zone_is_kept(desk):
    assignment = desk.read(due="2026-11-30T23:59:00+01:00")

    assert assignment.due == datetime(2026, 11, 30, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-30T18:00:00", datetime(2026, 11, 30, 18, 0)),
        ("2026-11-30", datetime(2026, 11, 30, 23, 59, 59)),
    ],
)
def test_without_a_time_zone_it_is_this_machines_and_a_day_alone_lasts_to_its_end(desk, written, meant):
    assert desk.read(due=written).due == meant.astimezone()


def test_an_extension_is_a_date_or_a_number_of_days_for_a_key_a_mail_address_or_a_name(desk):
    extended = '[extensions]\n"0042" = 3\n"Ada@Example.org" = 2027-01-01T00:00:00Z\n"Grace Hopper" = 1'
    assignment = desk.read(extended, due="2026-11-30T12:00:00Z")

    due = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert assignment.due_of(Student("0042", "X")) == due + timedelta(days=3)
    assert assignment.due_of(Student("7", "Ada", "ada@example.org")) == datetime(2027, 1, 1, tzinfo=UTC)
    assert assignment.due_of(Student("8", "grace hopper")) == due + timedelta(days=1)
    assert assignment.due_of(Student("9", "Alan")) == due


def test_an_extension_that_is_nobodys_is_found(desk):
    assignment = desk.read("[extensions]\nada = 3\nadda = 3", due="2026-11-30")

    assert assignment.unclaimed([Student("ada", "Ada"), Student("alan", "Alan")]) == ["adda"]


def test_limits_that_are_not_named_stay_the_courses(desk):
    assignment = desk.read(exercises='[[exercises]]\nid = "double"\n[exercises.limits]\nseconds = 3')

    otherwise = desk.course.exercise("double").limits
    assert assignment.limits == {"double": Limits(3.0, otherwise.memory_mb, otherwise.output_kb)}


def test_private_checks_are_hidden_unless_they_are_listed_as_visible(desk):
    desk.private("double", OWN_CHECK)
    listed = '[[exercises]]\nid = "double"\nhidden = ["values"]\nvisible = ["nothing"]'

    assignment = desk.read(private='"private"', exercises=listed)

    assert assignment.hidden_in("double") == {"hundred", "values"}


def test_a_byte_order_mark_is_no_hindrance(desk):
    desk.read()
    desk.file.write_bytes(b"\xef\xbb\xbf" + desk.file.read_bytes())

    assert read_assignment(desk.file, desk.course).wants("double")


def test_all_problems_are_told_at_once_each_with_its_key(desk):
    found = problems(
        desk,
        "titel = 'Week 2'",
        "[late]",
        "per_day = 10",
        "most = nan",
        due='"tomorrow"',
        private='"nowhere"',
        exercises='[[exercises]]\nid = "dubble"\n[[exercises]]\nid = "double"\npoints = true\nhidden = ["valeus"]',
    )

    assert found == {
        "titel": "is not a key we know; did you mean 'title'?",
        "late.per_day": "is a share of the points, from 0 to 1: for 10 per cent write 0.1",
        "late.most": "must be a number",
        "due": "must be a date, without quotes, as 2026-11-30T23:59:00+01:00 or 2026-11-30",
        "private": found["private"],
        "exercises.dubble.id": "there is no exercise called 'dubble'; did you mean 'double'?",
        "exercises.double.points": "must be a number",
        "exercises.double.hidden": "there is no check called 'valeus'; did you mean 'values'?",
    }
    assert "there is no folder" in found["private"]


@pytest.mark.parametrize(
    ("keys", "key", "told"),
    [
        ({"secret": '"short"'}, "secret", "can be guessed"),
        ({"secret": None}, "secret", "is missing"),
        ({"secret": "7"}, "secret", "text in quotes"),
        ({"course": '"other"'}, "course", "is 'other', but the course here is 'mini'"),
        ({"per_student": "1"}, "per_student", "true or false"),
        ({"exercises": ""}, "exercises", "is missing"),
        ({"exercises": "exercises = []"}, "exercises", "nothing would be graded"),
        ({"exercises": 'exercises = ["double"]'}, "exercises", "write a [[exercises]] for each"),
        ({"exercises": "[[exercises]]\npoints = 1"}, "exercises.1.id", "is missing"),
        ({"exercises": '[[exercises]]\nid = "double"\n' * 2}, "exercises.double.id", "is listed twice"),
        ({"exercises": '[[exercises]]\nid = "double"\npoints = -1'}, "exercises.double.points", "must be from 0"),
        ({"exercises": '[[exercises]]\nid = "double"\nhidden = "values"'}, "exercises.double.hidden", "a list of"),
        ({"exercises": '[[exercises]]\nid = "submission"\nhidden = ["opens"]'}, "exercises.submission.hidden", "only"),
        (
            {"exercises": '[[exercises]]\nid = "double"\n[exercises.limits]\nsecond = 1'},
            "exercises.double.limits.second",
            "did you mean 'seconds'?",
        ),
    ],
)
def test_what_cannot_be_meant_is_a_problem(desk, keys, key, told):
    assert told in problems(desk, **keys)[key]


def test_a_name_that_is_there_twice_but_for_capitals_is_a_problem(desk):
    found = problems(desk, "[extensions]\nada = 2\nAda = 3", due="2026-11-30")

    assert "twice" in found["extensions.Ada"]


def test_days_more_than_no_date_are_a_problem(desk):
    assert "nothing says when" in problems(desk, "[extensions]\nada = 2")["extensions.ada"]


def test_private_checks_of_an_exercise_that_is_not_asked_for_are_a_problem(desk):
    desk.private("dubble", OWN_CHECK)

    assert "'dubble'" in problems(desk, private='"private"')["private"]


ODD = (
    "nan", "-inf", "1e400", "1" + "0" * 400, "-1", "0", "true", '""', '"x"', "[]", "[[]]", '["", "x"]', "{}", "{x = 1}",
    "9999-12-31", "0001-01-01T00:00:00+14:00", "12:00:00", "[{}]",
)  # fmt: skip
TOP = ("format_version", "course", "title", "secret", "per_student", "due", "private", "late", "extensions", "more")
LATE = ("grace_minutes", "per_day", "most", "closed_after_days")
ITEM = ("points", "hidden", "visible", "limits", "limits.seconds", "limits.memory_mb", "limits.output_kb")


# The desk's one file is written anew for each example.
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    top=st.dictionaries(st.sampled_from(TOP), st.sampled_from(ODD), max_size=2),
    late=st.dictionaries(st.sampled_from(LATE), st.sampled_from(ODD), max_size=2),
    item=st.dictionaries(st.sampled_from(ITEM), st.sampled_from(ODD), max_size=1),
    days=st.sampled_from(ODD) | st.integers(-3, 5000).map(str),
)
def test_whatever_a_value_is_there_is_an_assignment_or_a_list_of_problems(desk, top, late, item, days):
    tables = [] if {"late", "extensions"} & top.keys() else [f"[late]\n{assigned(late)}", f"[extensions]\nada = {days}"]
    with suppress(AssignmentInvalid, NewerFormat):
        assignment = desk.read(*tables, exercises=f'[[exercises]]\nid = "double"\n{assigned(item)}', **top)

        assert assignment.points_of("double", desk.course) >= 0


def assigned(values):
    return "\n".join(f"{key} = {value}" for key, value in values.items())


def test_what_is_no_toml_is_told_with_its_line(desk):
    desk.file.write_text("format_version = 1\ntitle = Week 2\n")

    with pytest.raises(AssignmentInvalid, match="line 2"):
        read_assignment(desk.file, desk.course)


def test_what_is_no_utf8_is_told(desk):
    desk.file.write_bytes("title = 'Übung'".encode("latin-1"))

    with pytest.raises(AssignmentInvalid, match="not UTF-8: byte 9"):
        read_assignment(desk.file, desk.course)


def test_a_file_of_a_later_attnlab_is_refused(desk):
    with pytest.raises(NewerFormat, match="format 2"):
        desk.read(format_version=2)


def test_a_file_that_is_not_there_is_missing(desk):
    with pytest.raises(NotThere):
        read_assignment(desk.file, desk.course)


def test_a_gradebook_knows_its_assignment_when_the_file_is_gone(desk):
    desk.private("double", OWN_CHECK)
    listed = '[[exercises]]\nid = "double"\npoints = 7\nhidden = ["values"]'
    before = desk.read(private='"private"', exercises=listed)

    with open_gradebook(desk.folder / "class.book", writing=True, make=True) as book:
        book.tell({"assignment": before.text, "assignment_file": "/elsewhere/assignment.toml"})
        after = assignment_in(book, desk.course)

    assert (after.secret, after.points_of("double", desk.course)) == (before.secret, 7.0)
    assert "values" in after.hidden_in("double")


def test_a_gradebook_without_an_assignment_has_a_secret_of_its_own(desk):
    with open_gradebook(desk.folder / "class.book", writing=True, make=True) as book:
        book.tell({"assignment": "", "secret": "drawn once"})

        assert assignment_in(book, desk.course) == without_file("drawn once")


def test_what_nobody_may_see_is_not_in_its_text_form():
    assert "s3cret" not in repr(without_file("s3cret"))
