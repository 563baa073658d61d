"""Grades a class: the judge is tried first, then judges whatever the book has no result of that still holds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnlab.classroom.batch.crew import Again, Crew, Done
from attnlab.classroom.batch.events import (
    Attention,
    Began,
    Confined,
    Event,
    Finished,
    Judged,
    Retried,
    SelfTested,
    Slow,
)
from attnlab.classroom.batch.jobs import (
    Confinement,
    Fault,
    Job,
    JudgePackage,
    JudgeWork,
    Proof,
    Prove,
    Settings,
    TellConfinement,
)
from attnlab.classroom.batch.planning import (
    Agenda,
    Planned,
    Unread,
    job_of,
    remembered,
    still_holds,
    versions_for,
)
from attnlab.classroom.batch.proving import rests_on
from attnlab.classroom.records import CAPSTONE, CheckRow, Intake, Judgement
from attnlab.content import Course, Library
from attnlab.errors import AttnlabError, ToolFault
from attnlab.grading.verdicts import CheckResult, Failure, Report, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.grading import Isolation

_SLOW_SECONDS = 1.0
_PROVED = "proved"


class SelfTestFailed(AttnlabError):
    """The judge does not give known answers the marks they earn; nothing was graded."""

    def __init__(self, problems: list[str]) -> None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(
            f"the judge failed its self-test, so nothing was graded:\n{listed}",
            remedy="'attnlab author audit' says more of the course; 'attnlab assignment check' of your own checks",
        )
        self.problems = tuple(problems)


def grade_class(
    intake: Intake,
    assignment: Assignment,
    course: Course,
    book: Gradebook,
    *,
    isolation: Isolation,
    jobs: int,
    exercises: Iterable[str] | None = None,
    corpora: Path | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Generator[Event, None, None]:
    """Judge what was handed in and keep every judgement; what happens is told while it does.

    A result that the book has is taken over where nothing that it rests on has changed: the file and those it imports,
    the inputs, the check, the reference, the limits. So the same call goes on after an interruption.

    Args:
        jobs: how many processes share the work.
        exercises: only these; all that the assignment wants where it is None.
        corpora: the folder of all corpora, where it is not the usual one.

    Raises:
        SelfTestFailed: known answers do not get the marks they earn.
        ToolFault: no worker can be started, or strict isolation cannot be had.
        CannotWrite: the book cannot be written; what it holds is untouched.
    """
    begun = clock()
    chosen = None if exercises is None else frozenset(exercises)
    handed_in = {work.exercise for hand_in in intake.hand_ins for work in hand_in.works}
    wanted = [each.id for each in course.exercises if each.id in handed_in and assignment.wants(each.id)]
    wanted = [each for each in wanted if chosen is None or each in chosen]
    packages = CAPSTONE in handed_in and assignment.wants(CAPSTONE) and (chosen is None or CAPSTONE in chosen)
    libraries = {course.exercise(each).library.value for each in wanted}
    libraries |= {Library.TORCH.value} if packages else set()
    settings = Settings(course.root, isolation, assignment.private, corpora, tuple(sorted(libraries)))
    with Crew(settings, jobs) as crew:
        batch = _Batch(intake, assignment, course, book, crew, chosen)
        yield from batch.confinement(sorted(libraries))
        versions, tested = batch.tested(wanted)
        yield SelfTested(tuple(wanted), len(wanted) - tested, clock() - begun)
        todo = yield from batch.planned(versions)
        yield Began(len(intake.hand_ins), todo.count, todo.reused, jobs)
        judged, attention = yield from batch.judged(todo)
        yield Finished(judged, todo.reused, attention + todo.attention, clock() - begun)


@dataclass(slots=True)
class _Todo:
    """What is left to judge, with the versions that its results will be kept under."""

    works: list[tuple[Planned, Job]]
    packages: list[tuple[Planned, Job]]
    passed: dict[tuple[str, str], bool]
    versions: dict[str, dict[str, str]]
    reused: int = 0
    attention: int = 0

    @property
    def count(self) -> int:
        return sum(planned.wanted for planned, _ in [*self.works, *self.packages])


class _Tally:
    """How far the judging is."""

    def __init__(self, count: int) -> None:
        self.count = self.left = count
        self.attention = 0


class _Batch:
    """One class being graded."""

    def __init__(
        self,
        intake: Intake,
        assignment: Assignment,
        course: Course,
        book: Gradebook,
        crew: Crew,
        chosen: frozenset[str] | None,
    ) -> None:
        self._intake, self._assignment, self._course = intake, assignment, course
        self._book, self._crew, self._chosen = book, crew, chosen
        self._rests_on = rests_on(course, assignment.private)

    def confinement(self, libraries: list[str]) -> Iterator[Event]:
        """What confines submissions, noted in the book."""
        from attnlab.grading.isolation import isolation_line

        told = []
        for done in self._crew.do(_List([TellConfinement(library) for library in libraries])):
            if isinstance(done, Done) and isinstance(done.answer, Confinement):
                told.append(isolation_line(done.answer.layers, done.answer.missing))
            elif isinstance(done, Done) and isinstance(done.answer, Fault):
                raise ToolFault(done.answer.problem, remedy=done.answer.remedy or "'attnlab doctor' looks deeper")
        if told:
            self._book.tell({"isolation": told[0]})
            yield Confined(told[0])

    def tested(self, wanted: list[str]) -> tuple[dict[str, dict[str, str]], int]:
        """The versions of all checks, and how many exercises the judge had to be tried on.

        Raises:
            SelfTestFailed: it does not hold.
        """
        versions: dict[str, dict[str, str]] = {}
        to_prove: list[Job] = []
        for exercise in wanted:
            limits = self._assignment.limits.get(exercise)
            noted = json.loads(self._book.told(f"{_PROVED} {exercise}") or "{}")
            if noted.get("rests_on") == f"{self._rests_on} {limits}":
                versions[exercise] = noted["versions"]
            else:
                to_prove.append(Prove(exercise, self._assignment.seed_of("", exercise), limits))
        problems: list[str] = []
        for done in self._crew.do(_List(to_prove)):
            match done:
                case Done(job=Prove(exercise=exercise), answer=Proof() as proof):
                    problems += [f"{exercise}: {problem}" for problem in proof.problems]
                    versions[exercise] = dict(proof.versions)
                case Done(job=Prove(exercise=exercise), answer=Fault(problem=problem)):
                    problems.append(f"{exercise}: {problem}")
        if problems:
            raise SelfTestFailed(sorted(problems))
        for job in to_prove:
            if isinstance(job, Prove):
                told = {"rests_on": f"{self._rests_on} {job.limits}", "versions": versions[job.exercise]}
                self._book.tell({f"{_PROVED} {job.exercise}": json.dumps(told)})
        return versions, len(to_prove)

    def planned(self, versions: dict[str, dict[str, str]]) -> Generator[Event, None, _Todo]:
        """What is left to judge, once everything that was handed in is noted."""
        todo = _Todo([], [], {}, versions)
        for hand_in in self._intake.hand_ins:
            for one in remembered(hand_in, self._course, self._assignment, self._book, self._chosen):
                if isinstance(one, Unread):
                    todo.attention += 1
                    yield Attention(one.student, one.exercise, one.why)
                elif one.work.exercise == CAPSTONE:
                    self._plan_package(one, todo)
                else:
                    self._plan(one, todo)
        return todo

    def _plan(self, one: Planned, todo: _Todo) -> None:
        rows = self._known(one)
        versions = versions_for(one, todo.versions)
        hidden = self._assignment.hidden_in(one.work.exercise)
        if any(name in hidden and not row.hidden for name, row in rows.items()):
            # What it was told of the others may hold what is not to be known of this one.
            rows = {}
        if one.wanted and still_holds(rows, versions):
            todo.reused += 1
            todo.passed[one.key] = all(row.result.passed for row in rows.values())
            self._hide_as_now(one, rows)
            return
        known = {name: row for name, row in rows.items() if row.version == versions.get(name)}
        if known and not self._was_attempted(one):
            # Where the gap was open, that says more than its checks do.
            known = {}
        todo.works.append((one, job_of(one, self._assignment, known)))

    def _plan_package(self, one: Planned, todo: _Todo) -> None:
        rows = self._known(one)
        if still_holds(rows, dict.fromkeys(rows, self._rests_on)):
            todo.reused += 1
        else:
            todo.packages.append((one, job_of(one, self._assignment, {})))

    def _known(self, one: Planned) -> dict[str, CheckRow]:
        return self._book.known(*one.key, one.ground, one.seed) if one.wanted else {}

    def _was_attempted(self, one: Planned) -> bool:
        kept = next(self._book.kept(*one.key), None)
        return kept is not None and kept.report is not None and kept.report.attempted

    def _hide_as_now(self, one: Planned, rows: Mapping[str, CheckRow]) -> None:
        """Fewer checks may be hidden than then; the results are the same."""
        hidden = self._assignment.hidden_in(one.work.exercise)
        if all(row.hidden == (name in hidden) for name, row in rows.items()):
            return
        kept = next(self._book.kept(*one.key), None)
        if kept is not None and kept.report is not None:
            versions = {name: row.version for name, row in rows.items()}
            self._book.keep(Judgement(*one.key, one.ground, one.seed, kept.report, versions, hidden, kept.attention))

    def judged(self, todo: _Todo) -> Generator[Event, None, tuple[int, int]]:
        """Everything that is left, judged and kept; how much that was, and how much of it wants a person's eye."""
        count = todo.count
        tally = _Tally(count)
        late: list[tuple[Planned, Job]] = []
        yield from self._round(todo.works, todo, tally, late)
        # What a clock ended is given the machine for itself; so is a package, which translates for minutes.
        yield from self._round(late, todo, tally)
        yield from self._round(todo.packages, todo, tally)
        return count, tally.attention

    def _round(
        self,
        works: list[tuple[Planned, Job]],
        todo: _Todo,
        tally: _Tally,
        late: list[tuple[Planned, Job]] | None = None,
    ) -> Iterator[Event]:
        """Judge these; what only a clock ended goes to `late`, and is taken as it is where there is none."""
        by_key = {planned.key: planned for planned, _ in works}
        agenda = Agenda(works, todo.passed)
        for done in self._crew.do(agenda, one_at_a_time=late is None):
            job = done.job
            assert isinstance(job, JudgeWork | JudgePackage)
            planned = by_key[job.student, job.exercise]
            if isinstance(done, Again):
                yield Retried(job.student, job.exercise, done.why)
                continue
            report = self._report(job, done)
            if late is not None and report.by_clock:
                late.append((planned, job))
                yield Retried(job.student, job.exercise, "the machine was too busy to tell whether it hangs")
                continue
            agenda.done(planned.key, passed=report.passed)
            if planned.wanted:
                yield from self._kept(self._judgement(planned, report, todo), tally)

        if late is not None:
            # What imports a file whose judgement is put off waits with it.
            late += agenda.rest()

    def _kept(self, judgement: Judgement, tally: _Tally) -> Iterator[Event]:
        self._book.keep(judgement)
        tally.left -= 1
        yield Judged(judgement, tally.count, tally.left)
        whose = judgement.student, judgement.exercise
        if judgement.report.seconds > _SLOW_SECONDS:
            yield Slow(*whose, judgement.report.seconds)
        if judgement.attention:
            tally.attention += 1
            yield Attention(*whose, judgement.attention)

    def _report(self, job: JudgeWork | JudgePackage, done: Done) -> Report:
        match done.answer:
            case Report() as report:
                return report
            case Fault(problem=problem):
                return _not_judged(job, problem)
            case _:
                return _not_judged(job, "the judge answered something else")

    def _judgement(self, planned: Planned, report: Report, todo: _Todo) -> Judgement:
        exercise = planned.work.exercise
        hidden = self._assignment.hidden_in(exercise)
        if exercise == CAPSTONE:
            versions = {check.id: self._rests_on for check in report.checks}
        else:
            versions = versions_for(planned, todo.versions)
        return Judgement(*planned.key, planned.ground, planned.seed, report, versions, hidden, _attention(report))


class _List:
    """Jobs that wait for nothing."""

    def __init__(self, jobs: list[Job] | list[TellConfinement]) -> None:
        self._left: list[Job] = list(reversed(jobs))

    def next(self) -> Job | None:
        return self._left.pop() if self._left else None


def _not_judged(job: JudgeWork | JudgePackage, problem: str) -> Report:
    """What is kept where the judge itself failed: neither zero nor a pass."""
    check = CheckResult("judged", "the judge comes to a verdict", 0.0, Verdict.NOT_JUDGED, Failure(problem))
    return Report(job.exercise, job.seed, True, (check,))


def _attention(report: Report) -> str:
    """Why a person should look at a report; empty where nobody need."""
    for check in report.checks:
        if check.verdict is Verdict.NOT_JUDGED:
            said = check.failure.problem if check.failure else "no reason is known"
            return f"'{check.id}' could not be judged: {said}"
    if report.by_clock:
        return "a clock ended it twice, also by itself; nobody can tell whether it or the machine was too slow"
    return ""
