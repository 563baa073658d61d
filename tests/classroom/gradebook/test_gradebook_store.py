"""What is kept in a gradebook comes back as it was, and no other file is taken for one."""

import os
import sqlite3
import stat

import pytest
from books_made import ADA, ALAN, GRACE, NOON, failed, hand_in, judge, made, report, result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnlab.classroom.gradebook import NoGradebook, connecting, open_gradebook, schema
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import HandIn, Judgement, Odd, Oddity, Override, Student, Work
from attnlab.errors import CannotWrite, NewerFormat, NotThere
from attnlab.grading.verdicts import Failure, Input, Verdict

TWICE, THRICE = b"def double(x):\n    return 2 * x\n", b"def double(x):\n    return 3 * x\n"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "class.gradebook"


@pytest.fixture
def book(file):
    with open_gradebook(file, writing=True, make=True) as book:
        yield book


def test_a_work_comes_back_with_its_report_and_its_source(book):
    told = report(result("doubles"), failed("keeps"), output="printed\n", isolation=("seccomp",), note="a note")
    hand_in(book, ADA, {"double": TWICE}, late=True, ignored=("a plot",))

    judge(book, ADA, TWICE, told, hidden=("keeps",), attention="look")

    (kept,) = book.kept()
    assert kept.report == told
    assert kept.student == ADA
    assert (kept.submitted, kept.late, kept.ignored, kept.attention) == (NOON, True, ("a plot",), "look")
    assert [(row.result.id, row.version, row.hidden) for row in kept.checks] == [
        ("doubles", "v1", False),
        ("keeps", "v1", True),
    ]
    assert book.source("ada", "double") == TWICE


def test_a_work_that_was_not_judged_yet_has_no_report(book):
    hand_in(book, ADA, {"double": TWICE})

    (kept,) = book.kept()

    assert kept.report is None
    assert kept.checks == ()
    assert book.known("ada", "double", kept.ground, kept.seed) == {}


def test_handing_in_the_same_again_is_no_second_attempt(book):
    hand_in(book, ADA, {"double": TWICE})

    hand_in(book, ADA, {"double": TWICE}, late=True)

    (kept,) = book.kept(all_attempts=True)
    assert (kept.attempt, kept.late) == (1, True)


def test_the_newest_hand_in_counts_and_the_earlier_ones_stay(book):
    hand_in(book, ADA, {"double": TWICE})
    judge(book, ADA, TWICE, report(result("doubles")))

    hand_in(book, ADA, {"double": THRICE})

    assert [(kept.attempt, kept.report is None) for kept in book.kept()] == [(2, True)]
    assert [kept.attempt for kept in book.kept(all_attempts=True)] == [1, 2]
    assert (book.source("ada", "double"), book.source("ada", "double", 1)) == (THRICE, TWICE)


def test_going_back_to_an_earlier_file_makes_that_one_count_with_its_report(book):
    hand_in(book, ADA, {"double": TWICE})
    judge(book, ADA, TWICE, report(result("doubles")))
    hand_in(book, ADA, {"double": THRICE})

    hand_in(book, ADA, {"double": TWICE})

    (kept,) = book.kept()
    assert (kept.attempt, kept.report.passed) == (1, True)


def test_the_newest_result_of_every_check_is_known_by_its_version(book):
    hand_in(book, ADA, {"double": TWICE})
    judge(book, ADA, TWICE, report(failed("doubles"), result("keeps")))

    judge(book, ADA, TWICE, report(result("doubles"), result("keeps")), versions={"doubles": "v2", "keeps": "v1"})

    (kept,) = book.kept()
    known = book.known("ada", "double", kept.ground, kept.seed)
    assert {id: (row.version, row.result.passed) for id, row in known.items()} == {
        "doubles": ("v2", True),
        "keeps": ("v1", True),
    }
    assert kept.report.passed


def test_a_judgement_with_another_seed_is_not_taken_for_this_works(book):
    hand_in(book, ADA, {"double": TWICE}, seed=7)

    judge(book, ADA, TWICE, report(result("doubles"), seed=8))

    (kept,) = book.kept()
    assert kept.report is None


def test_one_students_and_one_exercises_works_can_be_had_alone(book):
    for student in (ADA, ALAN):
        hand_in(book, student, {"double": TWICE, "double_sum": THRICE})

    found = list(book.kept("0042", "double_sum"))

    assert [(kept.student.key, kept.exercise) for kept in found] == [("0042", "double_sum")]
    assert [student.key for student in book.students()] == ["0042", "ada"]
    assert book.exercises() == ["double", "double_sum"]


def test_what_is_noted_under_a_name_is_replaced_by_what_is_noted_later(book):
    book.tell({"course": "one", "secret": "s"})

    book.tell({"course": "two"})

    assert (book.told("course"), book.told("secret"), book.told("layout")) == ("two", "s", None)


def test_a_decision_stays_until_it_is_withdrawn(book):
    whole = Override("ada", "double", None, 2.5, "in person", NOON, "grace")
    check = Override("ada", "double", "keeps", 1.0, "the check is wrong", NOON)

    for override in (whole, check):
        book.decide(override)

    assert book.overrides("ada", "double") == [whole, check]
    assert book.withdraw("ada", "double", "keeps")
    assert not book.withdraw("ada", "double", "keeps")
    assert book.overrides() == [whole]


def test_oddities_are_replaced_by_those_noted_later_and_keep_their_order(book):
    book.note_oddities([Oddity(Odd.EMPTY, "old", "nothing")])

    noted = [Oddity(Odd.UNMATCHED, "z.py", "no exercise"), Oddity(Odd.REFUSED, "a.zip", "climbs out", "ada")]
    book.note_oddities(noted)

    assert book.oddities() == noted


def test_what_fails_within_a_change_leaves_nothing_of_it(book):
    hand_in(book, ADA, {"double": TWICE})
    works = (Work("double", None, "a"),)

    with pytest.raises(KeyError):
        book.remember(HandIn(GRACE, works), {"double_sum": Handed(TWICE, "g", 1)})

    assert book.students() == [ADA]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ANY_TEXT = st.text(st.characters() | st.sampled_from("\0\ud800\udfff\u202e\x1b"), max_size=40)
VERDICTS = st.sampled_from(list(Verdict))
FAILURES = st.none() | st.builds(
    Failure,
    problem=ANY_TEXT,
    call=st.none() | ANY_TEXT,
    excerpt=st.lists(ANY_TEXT, max_size=2).map(tuple),
    inputs=st.lists(st.builds(Input, ANY_TEXT, ANY_TEXT), max_size=2).map(tuple),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), source=st.binary(max_size=200), output=ANY_TEXT, key=TEXT, name=TEXT)
def test_whatever_a_submission_holds_and_says_comes_back_the_same(tmp_path, data, source, output, key, name):
    checks = data.draw(st.lists(st.builds(result, TEXT, verdict=VERDICTS, failure=FAILURES), max_size=3))
    checks = list({check.id: check for check in checks}.values())
    told = report(*checks, output=output, seed=data.draw(st.integers(0, 2**31 - 1)))
    student = Student(key, name, ids={name: key})
    file = tmp_path / "hostile.gradebook"
    file.unlink(missing_ok=True)

    with open_gradebook(file, writing=True, make=True) as book:
        hand_in(book, student, {"double": source}, seed=told.seed)
        judge(book, student, source, told)

    with open_gradebook(file) as book:
        (kept,) = book.kept(key, "double")
        assert kept.student == student
        assert kept.report.to_json() == told.to_json()
        assert book.source(key, "double") == source


def test_a_megabyte_of_output_comes_back(book):
    told = report(failed("doubles", failure=Failure("x" * 1_000_000)), output="\x00é" * 500_000)
    hand_in(book, ADA, {"double": b"\xff" * 1_000_000})

    judge(book, ADA, b"\xff" * 1_000_000, told)

    (kept,) = book.kept()
    assert kept.report == told


def test_a_book_that_is_not_there_is_not_made_by_reading_it(file):
    with pytest.raises(NotThere, match="no gradebook"):
        open_gradebook(file)

    assert not file.exists()


@pytest.mark.parametrize(
    "content",
    [b"student,points\nada,3\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"x"],
    ids=["a table", "a broken database", "a letter"],
)
@pytest.mark.parametrize("writing", [False, True])
def test_a_file_that_is_something_else_is_refused_and_left_untouched(file, content, writing):
    file.write_bytes(content)

    with pytest.raises(NoGradebook):
        open_gradebook(file, writing=writing, make=writing)

    assert file.read_bytes() == content


@pytest.mark.parametrize("writing", [False, True])
def test_another_programs_database_is_refused_and_left_untouched(file, writing):
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE song (name TEXT)")
    before = file.read_bytes()

    with pytest.raises(NoGradebook, match="no gradebook"):
        open_gradebook(file, writing=writing)

    assert file.read_bytes() == before


def test_a_book_damaged_in_its_middle_is_told_so(file):
    works = [(Student(f"s{n:03}", "x"), b"%d" % n * 50, report(result("doubles"))) for n in range(60)]
    made(file, works)
    content = bytearray(file.read_bytes())
    content[4096:-4096] = os.urandom(len(content) - 8192)
    file.write_bytes(content)

    with pytest.raises(NoGradebook, match="damaged"), open_gradebook(file) as book:
        list(book.kept())


def test_a_newer_book_is_refused_and_left_untouched(file):
    made(file)
    with sqlite3.connect(file) as book:
        book.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    before = file.read_bytes()

    with pytest.raises(NewerFormat):
        open_gradebook(file, writing=True)

    assert file.read_bytes() == before


def know(monkeypatch, steps):
    """Have this attnlab know a later format than it does."""
    monkeypatch.setattr(schema, "_STEPS", steps)
    for module in (schema, connecting):
        monkeypatch.setattr(module, "FORMAT", len(steps))


def test_an_older_book_is_brought_up_when_it_is_written_and_loses_nothing(file, monkeypatch):
    made(file, [(ADA, TWICE, report(result("doubles")))])
    later = (*schema._STEPS, "ALTER TABLE student ADD COLUMN section TEXT NOT NULL DEFAULT '';")
    know(monkeypatch, later)
    with pytest.raises(NoGradebook, match=f"format {len(later) - 1}"):
        open_gradebook(file)

    open_gradebook(file, writing=True).close()

    with open_gradebook(file) as book:
        assert [kept.report.passed for kept in book.kept()] == [True]
        assert book.told("course") == "mini"
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT section FROM student").fetchall() == [("",)]


def test_a_step_that_fails_leaves_the_older_book_as_it_was(file, monkeypatch):
    made(file, [(ADA, TWICE, report(result("doubles")))])
    later = (*schema._STEPS, "CREATE TABLE section (name TEXT); CREATE TABLE student (key TEXT);")
    know(monkeypatch, later)

    with pytest.raises(CannotWrite):
        open_gradebook(file, writing=True)

    monkeypatch.undo()
    with open_gradebook(file) as book:
        assert [kept.report.passed for kept in book.kept()] == [True]
    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'section'").fetchone() == (0,)


def test_only_one_command_at_a_time_may_write(file, book):
    with pytest.raises(CannotWrite, match="another attnlab command"):
        open_gradebook(file, writing=True)


def test_a_book_that_is_being_written_can_be_read_up_to_the_last_judgement(file, book):
    hand_in(book, ADA, {"double": TWICE})

    with open_gradebook(file) as reading:
        assert [kept.student for kept in reading.kept()] == [ADA]
        judge(book, ADA, TWICE, report(result("doubles")))
        assert [kept.report.passed for kept in reading.kept()] == [True]


def test_a_closed_book_is_one_file(file):
    made(file, [(ADA, TWICE, report(result("doubles")))])

    beside = sorted(each.name for each in file.parent.iterdir())

    assert beside == [".class.gradebook.lock", "class.gradebook"]


def test_a_book_can_be_read_where_nothing_may_be_written(file):
    made(file, [(ADA, TWICE, report(result("doubles")))])
    (file.parent / ".class.gradebook.lock").unlink()
    file.chmod(stat.S_IRUSR)
    file.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)

    try:
        with open_gradebook(file) as book:
            assert [kept.report.passed for kept in book.kept()] == [True]
        assert [each.name for each in file.parent.iterdir()] == ["class.gradebook"]
    finally:
        file.parent.chmod(stat.S_IRWXU)


@pytest.fixture
def nothing_may_be_made(monkeypatch):
    """As in a folder that may not be written to, by somebody who is not root."""

    def connect(where, *arguments, **options):
        if "mode=ro" in str(where):
            raise sqlite3.OperationalError("unable to open database file")
        return sqlite3_connect(where, *arguments, **options)

    sqlite3_connect = sqlite3.connect
    monkeypatch.setattr(connecting.sqlite3, "connect", connect)


@pytest.mark.usefixtures("nothing_may_be_made")
def test_a_whole_book_is_read_where_nothing_may_be_made_beside_it(file):
    made(file, [(ADA, TWICE, report(result("doubles")))])

    with open_gradebook(file) as book:
        assert [kept.report.passed for kept in book.kept()] == [True]


@pytest.mark.usefixtures("nothing_may_be_made")
def test_a_book_left_by_a_killed_command_is_not_read_in_part(file, book):
    hand_in(book, ADA, {"double": TWICE})

    with pytest.raises(NotThere, match=r"its last results are in class\.gradebook-wal"):
        open_gradebook(file)


def test_who_reads_keeps_nobody_from_ending_to_write(file):
    made(file, [(ADA, TWICE, report(result("doubles"))), (ALAN, THRICE, report(result("doubles")))])

    with open_gradebook(file, writing=True) as book:
        reading = open_gradebook(file)
        first = next(half_read := reading.kept())
        hand_in(book, GRACE, {"double": TWICE})

    assert [first.student, *(kept.student for kept in half_read)] == [ALAN, ADA]
    reading.close()
    with open_gradebook(file, writing=True) as book:
        assert [student.key for student in book.students()] == ["0042", "ada", "grace"]
    assert sorted(each.name for each in file.parent.iterdir()) == [".class.gradebook.lock", "class.gradebook"]


def test_reading_changes_nothing(file):
    made(file, [(ADA, TWICE, report(result("doubles")))])
    before = file.read_bytes()

    with open_gradebook(file) as book, pytest.raises(CannotWrite):
        book.keep(Judgement("ada", "double", "g", 1, report(result("doubles")), {}))

    assert file.read_bytes() == before


def test_a_book_in_a_folder_that_is_not_there_cannot_be_made(tmp_path):
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(CannotWrite):
        open_gradebook(tmp_path / "taken" / "class.gradebook", writing=True, make=True)
