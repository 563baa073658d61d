"""What the judge says of a submission: its parts one by one, then what they translate with the weights of its run.

The same for whoever asks: a learner who wants to know beforehand, or an instructor.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.content import Library, Limits
from attnlab.grading.capstone import LIMITS, Exam, Mark, Quality, examine, not_examined
from attnlab.grading.sources import imports_of
from attnlab.grading.verdicts import CheckResult, Failure, Report, Verdict
from attnlab.submissions.packages import BadPackage, Package, open_package
from attnlab.translation.corpora import GRAMMAR
from attnlab.translation.handed_in import HandedIn, Unfit, read_run
from attnlab.translation.parts import part_exercises

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise
    from attnlab.grading import Judge

SUBMISSION = "submission"
SENTENCES = 100
# Beam search costs several times as much and is told from greedy search by fewer sentences.
SEARCHED = 20
BEAM = 4
_SEEDS = 1 << 31
_OPENS = ("opens", "the submission can be opened", 0.0)
_RUN_OPENS = ("run_opens", "the run's weights can be read, and are those of such a model", 0.0)
_GRAMMAR_MARKS = (
    Mark("bleu", 50, 5.0),
    Mark("bleu", 90, 5.0),
    Mark("bleu", 98, 5.0),
    Mark("exact", 80, 5.0),
)
# What ten minutes on two cores reach on Multi30k, and what lies half way.
_TEXT_MARKS = (Mark("bleu", 15, 5.0), Mark("bleu", 25, 5.0), Mark("bleu", 33, 5.0), Mark("exact", 2, 5.0))


@dataclass(frozen=True, slots=True)
class Judged:
    """The report, and the quality it stands on where it came to that."""

    report: Report
    corpus: str | None = None
    quality: Quality | None = None


def judge_submission(
    content: bytes,
    course: Course,
    judge: Judge,
    *,
    seed: int | None = None,
    sentences: int = SENTENCES,
    limits: Limits = LIMITS,
    corpora: Path | None = None,
    heard: Callable[[str], None] = lambda what: None,
) -> Judged:
    """Judge a zip file as `attnlab submit` writes it; there is a report for every bytes.

    Args:
        seed: of the hidden sentences and of the parts' inputs; drawn when not given.
        limits: of each translating worker.
        corpora: the folder of all corpora, where it is not the usual one.
        heard: told what is judged now.

    Raises:
        ToolFault: no worker can be started.
        NotThere: the course has none of the translator's parts.
    """
    begun = time.perf_counter()
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    homes = part_exercises(course)
    try:
        package = open_package(content, course)
    except BadPackage as error:
        checks = [_failed(_OPENS, str(error)), *_unreached(homes, _GRAMMAR_MARKS)]
        return Judged(_report(checks, seed, begun))
    judging = _Judging(course, judge, package, seed, heard)
    parts = {name: judging.part(name, exercise) for name, exercise in homes.items()}
    checks = [CheckResult(*_OPENS, Verdict.PASSED), *parts.values()]
    try:
        run = read_run(package.run)
    except Unfit as error:
        checks += [_failed(_RUN_OPENS, str(error)), *not_examined(_GRAMMAR_MARKS)]
        return Judged(_report(checks, seed, begun))
    marks = _GRAMMAR_MARKS if run.settings.corpus == GRAMMAR else _TEXT_MARKS
    told, quality, output = judging.translated(run, parts, marks, sentences, limits, corpora)
    checks += told
    report = _report(checks, seed, begun)
    return Judged(
        replace(report, output=output, isolation=judge.layers(Library.TORCH)),
        run.settings.corpus,
        quality,
    )


class _Judging:
    """One submission under judgement."""

    def __init__(self, course: Course, judge: Judge, package: Package, seed: int, heard: Callable[[str], None]) -> None:
        self._course, self._judge, self._package = course, judge, package
        self._seed, self._heard = seed, heard

    def part(self, name: str, exercise: Exercise) -> CheckResult:
        """Whether a part's own file passes its own checks; its points are the exercise's, and not given twice."""
        check = (name, f"{name} passes its own checks", 0.0)
        source = self._package.exercises.get(exercise.id)
        if source is None:
            return _failed(check, f"there is no {exercise.id}.py among the files")
        self._heard(name)
        siblings = {other: text for other, text in self._package.exercises.items() if other != exercise.id}
        report = self._judge.grade(exercise, source, siblings=siblings, seed=self._seed)
        if report.passed:
            return CheckResult(*check, Verdict.PASSED)
        if not report.attempted:
            return _failed(check, f"the gap in {exercise.id}.py is still open")
        first = report.first_failure
        if first is None or first.failure is None:
            return _failed(check, report.note or f"{exercise.id}.py does not pass")
        return CheckResult(*check, first.verdict, replace(first.failure, problem=_told(first)))

    def translated(
        self,
        run: HandedIn,
        parts: Mapping[str, CheckResult],
        marks: tuple[Mark, ...],
        sentences: int,
        limits: Limits,
        corpora: Path | None,
    ) -> tuple[list[CheckResult], Quality | None, str]:
        """What the parts write with the weights, where they are all there."""
        from attnlab.translation.examining import (
            NEEDED,
            OPTIONS,
            SEARCHING,
            CorpusAway,
            answers_of,
            program,
            questions_for,
        )

        readable = CheckResult(*_RUN_OPENS, Verdict.PASSED)
        if not all(parts[name].passed for name in NEEDED):
            return [readable, *not_examined(marks)], None, ""
        self._heard("the translations")
        try:
            questions = questions_for(run, count=sentences, seed=self._seed, root=corpora)
        except Unfit as error:
            return [_failed(_RUN_OPENS, str(error)), *not_examined(marks)], None, ""
        except CorpusAway as error:
            first, *others = not_examined(marks)
            away = replace(first, verdict=Verdict.NOT_JUDGED, failure=Failure(str(error)))
            return [readable, away, *others], None, ""
        searching = parts[SEARCHING].passed
        asked = [*NEEDED, SEARCHING] if searching else list(NEEDED)
        homes = {name: exercise.id for name, exercise in part_exercises(self._course).items() if name in asked}
        exam = Exam(
            program=program(),
            homes=homes,
            sizes=run.sizes,
            weights=run.weights,
            questions=questions.sources,
            limits=questions.limits,
            vocabulary=len(run.target),
            options=OPTIONS,
            written=answers_of(run, questions, beam=1),
            searched=answers_of(run, questions, beam=BEAM, count=SEARCHED) if searching else (),
            beam=BEAM,
            rate=lambda answers: Quality(*questions.rate(answers), len(answers)),
            marks=marks,
        )
        files = self._leads_to(homes.values())
        told, quality, output = examine(self._judge, exam, files, searching=searching, limits=limits)
        return [readable, *told], quality, output

    def _leads_to(self, exercises: Iterable[str]) -> dict[str, bytes]:
        """The files of these exercises, those they import, and those that they import: all of them pass."""
        given = self._package.exercises
        found: dict[str, bytes] = {}
        waiting = list(exercises)
        while waiting:
            name = waiting.pop()
            if name in given and name not in found:
                found[name] = given[name]
                waiting += imports_of(given[name])
        return found


def _told(check: CheckResult) -> str:
    problem = check.failure.problem if check.failure else ""
    return f"{check.sentence}: {problem}"


def _failed(check: tuple[str, str, float], problem: str) -> CheckResult:
    return CheckResult(*check, Verdict.FAILED, Failure(problem))


def _unreached(homes: Mapping[str, Exercise], marks: tuple[Mark, ...]) -> list[CheckResult]:
    parts = [CheckResult(name, f"{name} passes its own checks", 0.0, Verdict.NOT_REACHED) for name in homes]
    return [*parts, CheckResult(*_RUN_OPENS, Verdict.NOT_REACHED), *not_examined(marks)]


def _report(checks: list[CheckResult], seed: int, begun: float) -> Report:
    return Report(
        exercise=SUBMISSION, seed=seed, attempted=True, checks=tuple(checks), seconds=time.perf_counter() - begun
    )
