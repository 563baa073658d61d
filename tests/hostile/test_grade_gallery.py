"""A class of strangers, graded once by the real command: what each of them must get, and what must be as before."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import textwrap
import threading
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from gallery import layers, siblings
from gallery.classes import ASSIGNMENT, attnlab, comparable, hostile_cases, lay, rows_of
from gallery.items import ITEMS
from gallery.records import RIGHT, source

from attnlab import files
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.intake.names import unmistakable
from attnlab.content import Library
from attnlab.grading.draw import Draw

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux confines"),
    # Whoever comes second waits for the class to be graded.
    pytest.mark.timeout(600),
]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLACES = (Path("class"), Path("class.gradebook"))
CASES = hostile_cases(*PLACES)
CHANGING = "changes-while-it-is-graded"
WRONG = "def double(numbers):\n    return numbers\n"
ESCAPED = (
    "/tmp/attnlab-escaped", "/tmp/attnlab-escaped.py", "/root/.cache/attnlab-escaped", "/root/.attnlab-escaped",
    "~/.attnlab-escaped", "~/.cache/attnlab-escaped",
)  # fmt: skip


@pytest.fixture(scope="session")
def graded(tmp_path_factory, layers_there):
    """What came of the class; whichever of pytest's processes comes first has it graded."""
    top = tmp_path_factory.getbasetemp()
    shared = (top.parent if "PYTEST_XDIST_WORKER" in os.environ else top) / "strangers"
    with files.locked(shared / "lock", patience=600):
        if not shared.joinpath("begun").exists():
            shared.joinpath("begun").touch()
            (shared / "told.json").write_text(json.dumps(_graded(shared)))
    if not (shared / "told.json").exists():
        pytest.fail("the class could not be graded; the first of these tests says why")
    return SimpleNamespace(**json.loads((shared / "told.json").read_text()))


@pytest.fixture(scope="session")
def layers_there():
    from attnlab.grading import available_layers

    missing = [name for name in ("landlock", "seccomp", "limits") if not available_layers()[name][0]]
    if missing:
        pytest.skip(f"this machine has no {' and no '.join(missing)}")


def _graded(top: Path) -> dict:
    (top / "temporary").mkdir(parents=True, exist_ok=True)
    (top / "assignment.toml").write_text(ASSIGNMENT)
    folder, book = top / "class", top / "class.gradebook"
    lay(folder, {**siblings.cases(), **hostile_cases(folder, book)})
    lay(top / "quiet", siblings.cases())
    before = _seen(folder)
    grade = ("--assignment", "assignment.toml", "--isolation", "strict")
    with _changing(folder / CHANGING / "double.py"):
        loud = attnlab("grade", "class", "--out", book.name, *grade, folder=top, temporary=top / "temporary")
    assert loud.status in (0, 1), loud.err
    after, left_over = _seen(folder), [file.name for file in (top / "temporary").iterdir()]
    quiet = attnlab("grade", "quiet", "--out", "quiet.gradebook", *grade, folder=top)
    with open_gradebook(book) as opened:
        oddities = [(odd.student, odd.why) for odd in opened.oddities()]
        kept = opened.source(CHANGING, "double")
    told = {
        form: attnlab("gradebook", "export", book.name, "--format", form, folder=top).out for form in ("csv", "junit")
    }
    said = [
        attnlab(*command, folder=top)
        for command in (
            ("gradebook", "show", book.name),
            ("gradebook", "summary", book.name),
            ("gradebook", "show", book.name, "escapes-in-the-error", "double", "--source"),
            ("similarity", book.name, "--exercise", "double", "--out", "alike.html"),
        )
    ]
    attnlab("gradebook", "report", book.name, "--out", "report.html", folder=top)
    attnlab("gradebook", "feedback", book.name, "--out", "feedback", folder=top)
    return {
        "status": loud.status,
        "err": loud.err,
        "out": loud.out,
        "left": loud.left + quiet.left,
        "left_over": left_over,
        "changed": [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)],
        "rows": [_plain(row) for row in rows_of(top, book.name).values()],
        "quiet": [_plain(row) for row in rows_of(top, "quiet.gradebook").values()],
        "oddities": oddities,
        "kept": kept.decode() if kept else "",
        "said": [[run.status, run.out + run.err] for run in said],
        "alike": str(top / "alike.html"),
        "feedback": str(top / "feedback"),
        "report": str(top / "report.html"),
        **told,
    }


@pytest.fixture(scope="session")
def on_the_real_course(tmp_path_factory, layers_there):
    """The rows of a class that lies about what only the real course asks for."""
    folder = tmp_path_factory.mktemp("layers")
    lay(folder / "class", layers.CASES)
    run = attnlab("--course", str(ROOT), "grade", "class", "--out", "b", "--json", folder=folder)
    assert run.status == 0, run.err
    assert run.left == []
    return json.loads(run.out)["grades"]


@contextmanager
def _changing(file: Path):
    """A file that is now one thing and now another, all the time."""
    ended, beside = threading.Event(), file.with_suffix(".new")
    file.parent.mkdir()
    file.write_text(RIGHT)

    def change():
        text = WRONG
        while not ended.wait(0.003):
            beside.write_text(text)
            os.replace(beside, file)
            text = RIGHT if text is WRONG else WRONG

    changing = threading.Thread(target=change)
    changing.start()
    try:
        yield
    finally:
        ended.set()
        changing.join()
        for left in file.parent.iterdir():
            left.unlink()
        file.parent.rmdir()


def _seen(folder: Path) -> dict[str, list]:
    """All files under a folder, and what would show that somebody was there."""
    found = {}
    for file in sorted(folder.rglob("*")):
        told = file.lstat()
        found[repr(file)] = [told.st_size, told.st_mode, told.st_mtime_ns, told.st_uid, told.st_nlink]
    return found


def _plain(row: dict) -> dict:
    return json.loads(json.dumps(row))


def _row(rows: list[dict], name: str, exercise: str) -> dict:
    return next(row for row in rows if row["student"] == unmistakable(name) and row["exercise"] == exercise)


def _why(row: dict) -> str:
    return next((check["problem"] for check in row["checks"] if check["problem"]), row["tell"])


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_gets_the_verdict_and_no_point_that_is_not_earned(graded, name):
    case = CASES[name]

    row = _row(graded.rows, name, case.exercise)

    assert row["verdict"] in case.verdicts, _why(row)
    assert row["points"] <= case.points
    assert (row["points"] == row["max_points"]) == (row["verdict"] == "passed")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.verdicts != {"passed"}])
def test_the_reason_is_told_in_one_plain_sentence(graded, name):
    case, row = CASES[name], _row(graded.rows, name, CASES[name].exercise)
    reasons = [why for student, why in graded.oddities if student == unmistakable(name)]

    why = {"missing": "; ".join(reasons), "passed": "right"}.get(row["verdict"], _why(row))

    assert why
    assert why.isprintable() or "\n" in why
    assert len(why) < 5000
    assert "Traceback" not in why
    assert not case.told or row["verdict"] == "passed" or any(word in why for word in case.told), why


def test_lies_about_gradients_masks_and_weights_do_not_pass(on_the_real_course):
    for name, case in layers.CASES.items():
        row = _row(on_the_real_course, name, case.exercise)

        assert row["verdict"] in case.verdicts, name
        assert row["points"] <= case.points, name
        assert _why(row) or row["verdict"] == "passed", name


def test_the_others_grades_are_those_of_a_class_without_strangers(graded):
    quiet = {(row["student"], row["exercise"]): comparable(row) for row in graded.quiet}

    loud = {(row["student"], row["exercise"]): comparable(row) for row in graded.rows}

    assert {student for student, _ in quiet} == set(siblings.INNOCENT)
    assert {key: loud[key] for key in quiet} == quiet


@pytest.mark.parametrize("name", siblings.INNOCENT)
def test_who_means_no_harm_gets_what_is_earned(graded, name):
    case = siblings.cases()[name]

    row = _row(graded.rows, name, "double")

    assert row["verdict"] in case.verdicts


def test_nobody_is_left_without_a_verdict(graded):
    judged = {row["verdict"] for row in graded.rows if row["attempt"]}

    assert judged <= {"passed", "failed", "timed out", "crashed", "out of memory", "too much output", "not attempted",
                      "not reached"}  # fmt: skip
    assert [row["student"] for row in graded.rows if row["needs_attention"] and row["attempt"]] == []


def test_those_of_whom_every_file_was_refused_and_nobody_else_want_a_persons_decision(graded):
    asking = {row["student"] for row in graded.rows if row["needs_attention"]}
    judged = {row["student"] for row in graded.rows if row["attempt"]}

    assert asking
    assert not asking & judged
    assert asking <= {student for student, _ in graded.oddities}
    assert graded.status == 1


def test_every_student_is_somebody_and_nobody_is_two(graded):
    there = [(row["student"], row["exercise"]) for row in graded.rows]

    assert len(there) == len(set(there))
    assert {student for student, _ in there} == {unmistakable(name) for name in [*CASES, *siblings.INNOCENT, CHANGING]}


def test_a_file_that_changes_while_it_is_graded_gets_what_the_kept_source_earns(graded):
    row = _row(graded.rows, CHANGING, "double")

    assert graded.kept in (RIGHT, WRONG)
    assert row["verdict"] == ("passed" if graded.kept == RIGHT else "failed")


def test_no_process_is_left(graded):
    assert graded.left == []


def test_nothing_is_left_among_the_temporary_files(graded):
    assert graded.left_over == []


def test_what_was_handed_in_lies_as_it_lay(graded):
    assert [name for name in graded.changed if CHANGING not in name] == []


def test_nothing_is_written_anywhere_else(graded):
    import numpy

    places = [*map(Path, map(os.path.expanduser, ESCAPED)), Path(numpy.__file__).parent / "attnlab-escaped.py"]

    assert [place for place in places if place.exists()] == []
    assert not list(Path(graded.report).parent.glob("attnlab-was-here"))


def test_the_command_itself_says_nothing_that_a_stranger_wrote(graded):
    said = graded.out + graded.err

    assert "Traceback" not in said
    assert "\x1b" not in said
    assert "owned" not in said


def test_commands_that_read_the_gradebook_say_nothing_that_moves_a_cursor(graded):
    for status, said in graded.said:
        assert status == 0
        assert "Traceback" not in said
        assert all(character.isprintable() or character in "\n\t" for character in said)


TELLERS = {
    "by-an-error-later": """
        seen = []
        def double(numbers):
            seen.append(numbers.tolist())
            if len(seen) > 2: raise ValueError(f"{seen}")
            return 2 * numbers
    """,
    "by-printing": """
        def double(numbers):
            print(numbers.tolist())
            return 2 * numbers if len(numbers) else numbers
    """,
    "by-a-file": """
        def double(numbers):
            with open('seen', 'a') as kept: kept.write(f'{numbers.tolist()}')
            numbers *= 2
            print(open('seen').read())
            return numbers
    """,
    "by-its-own-error": """
        calls = []
        def double(numbers):
            calls.append(1)
            if len(calls) == 2: raise ValueError(numbers.tolist())
            return 2 * numbers
    """,
    "by-failing-there": """
        def double(numbers):
            return numbers + 1
    """,
}


def test_what_a_submission_saw_in_a_hidden_check_reaches_no_student(tmp_path, layers_there):
    hidden = ASSIGNMENT.replace('id = "double"\n', 'id = "double"\nhidden = ["values"]\n').partition(
        '[[exercises]]\nid = "double_sum"'
    )[0]
    (tmp_path / "assignment.toml").write_text(hidden)
    lay(tmp_path / "class", {name: source(textwrap.dedent(told)) for name, told in TELLERS.items()})

    run = attnlab("grade", "class", "--out", "b", "--assignment", "assignment.toml", folder=tmp_path)
    attnlab("gradebook", "feedback", "b", "--out", "feedback", folder=tmp_path)
    attnlab("gradebook", "export", "b", "--format", "gradescope", "--out", "results", folder=tmp_path)

    assert run.status == 0, run.err
    told = {file: file.read_text() for out in ("feedback", "results") for file in (tmp_path / out).rglob("*.*")}
    assert len(told) >= 3 * len(TELLERS)
    rows = rows_of(tmp_path, "b").values()
    secret = [number for row in rows for number in _drawn_in_values(row["seed"])]
    # The instructor may know.
    assert any(number in json.dumps(list(rows)) for number in secret)
    assert [file.name for file, text in told.items() if any(number in text for number in secret)] == []


def _drawn_in_values(seed: int) -> list[str]:
    draw = Draw(seed, "values", Library.NUMPY)
    return [repr(float(number))[:9] for _ in range(2) for number in draw.normal("rows", "columns").ravel()]


def test_the_table_of_grades_calculates_nothing(graded):
    cells = [cell for row in csv.reader(io.StringIO(graded.csv)) for cell in row]

    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert any("=HYPERLINK(1)" in cell for cell in cells)
    assert {"null", "1e5", "0042"} <= set(cells)


def test_the_test_report_can_be_read_whatever_was_printed(graded):
    suites = ElementTree.fromstring(graded.junit)

    assert len(list(suites.iter("testsuite"))) == len({row["student"] for row in graded.rows})


def test_pages_hold_no_markup_and_no_character_that_strangers_brought(graded):
    pages = [Path(graded.report), Path(graded.alike), *Path(graded.feedback).glob("*.html")]
    told = [page.read_text() for page in pages]

    assert len(pages) > len(CASES)
    for text in told:
        assert "<script>document" not in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert not set("\x1b\x07\u202e\u2066\ud800\x00") & set(text)


def test_files_for_students_have_names_that_harm_nobody(graded):
    names = os.listdir(graded.feedback)

    assert [name for name in names if name.startswith(("-", "=", ".")) or not name.isprintable()] == []
    assert all(len(os.fsencode(name)) <= 255 for name in names)


def test_everything_that_is_known_to_be_tried_is_tried():
    named = {item: names for items in ITEMS.values() for item, names in items.items()}
    here = {*CASES, *layers.CASES, CHANGING}

    assert sum(map(len, ITEMS.values())) > 150
    for item, names in named.items():
        assert names, item
        for name in names:
            file, _, case = name.partition(": ")
            assert name in here or (file.endswith(".py") and case in (HERE / file).read_text()), (item, name)
