"""What was kept stays kept: through a kill at any moment, and when the disk is full."""

import os
import random
import signal
from contextlib import suppress

import pytest
from books_made import ADA, NOON, failed, hand_in, judge, made, report, result

from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.records import Override, Student
from attnlab.errors import CannotWrite

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
resource = pytest.importorskip("resource")
ROUNDS = 20


def student(number):
    return Student(f"s{number:04}", f"Student {number}")


def keep_one(book, number):
    source = b"def double(x):\n    return 2 * x  # %d\n" % number
    hand_in(book, student(number), {"double": source})
    judge(book, student(number), source, report(result("doubles"), failed("keeps"), output="x" * 3000))


def started(act):
    """A process of its own that acts; it tells what it has done through the pipe that is returned."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, os.fdopen(reading, "rb")
    # Not a line of pytest's may run in it.
    with suppress(BaseException), os.fdopen(writing, "wb", buffering=0) as told:
        act(lambda number: told.write(b"%d\n" % number))
    os._exit(0)


def test_a_kill_at_any_moment_loses_nothing_that_was_kept(tmp_path):
    file = made(tmp_path / "class.gradebook")
    moments = random.Random(5)
    done = 0

    for _ in range(ROUNDS):

        def keep_for_ever(tell, first=done):
            with open_gradebook(file, writing=True) as book:
                for number in range(first, first + 10_000):
                    keep_one(book, number)
                    tell(number)

        child, told = started(keep_for_ever)
        with told:
            for _ in range(moments.randrange(1, 12)):
                done = int(told.readline()) + 1
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            # What it told between our last look and its end counts as well.
            for line in told:
                done = int(line) + 1

        with open_gradebook(file) as book:
            kept = {each.student.key: each.report is not None for each in book.kept()}
        assert all(kept.get(student(number).key) for number in range(done))
        assert len(kept) <= done + 1


def test_a_killed_writer_keeps_nobody_from_writing(tmp_path):
    file = tmp_path / "class.gradebook"

    def open_and_wait(tell):
        with open_gradebook(file, writing=True, make=True) as book:
            keep_one(book, 1)
            tell(1)
            signal.pause()

    child, told = started(open_and_wait)
    with told:
        told.readline()
        with pytest.raises(CannotWrite):
            open_gradebook(file, writing=True)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    with open_gradebook(file, writing=True) as book:
        keep_one(book, 2)
    assert sorted(each.name for each in tmp_path.iterdir()) == [".class.gradebook.lock", "class.gradebook"]


def test_a_full_disk_loses_nothing_that_was_kept_and_is_told(tmp_path):
    file = made(tmp_path / "class.gradebook")

    def keep_till_it_is_full(tell):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        number = 0
        try:
            with open_gradebook(file, writing=True) as book:
                for number in range(10_000):
                    keep_one(book, number)
        except CannotWrite:
            tell(number)

    child, told = started(keep_till_it_is_full)
    with told:
        refused = int(told.readline())
    os.waitpid(child, 0)

    assert refused > 5
    with open_gradebook(file, writing=True) as book:
        assert all(book.source(student(number).key, "double") for number in range(refused))
        keep_one(book, refused)


def test_a_decision_is_kept_at_once(tmp_path):
    file = made(tmp_path / "class.gradebook", [(ADA, b"x", report(failed("doubles")))])

    def decide_and_die(tell):
        book = open_gradebook(file, writing=True)
        book.decide(Override("ada", "double", None, 1.0, "in person", NOON))
        os.kill(os.getpid(), signal.SIGKILL)

    child, told = started(decide_and_die)
    told.close()
    os.waitpid(child, 0)

    with open_gradebook(file) as book:
        assert [override.points for override in book.overrides("ada")] == [1.0]
