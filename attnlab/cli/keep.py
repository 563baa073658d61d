"""Going back: history, diff, undo, reset, update. Whatever a command replaces is kept first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, ExerciseName

if TYPE_CHECKING:
    from attnlab.content import Exercise

Version = Annotated[
    int | None,
    typer.Option("--version", metavar="N", help="The kept version of this number, as 'attnlab history' tells it."),
]


def history(context: typer.Context, exercise: ExerciseName = None, as_json: AsJson = False) -> None:
    """List the kept versions of your files: one for every pass, reset, reveal, undo and update."""
    from attnlab.cli.views_keep import history_as_json, history_view
    from attnlab.study import kept_files

    desk = desk_of(context)
    chosen = _chosen(desk, exercise) if exercise else None
    kept = kept_files(desk.workspace, chosen)
    if as_json:
        desk.print_json(history_as_json(kept))
    else:
        desk.terminal.show(*history_view(kept, chosen, desk.terminal))


def diff(
    context: typer.Context,
    exercise: ExerciseName = None,
    version: Version = None,
    starter: Annotated[bool, typer.Option("--starter", help="Against the starter.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how your file differs from the version kept last, or from the starter."""
    from attnlab.cli.views_keep import difference_as_json, difference_view
    from attnlab.study import difference

    desk = desk_of(context)
    found = difference(desk.workspace, _chosen(desk, exercise), number=version, starter=starter)
    if as_json:
        desk.print_json(difference_as_json(found))
    else:
        desk.terminal.show(*difference_view(found, desk.terminal))


def undo(
    context: typer.Context, exercise: ExerciseName = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Bring a kept version back: the last that differs, or one by its number. Undoing twice changes nothing."""
    from attnlab.cli.views_keep import undone_as_json, undone_view
    from attnlab.study import undo as undo_last

    desk = desk_of(context)
    undone = undo_last(desk.workspace, _chosen_last_kept(desk, exercise), now=desk.now, number=version)
    if as_json:
        desk.print_json(undone_as_json(undone))
    else:
        desk.terminal.show(*undone_view(undone, desk.workspace, desk.terminal))


def reset(context: typer.Context, exercise: ExerciseName = None, as_json: AsJson = False) -> None:
    """Start an exercise over: the starter comes back, and your file is kept ('attnlab undo' brings it back)."""
    from attnlab.cli.views_keep import undone_as_json, undone_view
    from attnlab.study import reset as start_over

    desk = desk_of(context)
    undone = start_over(desk.workspace, _chosen(desk, exercise), now=desk.now)
    if as_json:
        desk.print_json(undone_as_json(undone))
    else:
        desk.terminal.show(*undone_view(undone, desk.workspace, desk.terminal))


def update(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring the workspace up to a newer course.

    Starters you have not touched are replaced; files you have edited stay, with the new starter beside
    them as NAME.new.py.
    """
    from attnlab.cli.views_keep import update_as_json, update_view
    from attnlab.study import update as bring_up

    desk = desk_of(context)
    done = bring_up(desk.workspace, now=desk.now)
    if as_json:
        desk.print_json(update_as_json(done))
    else:
        desk.terminal.show(*update_view(done, desk.terminal))


def _chosen(desk: Desk, name: str | None) -> Exercise:
    from attnlab.study.browsing import named_exercise

    return named_exercise(desk.workspace, name, desk.progress)


def _chosen_last_kept(desk: Desk, name: str | None) -> Exercise:
    """Without a name, what was kept last is what is to be undone."""
    from attnlab.study import kept_files

    if name is None and (kept := kept_files(desk.workspace)):
        return desk.workspace.course.exercise(kept[-1].exercise)
    return _chosen(desk, name)
