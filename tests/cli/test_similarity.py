"""`attnlab similarity` as an instructor types it."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import CAPSTONE, HandIn, Student, Work

MADE = Path(__file__).parents[1] / "classroom" / "similarity" / "alike_made.py"


@pytest.fixture(scope="session")
def class_made():
    """What writes the answers of a made-up class."""
    spec = importlib.util.spec_from_file_location("alike_made", MADE)
    module = sys.modules.setdefault("alike_made", importlib.util.module_from_spec(spec))
    if not hasattr(module, "written"):
        spec.loader.exec_module(module)
    return module


def hand_in(file, sources):
    """A gradebook in which each student handed in one source, or several by exercise."""
    with open_gradebook(file, writing=True, make=True) as book:
        book.tell({"course": "mini"})
        for key, source in sources.items():
            by_exercise = source if isinstance(source, dict) else {"double": source}
            works = tuple(Work(name, Path("x"), key) for name in by_exercise)
            handed = {name: Handed(text.encode(), text, 1) for name, text in by_exercise.items()}
            book.remember(HandIn(Student(key, f"Name of {key}"), works), handed)


@pytest.fixture
def instructor(typist, class_made):
    """Somebody with a gradebook of twelve, one of whom handed in another's work, disguised."""
    sources = {f"s{number:02}": class_made.written(number) for number in range(12)}
    sources["copy"] = class_made.disguised(sources["s03"]) + "# </script><b>\x1b[31m\n"
    hand_in(typist.folder / "class.gradebook", sources)
    return typist


def test_the_two_that_are_alike_are_named_with_what_makes_them_so(instructor):
    typed = instructor.types("similarity", "class.gradebook")

    assert typed.returncode == 0
    assert "Name of copy (copy) and Name of s03 (s03)" in typed.stdout
    assert "pieces of code in common" in typed.stdout
    assert "no proof of anything" in typed.stdout
    assert typed.stdout.count(" and Name of") == 1
    assert "--out FILE.html" in typed.stderr


def test_the_result_can_be_had_as_json(instructor):
    ((exercise),) = json.loads(instructor.types("similarity", "class.gradebook", "--json").stdout)

    ((pair),) = exercise["pairs"]
    assert (exercise["exercise"], exercise["works"]) == ("double", 13)
    assert {pair["first"]["student"], pair["second"]["student"]} == {"copy", "s03"}
    assert 0.5 <= pair["alike"] <= 1


def test_the_sources_are_written_side_by_side_to_a_page(instructor):
    typed = instructor.types("similarity", "class.gradebook", "--out", "alike.html")

    page = (instructor.folder / "alike.html").read_text(encoding="utf-8")
    assert "side by side in alike.html" in typed.stderr
    assert page.count("<figure") == 2
    assert "<script" not in page
    assert "\x1b" not in page


def test_no_gradebook_is_changed(instructor):
    before = (instructor.folder / "class.gradebook").read_bytes()

    instructor.types("similarity", "class.gradebook", "--out", "alike.html")

    assert (instructor.folder / "class.gradebook").read_bytes() == before


def test_last_years_class_can_be_compared_with(instructor, class_made):
    hand_in(instructor.folder / "last.gradebook", {"old": class_made.written(5), "older": class_made.written(77)})

    typed = instructor.types("similarity", "class.gradebook", "--with", "last.gradebook")

    assert "Name of s05 (s05) and Name of old (old), last.gradebook" in typed.stdout
    assert "the two files are the same, byte by byte" in typed.stdout


def test_a_class_of_its_own_minds_is_told_to_be_so(typist, class_made):
    hand_in(typist.folder / "class.gradebook", {f"s{number}": class_made.written(number) for number in range(9)})

    typed = typist.types("--plain", "similarity", "class.gradebook", COLUMNS="60")

    assert typed.returncode == 0
    assert "no two works are strikingly alike" in typed.stdout
    assert "9 works compared" in typed.stdout
    assert typed.stdout.isascii()
    assert max(map(len, typed.stdout.splitlines())) <= 60


def test_packages_are_compared_by_the_files_within(typist, class_made):
    source = class_made.written(1)
    hand_in(typist.folder / "class.gradebook", {"a": {"double": source, CAPSTONE: ""}, "b": {"double": source}})

    told = json.loads(typist.types("similarity", "class.gradebook", "--json").stdout)

    assert [each["exercise"] for each in told] == ["double"]


def test_an_empty_gradebook_has_nothing_to_compare(typist):
    hand_in(typist.folder / "class.gradebook", {})

    assert "nothing that could be compared" in typist.types("similarity", "class.gradebook").stdout


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("--least", "1.5"), "--least 1.5 is not from 0 to 1"),
        (("--least", "nan"), "is not from 0 to 1"),
        (("--with", "class.gradebook"), "the same gradebook is named twice"),
        (("--exercise", "duoble"), "did you mean 'double'?"),
        (("--exercise", CAPSTONE), "there is no exercise called"),
    ],
)
def test_what_cannot_be_meant_is_refused(instructor, typed, told):
    ended = instructor.types("similarity", "class.gradebook", *typed)

    assert ended.returncode == 2
    assert told in ended.stderr


def test_a_gradebook_that_is_not_there_is_told(typist):
    assert typist.types("similarity", "class.gradebook").returncode == 3
