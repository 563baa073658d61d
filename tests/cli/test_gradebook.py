"""`attnlab gradebook` as an instructor types it: shown, corrected, compared, judged again, summed up."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.records import CAPSTONE, Odd, Oddity, Student
from attnlab.grading.verdicts import Failure, Verdict

MADE = Path(__file__).parents[1] / "classroom" / "gradebook" / "books_made.py"
HOSTILE = Student("mal\x1b[2J", "Mallory\x1b[31m\u202e\n<b>", "m@x.org")
RIGHT = b"def double(numbers):\n    return 2 * numbers\n"
WRONG = b"def double(numbers):\n\treturn numbers ** 2  # \x1b[31m red\n"


@pytest.fixture(scope="session")
def books():
    """What makes gradebooks for the tests of their room."""
    spec = importlib.util.spec_from_file_location("books_made", MADE)
    module = sys.modules.setdefault("books_made", importlib.util.module_from_spec(spec))
    if not hasattr(module, "made"):
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def instructor(typist, books):
    """Somebody with a gradebook of four: one right, one wrong, one hostile, one in need of a look."""
    failed, result, report = books.failed, books.result, books.report
    book = typist.folder / "class.gradebook"
    own = Failure(
        "expected 4, got 9", call="double(x)", excerpt=("double.py:2: here",), diagnosis=books.MISTAKE.diagnosis
    )
    wrong = report(result("shape"), failed("values", failure=own), result("untouched", verdict=Verdict.NOT_REACHED))
    works = [
        (books.ADA, RIGHT, report(result("shape"), result("values"), result("untouched"))),
        (books.ALAN, WRONG, wrong),
        (HOSTILE, b"x", report(failed("shape", failure=Failure("boom")), output="\x1b[2J wiped\n")),
    ]
    books.made(book, works)
    with open_gradebook(book, writing=True) as opened:
        books.hand_in(opened, books.GRACE, {"double": b"g1"})
        books.judge(
            opened, books.GRACE, b"g1", report(result("shape", verdict=Verdict.NOT_JUDGED)), attention="no worker"
        )
        books.hand_in(opened, books.ALAN, {"double": b"earlier"})
        books.hand_in(opened, books.ALAN, {"double": WRONG}, ignored=("a plot",))
        opened.note_oddities([Oddity(Odd.UNMATCHED, "x.py", "no exercise is called so", "0042")])
    return typist


def test_the_class_is_a_table_of_students_and_exercises(instructor):
    typed = instructor.types("gradebook", "show", "class.gradebook")

    assert typed.returncode == 0
    rows = {line.split("  ")[0]: line for line in typed.stdout.splitlines()}
    assert "3/3" in rows["Ada Lovelace"]
    assert "1/3" in rows["Alan Turing"]
    assert rows["Grace Hopper"].rstrip().endswith("!")
    assert "1 double" in typed.stdout


@pytest.mark.parametrize("columns", ["30", "60", "200"])
def test_the_table_fits_narrow_and_plain_terminals(instructor, columns):
    typed = instructor.types("--plain", "gradebook", "show", "class.gradebook", COLUMNS=columns)

    assert typed.stdout.isascii()
    assert all(len(line) <= int(columns) + 8 for line in typed.stdout.splitlines()[:6])


def test_only_those_whom_a_person_should_look_at_can_be_asked_for(instructor):
    typed = instructor.types("gradebook", "show", "class.gradebook", "--attention")

    assert "Grace Hopper" in typed.stdout
    assert "Ada" not in typed.stdout


def test_a_student_is_shown_with_what_was_not_taken_into_account(instructor):
    typed = instructor.types("gradebook", "show", "class.gradebook", "alan turing")

    assert "1 of 3 points" in typed.stdout
    assert "It adds." in typed.stdout
    assert "x.py: unmatched, no exercise is called so" in typed.stdout


def test_what_is_so_of_all_that_somebody_handed_in_is_said_once(typist, books):
    file = typist.folder / "late.gradebook"
    names = ("double", "double_sum")
    works = [(books.ADA, name.encode(), books.report(books.result("shape"), exercise=name)) for name in names]
    books.made(file, works)
    with open_gradebook(file, writing=True) as opened:
        for name, (who, source, told) in zip(names, works, strict=True):
            books.hand_in(opened, who, {name: source})
            books.judge(opened, who, source, told, attention="nobody knows when it came")

    typed = typist.types("gradebook", "show", "late.gradebook", "ada")

    assert typed.stdout.count("wants a look") == 1
    assert "\nall of it wants a look: nobody knows when it came\n" in typed.stdout


def test_a_work_is_shown_in_full(instructor):
    typed = instructor.types("gradebook", "show", "class.gradebook", "0042", "double")

    for told in (
        "attempt 1 of 2",
        "seed 7",
        "not taken into account: a plot",
        "expected 4, got 9",
        "double.py:2: here",
    ):
        assert told in typed.stdout
    assert "attempt 2: 0042/double.py" in typed.stdout
    assert "untouched holds (not reached)" in typed.stdout


def test_nothing_that_a_student_wrote_moves_the_cursor(instructor):
    for typed in (
        ("show", "class.gradebook"),
        ("show", "class.gradebook", "m@x.org"),
        ("show", "class.gradebook", "m@x.org", "double"),
        ("show", "class.gradebook", "0042", "double", "--source"),
        ("summary", "class.gradebook"),
    ):
        ended = instructor.types("gradebook", *typed)

        assert ended.returncode == 0
        assert not {"\x1b", "\u202e"} & set(ended.stdout + ended.stderr)


def test_a_source_is_shown_as_it_was_handed_in_and_earlier_ones_too(instructor):
    now = instructor.types("gradebook", "show", "class.gradebook", "0042", "twice", "--source")
    earlier = instructor.types("gradebook", "show", "class.gradebook", "0042", "double", "--source", "--attempt", "2")

    assert "1  def double(numbers):" in now.stdout
    assert "return numbers ** 2" in now.stdout
    assert "1  earlier" in earlier.stdout


def test_what_is_shown_can_be_had_as_json(instructor):
    told = json.loads(instructor.types("gradebook", "show", "class.gradebook", "--json").stdout)
    work = json.loads(instructor.types("gradebook", "show", "class.gradebook", "ada", "double", "--json").stdout)

    assert {(row["student"], row["points"]) for row in told} >= {("ada", 3.0), ("0042", 1.0)}
    assert work["report"]["passed"]


def test_points_given_by_hand_are_shown_and_can_be_withdrawn(instructor):
    decide = ("gradebook", "override", "class.gradebook", "alan turing", "double")

    decided = instructor.types(*decide, "values holds", "--points", "0.5", "--reason", "shown in person")
    shown = instructor.types("gradebook", "show", "class.gradebook", "0042", "double")
    withdrawn = instructor.types(*decide, "values", "--withdraw", "--json")

    assert decided.returncode == 0
    assert "1 -> 1.5 of 3 points" in decided.stdout
    assert "shown in person" in shown.stdout
    assert json.loads(withdrawn.stdout)["points"] == 1.0


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("override", "class.gradebook", "ada", "double"), "how many points are meant is not said"),
        (("override", "class.gradebook", "ada", "double", "--points", "4", "--reason", "x"), "not within"),
        (("override", "class.gradebook", "ada", "double", "--points", "1"), "has no reason"),
        (("override", "class.gradebook", "ada", "double", "--points", "1", "--withdraw"), "no points and no reason"),
        (("override", "class.gradebook", "ada", "double_sum", "--points", "1", "--reason", "x"), "handed in nothing"),
        (("show", "class.gradebook", "aad"), "there is no student called 'aad'"),
        (("show", "class.gradebook", "ada", "duoble"), "did you mean 'double'?"),
        (("show", "class.gradebook", "ada", "double_sum"), "nothing was handed in for double_sum"),
        (("show", "class.gradebook", "ada", "double", "--attempt", "1"), "add --source"),
        (("show", "class.gradebook", "ada", "double", "--source", "--attempt", "9"), "there is no attempt 9"),
        (("show", "class.gradebook", "ada", "--attention"), "leave the student away"),
        (("show", "class.gradebook", "--source"), "name the student and the exercise"),
        (("replay", "class.gradebook", "ada", "double", "--isolation", "some"), "strict, auto or none"),
        (("replay", "class.gradebook", "ada", "double", "vales"), "did you mean 'values'?"),
        (("shwo", "class.gradebook"), "shwo"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(instructor, typed, told):
    ended = instructor.types("gradebook", *typed)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("verb", ["show", "summary"])
def test_a_book_that_is_not_there_is_an_error_of_one_line_and_its_remedy(typist, verb):
    ended = typist.types("gradebook", verb, "class.gradebook")

    assert ended.returncode == 3
    assert ended.stderr == "attnlab: there is no gradebook class.gradebook\n  'attnlab grade' makes one: see --out\n"


def test_a_book_of_another_course_is_refused(typist, books):
    books.made(typist.folder / "class.gradebook", course="biology")

    ended = typist.types("gradebook", "show", "class.gradebook")

    assert ended.returncode == 2
    assert "is of the course 'biology'" in ended.stderr


def test_a_books_own_course_is_taken_where_none_is_named(typist, books, monkeypatch):
    books.made(typist.folder / "class.gradebook", [(books.ADA, RIGHT, books.report(books.result("shape")))])

    ended = typist.types("gradebook", "show", "class.gradebook", ATTNLAB_COURSE="")

    assert ended.returncode == 0
    assert "3/3" in ended.stdout


def test_an_empty_book_says_so(typist, books):
    books.made(typist.folder / "class.gradebook")

    assert "nobody is in this gradebook yet" in typist.types("gradebook", "show", "class.gradebook").stdout
    assert "nobody is in this gradebook yet" in typist.types("gradebook", "summary", "class.gradebook").stdout


def test_two_books_are_compared(instructor, books):
    other = instructor.folder / "other.gradebook"
    other.write_bytes((instructor.folder / "class.gradebook").read_bytes())
    with open_gradebook(other, writing=True) as book:
        books.judge(book, books.ALAN, WRONG, books.report(books.result("shape"), books.result("values")))

    same = instructor.types("gradebook", "diff", "class.gradebook", "class.gradebook")
    differing = instructor.types("gradebook", "diff", "class.gradebook", "other.gradebook")
    as_json = instructor.types("gradebook", "diff", "class.gradebook", "other.gradebook", "--json")

    assert (same.returncode, differing.returncode) == (0, 1)
    assert "all grades are the same: 4 students" in same.stdout
    assert "values holds: failed -> passed" in differing.stdout
    assert "1 of 4 students have other grades" in differing.stdout
    assert [each["student"] for each in json.loads(as_json.stdout)["students"]] == ["0042"]


def test_a_work_judged_again_as_it_is_kept_ends_with_nought(instructor, books):
    replay = ("gradebook", "replay", "class.gradebook", "0042", "double", "--isolation", "auto")
    first = json.loads(instructor.types(*replay, "--json").stdout)
    with open_gradebook(instructor.folder / "class.gradebook", writing=True) as book:
        report = books.report(
            *(books.result(each["id"], verdict=Verdict(each["verdict"])) for each in first["report"]["checks"])
        )
        books.judge(book, books.ALAN, WRONG, report)

    again, other_inputs = instructor.types(*replay), instructor.types(*replay, "values", "--seed", "12")

    assert not first["same"]
    assert again.returncode == other_inputs.returncode == 0
    assert "every check ended as it is kept" in again.stdout
    assert "these are other inputs" in other_inputs.stdout
    assert "seed 12" in other_inputs.stdout


def test_a_package_cannot_be_judged_again_from_the_book(instructor, books):
    with open_gradebook(instructor.folder / "class.gradebook", writing=True) as book:
        books.hand_in(book, books.ADA, {CAPSTONE: b""})

    ended = instructor.types("gradebook", "replay", "class.gradebook", "ada", CAPSTONE)

    assert ended.returncode == 3
    assert "grade it again from where it was handed in" in ended.stderr


def test_the_class_is_summed_up(instructor):
    typed = instructor.types("gradebook", "summary", "class.gradebook")
    told = json.loads(instructor.types("gradebook", "summary", "class.gradebook", "--json").stdout)

    assert "4 students, 4 works" in typed.stdout
    assert "1 of 4: It adds." in typed.stdout
    assert "wants a look (1):" in typed.stdout
    assert told["exercises"][0]["passed"] == 1
    assert told["attention"] == [{"student": "grace", "exercise": "double", "why": "no worker"}]


def test_without_a_verb_the_verbs_are_listed(typist):
    typed = typist.types("gradebook")

    assert typed.returncode == 0
    for verb in ("show", "diff", "override", "replay", "export", "fill", "feedback", "report", "summary"):
        assert f"  {verb} " in typed.stdout


def test_asking_what_the_verbs_take_imports_nothing_heavy():
    asked = "import sys, attnlab.cli.gradebook, attnlab.cli.similarity; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()

    assert {"torch", "numpy", "sqlite3", "jinja2", "matplotlib", "nbformat", "yaml"}.isdisjoint(loaded)
