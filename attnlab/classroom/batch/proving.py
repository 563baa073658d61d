"""The self-test: before a class is graded, the judge is tried on answers whose marks are known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import __version__
from attnlab.classroom.batch.jobs import Proof
from attnlab.content import Course, Exercise, Limits
from attnlab.grading.versions import check_versions

if TYPE_CHECKING:
    from attnlab.content import Answers
    from attnlab.grading import Judge, Report

_RESTS_ON = ("*.py", "*.toml")


def prove(judge: Judge, course: Course, exercise: Exercise, seed: int, limits: Limits | None) -> Proof:
    """Judge the reference, the starter and wrong answers, as submissions are judged.

    Raises:
        ContentInvalid: the answers cannot be read.
        ToolFault: no worker can be started.
    """
    answers = judge.answers(exercise)
    found = list(_problems(judge, course, answers, seed, limits))
    return Proof(exercise.id, check_versions(answers, limits), tuple(found))


def rests_on(course: Course, private: Path | None) -> str:
    """A checksum of every file that a verdict can depend on; the same one, and no proof need be made again."""
    told = hashlib.sha256(__version__.encode())
    folders = [course.root / "solutions", course.root / "exercises", *([private] if private else [])]
    for folder in folders:
        for file in sorted(file for pattern in _RESTS_ON for file in folder.rglob(pattern)):
            told.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return told.hexdigest()


def _problems(judge: Judge, course: Course, answers: Answers, seed: int, limits: Limits | None) -> Iterator[str]:
    exercise = answers.exercise
    others = [other for other in course.exercises if other.id != exercise.id]
    siblings = {other.id: (other.answers / "reference.py").read_bytes() for other in others}
    carry = dict.fromkeys(siblings, True)

    def graded(source: bytes) -> Report:
        return judge.grade(exercise, source, seed=seed, siblings=siblings, limits=limits, carry=carry)

    right = graded(answers.source.encode())
    if not right.passed:
        first = right.first_failure
        said = f" ('{first.id}': {first.failure.problem})" if first and first.failure else ""
        yield f"the reference gets {right.points:g} of {right.max_points:g} points{said}"
    # One line more than the starter: the judge does not run a file that is the starter itself.
    untouched = graded(exercise.starter.read_bytes() + b"\n\ntouched = True\n")
    if untouched.points:
        yield f"the starter gets {untouched.points:g} points as it is"
    wrong = answers.misconceptions
    if wrong and all(judge.rehearse(exercise, one.implementation, seed=seed).passed for one in wrong):
        yield "no known wrong answer loses a point"
