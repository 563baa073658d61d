"""A class that never was: gradebooks of made-up judgements, written as grading writes them, without a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from attnlab.classroom.assignment import Assignment, without_file
from attnlab.classroom.gradebook import Gradebook, open_gradebook
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import HandIn, Judgement, Student, Work
from attnlab.content import read_course
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Input, Report, Verdict

COURSE = read_course(Path(__file__).parents[2] / "mini_course")
SEED = 1_234_567_891
SUBMITTED = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
SQUARED = Diagnosis(
    "You square every number: 3 becomes 9 and not 6.", "What is a number plus itself?", "squared", hint=1
)


@dataclass(frozen=True)
class Made:
    """One student's work for one exercise, and what came of it."""

    exercise: str = "double"
    checks: tuple[CheckResult, ...] = ()
    hidden: frozenset[str] = frozenset()
    attention: str = ""
    attempted: bool = True
    output: str = ""
    note: str | None = None
    origin: str = "handed in/double.py"
    ignored: tuple[str, ...] = ()
    graded: bool = True
    seconds: float = 0.25


@dataclass(frozen=True)
class Pupil:
    key: str
    works: Sequence[Made] = ()
    name: str = ""
    email: str = ""
    submitted: datetime | None = SUBMITTED
    late: bool | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


def passed(id: str, sentence: str = "", points: float = 1.0) -> CheckResult:
    return CheckResult(id, sentence or f"{id} is as it has to be", points, Verdict.PASSED)


def failed(id: str, sentence: str = "", points: float = 1.0, failure: Failure | None = None, **told) -> CheckResult:
    failure = failure or Failure(**{"problem": "result at row 0: expected 6, got 9", **told})
    return CheckResult(id, sentence or f"{id} is as it has to be", points, Verdict.FAILED, failure)


def waiting(id: str, sentence: str = "", points: float = 1.0) -> CheckResult:
    return CheckResult(id, sentence or f"{id} is as it has to be", points, Verdict.NOT_REACHED)


def right(exercise: str = "double") -> Made:
    return Made(exercise, (passed("defined", points=0.0), passed("shape"), passed("values"), passed("untouched")))


def squaring(**told) -> Made:
    """A submission that squares, and is told so."""
    values = failed("values", diagnosis=SQUARED, call="double(numbers)", inputs=(Input("numbers", "[[3.0]]"),))
    return Made(checks=(passed("defined", points=0.0), passed("shape"), values, waiting("untouched")), **told)


def make_book(
    file: Path, pupils: Iterable[Pupil], assignment: Assignment | None = None, *, closed: bool = True
) -> Gradebook:
    """A gradebook of these students; closed and opened again to be read, unless it is to be changed."""
    assignment = assignment or without_file("a secret")
    book = open_gradebook(file, writing=True, make=True)
    book.tell(
        {
            "course": COURSE.id, "course_version": COURSE.version, "course_root": str(COURSE.root), "assignment": "",
            "secret": "a secret", "layout": "a folder per student", "isolation": "isolation: landlock, seccomp, limits",
        }
    )  # fmt: skip
    for pupil in pupils:
        student = Student(pupil.key, pupil.name or pupil.key, pupil.email, pupil.ids)
        works = tuple(Work(made.exercise, Path("gone"), made.origin, made.ignored) for made in pupil.works)
        source = f"# {len(pupil.key)}".encode()
        handed = {made.exercise: Handed(source, f"ground {made.exercise}", SEED) for made in pupil.works}
        book.remember(HandIn(student, works, pupil.submitted, pupil.late), handed)
        for made in pupil.works:
            if made.graded:
                book.keep(_judgement(student.key, made))
    if not closed:
        return book
    book.close()
    return open_gradebook(file)


def _judgement(student: str, made: Made) -> Judgement:
    report = Report(
        made.exercise, SEED, made.attempted, made.checks, made.output, ("landlock",), made.note, made.seconds
    )
    versions = {check.id: "1" for check in made.checks}
    return Judgement(
        student, made.exercise, f"ground {made.exercise}", SEED, report, versions, made.hidden, made.attention
    )
