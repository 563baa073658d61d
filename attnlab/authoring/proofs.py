"""What an exercise proves when it is judged: its right answers pass, its wrong ones fail as what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from attnlab.authoring.definitions import GAP
from attnlab.authoring.findings import Finding
from attnlab.authoring.imposters import Imposter, imposters
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
        _misconceptions_fail(proof, judge, course, answers, seeds)
        _imposters_fail(proof, judge, course, answers, seeds[0])
        _fresh_checks_can_fail(proof, course, answers, seeds[0])
    return proof


def siblings(course: Course, exercise: Exercise) -> Mapping[str, bytes]:
    """The references of every other exercise, as a workspace in which all of them are done."""
    files = {other.id: other.answers / "reference.py" for other in course.exercises if other.id != exercise.id}
    return {name: file.read_bytes() for name, file in files.items() if file.is_file()}


def failed_checks(report: Report) -> list[str]:
    """The checks that were reached and did not pass."""
    return [check.id for check in report.checks if check.verdict not in (Verdict.PASSED, Verdict.NOT_REACHED)]


def told(report: Report) -> str:
    """A report that is not a pass, in one clause."""
    first = report.first_failure
    if first is None or first.failure is None:
        return report.note or "not all checks pass"
    return f"'{first.sentence}' {first.verdict}: {first.failure.problem}"


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
            report = judge.rehearse(answers.exercise, variant.implementation, seed=seed)
            if not report.passed:
                yield Finding(file, variant.id, f"a right answer must pass, but with seed {seed} {told(report)}")
                break


def _misconceptions_fail(proof: Proof, judge: Judge, course: Course, answers: Answers, seeds: Sequence[int]) -> None:
    file = (answers.exercise.answers / "misconceptions.py").relative_to(course.root)
    for misconception in answers.misconceptions:
        failed: dict[str, None] = {}
        wrong: str | None = None
        for seed in seeds:
            report = judge.rehearse(answers.exercise, misconception.implementation, seed=seed)
            failed |= dict.fromkeys(failed_checks(report))
            wrong = wrong or _misnamed(report, misconception.id)
        if wrong is not None:
            proof.findings.append(Finding(file, misconception.id, wrong))
        for check in failed:
            proof.failed_by.setdefault(check, []).append(misconception.id)


def _misnamed(report: Report, name: str) -> str | None:
    """What is wrong with how a misconception was judged; None when it failed and was named as itself."""
    if report.passed:
        return f"passes with seed {report.seed}: no check tells it from the right answer"
    if faults := [check.id for check in report.checks if check.verdict is Verdict.NOT_JUDGED]:
        return f"with seed {report.seed} the check '{faults[0]}' could not judge it: {told(report)}"
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


def _imposters_fail(proof: Proof, judge: Judge, course: Course, answers: Answers, seed: int) -> None:
    exercise = answers.exercise
    file = (exercise.answers / "checks.py").relative_to(course.root)
    beside = siblings(course, exercise)
    for imposter in imposters(answers):
        source = imposter.source.encode()
        report = judge.grade(exercise, source, filename="imposter.py", seed=seed, siblings=beside)
        proof.findings += _wrong_with(report, imposter, answers, file)
        for failed in failed_checks(report):
            proof.failed_otherwise.setdefault(failed, imposter.described)


def _wrong_with(report: Report, imposter: Imposter, answers: Answers, file: Path) -> Iterator[Finding]:
    if report.passed and imposter.must_fail:
        yield Finding(file, None, f"{imposter.described} passes every check")
        return
    shapes_only = {check.id for check in answers.checks if looks_at_shapes_only(check)}
    for check in report.checks if imposter.hollow else ():
        if check.passed and check.points and check.id not in shapes_only:
            points = f"{check.points:g} point{'' if check.points == 1 else 's'}"
            what = f"{imposter.described} earns {points} here; let it stand on a check of values"
            yield Finding(file, check.id, what)


class _LoneJudge(Judge):
    """Judges by one check that stands on nothing."""

    def __init__(self, course: Course, answers: Answers, check: Check) -> None:
        super().__init__(course)
        self._alone = replace(answers, checks=(replace(check, after=()),))

    def answers(self, exercise: Exercise) -> Answers:
        return self._alone


def _fresh_checks_can_fail(proof: Proof, course: Course, answers: Answers, seed: int) -> None:
    """What a fresh check stands on usually promises the same and fails first, so it is tried by itself."""
    for check in answers.checks:
        if not check.fresh or proof.failed_by[check.id] or check.id in proof.failed_otherwise:
            continue
        with _LoneJudge(course, answers, check) as judge:
            for misconception in answers.misconceptions:
                report = judge.rehearse(answers.exercise, misconception.implementation, seed=seed)
                if check.id in failed_checks(report):
                    proof.failed_otherwise[check.id] = f"{misconception.id}, were the check to stand alone"
                    break
