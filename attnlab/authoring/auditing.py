"""The audit: everything wrong with a course, and what was proved of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from attnlab.authoring.bench import Outcome, ProveExercise, ReadExperiment, Task, TryMutants, tasks
from attnlab.authoring.crew import done
from attnlab.authoring.definitions import definition_findings
from attnlab.authoring.equivalents import read_equivalents
from attnlab.authoring.files import circle_findings, mark_findings, stray_findings
from attnlab.authoring.findings import Audit, CheckFails, ExerciseAudit, Finding, MutantCounts, Weight, in_order
from attnlab.authoring.mutations import Mutant, mutate
from attnlab.authoring.survival import Fate
from attnlab.authoring.texts import lesson_findings
from attnlab.content import Course, Exercise, Lesson, try_course
from attnlab.errors import UnknownName

DEFAULT_SEEDS = 3

Told = Callable[[str, float], None]


def audit(
    root: Path,
    names: Sequence[str] = (),
    *,
    seeds: int = DEFAULT_SEEDS,
    judging: bool = True,
    mutations: bool = True,
    jobs: int | None = None,
    told: Told | None = None,
) -> Audit:
    """Audit the course under `root`, or only the lessons and exercises named.

    Args:
        seeds: how many draws of inputs every proof is made on.
        judging: whether answers are judged at all; without it only what can be read is audited.
        mutations: whether references are mutated as well, which takes most of the time.
        jobs: how many processes share the work; as many as there are cores where it is None.
        told: is told what was done last and what share of the whole is behind.

    Raises:
        UnknownName: neither a lesson nor an exercise is called so.
    """
    started = time.perf_counter()
    course, problems = try_course(root)
    found = [Finding(problem.file, problem.key, problem.what) for problem in problems]
    if course is None:
        return Audit(tuple(found), (), seeds, time.perf_counter() - started)
    lessons, exercises = _chosen(course, names)
    found += _of_course(course, lessons, whole=not names)
    judged = exercises if judging else []
    listed = list(tasks(course, judged, [lesson.id for lesson in lessons], mutations=mutations))
    outcomes: list[Outcome] = []
    if listed:
        for outcome in done(root, listed, seeds=range(seeds), jobs=_jobs(jobs, listed)):
            outcomes.append(outcome)
            if told is not None:
                told(_described(outcome.task), len(outcomes) / len(listed))
    outcomes.sort(key=lambda outcome: listed.index(outcome.task))
    for outcome in outcomes:
        if isinstance(outcome.task, ReadExperiment):
            found += outcome.findings
    audited = [_of_exercise(course, exercise, outcomes, mutations=mutations) for exercise in exercises]
    concerned = [finding for finding in found if not names or _concerns(finding, lessons, exercises)]
    return Audit(tuple(in_order(concerned)), tuple(audited), seeds, time.perf_counter() - started)


def _chosen(course: Course, names: Sequence[str]) -> tuple[list[Lesson], list[Exercise]]:
    if not names:
        return list(course.lessons), list(course.exercises)
    lessons: list[Lesson] = []
    exercises: list[Exercise] = []
    for name in names:
        try:
            exercises.append(course.exercise(name))
        except UnknownName as unknown:
            try:
                lesson = course.lesson(name)
            except UnknownName:
                raise unknown from None
            lessons.append(lesson)
            exercises += course.exercises_of(lesson)
    return list(dict.fromkeys(lessons)), [exercise for exercise in course.exercises if exercise in exercises]


def _of_course(course: Course, lessons: Sequence[Lesson], *, whole: bool) -> Iterator[Finding]:
    if whole:
        yield from mark_findings(course, course.root / "course" / "course.toml")
    yield from circle_findings(course)
    yield from stray_findings(course)
    for lesson in lessons:
        yield from lesson_findings(course, lesson)
        yield from mark_findings(course, lesson.file.parent)


def _concerns(finding: Finding, lessons: Sequence[Lesson], exercises: Sequence[Exercise]) -> bool:
    """Whether a finding about the course as a whole is about what was asked for."""
    folders = [Path(top, exercise.lesson, exercise.id) for top in ("exercises", "solutions") for exercise in exercises]
    folders += [Path(top, lesson.id) for top in ("course", "exercises", "solutions") for lesson in lessons]
    return any(finding.file.is_relative_to(folder) for folder in folders)


def _of_exercise(course: Course, exercise: Exercise, outcomes: Sequence[Outcome], *, mutations: bool) -> ExerciseAudit:
    own = [outcome for outcome in outcomes if getattr(outcome.task, "exercise", None) == exercise.id]
    findings = list(definition_findings(course, exercise))
    for folder in (exercise.folder, exercise.answers):
        findings += mark_findings(course, folder)
    findings += [finding for outcome in own for finding in outcome.findings]
    proofs = [outcome for outcome in own if isinstance(outcome.task, ProveExercise)]
    # Where the reference itself does not pass, what became of its mutants says nothing.
    fates = [fate for outcome in own for fate in outcome.fates if any(proof.failed for proof in proofs)]
    equivalents = read_equivalents(course, exercise)
    findings += equivalents.findings
    counts = MutantCounts()
    if fates:
        survivors = [fate.mutant for fate in fates if not fate.killed]
        undeclared = [mutant for mutant in survivors if mutant.name not in equivalents.places]
        made, killed = [fate.mutant for fate in fates], [fate.mutant for fate in fates if fate.killed]
        findings += [_survivor(course, exercise, mutant) for mutant in undeclared]
        findings += equivalents.stale(made, killed)
        same = mutate((exercise.answers / "reference.py").read_text(encoding="utf-8")).same
        counts = MutantCounts(len(killed), same + len(survivors) - len(undeclared), len(undeclared))
    checks = [entry for proof in proofs for entry in _checks_that_fail(proof, fates)]
    file = (exercise.answers / "checks.py").relative_to(course.root)
    for check in checks:
        if not check.seen:
            findings.append(_never_failed(file, check, mutations=mutations))
    audited = ExerciseAudit(
        exercise=exercise.id,
        findings=tuple(in_order(findings)),
        checks=tuple(checks),
        misconceptions=sum(proof.misconceptions for proof in proofs),
        variants=sum(proof.variants for proof in proofs),
        mutants=counts,
    )
    return replace(audited, seconds=sum(outcome.seconds for outcome in own))


def _checks_that_fail(proof: Outcome, fates: Sequence[Fate]) -> Iterator[CheckFails]:
    for check in proof.failed:
        mutant = next((fate.mutant.name for fate in fates if check.check in fate.failed), None)
        yield check if check.seen else replace(check, otherwise=mutant)


def _never_failed(file: Path, check: CheckFails, *, mutations: bool) -> Finding:
    if mutations:
        return Finding(file, check.check, "no misconception and no mutant fails it")
    what = "no misconception fails it; mutants were not tried"
    return Finding(file, check.check, what, weight=Weight.WARNING)


def _survivor(course: Course, exercise: Exercise, mutant: Mutant) -> Finding:
    before, _, after = mutant.name.partition(" -> ")
    quote = "'''" if "'" in mutant.name else "'"
    return Finding(
        (exercise.answers / "reference.py").relative_to(course.root),
        f"line {mutant.line}",
        "no check notices this change",
        (f"- {before}", f"+ {after}", f"mutant = {quote}{mutant.name}{quote}"),
    )


def _jobs(jobs: int | None, listed: Sequence[Task]) -> int:
    wanted = jobs if jobs is not None else len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return max(1, min(wanted, len(listed)))


def _described(task: Task) -> str:
    match task:
        case ProveExercise(exercise):
            return f"judged {exercise}'s answers"
        case TryMutants(exercise):
            return f"tried mutants of {exercise}"
        case ReadExperiment(_, name):
            return f"read the experiment {name}"
