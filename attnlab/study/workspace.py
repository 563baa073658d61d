"""The learner's folder: found by walking up, started once, never nested, never overwritten."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import NewerFormat, NotThere, WrongUsage
from attnlab.study.progress import Progress, read_progress, write_progress

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise

WORKSPACE_FORMAT = 1
MARKER = "attnlab.toml"
_SEARCH_DEPTH = 4
_NEVER_SEARCHED = {"node_modules", "site-packages", "__pycache__"}

_README = """\
# {title}: my workspace

- `attnlab` says where I am and what comes next.
- `attnlab read` opens the lesson; `attnlab list` shows them all.
- I edit the files in `exercises/`; each has one marked gap.
- `attnlab check` judges the file I saved last; `attnlab watch` does so on every save.
- Stuck? `attnlab hint`, one step at a time.
- Nothing gets lost: `attnlab history`, `attnlab undo`, `attnlab diff`.
- `.attnlab/` holds my progress and every kept version: I leave it in place.
"""
_EDITOR = """\
{
  "python.analysis.extraPaths": [%s],
  "editor.rulers": [100],
  "files.exclude": {"**/__pycache__": true}
}
"""
_GITIGNORE = "__pycache__/\n.attnlab/lock\n*.part\n"


@dataclass(frozen=True)
class Workspace:
    """A learner's folder opened with the course it belongs to; `version` is the course's at its last update."""

    root: Path
    course: Course
    version: str

    @property
    def state_file(self) -> Path:
        return self.root / ".attnlab" / "state.json"

    @property
    def lock_file(self) -> Path:
        return self.root / ".attnlab" / "lock"

    @property
    def history(self) -> Path:
        return self.root / ".attnlab" / "history"

    def relative(self, exercise: Exercise) -> str:
        """Where the exercise's file lies, below the workspace, with forward slashes."""
        return f"exercises/{exercise.lesson}/{exercise.id}.py"

    def file(self, exercise: Exercise) -> Path:
        return self.root / "exercises" / exercise.lesson / f"{exercise.id}.py"


@dataclass(frozen=True)
class Started:
    """What starting a workspace did; `kept` are files that were there already and were left alone."""

    workspace: Workspace
    written: tuple[str, ...]
    kept: tuple[str, ...]


def fingerprint(content: bytes) -> str:
    """Short for what a file holds, to tell a touched starter from an untouched one; line ends do not count."""
    return sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:16]


def find_workspace(folder: Path) -> Path | None:
    """The nearest folder from `folder` upward that is a workspace, or None."""
    folder = folder.absolute()
    return next((place for place in (folder, *folder.parents) if (place / MARKER).is_file()), None)


def open_workspace(folder: Path, course: Course) -> Workspace:
    """The workspace `folder` lies in.

    Raises:
        NotThere: it lies in none.
        NewerFormat: a later attnlab made it.
        WrongUsage: it belongs to another course.
    """
    root = find_workspace(folder)
    if root is None:
        raise NotThere("you are not in a workspace", remedy="'attnlab init DIR' makes one, then go into it")
    marker = root / MARKER
    content = files.read(marker, remedy="'attnlab init' in a new folder makes another")
    try:
        table = tomllib.loads(content.decode("utf-8"))
        version, course_id, released = int(table["format_version"]), str(table["course"]), str(table["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotThere(
            f"{files.shown(marker)} cannot be understood: {error}",
            remedy=f'it should hold format_version = 1, course = "{course.id}" and version = "{course.version}"',
        ) from error
    if version > WORKSPACE_FORMAT:
        raise NewerFormat(
            f"{files.shown(marker)} is of format {version}; this attnlab knows up to {WORKSPACE_FORMAT}",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    if course_id != course.id:
        raise WrongUsage(
            f"this workspace belongs to the course '{course_id}', not to '{course.id}'",
            remedy="name that course's folder with --course or ATTNLAB_COURSE",
        )
    return Workspace(root, course, released)


def start_workspace(folder: Path, course: Course) -> Started:
    """Make `folder` a workspace with every starter laid out; a file that is there already stays as it is.

    Raises:
        WrongUsage: it would nest in a workspace, around one, or lie on the course itself.
        CannotWrite: something could not be written; running it again goes on where it stopped.
    """
    folder = folder.absolute()
    _refuse_nesting(folder, course)
    workspace = Workspace(folder, course, course.version)
    written: list[str] = []
    kept: list[str] = []

    def lay_out(name: str, content: bytes | str) -> None:
        wanted = content.encode() if isinstance(content, str) else content
        present = files.read_if_there(folder / name)
        if present is None:
            files.write(folder / name, wanted)
            written.append(name)
        elif present != wanted:
            kept.append(name)

    files.make_folder(folder)
    progress = read_progress(workspace)
    for exercise in course.exercises:
        starter = files.read(exercise.starter, remedy="the course is incomplete: install it again")
        lay_out(workspace.relative(exercise), starter)
        progress = _laid_out(progress, workspace, exercise, starter)
    lay_out("README.md", _README.format(title=course.title))
    paths = ", ".join(f'"exercises/{lesson.id}"' for lesson in course.lessons)
    lay_out(".vscode/settings.json", _EDITOR % paths)
    lay_out(".gitignore", _GITIGNORE)
    write_progress(workspace, progress)
    # Last, so that a start cut short leaves no half workspace behind that looks like a whole one.
    write_marker(workspace)
    return Started(workspace, tuple(written), tuple(kept))


def write_marker(workspace: Workspace) -> None:
    files.write(
        workspace.root / MARKER,
        "# This file marks an attnlab workspace; your work is in exercises/.\n"
        f'format_version = {WORKSPACE_FORMAT}\ncourse = "{workspace.course.id}"\nversion = "{workspace.version}"\n',
    )


def is_untouched(workspace: Workspace, exercise: Exercise, progress: Progress) -> bool:
    """True while the file holds a starter as it was laid out, or is not there; what cannot be read is not ours."""
    try:
        content = files.read_if_there(workspace.file(exercise))
    except NotThere:
        return False
    if content is None:
        return True
    return fingerprint(content) in {progress.of(exercise).starter, fingerprint(exercise.starter.read_bytes())}


def _laid_out(progress: Progress, workspace: Workspace, exercise: Exercise, starter: bytes) -> Progress:
    entry = replace(progress.of(exercise), starter=fingerprint(starter), file=workspace.relative(exercise))
    return progress.with_entry(exercise, entry)


def _refuse_nesting(folder: Path, course: Course) -> None:
    if (folder / MARKER).is_file():
        raise WrongUsage(f"{files.shown(folder)} is a workspace already", remedy="'attnlab' in it says what comes next")
    if above := find_workspace(folder):
        raise WrongUsage(f"{folder} lies inside the workspace {above}", remedy="choose a folder outside of it")
    if below := next(_workspaces_below(folder), None):
        raise WrongUsage(f"there is a workspace below already: {below}", remedy="choose another folder, or go into it")
    if (folder / "course" / "course.toml").is_file() or folder == course.root:
        raise WrongUsage(f"{folder} is a course, not a place to work in", remedy="choose a folder of its own")
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(f"{folder} is a file", remedy="choose a folder")


def _workspaces_below(folder: Path) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        if MARKER in names:
            yield Path(place)
        depth = len(Path(place).relative_to(folder).parts)
        below[:] = [name for name in below if not name.startswith(".") and name not in _NEVER_SEARCHED]
        if depth >= _SEARCH_DEPTH:
            below.clear()
