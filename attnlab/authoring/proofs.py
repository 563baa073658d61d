"""What an exercise proves when it is judged: its right answers pass, its wrong ones fail as what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from attnlab.authoring.definitions import GAP
from attnlab.authoring.findings import Finding
from attnlab.authoring.imposters import CALLS, SPOILS, Imposter, honest, imposters
from attnlab.authoring.naming import as_submitted, failed_checks, misconceptions_fail, told
from attnlab.authoring.trusted import Bystanders, JudgeOf, siblings, undiagnosed
from attnlab.authoring.withheld import looks_at_shapes_only
from attnlab.content import Answers, Check, Course, Exercise
from attnlab.grading import Judge, Report, Verdict


@dataclass(slots=True)
class Proof:
    """What came of judging an exercise's own answers: which checks failed for which misconceptions and imposters."""

    findings: list[Finding] = field(default_factory=list)
    failed_by: dict[str, list[str]] = field(default_factory=dict)
    failed_otherwise: dict[str, str] = field(default_factory=dict)


def prove(judge: Judge, course: Course, answers: Answers, seeds: Sequence[int]) -> Proof:
    """Judge the starter, the reference, the variants, the misconceptions and the imposters of one exercise."""
    proof = Proof()
    if not answers.checks:
        return proof
    proof.findings += _starter_is_not_attempted(judge, course, answers.exercise, seeds[0])
    unsound = list(_reference_passes(judge, course, answers, seeds))
    proof.findings += unsound
    # Against a reference that does not pass, the rest would mean nothing.
    if not unsound:
        proof.failed_by = {check.id: [] for check in answers.checks}
        proof.findings += _variants_pass(judge, course, answers, seeds)
        with undiagnosed(course, answers) as quick:
            named = misconceptions_fail(quick, course, answers, seeds)
            proof.findings += named.findings
            for check, names in named.failed_by.items():
                proof.failed_by[check] += names
            _imposters_fail(proof, quick, course, answers, seeds[0])
        _fresh_checks_can_fail(proof, course, answers, seeds[0])
    return proof


def _starter_is_not_attempted(judge: Judge, course: Course, exercise: Exercise, seed: int) -> Iterator[Finding]:
    file = exercise.starter.relative_to(course.root)
    # One line more than the starter: the judge does not run a file that is the starter itself.
    source = exercise.starter.read_bytes() + b"\n\ntouched = True\n"
    report = judge.grade(exercise, source, filename="starter.py", seed=seed, siblings=siblings(course, exercise))
    if report.passed:
        yield Finding(file, None, "passes; a starter has a gap to fill")
    elif report.points:
        yield Finding(file, None, f"earns {report.points:g} points as it is")
    elif not report.checks[0].passed:
        yield Finding(file, None, f"does not load: {told(report)}")
    elif report.attempted:
        yield Finding(file, None, f"counts as attempted ({told(report)}); under '{GAP}' stands a NotImplementedError")


def _reference_passes(judge: Judge, course: Course, answers: Answers, seeds: Sequence[int]) -> Iterator[Finding]:
    exercise = answers.exercise
    file = (exercise.answers / "reference.py").relative_to(course.root)
    beside = siblings(course, exercise)
    for seed in seeds:
        report = judge.grade(exercise, answers.source.encode(), filename="reference.py", seed=seed, siblings=beside)
        if not report.passed:
            faults = [check for check in report.checks if check.verdict is Verdict.NOT_JUDGED]
            at = faults[0] if faults else report.first_failure
            where = file.with_name("checks.py") if faults else file
            yield Finding(where, at.id if at else None, f"the reference must pass, but with seed {seed} {told(report)}")
            return


def _variants_pass(judge: Judge, course: Course, answers: Answers, seeds: Sequence[int]) -> Iterator[Finding]:
    file = (answers.exercise.answers / "variants.py").relative_to(course.root)
    for variant in answers.variants:
        for seed in seeds:
            report = judge.rehearse(answers.exercise, as_submitted(variant.implementation, answers), seed=seed)
            if not report.passed:
                yield Finding(file, variant.id, f"a right answer must pass, but with seed {seed} {told(report)}")
                break


def _imposters_fail(proof: Proof, judge: Judge, course: Course, answers: Answers, seed: int) -> None:
    exercise = answers.exercise
    file = (exercise.answers / "checks.py").relative_to(course.root)
    bystanders = Bystanders(course, exercise)
    called = _checks_that_call(course, answers, bystanders, seed)
    if called is None:
        what = f"{honest(answers).described} to try imposters with, does not pass: it cannot be subclassed or renamed"
        proof.findings.append(Finding(file.with_name("reference.py"), None, what))
        return
    for imposter in imposters(answers):
        report, spoilt = _tried(judge, course, answers, imposter, bystanders, seed)
        if imposter.spoils and not spoilt:
            continue
        proof.findings += _wrong_with(report, imposter, answers, called, file)
        for failed in failed_checks(report):
            proof.failed_otherwise.setdefault(failed, imposter.described)


def _tried(
    judge: Judge, course: Course, answers: Answers, imposter: Imposter, bystanders: Bystanders, seed: int
) -> tuple[Report, bool]:
    """How an imposter is judged, and whether it found an input to spoil."""
    exercise = answers.exercise
    if imposter.remembers:
        source, beside = imposter.source.encode(), siblings(course, exercise)
        return judge.grade(exercise, source, filename="imposter.py", seed=seed, siblings=beside), False
    module = bystanders.load(imposter.source, filename="imposter.py")
    report = judge.rehearse(exercise, getattr(module, exercise.implements), seed=seed)
    return report, bool(getattr(module, SPOILS))


def _checks_that_call(course: Course, answers: Answers, bystanders: Bystanders, seed: int) -> set[str] | None:
    """The checks that call what an imposter replaces; one that only makes an object of a class is not among them.

    None where the reference does not pass in an imposter's wrapping.
    """
    exercise = answers.exercise
    module = bystanders.load(honest(answers).source, filename="imposter.py")
    called: set[str] = set()
    watched = tuple(replace(check, judge=_watched(check, module, called)) for check in answers.checks)
    with JudgeOf(course, replace(answers, checks=watched)) as judge:
        report = judge.rehearse(exercise, getattr(module, exercise.implements), seed=seed)
    return called if report.passed else None


def _watched(check: Check, module: ModuleType, called: set[str]) -> Callable[[Any, Any], None]:
    @wraps(check.judge)
    def judge(learner: Any, draw: Any) -> None:
        before = len(getattr(module, CALLS))
        check.judge(learner, draw)
        if len(getattr(module, CALLS)) > before:
            called.add(check.id)

    return judge


def _wrong_with(
    report: Report, imposter: Imposter, answers: Answers, called: set[str], file: Path
) -> Iterator[Finding]:
    if report.passed and imposter.must_fail:
        yield Finding(file, None, f"{imposter.described} passes every check")
        return
    shapes_only = {check.id for check in answers.checks if looks_at_shapes_only(check)}
    for check in report.checks if imposter.hollow else ():
        if check.passed and check.points and check.id in called - shapes_only:
            points = f"{check.points:g} point{'' if check.points == 1 else 's'}"
            what = f"{imposter.described} earns {points} here; let it stand on a check of values"
            yield Finding(file, check.id, what)


def _fresh_checks_can_fail(proof: Proof, course: Course, answers: Answers, seed: int) -> None:
    """What a fresh check stands on usually promises the same and fails first, so it is tried by itself."""
    for check in answers.checks:
        if not check.fresh or proof.failed_by[check.id] or check.id in proof.failed_otherwise:
            continue
        alone = replace(answers, checks=(replace(check, after=()),))
        with undiagnosed(course, alone) as judge:
            for misconception in answers.misconceptions:
                report = judge.rehearse(answers.exercise, misconception.implementation, seed=seed)
                if check.id in failed_checks(report):
                    proof.failed_otherwise[check.id] = f"{misconception.id}, were the check to stand alone"
                    break
