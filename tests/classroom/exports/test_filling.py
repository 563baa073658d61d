"""Filling the sheets that Canvas and Moodle exported."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.classroom.exports.filling import Earned, fill
from attnlab.classroom.exports.sheets import NoSheet, read_sheet
from attnlab.classroom.records import Student
from attnlab.errors import AttnlabError, UnknownName, WrongUsage

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Homework 1 (812),Homework 2 (813),Current Score\r\n"
    "    Points Possible,,,,,10,20,(read only)\r\n"
    '"Lovelace, Ada",11,S-11,ada@x.org,"A and ""B""",,,97.5\r\n'
    '"Babbage, Charles",12,S-12,bob@x.org,A,4.0,,\r\n'
    '"Hopper, Grace",13,S-13,grace@x.org,A,EX,,\r\n'
    '"Student, Test",99,,abcdef,A,,,\r\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade)\n"
    'Participant 1001,Ada Lovelace,ada@x.org,"Submitted, 1 day late",,10.00,Yes,-\n'
    "Participant 1002,Charles Babbage,bob@x.org,No submission,3.50,10.00,No,-\n"
    "Participant 1003,Grace Hopper,grace@x.org,Submitted,,10.00,Yes,-\n"
)
GERMAN = (
    '\ufeff"ID","Vollständiger Name","E-Mail-Adresse","Status","Gruppe","Bewertung","Bestwertung",'
    '"Bewertung kann geändert werden","Feedback als Kommentar"\n'
    '"Teilnehmer/in1001","Ada Lovelace","ada@x.org","Abgegeben","7","","10,00","Ja",""\n'
    '"Teilnehmer/in1002","Charles Babbage","bob@x.org","Abgegeben","7","3,50","10,00","Nein",""\n'
)


def earned(*told: tuple, most: float = 10.0) -> list[Earned]:
    return [Earned(student, points, most, *more) for student, points, *more in told]


def somebody(key: str, name: str = "", email: str = "", **ids: str) -> Student:
    return Student(key, name or key, email, ids)


def cells(content: bytes, column: str, delimiter: str = ",") -> list[str]:
    reading = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    return [row[column] for row in reading]


def filled(sheet: str, *told: tuple, most: float = 10.0, title: str = "Homework 1", **how):
    return fill(sheet.encode(), earned(*told, most=most), title=title, **how)


def test_canvas_gets_the_points_in_the_assignments_own_column():
    filling = filled(CANVAS, (somebody("x", canvas="11"), 7.5), (somebody("y", canvas="12"), 4.0))

    assert (filling.system, filling.heading, filling.maximum) == ("Canvas", "Homework 1 (812)", 10.0)
    assert [(change.name, change.old, change.new) for change in filling.changes] == [("Lovelace, Ada", "", "7.5")]
    assert filling.same == 1


def test_nothing_but_the_filled_cells_changes_by_a_byte():
    filling = filled(CANVAS, (somebody("x", canvas="11"), 7.5), (somebody("y", canvas="12"), 5.25))

    expected = CANVAS.replace('"A and ""B""",,,', '"A and ""B""",7.5,,').replace("A,4.0,", "A,5.25,")
    assert filling.content == expected.encode()


@pytest.mark.parametrize("wanted", ["Homework 2 (813)", "homework 2", "813"])
def test_a_column_of_canvas_may_be_called_by_heading_title_or_number(wanted):
    filling = filled(CANVAS, (somebody("x", canvas="11"), 7.5), column=wanted, scale=False)

    assert cells(filling.content, "Homework 2 (813)")[1] == "7.5"


def test_where_several_columns_could_be_meant_they_are_named():
    with pytest.raises(WrongUsage, match="2 columns") as caught:
        filled(CANVAS, title="Something else")

    assert "'Homework 2 (813)'" in caught.value.remedy


def test_a_mistyped_column_is_told_with_the_nearest():
    short = CANVAS.replace("Homework 2", "Essay")
    for sheet, typed, nearest in ((CANVAS, "Homwork 2", "Homework 2"), (short, "Esay", "Essay")):
        with pytest.raises(UnknownName) as caught:
            filled(sheet, column=typed)

        assert caught.value.nearest == nearest


def test_a_column_without_a_number_is_refused_since_canvas_would_make_a_new_assignment():
    with pytest.raises(WrongUsage, match="'Current Score' is no assignment"):
        filled(CANVAS, column="Current Score")


def test_a_column_that_canvas_reads_only_is_refused():
    sheet = CANVAS.replace(",10,20,", ",10,(read only),")

    with pytest.raises(WrongUsage, match="read only"):
        filled(sheet, column="813")


def test_whoever_is_excused_stays_so():
    filling = filled(CANVAS, (somebody("x", canvas="13"), 7.5))

    assert [(left.name, left.why) for left in filling.left][2] == ("Hopper, Grace", "their cell says EX")
    assert filling.content == CANVAS.encode()


def test_canvas_columns_with_first_and_last_names_and_a_row_about_posting_are_known():
    sheet = (
        "LastName,FirstName,ID,SIS Login ID,Section,Homework 1 (812)\n"
        ",,,,,Manual Posting\n"
        "    Points Possible,,,,,10\n"
        "Lovelace,Ada,11,ada@x.org,A,\n"
    )

    filling = filled(sheet, (somebody("whoever", name="Ada Lovelace"), 9.0))

    assert [change.name for change in filling.changes] == ["Lovelace, Ada"]


def test_a_sheet_with_semicolons_and_decimal_commas_is_filled_in_kind():
    sheet = CANVAS.replace(",", ";").replace("4.0", "4,0").replace("97.5", "97,5").replace(";10;20;", ";10,00;20,00;")
    sheet = sheet.replace('"Lovelace; Ada"', '"Lovelace, Ada"')

    filling = filled(sheet, (somebody("x", canvas="11"), 7.5), (somebody("y", canvas="12"), 4.0))

    assert cells(filling.content, "Homework 1 (812)", ";")[1:3] == ["7,5", "4,0"]


@pytest.mark.parametrize(
    "student",
    [
        somebody("somebody", canvas="11"),
        somebody("somebody", email="ADA@x.org"),
        somebody("somebody", sid="S-11"),
        somebody("s-11"),
        somebody("11"),
        somebody("somebody", name="ada  lovelace"),
        somebody("somebody", name="Lovelace, Ada"),
    ],
)
def test_a_student_is_found_by_identifier_or_by_name(student):
    filling = filled(CANVAS, (student, 7.5))

    assert [change.name for change in filling.changes] == ["Lovelace, Ada"]
    assert filling.absent == ()


def test_the_number_of_another_system_is_somebody_else():
    filling = filled(CANVAS, (somebody("11", moodle="11"), 7.5), (somebody("z", "Ada Lovelace", canvas="4"), 1.0))

    assert filling.changes == ()
    assert {student.key for student in filling.absent} == {"11", "z"}


def test_two_of_the_same_name_are_told_and_neither_is_guessed():
    sheet = CANVAS.replace("Babbage, Charles", "Lovelace, Ada")

    filling = filled(sheet, (somebody("somebody", name="Ada Lovelace"), 7.5), (somebody("y", canvas="13"), 1.0))

    assert filling.changes == ()
    assert [left.why for left in filling.left if left.name == "Lovelace, Ada"] == ["it is not clear who this is"] * 2


def test_moodle_gets_the_points_before_their_maximum():
    filling = filled(MOODLE, (somebody("x", moodle="1001"), 7.5), (somebody("y", email="grace@x.org"), 8.0))

    assert (filling.system, filling.heading, filling.maximum) == ("Moodle", "Grade", 10.0)
    assert filling.content.decode() == MOODLE.replace('late",,', 'late",7.5,').replace("Submitted,,", "Submitted,8,")


def test_a_grade_that_moodle_does_not_let_change_stays():
    filling = filled(MOODLE, (somebody("y", moodle="1002"), 7.5))

    assert [left.why for left in filling.left if left.name == "Charles Babbage"] == [
        "Moodle says that their grade cannot be changed"
    ]
    assert filling.content == MOODLE.encode()


def test_a_worksheet_in_another_language_is_known_by_what_stands_in_it():
    filling = filled(GERMAN, (somebody("x", moodle="1001"), 7.5), (somebody("7", moodle="1002"), 7.5))

    assert filling.heading == "Bewertung"
    assert filling.content.decode() == GERMAN.replace('"7","","10,00","Ja"', '"7","7,5","10,00","Ja"')


def test_a_worksheet_whose_yes_and_no_are_unknown_is_refused():
    sheet = GERMAN.replace('"Ja"', '"Hiỹa"').replace('"Nein"', '"Nahin"')

    with pytest.raises(NoSheet, match="hiỹa and nahin"):
        filled(sheet, (somebody("x", moodle="1001"), 7.5))


def test_a_worksheet_of_one_student_without_names_is_known():
    sheet = "Identifier,Status,Grade,Maximum Grade,Grade can be changed\nParticipant 5,Submitted,,10.00,Yes\n"

    filling = filled(sheet, (somebody("x", moodle="5"), 7.5))

    assert [(change.name, change.new) for change in filling.changes] == [("Participant 5", "7.5")]


def test_points_that_count_to_something_else_want_to_be_told_how():
    with pytest.raises(WrongUsage, match="counts to 10, the gradebook to 4") as caught:
        filled(MOODLE, (somebody("x", moodle="1001"), 3.0), most=4.0)

    assert "--scale" in caught.value.remedy


def test_scaling_is_not_proposed_where_it_would_be_refused():
    students = [Earned(somebody("x", moodle="1001"), 3.0, 4.0), Earned(somebody("y", moodle="1003"), 3.0, 9.0)]

    with pytest.raises(WrongUsage, match="the gradebook to 4 to 9") as caught:
        fill(MOODLE.encode(), students, title="Homework 1")

    assert caught.value.remedy == "grade with --assignment to scale them; --no-scale writes them as they are"


@pytest.mark.parametrize(("scale", "new"), [(True, "7.5"), (False, "3")])
def test_points_are_scaled_where_that_is_asked_for(scale, new):
    filling = filled(MOODLE, (somebody("x", moodle="1001"), 3.0), most=4.0, scale=scale)

    assert [change.new for change in filling.changes] == [new]


def test_a_third_is_rounded_once_and_halves_up():
    filling = filled(
        MOODLE, (somebody("x", moodle="1001"), 0.67), (somebody("y", moodle="1003"), 2.0), most=3.0, scale=True
    )

    assert [change.new for change in filling.changes] == ["2.23", "6.67"]


def test_whoever_needs_attention_keeps_their_cell_unless_told_otherwise():
    told = (somebody("x", moodle="1001"), 3.0, "the judge died twice")

    assert filled(MOODLE, told).left[0].why == "needs attention: the judge died twice"
    assert [change.new for change in filled(MOODLE, told, everybody=True).changes] == ["3"]


def test_another_sheet_is_refused():
    with pytest.raises(NoSheet, match="neither a gradebook of Canvas nor"):
        filled("name,points\nada,3\n")


@given(
    sheet=st.sampled_from([CANVAS, MOODLE, GERMAN]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.text(st.sampled_from('",;\n\r 1a()'), max_size=3)), max_size=4),
    column=st.none() | st.sampled_from(["812", "Grade", "ID", "("]),
)
def test_a_damaged_sheet_is_refused_or_keeps_what_is_not_filled(sheet, cuts, column):
    for at, said in cuts:
        place = int(at * len(sheet))
        sheet = sheet[:place] + said + sheet[place + 1 :]
    told = ((somebody("x", canvas="11", moodle="1001"), 7.5), (somebody("y", email="bob@x.org"), 4.0))

    try:
        filling = filled(sheet, *told, column=column, scale=False)
    except AttnlabError:
        return

    before, after = read_sheet(sheet.encode()), read_sheet(filling.content)
    changed = [
        row
        for row, (one, other) in enumerate(zip(before.rows, after.rows, strict=True))
        if [cell.text for cell in one] != [cell.text for cell in other]
    ]
    assert set(changed) <= {change.row for change in filling.changes}
