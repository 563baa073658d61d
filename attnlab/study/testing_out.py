"""Testing out of a lesson: one file that holds all of its exercises, judged exercise by exercise.

What passes is done. A workspace file that is still the starter is replaced by what passed; one that the
learner has edited never is: there the passing version is kept beside it, in the history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import CannotWrite, WrongUsage
from attnlab.study.browsing import next_exercise
from attnlab.study.checking import Grader, Submission, entry_after, submission_of
from attnlab.study.history import Kept, keep
from attnlab.study.merging import defines, merged, part_for
from attnlab.study.progress import Entry, Progress, change_progress, read_progress
from attnlab.study.timekeeping import noticed
from attnlab.study.workspace import Workspace, is_untouched

if TYPE_CHECKING:
    from attnlab.content import Exercise, Lesson
    from attnlab.grading import Report

TESTED_OUT = "tested out"


class Placed(StrEnum):
    """What became of an exercise's file in the workspace."""

    AS_IT_WAS = "as it was"
    REPLACED = "replaced"
    BESIDE = "kept beside"


@dataclass(frozen=True)
class Tried:
    """One exercise of the lesson, judged on the one file.

    Args:
        report: None where the exercise was done before and the file leaves it out.
        kept: the version that passed, as the history has it.
    """

    exercise: Exercise
    report: Report | None
    before: Entry
    after: Entry
    placed: Placed = Placed.AS_IT_WAS
    kept: Kept | None = None

    @property
    def passed(self) -> bool:
        return self.report is None or self.report.passed

    @property
    def newly_passed(self) -> bool:
        return self.after.done and not self.before.done


@dataclass(frozen=True)
class LessonTried:
    """A lesson judged on one file; it is tested out of when every exercise passed.

    Args:
        forgotten: why a result could not be remembered; the verdicts hold all the same.
    """

    lesson: Lesson
    file: Path
    tried: tuple[Tried, ...]
    next: Exercise | None
    forgotten: CannotWrite | None = None

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.tried)

    def failing_under(self, tried: Tried) -> tuple[str, ...]:
        """The exercises of this lesson that one which failed builds on, directly or not, and that failed too."""
        by_name = {each.exercise.id: each for each in self.tried}
        under: set[str] = set()
        waiting = [] if tried.passed else list(tried.exercise.prerequisites)
        while waiting:
            name = waiting.pop()
            if name in by_name and name not in under:
                under.add(name)
                waiting += by_name[name].exercise.prerequisites
        return tuple(name for name, each in by_name.items() if name in under and not each.passed)


def answer_file(workspace: Workspace, lesson: Lesson) -> Path:
    """Where the one file of a lesson is made."""
    return workspace.root / f"test-out-{lesson.number}.py"


def lay_out(workspace: Workspace, lesson: Lesson) -> Path | None:
    """Make the one file of a lesson's starters; None where it is there already, which then stays as it is.

    Raises:
        WrongUsage: the lesson has no exercises.
    """
    file = answer_file(workspace, lesson)
    if file.exists() or file.is_symlink():
        return None
    exercises = _exercises(workspace, lesson)
    remedy = "the course is incomplete: install it again"
    starters = [files.read(exercise.starter, remedy=remedy).decode("utf-8") for exercise in exercises]
    docstring = f"{lesson.id} in one file. To have it judged: attnlab test-out {lesson.number} {file.name}"
    files.write(file, merged(starters, docstring=docstring, here={exercise.id for exercise in exercises}))
    return file


def judge_lesson(workspace: Workspace, lesson: Lesson, file: Path, *, judge: Grader, now: datetime) -> LessonTried:
    """Judge every exercise of a lesson on one file and remember what passes.

    Raises:
        NotThere: the file is missing or cannot be read.
        WrongUsage: the lesson has no exercises.
    """
    exercises = _exercises(workspace, lesson)
    remedy = f"'attnlab test-out {lesson.number}' without a file makes one to fill in"
    source = files.read(file, remedy=remedy)
    tried: list[Tried] = []
    forgotten: CannotWrite | None = None
    for exercise in exercises:
        entry = read_progress(workspace).of(exercise)
        if entry.done and not defines(source, exercise.implements):
            tried.append(Tried(exercise, None, entry, entry))
            continue
        handed_in = replace(submission_of(workspace, exercise, source), filename=_called(file, workspace))
        report = _graded(judge, handed_in)
        try:
            tried.append(_remembered(workspace, handed_in, report, judge, now))
        except CannotWrite as error:
            forgotten = error
            tried.append(Tried(exercise, report, entry, entry))
    noticed(workspace, now)
    progress = read_progress(workspace)
    if all(each.passed for each in tried) and forgotten is None:
        progress = change_progress(workspace, lambda current: _with_lesson(current, lesson, now))
    return LessonTried(lesson, file, tuple(tried), next_exercise(workspace.course, progress), forgotten)


def _exercises(workspace: Workspace, lesson: Lesson) -> list[Exercise]:
    exercises = list(workspace.course.exercises_of(lesson))
    if not exercises:
        raise WrongUsage(
            f"{lesson.id} has no exercises", remedy=f"'attnlab read {lesson.number}' is all there is to it"
        )
    return exercises


def _graded(judge: Grader, handed_in: Submission, seed: int | None = None) -> Report:
    return judge.grade(
        handed_in.exercise, handed_in.source, filename=handed_in.filename, seed=seed, siblings=handed_in.siblings
    )


def _called(file: Path, workspace: Workspace) -> str:
    # An exercise's own file, which the one judged may import, must not go by the same name.
    taken = {exercise.id for exercise in workspace.course.exercises}
    return f"{file.parent.name}/{file.name}" if file.stem in taken else file.name


def _remembered(workspace: Workspace, handed_in: Submission, report: Report, judge: Grader, now: datetime) -> Tried:
    exercise = handed_in.exercise
    own = _own_part(handed_in, report, judge) if report.passed else handed_in.source
    seen: dict[str, Any] = {"placed": Placed.AS_IT_WAS, "kept": None}

    def change(progress: Progress) -> Progress:
        before = progress.of(exercise)
        after = entry_after(before, report, now)
        if report.passed:
            after = after.marked(TESTED_OUT, now.isoformat(timespec="seconds")) if not before.done else after
            seen["placed"], seen["kept"] = _place(workspace, handed_in, own, progress, now)
        seen["before"], seen["after"] = before, after
        return progress.with_entry(exercise, after)

    change_progress(workspace, change)
    return Tried(exercise, report, seen["before"], seen["after"], seen["placed"], seen["kept"])


def _own_part(handed_in: Submission, report: Report, judge: Grader) -> bytes:
    """What of the file belongs to the exercise, where that passes by itself; else the whole file."""
    part = part_for(handed_in.source, handed_in.exercise.implements)
    if part is None or part == handed_in.source:
        return handed_in.source
    alone = replace(handed_in, source=part)
    return part if _graded(judge, alone, seed=report.seed).passed else handed_in.source


def _place(
    workspace: Workspace, handed_in: Submission, passing: bytes, progress: Progress, now: datetime
) -> tuple[Placed, Kept]:
    """Put what passed into the workspace where nothing of the learner's stands; keep it in the history in any case."""
    exercise = handed_in.exercise
    file = workspace.file(exercise)
    untouched = is_untouched(workspace, exercise, progress)
    if untouched and (present := files.read_if_there(file)) is not None:
        keep(workspace, exercise, present, reason="test-out", now=now)
    kept = keep(workspace, exercise, passing, reason="pass", now=now)
    if not untouched:
        same = files.read_if_there(file) in (passing, handed_in.source)
        return Placed.AS_IT_WAS if same else Placed.BESIDE, kept
    files.write(file, passing)
    return Placed.REPLACED, kept


def _with_lesson(progress: Progress, lesson: Lesson, now: datetime) -> Progress:
    entry = {TESTED_OUT: now.isoformat(timespec="seconds"), **progress.lessons.get(lesson.id, {})}
    return replace(progress, lessons={**progress.lessons, lesson.id: entry})
