"""`attnlab gradebook feedback` and `report`: what is written where, what is said, and how it ends."""

import json

import pytest

from tests.classroom.feedback.made_up import Pupil, make_book, right, squaring
from tests.cli.conftest import Typist

PUPILS = [
    Pupil("s1", [squaring(attention="it took long")], name="Ada Lovelace"),
    Pupil("s2", [right(), right("double_sum")], name="Bob", email="bob@example.org"),
]


@pytest.fixture
def instructor(tmp_path):
    typist = Typist(tmp_path)
    make_book(tmp_path / "class.gradebook", PUPILS).close()
    return typist


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def test_feedback_goes_to_a_folder_and_says_who_waits(instructor):
    typed = instructor.types("gradebook", "feedback", "class.gradebook", "--out", "told")

    assert typed.returncode == 0, typed.stderr
    assert names(instructor.folder / "told") == ["index.csv", "s1.html", "s1.md", "s2.html", "s2.md"]
    assert "told" in typed.stdout
    assert "2 students" in typed.stdout
    assert "1 student is told that a person will look at their work once more" in typed.stdout
    assert "next: attnlab gradebook show class.gradebook --attention" in typed.stdout


@pytest.mark.parametrize("whose", ["s2", "bob", "BOB@example.org"])
def test_one_student_can_be_named_as_they_are_called(instructor, whose):
    typed = instructor.types(
        "gradebook", "feedback", "class.gradebook", "--out", "told", "--student", whose, "--format", "md"
    )

    assert typed.returncode == 0, typed.stderr
    assert names(instructor.folder / "told") == ["s2.md"]
    assert "s2.md" in typed.stdout


def test_feedback_can_be_had_as_json(instructor):
    typed = instructor.types("gradebook", "feedback", "class.gradebook", "--out", "told", "--json")

    told = json.loads(typed.stdout)
    assert told["folder"] == "told"
    assert [(each["student"], each["points"], each["looked_at"]) for each in told["students"]] == [
        ("s1", 1.0, True),
        ("s2", 6.0, False),
    ]
    assert told["students"][0]["files"] == ["s1.md", "s1.html"]


def test_the_report_is_one_file(instructor):
    typed = instructor.types("gradebook", "report", "class.gradebook", "--out", "class.html")

    assert typed.returncode == 0, typed.stderr
    assert "2 students" in typed.stdout
    assert "1 work needs attention" in typed.stdout
    assert "it is for you" in typed.stdout
    assert "Ada Lovelace" in (instructor.folder / "class.html").read_text(encoding="utf-8")


def test_the_report_can_be_had_as_json(instructor):
    typed = instructor.types("gradebook", "report", "class.gradebook", "--out", "class.html", "--json")

    told = json.loads(typed.stdout)
    assert (told["file"], told["students"], told["needs_attention"]) == ("class.html", 2, 1)
    assert told["exercises"][0]["mistakes"][0]["mistake"] == "squared"


def test_the_gradebook_itself_is_never_overwritten(instructor):
    before = (instructor.folder / "class.gradebook").read_bytes()

    typed = instructor.types("gradebook", "report", "class.gradebook", "--out", "./class.gradebook")

    assert typed.returncode == 2
    assert "is a gradebook, which nothing is written over" in typed.stderr
    assert (instructor.folder / "class.gradebook").read_bytes() == before


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        (("feedback", "class.gradebook"), 2, "missing option '--out'"),
        (("feedback", "class.gradebook", "--out", "told", "--format", "pdf"), 2, "'pdf' is no format of feedback"),
        (("feedback", "class.gradebook", "--out", "told", "--student", "Bib"), 2, "did you mean 'Bob'?"),
        (("feedback", "class.gradebook", "--out", "class.gradebook"), 3, "could not be written"),
        (("report", "no.gradebook", "--out", "class.html"), 3, "there is no gradebook"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_remedy(instructor, typed, code, told):
    ended = instructor.types("gradebook", *typed)

    assert ended.returncode == code
    assert told in ended.stderr
    assert not (instructor.folder / "class.html").exists()


def test_an_empty_gradebook_has_nobody_to_tell_anything(tmp_path):
    make_book(tmp_path / "class.gradebook", []).close()

    typed = Typist(tmp_path).types("gradebook", "feedback", "class.gradebook", "--out", "told")

    assert typed.returncode == 0, typed.stderr
    assert "nobody is in this gradebook yet" in typed.stdout


def test_in_plain_ascii_and_narrow_every_line_fits(instructor):
    typed = instructor.types("--plain", "gradebook", "feedback", "class.gradebook", "--out", "told", COLUMNS="60")

    assert typed.stdout.isascii()
    assert max(map(len, typed.stdout.splitlines())) <= 60
