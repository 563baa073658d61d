"""Gradebooks for tests: made-up students, works and reports."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from attnlab.classroom.gradebook import open_gradebook
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import HandIn, Judgement, Student, Work
from attnlab.content import read_course
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Report, Verdict

COURSE = read_course(Path(__file__).parents[2] / "mini_course")
ADA, ALAN = Student("ada", "Ada Lovelace", "ada@example.org"), Student("0042", "Alan Turing")
GRACE = Student("grace", "Grace Hopper")
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
MISTAKE = Failure("expected 4, got 5", call="double(2)", diagnosis=Diagnosis("It adds.", "Twice?", "adds_three"))


def result(name, *, points=1.0, verdict=Verdict.PASSED, failure=None):
    if verdict is Verdict.FAILED and failure is None:
        failure = MISTAKE
    return CheckResult(name, f"{name} holds", points, verdict, failure)


def failed(name, **changed):
    return result(name, verdict=Verdict.FAILED, **changed)


def report(*checks, exercise="double", seed=7, **changed):
    return Report(exercise, seed, changed.pop("attempted", True), checks, **{"seconds": 0.25, **changed})


def hand_in(book, student, sources, *, seed=7, submitted=NOON, late=None, ignored=()):
    """Sources by exercise; each one's ground is its own text."""
    works = tuple(Work(name, Path("x"), f"{student.key}/{name}.py", ignored) for name in sources)
    handed = {name: Handed(source, ground_of(source), seed) for name, source in sources.items()}
    book.remember(HandIn(student, works, submitted, late), handed)


def judge(book, student, source, of, *, versions=None, hidden=(), attention=""):
    """Keep a report of a source that was handed in."""
    checks = {check.id: "v1" for check in of.checks} if versions is None else versions
    book.keep(Judgement(student.key, of.exercise, ground_of(source), of.seed, of, checks, frozenset(hidden), attention))


def ground_of(source):
    return sha256(source).hexdigest()


def made(file, works=(), **told):
    """A gradebook with `works`: student, source, report."""
    with open_gradebook(file, writing=True, make=True) as book:
        book.tell({"course": COURSE.id, "course_root": str(COURSE.root), "secret": "s", "assignment": "", **told})
        for student, source, of in works:
            hand_in(book, student, {of.exercise: source})
            judge(book, student, source, of)
    return file
