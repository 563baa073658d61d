"""A newer course reaches a workspace: untouched starters are replaced, edited files stay, renames are followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import NewerFormat
from attnlab.study.history import keep
from attnlab.study.progress import Entry, Progress, change_progress
from attnlab.study.workspace import Workspace, fingerprint, write_marker

if TYPE_CHECKING:
    from attnlab.content import Exercise


@dataclass(frozen=True)
class Update:
    """What an update did, each as the files' places below the workspace.

    Args:
        added: exercises that are new.
        replaced: starters nobody had touched.
        beside: edited files that stayed; the new starter lies beside each as NAME.new.py.
        renamed: (before, after).
    """

    before: str
    after: str
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    beside: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]

    @property
    def changed(self) -> bool:
        return bool(self.before != self.after or self.added or self.replaced or self.beside or self.renamed)


def needs_update(workspace: Workspace) -> bool:
    return workspace.version != workspace.course.version


def update(workspace: Workspace, *, now: datetime) -> Update:
    """Bring the workspace to its course's version; whatever is replaced or moved is kept first.

    Raises:
        NewerFormat: the workspace was made for a later version of the course; nothing is changed.
    """
    course = workspace.course
    if _order(workspace.version) > _order(course.version):
        raise NewerFormat(
            f"the workspace is at version {workspace.version} of the course, which is newer than {course.version} here",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    done = _Done()

    def change(progress: Progress) -> Progress:
        for exercise in course.exercises:
            _follow_rename(workspace, exercise, progress, done)
            entry = _bring_up(workspace, exercise, progress.of(exercise), done, now)
            progress = progress.with_entry(exercise, entry)
        return progress

    change_progress(workspace, change)
    write_marker(replace(workspace, version=course.version))
    return Update(
        workspace.version, course.version,
        tuple(done.added), tuple(done.replaced), tuple(done.beside), tuple(done.renamed),
    )  # fmt: skip


class _Done:
    def __init__(self) -> None:
        self.added: list[str] = []
        self.replaced: list[str] = []
        self.beside: list[str] = []
        self.renamed: list[tuple[str, str]] = []


def _follow_rename(workspace: Workspace, exercise: Exercise, progress: Progress, done: _Done) -> None:
    target = workspace.file(exercise)
    for name in exercise.aliases:
        old = workspace.history / name
        if old.is_dir() and not (workspace.history / exercise.id).exists():
            files.move(old, workspace.history / exercise.id)
    file = progress.of(exercise).file
    former = workspace.root / file if file and _lies_below(workspace, file) else None
    if former and former != target and former.is_file() and not target.exists():
        files.move(former, target)
        done.renamed.append((former.relative_to(workspace.root).as_posix(), workspace.relative(exercise)))


def _bring_up(workspace: Workspace, exercise: Exercise, entry: Entry, done: _Done, now: datetime) -> Entry:
    place = workspace.relative(exercise)
    file = workspace.file(exercise)
    starter = files.read(exercise.starter, remedy="the course is incomplete: install it again")
    present = files.read_if_there(file)
    if present is None:
        files.write(file, starter)
        done.added.append(place)
    elif fingerprint(present) == fingerprint(starter):
        pass
    elif fingerprint(present) == entry.starter:
        keep(workspace, exercise, present, reason="update", now=now)
        files.write(file, starter)
        done.replaced.append(place)
    elif entry.starter != fingerprint(starter):
        keep(workspace, exercise, present, reason="update", now=now)
        beside = file.with_name(f"{exercise.id}.new.py")
        if (earlier := files.read_if_there(beside)) not in (None, starter):
            keep(workspace, exercise, earlier or b"", reason="update", now=now)
        files.write(beside, starter)
        done.beside.append(beside.relative_to(workspace.root).as_posix())
    return replace(entry, starter=fingerprint(starter), file=place)


def _lies_below(workspace: Workspace, file: str) -> bool:
    # The state file is the learner's to edit; a path in it must not lead out of the workspace.
    return not Path(file).is_absolute() and ".." not in Path(file).parts


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
