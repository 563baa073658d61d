"""A submission as one zip file: the exercise files, the trained run, and a manifest with every file's checksum.

What goes in is chosen by name, so that nothing else of the workspace can: no progress, no history, no state of a
training. What comes out of somebody else's is trusted in nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import NotThere, WrongUsage
from attnlab.submissions.packages import METRICS, RUN_FILES, SOURCE_CAP, packed
from attnlab.translation.handed_in import MODEL, RUN, VOCABULARY

if TYPE_CHECKING:
    from attnlab.study.workspace import Workspace

_MUST = (RUN, VOCABULARY, MODEL)


@dataclass(frozen=True, slots=True)
class Packed:
    """A submission that was written, and what is in it.

    Args:
        run: the name of the run's folder; None without one.
        left_out: files that could not come along, with why.
    """

    file: Path
    size: int
    exercises: tuple[str, ...]
    run: str | None
    left_out: tuple[str, ...] = ()


def pack(workspace: Workspace, run: Path | None, file: Path) -> Packed:
    """Write the submission; the same work gives the same bytes.

    Args:
        run: the folder of a trained run.

    Raises:
        NotThere: the run's folder lacks what a run has.
        WrongUsage: a file of the run is larger than may be handed in.
        CannotWrite: the disk is full and the like.
    """
    members: dict[str, bytes] = {}
    left_out = []
    exercises = []
    for exercise in workspace.course.exercises:
        name = workspace.relative(exercise)
        try:
            content = _own(workspace.file(exercise), workspace.root, SOURCE_CAP)
        except _LeftOut as reason:
            left_out.append(f"{name}: {reason}")
            continue
        if content is not None:
            members[name] = content
            exercises.append(exercise.id)
    if run is not None:
        members |= {f"run/{name}": content for name, content in _run_files(run)}
    zipped = packed(workspace.course, members, run.name if run else None)
    files.write(file, zipped)
    return Packed(file, len(zipped), tuple(exercises), run.name if run else None, tuple(left_out))


class _LeftOut(Exception):
    """Why a file does not come along."""


def _own(file: Path, root: Path, most: int) -> bytes | None:
    """The bytes of a file of the workspace; a link that leads out of it is not followed."""
    if not file.is_file():
        return None
    if not file.resolve().is_relative_to(root.resolve()):
        raise _LeftOut("it is a link that leads out of the workspace")
    if file.stat().st_size > most:
        raise _LeftOut(f"it has more than {most >> 20} MiB")
    try:
        return files.read_if_there(file)
    except NotThere as error:
        raise _LeftOut(error.problem) from error


def _run_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, most in RUN_FILES.items():
        file = folder / name
        if not file.is_file():
            if name in _MUST:
                raise NotThere(
                    f"{files.shown(folder)} has no {name} yet",
                    remedy="'attnlab train' goes on with it, or name another run with --run",
                )
            continue
        if file.stat().st_size > most:
            if name == METRICS:
                continue
            raise WrongUsage(
                f"{files.shown(file)} has {file.stat().st_size / (1 << 20):.0f} MiB; at most {most >> 20} are taken",
                remedy="train a smaller model to hand it in: --layers, --d-model and --subwords make it so",
            )
        yield name, files.read(file, remedy="look whether another command is busy with the run")
