"""To Jupyter and back: lessons as notebooks, and what was written in notebooks as files of the workspace."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import NotThere
from attnlab.notebooks import BadNotebook, sources_in
from attnlab.notebooks.writing import file_name, lesson_notebook
from attnlab.study.history import Kept, keep
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise, Lesson


class Laid(StrEnum):
    """What became of a notebook that was to be written."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Exported:
    """One lesson's notebook; `KEPT` is a file that was there, may hold somebody's work, and was left alone."""

    lesson: Lesson
    file: Path
    laid: Laid


class Came(StrEnum):
    """What became of an exercise that was found in a notebook."""

    BROUGHT = "brought"
    SAME = "same"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Brought:
    """One exercise of a notebook.

    Args:
        kept: the version of the workspace's file that was there before; None where there was none, or nothing changed.
    """

    exercise: Exercise
    came: Came
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What one notebook gave the workspace.

    Args:
        problem: why it gave nothing; empty where it was read.
        ignored: what was in it and was not taken, a clause each.
    """

    file: Path
    brought: tuple[Brought, ...] = ()
    problem: str = ""
    ignored: tuple[str, ...] = ()


def export(
    course: Course,
    lessons: Sequence[Lesson],
    folder: Path,
    *,
    workspace: Workspace | None = None,
    nbgrader: bool = False,
    replace: bool = False,
) -> list[Exported]:
    """Write a notebook for each lesson.

    Args:
        workspace: whose files go into the cells, in place of the starters.
        nbgrader: mark the cells as nbgrader wants them.
        replace: write over notebooks that hold something else.

    Raises:
        CannotWrite: the disk is full and the like.
    """
    done = []
    for lesson in lessons:
        file = folder / file_name(lesson)
        work = _work_of(workspace, course.exercises_of(lesson)) if workspace else {}
        content = lesson_notebook(course, lesson, work=work, nbgrader=nbgrader)
        present = files.read_if_there(file)
        if present == content:
            laid = Laid.UNCHANGED
        elif present is not None and not replace:
            laid = Laid.KEPT
        else:
            files.write(file, content)
            laid = Laid.WRITTEN
        done.append(Exported(lesson, file, laid))
    return done


def import_notebook(workspace: Workspace, file: Path, *, now: datetime) -> Imported:
    """Bring what was written in a notebook into the workspace's files; each file is kept as it was first.

    Exercises that the notebook has only the starter of are left alone.

    Raises:
        CannotWrite: the disk is full and the like; what was not brought yet is as it was.
    """
    wanted = {exercise.id: exercise.implements for exercise in workspace.course.exercises}
    try:
        content = _read(file)
        found = sources_in(content, wanted, apart=True)
    except NotThere as error:
        return Imported(file, problem=error.problem)
    except BadNotebook as error:
        return Imported(file, problem=f"it is no notebook that can be read: {error}")
    brought = []
    with files.locked(workspace.lock_file):
        for name, source in found.sources.items():
            brought.append(_bring(workspace, workspace.course.exercise(name), source, now))
    return Imported(file, tuple(brought), "" if brought else "no exercise of the course is in it", found.ignored)


def _work_of(workspace: Workspace, exercises: Sequence[Exercise]) -> dict[str, bytes]:
    present = ((exercise.id, files.read_if_there(workspace.file(exercise))) for exercise in exercises)
    return {name: content for name, content in present if content is not None}


def _read(file: Path) -> bytes:
    if file.exists() and not file.is_file():
        raise NotThere("it is a folder" if file.is_dir() else "it is no plain file", remedy="name a notebook")
    content = files.read_if_there(file)
    if content is None:
        raise NotThere("there is no such file", remedy="name a notebook that is there")
    return content


def _bring(workspace: Workspace, exercise: Exercise, source: bytes, now: datetime) -> Brought:
    file = workspace.file(exercise)
    starter = files.read(exercise.starter, remedy="the course is incomplete: install it again")
    if _nothing_new(source, starter):
        return Brought(exercise, Came.NOT_BEGUN)
    present = files.read_if_there(file)
    if present is not None and _nothing_new(source, present):
        return Brought(exercise, Came.SAME)
    kept = None if present is None else keep(workspace, exercise, present, reason="notebook", now=now)
    files.write(file, _headed_as(starter, source))
    return Brought(exercise, Came.BROUGHT, kept)


def _nothing_new(source: bytes, known: bytes) -> bool:
    """Whether `known` says all that the source does; a notebook has its imports and its remarks elsewhere."""
    said, before = _said(source), _said(known)
    return source == known if said is None or before is None else said <= before


def _said(source: bytes) -> set[str] | None:
    try:
        body = ast.parse(source).body
        for node in ast.walk(ast.Module(body, [])):
            # What a gap calls itself is no part of an answer, and nbgrader writes gaps of its own.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotImplementedError":
                node.args = []
        return {ast.dump(node) for node in body if not _only_imports(node)}
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _only_imports(node: ast.stmt) -> bool:
    if isinstance(node, ast.Try):
        return all(_only_imports(part) for part in node.body)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _headed_as(starter: bytes, source: bytes) -> bytes:
    """The source under the starter's first line, which says what the file is, in place of where it came from."""
    first = starter.split(b"\n", 1)[0]
    _, _, rest = source.partition(b"\n")
    return first + b"\n" + rest if first.startswith(b'"""') and first.rstrip().endswith(b'"""') else source
