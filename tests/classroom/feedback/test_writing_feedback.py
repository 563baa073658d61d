"""A class's feedback in a folder: a file for each, a table of whose it is, and nothing outside."""

import csv
import io

import pytest

from attnlab.classroom.assignment import without_file
from attnlab.classroom.feedback import Format, write_feedback
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.records import Odd, Oddity
from attnlab.errors import CannotWrite
from tests.classroom.feedback.made_up import COURSE, Pupil, make_book, right, squaring

HOSTILE = [
    "../../escaped",
    "/etc/passwd",
    "CON",
    "=cmd|' /C calc'!A0",
    "a\nb",
    ".",
    "ada",
    "Ada",
    "0042",
    "null",
    "1e5",
]


@pytest.fixture
def written(tmp_path):
    """What was written for these students, and the folder."""

    def write(keys, **how):
        with make_book(tmp_path / "made.gradebook", [Pupil(key, [right(), squaring()][:1]) for key in keys]) as book:
            done = list(write_feedback(book, without_file(""), COURSE, tmp_path / "feedback", **how))
        return done, tmp_path / "feedback"

    return write


def names(folder):
    return {file.name for file in folder.iterdir()}


def test_each_student_gets_a_page_and_a_text(written):
    done, folder = written(["ada", "bob"])

    assert names(folder) == {"ada.md", "ada.html", "bob.md", "bob.html", "index.csv"}
    assert [each.student.key for each in done] == ["ada", "bob"]
    assert (folder / "ada.md").read_text(encoding="utf-8").startswith("# A course of two exercises: ada\n")


def test_each_learns_which_of_their_own_files_was_left_out(tmp_path):
    file = tmp_path / "made.gradebook"
    make_book(file, [Pupil("ada", [right()]), Pupil("bob", [right()])]).close()
    with open_gradebook(file, writing=True) as book:
        book.note_oddities([Oddity(Odd.REFUSED, "ada/<b>.ipynb", "it is not JSON", "ada")])

        list(write_feedback(book, without_file(""), COURSE, tmp_path / "feedback"))

    told = {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "feedback").iterdir()}
    assert "Left out of what you handed in:\n\n- ada/\\<b\\>.ipynb: it is not JSON\n" in told["ada.md"]
    assert '<li dir="auto">ada/&lt;b&gt;.ipynb: it is not JSON</li>' in told["ada.html"]
    assert "Left out" not in told["bob.md"] + told["bob.html"]


def test_one_format_is_written_alone(written):
    _, folder = written(["ada"], formats=[Format.MARKDOWN])

    assert names(folder) == {"ada.md", "index.csv"}


def test_one_students_feedback_leaves_the_table_alone(written):
    done, folder = written(["ada", "bob"], student="bob")

    assert [each.student.key for each in done] == ["bob"]
    assert names(folder) == {"bob.md", "bob.html"}


def test_whatever_students_are_called_every_file_stays_in_the_folder(written, tmp_path):
    done, folder = written(HOSTILE)

    beside = [file.name for file in tmp_path.iterdir() if "made.gradebook" not in file.name]
    assert beside == ["feedback"]
    assert len(names(folder)) == 2 * len(HOSTILE) + 1
    assert {file for each in done for file in each.files} == {folder / name for name in names(folder) - {"index.csv"}}


def test_the_table_says_whose_each_file_is_and_runs_nothing_in_a_spreadsheet(written):
    done, folder = written(HOSTILE)

    rows = list(csv.DictReader(io.StringIO((folder / "index.csv").read_bytes().decode(), newline="")))

    assert {row["student"].removeprefix("'") for row in rows} == set(HOSTILE)
    assert {row["md"] for row in rows} == {each.files[0].name for each in done}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_an_earlier_file_is_replaced_and_others_are_left(written, tmp_path):
    folder = tmp_path / "feedback"
    folder.mkdir()
    (folder / "ada.md").write_text("earlier")
    (folder / "notes.txt").write_text("mine")

    written(["ada"])

    assert (folder / "ada.md").read_text(encoding="utf-8") != "earlier"
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_folder_that_is_a_file_is_told(written, tmp_path):
    (tmp_path / "feedback").write_text("a file")

    with pytest.raises(CannotWrite, match="could not be written"):
        written(["ada"])


def test_an_empty_gradebook_gives_an_empty_table(written):
    done, folder = written([])

    assert done == []
    assert (folder / "index.csv").read_bytes() == b'"student","name","email","md","html"\r\n'
