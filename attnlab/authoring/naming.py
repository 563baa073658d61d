"""Whether every misconception fails, and is named as itself and not as another."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from attnlab.authoring.findings import Finding
from attnlab.authoring.trusted import JudgeOf
from attnlab.content import Answers, Course, Misconception
from attnlab.grading import Judge, Report, Verdict

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?")


@dataclass(slots=True)
class Named:
    """What came of judging an exercise's misconceptions, and which of them failed each check."""

    findings: list[Finding] = field(default_factory=list)
    failed_by: dict[str, list[str]] = field(default_factory=dict)


def misconceptions_fail(quick: Judge, course: Course, answers: Answers, seeds: Sequence[int]) -> Named:
    """Judge each misconception on every seed, by its verdicts first and then by how its first mistake is named.

    Args:
        quick: a judge that names no mistakes.
    """
    named = Named()
    wrong: dict[str, str] = {}
    failed: dict[str, dict[str, None]] = {misconception.id: {} for misconception in answers.misconceptions}
    for seed in seeds:
        reports = {
            misconception.id: quick.rehearse(
                answers.exercise, as_submitted(misconception.implementation, answers), seed=seed
            )
            for misconception in answers.misconceptions
        }
        for misconception in answers.misconceptions:
            report = reports[misconception.id]
            failed[misconception.id] |= dict.fromkeys(failed_checks(report))
            if misconception.id in wrong:
                continue
            problem = _uncaught(report)
            if problem is None:
                problem = _misnamed(_diagnosed(course, answers, misconception, reports), misconception.id)
            if problem is not None:
                wrong[misconception.id] = problem
    file = (answers.exercise.answers / "misconceptions.py").relative_to(course.root)
    for misconception in answers.misconceptions:
        if misconception.id in wrong:
            named.findings.append(Finding(file, misconception.id, wrong[misconception.id]))
        for check in failed[misconception.id]:
            named.failed_by.setdefault(check, []).append(misconception.id)
    return named


def as_submitted(implementation: Callable[..., Any], answers: Answers) -> Callable[..., Any]:
    """A class under the name that a learner gives it: how it is called must not be what tells a mistake."""
    if not isinstance(implementation, type):
        return implementation
    return type(answers.exercise.implements, (implementation,), {"__module__": implementation.__module__})


def failed_checks(report: Report) -> list[str]:
    """The checks that were reached and did not pass."""
    return [check.id for check in report.checks if check.verdict not in (Verdict.PASSED, Verdict.NOT_REACHED)]


def told(report: Report) -> str:
    """A report that is not a pass, in one clause."""
    first = report.first_failure
    if first is None or first.failure is None:
        return report.note or "not all checks pass"
    return f"'{first.sentence}' {first.verdict}: {first.failure.problem}"


def _uncaught(report: Report) -> str | None:
    """What is wrong where a misconception passes, or cannot be judged; None when it failed."""
    if report.passed:
        return f"passes with seed {report.seed}: no check tells it from the right answer"
    if faults := [check.id for check in report.checks if check.verdict is Verdict.NOT_JUDGED]:
        return f"with seed {report.seed} the check '{faults[0]}' could not judge it: {told(report)}"
    return None


def _diagnosed(course: Course, answers: Answers, misconception: Misconception, reports: Mapping[str, Report]) -> Report:
    """A misconception's report up to its first failure, which is the one a learner is told, with its name.

    The catalogue is cut down to those that may be taken for it: whatever fails the same check otherwise, or
    passes it, answers otherwise. To replay all of them for each of them is most of what an audit could cost.
    """
    report = reports[misconception.id]
    first = report.first_failure
    places = {check.id: place for place, check in enumerate(answers.checks, start=1)}
    if first is None or first.id not in places:
        return report
    alike = tuple(
        other
        for other in answers.misconceptions
        if other is misconception or _may_be_alike(reports[other.id], report, first.id)
    )
    cut_down = replace(answers, checks=answers.checks[: places[first.id]], misconceptions=alike)
    with JudgeOf(course, cut_down) as judge:
        implementation = as_submitted(misconception.implementation, answers)
        return judge.rehearse(answers.exercise, implementation, seed=report.seed)


def _may_be_alike(one: Report, other: Report, check_id: str) -> bool:
    """Whether a misconception may answer a check as `other` does, whose first failure it is."""
    check = next((check for check in one.checks if check.id == check_id), None)
    first = other.first_failure
    if check is None or check.verdict is Verdict.NOT_REACHED:
        return True
    if check.failure is None or first is None or first.failure is None:
        return not check.passed
    ours, theirs = _gist(check.failure.problem), _gist(first.failure.problem)
    if ours[0] != theirs[0]:
        return False
    # One that broke off an earlier check was asked this one under other numbers, which chance may depend on.
    return check is not one.first_failure or _near(ours[1], theirs[1])


def _gist(problem: str) -> tuple[str, list[float]]:
    """What a problem says, and its numbers; of an exception only its kind."""
    if raised := re.match(r".*? raised \w+", problem, flags=re.DOTALL):
        return _NUMBER.sub("#", raised.group()), []
    said = problem.partition(" (")[0] if problem.endswith(")") else problem
    return _NUMBER.sub("#", said), [float(number.group()) for number in _NUMBER.finditer(said)]


def _near(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    # Answers are alike within a millionth; what is told of them is rounded.
    return all(math.isclose(one, other, rel_tol=1e-2, abs_tol=1e-9) for one, other in zip(ours, theirs, strict=True))


def _misnamed(report: Report, name: str) -> str | None:
    """What is wrong with how a misconception is named; None when it is named as itself."""
    first = report.first_failure
    diagnosis = first.failure.diagnosis if first is not None and first.failure is not None else None
    if diagnosis is not None and diagnosis.misconception == name:
        return None
    if diagnosis is None:
        said = "nothing is diagnosed"
    elif diagnosis.misconception is None:
        said = f"the learner is told '{diagnosis.tell}'"
    else:
        said = f"it is taken for '{diagnosis.misconception}'"
    return f"is not named as itself with seed {report.seed}: {said}, where {told(report)}"
