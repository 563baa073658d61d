"""What the rooms of the classroom hand each other: who handed in what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from attnlab.grading.verdicts import CheckResult, Report

# What a whole package with a trained run is judged as; no exercise of a course may be called so.
CAPSTONE = "submission"


@dataclass(frozen=True, slots=True)
class Student:
    """One person of the class.

    Args:
        key: tells them apart from all others and never changes: an identifier of the system they come from where
            there is one, else the name of their folder or file. Always text: '0042' and 'null' stay what they are.
        name: as it is shown; the key where nothing better is known.
        email: empty where unknown.
        ids: what other systems call them, by the system's own word: 'sid', 'canvas', 'moodle', 'login'.
    """

    key: str
    name: str
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """One student's file for one exercise, read, checked for size, and put where it can be judged.

    Args:
        exercise: its id; `CAPSTONE` for a package with a trained run.
        file: where its bytes lie now: Python source, or for the capstone the package as it was handed in.
        origin: where it came from, as the instructor sees it: 'ada.zip/exercises/02-lookup/softmax.py'.
        ignored: what was there and was not taken into account, a clause each.
    """

    exercise: str
    file: Path
    origin: str
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandIn:
    """All that one student handed in at one time.

    Args:
        submitted: when, with its time zone; None where nothing tells.
        late: whether the system they come from marked it so; None where it does not tell.
        works: at most one for each exercise.
    """

    student: Student
    works: tuple[Work, ...]
    submitted: datetime | None = None
    late: bool | None = None


class Odd(StrEnum):
    """Why a file was left out, or wants to be looked at."""

    UNMATCHED = "unmatched"
    DUPLICATE = "duplicate"
    OLDER = "older attempt"
    REFUSED = "refused"
    EMPTY = "nothing in it"


@dataclass(frozen=True, slots=True)
class Oddity:
    """A file, folder or archive that no work was made of.

    Args:
        origin: where it is, made safe to print.
        why: one clause for the instructor: 'no exercise of the course is called so', 'its paths climb out'.
        student: whose it is, where that is known.
    """

    kind: Odd
    origin: str
    why: str
    student: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """A class's submissions, recognised.

    Args:
        layout: what they were recognised as, in words: 'Canvas download', 'a folder per student'.
        hand_ins: one for each student, in the order of their keys.
        oddities: what is not among them.
    """

    layout: str
    hand_ins: tuple[HandIn, ...]
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report with what the class's grading adds to it.

    Args:
        ground: a checksum of the file and of all it imports of the student's other files.
        versions: of every check in the report, by its id.
        hidden: the ids of checks whose inputs and answers no student may learn.
        attention: why a person should look at it, a clause; empty where nobody need.
    """

    student: str
    exercise: str
    ground: str
    seed: int
    report: Report
    versions: Mapping[str, str]
    hidden: frozenset[str] = frozenset()
    attention: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """What an instructor decided by hand; it stands whatever is graded later.

    Args:
        check: the check it is for; None for the exercise as a whole.
        points: what it earns now.
        at: when it was decided, with its time zone.
    """

    student: str
    exercise: str
    check: str | None
    points: float
    reason: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check of one student's work, as the gradebook has it."""

    result: CheckResult
    version: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything the gradebook has on one student's work for one exercise, newest attempt.

    Args:
        attempt: which of the student's different hand-ins it is, from 1.
        report: None where it has not been graded yet.
    """

    student: Student
    exercise: str
    origin: str
    ground: str
    seed: int
    attempt: int
    submitted: datetime | None
    late: bool | None
    ignored: tuple[str, ...]
    report: Report | None
    checks: tuple[CheckRow, ...]
    attention: str
    graded_at: datetime | None
    overrides: tuple[Override, ...]
