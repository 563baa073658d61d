"""A class that never was, to be exported: gradebooks of made-up judgements, without a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attnlab.classroom.assignment import Assignment, Item, LatePolicy, without_file
from attnlab.classroom.gradebook import Gradebook, open_gradebook
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import HandIn, Judgement, Oddity, Student, Work
from attnlab.content import read_course
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Input, Report, Verdict

COURSE = read_course(Path(__file__).parents[2] / "mini_course")
DUE = datetime(2026, 11, 20, 12, tzinfo=UTC)
SEED = 1_234_567_891


@dataclass(frozen=True)
class Pupil:
    """A student and how each check of each exercise ended: 'p' passed, 'f' failed, '?' not judged, '.' not reached.

    `None` for an exercise: handed in, and not graded.
    """

    key: str
    works: Mapping[str, str | None] = field(default_factory=lambda: {"double": "ppp"})
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    late: timedelta | None = timedelta(0)
    hidden: frozenset[str] = frozenset()
    said: str = "result at row 0: expected 6, got 9"


_VERDICTS = {"p": Verdict.PASSED, "f": Verdict.FAILED, "?": Verdict.NOT_JUDGED, ".": Verdict.NOT_REACHED}


class Classes:
    """Makes gradebooks in a folder of this test."""

    course = COURSE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def book(self, *pupils: Pupil, oddities: Iterable[Oddity] = (), text: str = "") -> Gradebook:
        """A gradebook of these; `text` is its assignment file's."""
        file = self.folder / "class.book"
        with open_gradebook(file, writing=True, make=True) as book:
            told = {"course": COURSE.id, "course_version": COURSE.version, "course_root": str(COURSE.root)}
            book.tell({**told, "assignment": text, "assignment_file": "assignment.toml", "secret": "s" * 32})
            book.note_oddities(oddities)
            for pupil in pupils:
                _remember(book, pupil)
        return open_gradebook(file)

    @staticmethod
    def assignment(*items: str, points: float = 3.0, per_day: float = 0.0, **told) -> Assignment:
        """One with a due date and these exercises; none: whatever was handed in."""
        listed = tuple(Item(name, points) for name in items) or None
        about = {"title": "Homework 1", "due": DUE, "late": LatePolicy(per_day=per_day), **told}
        bare = without_file("s" * 32)
        fields = {name: getattr(bare, name) for name in Assignment.__dataclass_fields__}
        return Assignment(**{**fields, "items": listed, **about})


def _remember(book: Gradebook, pupil: Pupil) -> None:
    student = Student(pupil.key, pupil.name or pupil.key, pupil.email, pupil.ids)
    works = tuple(Work(exercise, Path("gone"), f"handed in/{exercise}.py") for exercise in pupil.works)
    submitted = None if pupil.late is None else DUE + pupil.late
    book.remember(HandIn(student, works, submitted), {name: Handed(b"1", "ground", SEED) for name in pupil.works})
    for exercise, ended in pupil.works.items():
        if ended is not None:
            book.keep(_judgement(pupil, exercise, ended))


def _judgement(pupil: Pupil, exercise: str, ended: str) -> Judgement:
    checks = tuple(_check(number, sign, pupil.said) for number, sign in enumerate(ended, start=1))
    report = Report(exercise, SEED, "p" in ended or "f" in ended or "?" in ended, checks, "printed", seconds=0.25)
    attention = "the judge died twice" if "?" in ended else ""
    versions = {check.id: "1" for check in checks}
    return Judgement(pupil.key, exercise, "ground", SEED, report, versions, pupil.hidden, attention)


def _check(number: int, sign: str, said: str) -> CheckResult:
    failure = None
    if sign in "f?":
        diagnosis = Diagnosis("You square every number.", "What is a number plus itself?", "squared", hint=1)
        failure = Failure(
            said, "double(numbers)", diagnosis, excerpt=("return numbers ** 2",), inputs=(Input("numbers", "[[3.0]]"),)
        )
    return CheckResult(f"c{number}", f"the promise {number} is kept", 1.0, _VERDICTS[sign], failure)
