"""Whether an instructor's own checks hold: right answers pass them, wrong ones do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.classroom.assignment.records import Assignment
from attnlab.content import Course, Exercise
from attnlab.content.private import PrivateInvalid, exercises_in, extended
from attnlab.errors import ContentInvalid
from attnlab.grading.verdicts import Report, Verdict

if TYPE_CHECKING:
    from attnlab.content import Answers, Check
    from attnlab.grading import Judge

_SEEDS = (1, 2, 3)
_SAYS_NOTHING = (Verdict.PASSED, Verdict.NOT_REACHED, Verdict.NOT_JUDGED)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried on one exercise's private checks and misconceptions.

    Args:
        checks: the ids of the private checks.
        right: how many right answers were judged.
        wrong: how many wrong ones.
        problems: why they cannot be used as they are, a clause each.
        remarks: what is allowed and may not be meant.
    """

    exercise: str
    checks: tuple[str, ...] = ()
    right: int = 0
    wrong: int = 0
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def prove(
    assignment: Assignment, course: Course, heard: Callable[[str], None] = lambda exercise: None
) -> Iterator[Proof]:
    """Judge the course's right and wrong answers by the private checks, exercise by exercise.

    All of it is trusted code and runs in this process. Of the course's own checks, which its authors have proven, only
    those run that the private ones stand on. An untouched starter needs no trying: no check is run on it.

    Args:
        heard: told which exercise comes now; one with many known wrong answers may take some seconds.
    """
    folder = assignment.private
    if folder is None:
        return
    for name in exercises_in(folder):
        if assignment.wants(name):
            heard(name)
            yield _proof(course.exercise(name), course, folder)


def _proof(exercise: Exercise, course: Course, folder: Path) -> Proof:
    from attnlab.content import read_answers
    from attnlab.grading import Isolation, Judge

    try:
        theirs = read_answers(course, exercise)
        answers = extended(course, theirs, folder)
    except PrivateInvalid as error:
        return Proof(exercise.id, problems=error.problems)
    except ContentInvalid as error:
        return Proof(exercise.id, problems=tuple(str(problem) for problem in error.problems))
    checks = answers.checks[len(theirs.checks) :]
    narrowed = replace(answers, checks=_with_ground(checks, answers))
    with (
        Judge(course, isolation=Isolation.NONE, extend=lambda _: narrowed) as judge,
        Judge(course, isolation=Isolation.NONE, extend=lambda _: answers) as judge_of_all,
    ):
        problems = [*_not_passed_by_the_right(judge, answers)] if checks else []
        problems += _passed_by_the_wrong(judge_of_all, answers, len(theirs.misconceptions))
        remarks = _never_failed(judge, answers, [check.id for check in checks])
        return Proof(
            exercise.id,
            checks=tuple(check.id for check in checks),
            right=1 + len(answers.variants),
            wrong=len(answers.misconceptions),
            problems=tuple(dict.fromkeys(problems)),
            remarks=tuple(remarks),
        )


def _with_ground(checks: Sequence[Check], answers: Answers) -> tuple[Check, ...]:
    """These checks and all that they stand on, in their order."""
    by_name = {check.id: check for check in answers.checks}
    wanted: set[str] = set()
    waiting = [check.id for check in checks]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += [other.id for other in by_name[name].after]
    return tuple(check for check in answers.checks if check.id in wanted)


def _not_passed_by_the_right(judge: Judge, answers: Answers) -> Iterator[str]:
    rights = [("the reference", answers.implementation)]
    rights += [(f"the variant '{variant.id}'", variant.implementation) for variant in answers.variants]
    # One slip in a check stops every right answer; it is told once, with whom it stops.
    stopped: dict[str, list[tuple[str, int]]] = {}
    for called, implementation in rights:
        for report in _reports(judge, answers.exercise, implementation):
            if not report.passed:
                first = report.first_failure
                told = f"'{first.id}': {first.failure.problem}" if first and first.failure else "a check"
                stopped.setdefault(told, []).append((called, report.seed))
    for told, times in stopped.items():
        (called, seed), others = times[0], len(dict(times)) - 1
        besides = f", and {others} more right answer{'' if others == 1 else 's'} as well" if others else ""
        yield f"{called} does not pass {told} (seed {seed}){besides}"


def _passed_by_the_wrong(judge: Judge, answers: Answers, theirs: int) -> Iterator[str]:
    """The instructor's own misconceptions that get all the points; the course's are proven."""
    for misconception in answers.misconceptions[theirs:]:
        reports = _reports(judge, answers.exercise, misconception.implementation)
        if any(report.passed for report in reports):
            yield f"the misconception '{misconception.id}' passes every check: it would get all the points"


def _never_failed(judge: Judge, answers: Answers, own: Sequence[str]) -> Iterator[str]:
    left = list(own)
    for misconception in answers.misconceptions:
        if not left:
            return
        report = judge.rehearse(answers.exercise, misconception.implementation, seed=_SEEDS[0])
        failed = {check.id for check in report.checks if check.verdict not in _SAYS_NOTHING}
        left = [name for name in left if name not in failed]
    yield from (f"no wrong answer we know gets as far as failing '{name}'" for name in left)


def _reports(judge: Judge, exercise: Exercise, implementation: Callable[..., Any]) -> list[Report]:
    return [judge.rehearse(exercise, implementation, seed=seed) for seed in _SEEDS]
