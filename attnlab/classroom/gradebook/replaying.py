"""Judging a work once more: the kept source with the kept seed must come to the same verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attnlab.classroom.gradebook.store import Gradebook
from attnlab.classroom.records import CAPSTONE, Kept, Student
from attnlab.errors import NotThere, WrongUsage
from attnlab.grading.sources import ground_of
from attnlab.grading.verdicts import CheckResult, Report
from attnlab.grading.versions import check_versions
from attnlab.pictures.labels import visible

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.content import Course
    from attnlab.grading import Isolation, Judge


@dataclass(frozen=True, slots=True)
class Differing:
    """A check that ended otherwise than it is kept; None where it was not among the checks.

    Args:
        changed: whether the check itself is another than the one it was graded by.
    """

    id: str
    sentence: str
    kept: str | None
    now: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """A work judged again.

    Args:
        report: as it came out now.
        same_seed: whether the inputs were those of the kept report.
        same_files: whether the files that it imports are those it was graded with; some may not be in the gradebook.
        differing: the checks that ended otherwise; empty where none did, or where nothing is kept.
    """

    kept: Kept
    report: Report
    same_seed: bool
    same_files: bool
    differing: tuple[Differing, ...]

    @property
    def same(self) -> bool:
        return not self.differing


def judge_for(course: Course, assignment: Assignment, isolation: Isolation) -> Judge:
    """A judge that knows the assignment's checks; close it, or use it as a context."""
    from attnlab.content.private import extended
    from attnlab.grading import Judge

    private = assignment.private
    extend = None if private is None else lambda answers: extended(course, answers, private)
    return Judge(course, isolation=isolation, extend=extend)


def of_check(replay: Replay, check: str) -> Replay:
    """The same replay, its sameness being that of one check."""
    return replace(replay, differing=tuple(each for each in replay.differing if each.id == check))


def kept_work(book: Gradebook, student: Student, exercise: str) -> Kept:
    """What counts of a student's work for an exercise.

    Raises:
        WrongUsage: nothing was handed in.
    """
    for kept in book.kept(student.key, exercise):
        return kept
    handed_in = [kept.exercise for kept in book.kept(student.key)]
    raise WrongUsage(
        f"{visible(student.name)} has handed in nothing for {exercise}",
        remedy=f"handed in was {', '.join(handed_in)}" if handed_in else "nothing else was handed in either",
    )


def replay(
    book: Gradebook,
    student: Student,
    exercise: str,
    course: Course,
    assignment: Assignment,
    judge: Judge,
    *,
    seed: int | None = None,
) -> Replay:
    """Judge the kept source again, beside the student's other files; nothing is written.

    Args:
        seed: of other inputs than the kept ones.

    Raises:
        WrongUsage: nothing was handed in.
        NotThere: it is a package, which is not kept.
        UnknownName: the course has the exercise no more.
        ToolFault: no worker can be started.
    """
    kept = kept_work(book, student, exercise)
    source = book.source(student.key, exercise)
    if exercise == CAPSTONE or source is None:
        raise NotThere(
            "a package with a run is not kept in the gradebook, only what came of it",
            remedy="grade it again from where it was handed in",
        )
    wanted = kept.seed if seed is None else seed
    beside = _beside(book, student, exercise)
    asked, limits = course.exercise(exercise), assignment.limits.get(exercise)
    report = judge.grade(asked, source, filename=f"{exercise}.py", seed=wanted, siblings=beside, limits=limits)
    changed = _changed(kept, check_versions(judge.answers(asked), limits))
    return Replay(
        kept=kept,
        report=report,
        same_seed=wanted == kept.seed,
        same_files=ground_of(exercise, source, beside) == kept.ground,
        differing=_differing(kept.report, report, changed),
    )


def _beside(book: Gradebook, student: Student, exercise: str) -> dict[str, bytes]:
    """The student's other files, which the work may import."""
    beside = {}
    for other in book.kept(student.key):
        if other.exercise not in (exercise, CAPSTONE) and (source := book.source(student.key, other.exercise)):
            beside[other.exercise] = source
    return beside


def _changed(kept: Kept, versions: Mapping[str, str]) -> set[str]:
    """The checks that are others than those it was graded by."""
    # What stands behind the dash tells of the checks of the exercises that it imports.
    was = {row.result.id: row.version.partition("-")[0] for row in kept.checks}
    return {id for id in versions if was.get(id) != versions[id]}


def _differing(before: Report | None, after: Report, changed: set[str]) -> tuple[Differing, ...]:
    if before is None:
        return ()
    old, new = _by_id(before), _by_id(after)
    found = []
    for id in dict.fromkeys([*old, *new]):
        was, is_now = old.get(id), new.get(id)
        if was and is_now and was.verdict is is_now.verdict:
            continue
        found.append(
            Differing(
                id=id,
                sentence=(is_now or was).sentence if is_now or was else "",  # type: ignore[union-attr]
                kept=was.verdict.value if was else None,
                now=is_now.verdict.value if is_now else None,
                changed=id in changed,
            )
        )
    return tuple(found)


def _by_id(report: Report) -> dict[str, CheckResult]:
    return {check.id: check for check in report.checks}
