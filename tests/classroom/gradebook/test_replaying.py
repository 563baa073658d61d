"""A kept work, judged again, comes out as it is kept, or it is told what does not."""

from dataclasses import replace

import pytest
from books_made import ADA, COURSE, failed, hand_in, judge, report, result

from attnlab.classroom.assignment import without_file
from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.replaying import judge_for, of_check, replay
from attnlab.classroom.records import CAPSTONE
from attnlab.errors import NotThere, WrongUsage
from attnlab.grading import Isolation, Judge

RIGHT = b"def double(numbers):\n    return 2 * numbers\n"
WRONG = b"def double(numbers):\n    return numbers**2\n"
NO_FILE = without_file("s")


@pytest.fixture(scope="module")
def judging():
    with Judge(COURSE, isolation=Isolation.AUTO) as judge:
        yield judge


@pytest.fixture
def book(tmp_path):
    with open_gradebook(tmp_path / "book", writing=True, make=True) as book:
        yield book


def test_a_work_comes_out_as_it_was_graded(book, judging):
    kept = judging.grade(COURSE.exercise("double"), WRONG, seed=11)
    hand_in(book, ADA, {"double": WRONG}, seed=11)
    judge(book, ADA, WRONG, kept)

    done = replay(book, ADA, "double", COURSE, NO_FILE, judging)

    assert (done.same, done.same_seed, done.same_files) == (True, True, True)
    assert [check.failure and check.failure.problem for check in done.report.checks] == [
        check.failure and check.failure.problem for check in kept.checks
    ]


def test_other_inputs_can_be_asked_for(book, judging):
    hand_in(book, ADA, {"double": RIGHT}, seed=11)

    done = replay(book, ADA, "double", COURSE, NO_FILE, judging, seed=12)

    assert (done.report.seed, done.same_seed) == (12, False)


def test_what_ended_otherwise_is_told_check_by_check(book, judging):
    hand_in(book, ADA, {"double": RIGHT})
    judge(book, ADA, RIGHT, report(result("defined"), result("shape"), failed("values"), result("gone")))

    done = replay(book, ADA, "double", COURSE, NO_FILE, judging)

    assert {each.id: (each.kept, each.now) for each in done.differing} == {
        "values": ("failed", "passed"),
        "gone": ("passed", None),
        "untouched": (None, "passed"),
    }
    assert not done.same
    assert of_check(done, "shape").same
    assert not of_check(done, "values").same


class Recording(Judge):
    """Tells with what other files it was asked to judge."""

    def grade(self, exercise, source, **asked):
        self.siblings = asked["siblings"]
        return report(result("defined"))


def test_a_work_stands_on_the_students_other_files(book):
    standing = b"from double_sum import double_sum\n" + RIGHT
    hand_in(book, ADA, {"double": standing, "double_sum": b"def double_sum(): ...\n", CAPSTONE: b""})

    with Recording(COURSE) as judging:
        done = replay(book, ADA, "double", COURSE, NO_FILE, judging)

    assert judging.siblings == {"double_sum": b"def double_sum(): ...\n"}
    # The book was told of a ground without the other file.
    assert not done.same_files


def test_an_instructors_own_checks_are_judged_again_as_well(book, tmp_path):
    (tmp_path / "private" / "double").mkdir(parents=True)
    (tmp_path / "private" / "double" / "checks.py").write_text(
        "from attnlab.content import check\n\n\n"
        '@check("zero stays zero")\n'
        "def zero(learner, draw):\n"
        '    learner.double(0 * draw.normal("rows", "columns")).agrees()\n'
    )
    hand_in(book, ADA, {"double": RIGHT})
    assignment = replace(NO_FILE, private=tmp_path / "private")

    with judge_for(COURSE, assignment, Isolation.AUTO) as judging:
        done = replay(book, ADA, "double", COURSE, assignment, judging)

    assert [check.id for check in done.report.checks][-1] == "zero"
    assert done.report.passed


def test_what_was_never_handed_in_cannot_be_replayed(book, judging):
    hand_in(book, ADA, {"double": RIGHT})

    with pytest.raises(WrongUsage, match="nothing for double_sum") as refused:
        replay(book, ADA, "double_sum", COURSE, NO_FILE, judging)

    assert refused.value.remedy == "handed in was double"


def test_a_package_is_not_kept_and_so_not_replayed(book, judging):
    hand_in(book, ADA, {CAPSTONE: b""})

    with pytest.raises(NotThere, match="not kept"):
        replay(book, ADA, CAPSTONE, COURSE, NO_FILE, judging)
