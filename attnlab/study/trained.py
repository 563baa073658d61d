"""The runs of a workspace, or of the current folder outside of one: where they lie and which one is meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import NewerFormat, NotThere, UnknownName
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.translation.runs import Run

FOLDER = "runs"


def runs_folder(workspace: Workspace | None, folder: Path) -> Path:
    """Where runs are kept that are given no folder of their own."""
    return (workspace.root if workspace else folder) / FOLDER


def run_called(named: Path | None, workspace: Workspace | None, folder: Path) -> Run:
    """The run in this folder, or of this name among those in `runs`; without a name the newest finished one.

    Raises:
        NotThere: nothing has been trained yet, or what is there is no run, or a broken one.
        UnknownName: there is none of this name; the error names the nearest.
        NewerFormat: a later attnlab made it.
    """
    if named is not None:
        return _named(named, workspace, folder)
    from attnlab.translation.runs import list_runs

    home = runs_folder(workspace, folder)
    found = list_runs(home)
    if finished := next((run for run in found if _has_finished(run)), None):
        return finished
    if found:
        raise _unfinished(found[0], home)
    raise NotThere(
        f"nothing has been trained yet in {files.shown(home)}",
        remedy="'attnlab train' trains a translator; '--run DIR' names one that lies elsewhere",
    )


def names_below(folder: Path) -> list[str]:
    """The names of all runs of the workspace around this folder, or of the folder itself, newest first."""
    from attnlab.study.workspace import find_workspace
    from attnlab.translation.runs import list_runs

    return [run.folder.name for run in list_runs((find_workspace(folder) or folder) / FOLDER)]


def _unfinished(run: Run, home: Path) -> NotThere:
    name = run.folder.name
    return NotThere(
        f"no run in {files.shown(home)} is finished; {name} has come to step {run.step:,}",
        remedy=f"'attnlab train --run {files.shown(run.folder)}' goes on with it; '--run {name}' takes it as it is",
    )


def _has_finished(run: Run) -> bool:
    try:
        return run.finished
    except (NotThere, NewerFormat):
        # A broken one must not hide the others.
        return False


def _named(named: Path, workspace: Workspace | None, folder: Path) -> Run:
    from attnlab.translation.runs import list_runs, open_run

    home = runs_folder(workspace, folder)
    for place in (folder / named, home / named):
        if place.is_dir():
            return open_run(place)
    known = [run.folder.name for run in list_runs(home)]
    listing = f"in {files.shown(home)} there are: {', '.join(known)}" if known else "'attnlab train' makes one"
    raise UnknownName("run", str(named), known, listing=listing)
