"""Where a learner stands: all exercises by lesson, the next one, the one in hand, the one command to type now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnlab.errors import UnknownName
from attnlab.study.progress import Entry, Progress, Status, read_progress
from attnlab.study.workspace import Workspace, is_untouched

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise, Lesson


@dataclass(frozen=True)
class Row:
    """One exercise in a listing."""

    exercise: Exercise
    entry: Entry


@dataclass(frozen=True)
class Group:
    """One lesson in a listing: the rows the filters let through, and counts over the whole lesson."""

    lesson: Lesson
    rows: tuple[Row, ...]
    done: int
    total: int


@dataclass(frozen=True)
class Listing:
    """The course as far as the filters let it through; `done` and `total` count the whole course."""

    groups: tuple[Group, ...]
    done: int
    total: int
    next: Exercise | None


@dataclass(frozen=True)
class Whereabouts:
    """Where the learner stands and the one command to type now.

    Args:
        exercise: the next one to work on; None when all are done.
        revealed: exercises whose solution was revealed and which are therefore not done.
        command: what to type, `why` what it does.
    """

    workspace: Workspace
    exercise: Exercise | None
    lesson: Lesson | None
    entry: Entry
    done: int
    total: int
    revealed: int
    command: str
    why: str


def listing(
    course: Course,
    progress: Progress,
    *,
    lesson: str | None = None,
    statuses: Collection[Status] = (),
    text: str | None = None,
) -> Listing:
    """The course's exercises with their progress, in order; every filter given must let a row through.

    Raises:
        UnknownName: no lesson is called so.
    """
    wanted = course.lesson(lesson) if lesson else None
    groups: list[Group] = []
    for each in course.lessons:
        if wanted is not None and each.id != wanted.id:
            continue
        rows = [Row(exercise, progress.of(exercise)) for exercise in course.exercises_of(each)]
        let_through = tuple(
            row
            for row in rows
            if (not statuses or row.entry.status in statuses) and (not text or _mentions(text, row.exercise, each))
        )
        if let_through or not (statuses or text):
            groups.append(Group(each, let_through, sum(row.entry.done for row in rows), len(rows)))
    done = sum(progress.of(exercise).done for exercise in course.exercises)
    return Listing(tuple(groups), done, len(course.exercises), next_exercise(course, progress))


def next_exercise(course: Course, progress: Progress) -> Exercise | None:
    """The first exercise in course order that is open; once none is, the first that was only revealed."""
    for wanted in ((Status.NOT_STARTED, Status.TRIED), (Status.REVEALED,)):
        for exercise in course.exercises:
            if progress.of(exercise).status in wanted:
                return exercise
    return None


def current_exercise(workspace: Workspace, progress: Progress) -> Exercise | None:
    """The exercise in hand: the open one whose edited file was saved last, else the next one."""
    saved = sorted(
        ((_saved_at(workspace, exercise), exercise) for exercise in workspace.course.exercises),
        key=lambda pair: -pair[0],
    )
    for at, exercise in saved:
        if not at:
            break
        is_open = progress.of(exercise).status in (Status.NOT_STARTED, Status.TRIED)
        if is_open and not is_untouched(workspace, exercise, progress):
            return exercise
    return next_exercise(workspace.course, progress)


def named_exercise(workspace: Workspace, name: str | None, progress: Progress) -> Exercise:
    """The exercise called `name`, which may also be its file; without a name the one in hand.

    Raises:
        UnknownName: nothing is called so; the error names the nearest.
    """
    course = workspace.course
    if name is None:
        return current_exercise(workspace, progress) or course.exercises[-1]
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".py")
    try:
        return course.exercise(plain)
    except UnknownName:
        folded = {exercise.id.casefold(): exercise for exercise in course.exercises}
        if found := folded.get(plain.casefold().replace("-", "_")):
            return found
        raise


def whereabouts(workspace: Workspace) -> Whereabouts:
    """Where the learner stands, and the one next command."""
    course, progress = workspace.course, read_progress(workspace)
    entries = [progress.of(exercise) for exercise in course.exercises]
    exercise = current_exercise(workspace, progress)
    lesson = course.lesson_of(exercise) if exercise else None
    entry = progress.of(exercise) if exercise else Entry()
    command, why = _advice(workspace, exercise, lesson, entry, progress)
    return Whereabouts(
        workspace=workspace,
        exercise=exercise,
        lesson=lesson,
        entry=entry,
        done=sum(each.done for each in entries),
        total=len(entries),
        revealed=sum(each.status is Status.REVEALED for each in entries),
        command=command,
        why=why,
    )


def after_all(course: Course) -> str:
    """What to type once every exercise is done: their parts make a translator, if they are parts of one."""
    return "attnlab train" if any(each.parts for each in course.exercises) else "attnlab list"


def is_read(lesson: Lesson, progress: Progress) -> bool:
    return bool(progress.lessons.get(lesson.id, {}).get("read"))


def _advice(
    workspace: Workspace, exercise: Exercise | None, lesson: Lesson | None, entry: Entry, progress: Progress
) -> tuple[str, str]:
    if workspace.version != workspace.course.version:
        return "attnlab update", f"the course is now at version {workspace.course.version}"
    if exercise is None or lesson is None:
        return after_all(workspace.course), "every exercise is done"
    untouched = is_untouched(workspace, exercise, progress)
    if untouched and not is_read(lesson, progress):
        return f"attnlab read {lesson.number}", f"{lesson.title}, {lesson.minutes} minutes"
    if untouched:
        return f"attnlab check {exercise.id}", f"once you have edited {workspace.relative(exercise)}"
    if entry.status is Status.NOT_STARTED:
        return f"attnlab check {exercise.id}", "judges what you have written"
    return f"attnlab check {exercise.id}", "judges it again; 'attnlab hint' if you are stuck"


def _mentions(text: str, exercise: Exercise, lesson: Lesson) -> bool:
    said = " ".join((exercise.id, exercise.title, exercise.summary, lesson.id, lesson.title)).casefold()
    return all(word in said for word in text.casefold().split())


def _saved_at(workspace: Workspace, exercise: Exercise) -> float:
    try:
        return workspace.file(exercise).stat().st_mtime
    except OSError:
        return 0.0


def open_exercises(course: Course, progress: Progress) -> Sequence[Exercise]:
    """All that are neither passed nor revealed, in course order."""
    return [each for each in course.exercises if progress.of(each).status in (Status.NOT_STARTED, Status.TRIED)]
