"""What there is to judge of a class, in an order in which every file comes after those it imports."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.classroom.batch.jobs import Job, JudgePackage, JudgeWork
from attnlab.classroom.gradebook.store import Handed
from attnlab.classroom.records import CAPSTONE, CheckRow, HandIn, Work
from attnlab.content import Course
from attnlab.grading.sources import ground_of, leads_to
from attnlab.grading.verdicts import Verdict
from attnlab.grading.versions import DEFINED

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook

# The package itself stays where it was handed in: it is megabytes, and the book has what came of it.
_NOT_KEPT = b""


@dataclass(frozen=True, slots=True)
class Planned:
    """One work of one student.

    Args:
        wanted: whether its report goes into the book; if not, another of the student's files imports it.
        leads_to: the student's other exercises that its file imports, and those that they import.
        files: where these lie.
    """

    student: str
    work: Work
    ground: str
    seed: int
    wanted: bool
    leads_to: tuple[str, ...] = ()
    files: Mapping[str, Path] | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.student, self.work.exercise


@dataclass(frozen=True, slots=True)
class Unread:
    """A work whose file is gone, or cannot be read any more."""

    student: str
    exercise: str
    why: str


def remembered(
    hand_in: HandIn, course: Course, assignment: Assignment, book: Gradebook, chosen: frozenset[str] | None
) -> Iterator[Planned | Unread]:
    """A student's works, of the exercises that are wanted, and of those that these import.

    In the book all are noted that the assignment wants: what is not to be judged now was handed in all the same.

    Args:
        chosen: only these exercises; all that the assignment wants where it is None.
    """
    key = hand_in.student.key
    works = {work.exercise: work for work in hand_in.works}
    sources: dict[str, bytes] = {}
    for exercise, work in works.items():
        try:
            sources[exercise] = _checksum(work.file) if exercise == CAPSTONE else work.file.read_bytes()
        except OSError as error:
            yield Unread(key, exercise, f"{work.origin} cannot be read: {(error.strerror or 'it is gone').lower()}")
    files = {exercise: source for exercise, source in sources.items() if exercise != CAPSTONE}
    planned = [
        _planned(key, works[exercise], source, files, works, assignment, chosen) for exercise, source in sources.items()
    ]
    needed = {other for one in planned if one.wanted for other in one.leads_to}
    book.remember(
        hand_in,
        {
            one.work.exercise: Handed(
                _NOT_KEPT if one.work.exercise == CAPSTONE else sources[one.work.exercise], one.ground, one.seed
            )
            for one in planned
            if assignment.wants(one.work.exercise) or one.work.exercise in needed
        },
    )
    order = {exercise.id: place for place, exercise in enumerate(course.exercises)}
    for one in sorted(planned, key=lambda one: order.get(one.work.exercise, len(order))):
        if one.wanted or one.work.exercise in needed:
            yield one


def _planned(
    student: str,
    work: Work,
    source: bytes,
    sources: Mapping[str, bytes],
    works: Mapping[str, Work],
    assignment: Assignment,
    chosen: frozenset[str] | None,
) -> Planned:
    exercise = work.exercise
    wanted = assignment.wants(exercise) and (chosen is None or exercise in chosen)
    seed = assignment.seed_of(student, exercise)
    if exercise == CAPSTONE:
        return Planned(student, work, source.decode(), seed, wanted)
    beside = {other: text for other, text in sources.items() if other != exercise}
    imported = leads_to(exercise, source, beside)
    ground = ground_of(exercise, source, beside) if imported else hashlib.sha256(source).hexdigest()
    files = {other: works[other].file for other in imported}
    return Planned(student, work, ground, seed, wanted, tuple(imported), files)


def versions_for(planned: Planned, versions: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What a work's results are kept under: where it imports other exercises, their checks count, too."""
    own = versions.get(planned.work.exercise, {})
    if not planned.leads_to:
        return dict(own)
    others = [f"{name} {version}" for other in planned.leads_to for name, version in versions.get(other, {}).items()]
    ground = hashlib.sha256("\0".join(others).encode()).hexdigest()[:12]
    return {name: f"{version}-{ground}" for name, version in own.items()}


def still_holds(rows: Mapping[str, CheckRow], versions: Mapping[str, str]) -> bool:
    """Whether a work's results in the book are what judging it again would give."""
    asked = set(versions) - {DEFINED}
    return (
        bool(rows)
        and set(rows) - {DEFINED} == asked
        and all(row.version == versions.get(name) for name, row in rows.items())
        and all(row.result.verdict is not Verdict.NOT_JUDGED for row in rows.values())
    )


class Agenda:
    """The jobs, each given out when the files that it imports have been judged."""

    def __init__(self, jobs: list[tuple[Planned, Job]], passed: dict[tuple[str, str], bool]) -> None:
        self._waiting = deque(jobs)
        self._passed = passed
        self._open = {planned.key for planned, _ in jobs}
        self._leads_to = {planned.key: planned.leads_to for planned, _ in jobs}

    def next(self) -> Job | None:
        for _ in range(len(self._waiting)):
            planned, job = self._waiting[0]
            if not self._must_wait(planned):
                self._waiting.popleft()
                return self._with_what_carries(planned, job)
            self._waiting.rotate(-1)
        return None

    def done(self, key: tuple[str, str], *, passed: bool) -> None:
        self._open.discard(key)
        self._passed[key] = passed

    def rest(self) -> list[tuple[Planned, Job]]:
        """What was never given out."""
        return list(self._waiting)

    def _must_wait(self, planned: Planned) -> bool:
        others = [(planned.student, other) for other in planned.leads_to]
        # Files that import each other wait for nobody: the judge says so of each.
        return any(
            other in self._open and planned.work.exercise not in self._leads_to.get(other, ()) for other in others
        )

    def _with_what_carries(self, planned: Planned, job: Job) -> Job:
        if not isinstance(job, JudgeWork) or not planned.leads_to:
            return job
        told = {other: self._passed.get((planned.student, other)) for other in planned.leads_to}
        return replace(job, carry={other: passed for other, passed in told.items() if passed is not None})


def job_of(planned: Planned, assignment: Assignment, known: Mapping[str, CheckRow]) -> Job:
    """What the judge is asked of a work."""
    student, exercise = planned.key
    if exercise == CAPSTONE:
        return JudgePackage(student, exercise, planned.work.file, planned.seed)
    return JudgeWork(
        student,
        exercise,
        planned.work.file,
        planned.seed,
        siblings=dict(planned.files or {}),
        limits=assignment.limits.get(exercise),
        known={name: row.result for name, row in known.items()},
        hidden=assignment.hidden_in(exercise),
    )


def _checksum(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest().encode()
