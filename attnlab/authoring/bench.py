"""The part of an audit that runs the course's code, cut into tasks that several processes can share."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from attnlab.authoring.experiments import experiment_findings
from attnlab.authoring.findings import CheckFails, Finding
from attnlab.authoring.mutations import mutate
from attnlab.authoring.pictures import picture_findings
from attnlab.authoring.proofs import prove
from attnlab.authoring.survival import Fate, try_mutants
from attnlab.authoring.withheld import withheld_findings
from attnlab.content import Course, Exercise, try_course
from attnlab.errors import AttnlabError, ContentInvalid
from attnlab.grading import Judge

# Enough for the start of a task not to matter, few enough for two processes to end at about the same time.
MUTANTS_A_TASK = 30


@dataclass(frozen=True, slots=True)
class ProveExercise:
    exercise: str


@dataclass(frozen=True, slots=True)
class TryMutants:
    """Some of an exercise's mutants, by their place among all of them."""

    exercise: str
    first: int
    beyond: int


@dataclass(frozen=True, slots=True)
class ReadExperiment:
    lesson: str
    name: str


Task = ProveExercise | TryMutants | ReadExperiment


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one task found; what does not concern it stays empty."""

    task: Task
    findings: tuple[Finding, ...] = ()
    failed: tuple[CheckFails, ...] = ()
    misconceptions: int = 0
    variants: int = 0
    fates: tuple[Fate, ...] = ()
    seconds: float = 0.0


class Bench:
    """One process's course and judge, on which tasks are done one after another."""

    def __init__(self, root: Path, seeds: Sequence[int]) -> None:
        course, _ = try_course(root)
        if course is None:
            raise ContentInvalid([f"{root / 'course' / 'course.toml'}: cannot be read"])
        self._course: Course = course
        self._seeds = seeds
        self._judge = Judge(course)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *error: object) -> None:
        self._judge.close()

    def do(self, task: Task) -> Outcome:
        """Do a task; whatever goes wrong while doing it is a finding."""
        started = time.perf_counter()
        try:
            outcome = self._done(task)
        except ContentInvalid as error:
            outcome = Outcome(task, tuple(self._unreadable(problem) for problem in error.problems))
        except AttnlabError as error:
            outcome = Outcome(task, (Finding(self._place(task), None, f"cannot be judged: {error}"),))
        return replace(outcome, seconds=time.perf_counter() - started)

    def _done(self, task: Task) -> Outcome:
        if isinstance(task, ReadExperiment):
            lesson = self._course.lesson(task.lesson)
            return Outcome(task, tuple(experiment_findings(self._course, lesson, task.name)))
        exercise = self._course.exercise(task.exercise)
        answers = self._judge.answers(exercise)
        if isinstance(task, TryMutants):
            if not answers.checks:
                return Outcome(task)
            mutants = mutate(answers.source).made[task.first : task.beyond]
            return Outcome(task, fates=tuple(try_mutants(self._judge, self._course, answers, mutants, self._seeds)))
        findings = [*withheld_findings(self._course, answers), *picture_findings(self._course, exercise)]
        proof = prove(self._judge, self._course, answers, self._seeds)
        return Outcome(
            task,
            tuple(findings + proof.findings),
            tuple(
                CheckFails(check, tuple(by), None if by else proof.failed_otherwise.get(check))
                for check, by in proof.failed_by.items()
            ),
            len(answers.misconceptions),
            len(answers.variants),
        )

    def _place(self, task: Task) -> Path:
        if isinstance(task, ReadExperiment):
            return Path("course", task.lesson, "experiments", f"{task.name}.py")
        return self._course.exercise(task.exercise).answers.relative_to(self._course.root)

    def _unreadable(self, problem: object) -> Finding:
        # Problems found while running a file are told as `file: what`, with the whole path.
        file, _, what = str(problem).partition(": ")
        path = Path(file)
        inside = path.relative_to(self._course.root) if path.is_relative_to(self._course.root) else path
        return Finding(inside, None, what)


def tasks(course: Course, exercises: Sequence[Exercise], lessons: Sequence[str], *, mutations: bool) -> Iterator[Task]:
    """What there is to do, the longest first where that is known."""
    for exercise in exercises:
        yield ProveExercise(exercise.id)
    for lesson in course.lessons:
        if lesson.id in lessons:
            for name in lesson.experiments:
                if lesson.experiment_file(name).is_file():
                    yield ReadExperiment(lesson.id, name)
    for exercise in exercises if mutations else ():
        for first in range(0, number_of_mutants(exercise), MUTANTS_A_TASK):
            yield TryMutants(exercise.id, first, first + MUTANTS_A_TASK)


def number_of_mutants(exercise: Exercise) -> int:
    """How many mutants an exercise's reference has; none where it cannot be read."""
    try:
        return len(mutate((exercise.answers / "reference.py").read_text(encoding="utf-8")).made)
    except (OSError, SyntaxError, ValueError):
        return 0
