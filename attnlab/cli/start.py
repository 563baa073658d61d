"""Starting and finding one's way: init, list, next, and attnlab alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, complete_lesson
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.study import Status


def init(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder to make or fill; here, when here is empty.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a workspace: the folder you work in.

    It gets one file per exercise, a README and editor settings. Nothing that is there already is overwritten.
    """
    from attnlab.cli.views import started_as_json, started_view
    from attnlab.study import start_workspace

    desk = desk_of(context)
    if folder is None and any(not entry.name.startswith(".") for entry in desk.folder.iterdir()):
        raise WrongUsage("this folder is not empty", remedy="name one to make: attnlab init attention")
    started = start_workspace(desk.folder / (folder or ""), desk.course)
    if as_json:
        desk.print_json(started_as_json(started))
    else:
        desk.terminal.show(*started_view(started, desk.folder, desk.terminal))


def list_(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="Only what mentions these words.")] = None,
    lesson: Annotated[
        str | None, typer.Option("--lesson", metavar="LESSON", help="Only this lesson.", autocompletion=complete_lesson)
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status", metavar="STATUS", help="Only these: not started, tried, passed, revealed. Repeatable."
        ),
    ] = None,
    times: Annotated[
        bool, typer.Option("--times", help="How long what you have begun took, next to the estimates.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show all lessons and exercises, and how far you are.

    Minutes are estimates, 2/5 is the difficulty. --times counts stretches of work until the pass, gaps of more than
    ten minutes left out; it stays on your machine.
    """
    from attnlab.cli.views import listing_as_json, listing_view, times_view
    from attnlab.study import listing

    desk = desk_of(context)
    shown = listing(desk.course, desk.progress, lesson=lesson, statuses=_statuses(status or []), text=text)
    if as_json:
        desk.print_json(listing_as_json(shown))
    elif times:
        desk.terminal.show(*times_view(shown, desk.terminal))
    else:
        desk.terminal.show(*listing_view(shown, desk.terminal, in_workspace=desk.workspace_or_none is not None))


def next_(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the next exercise: what it asks for, where its file is, what it builds on."""
    from attnlab.cli.views import next_as_json, next_view
    from attnlab.study import next_exercise, read_progress
    from attnlab.study.timekeeping import looked

    desk = desk_of(context)
    looked(desk.workspace, desk.now)
    exercise = next_exercise(desk.workspace.course, read_progress(desk.workspace))
    if as_json:
        desk.print_json(next_as_json(desk.workspace, exercise))
    else:
        desk.terminal.show(*next_view(desk.workspace, exercise, desk.terminal))


def whereabouts(desk: Desk) -> None:
    """Say where the learner is and the one command to type next."""
    from attnlab.cli.views import nowhere_view, whereabouts_view
    from attnlab.study import whereabouts as where
    from attnlab.study.timekeeping import looked

    if desk.workspace_or_none is None:
        desk.terminal.show(*nowhere_view(desk.course, desk.terminal))
    else:
        looked(desk.workspace, desk.now)
        desk.terminal.show(*whereabouts_view(where(desk.workspace), desk.terminal))


def _statuses(said: list[str]) -> set[Status]:
    from attnlab.errors import UnknownName
    from attnlab.study.progress import Status

    known = {status.value: status for status in Status} | {"open": Status.NOT_STARTED, "done": Status.PASSED}
    chosen = set()
    for word in said:
        plain = word.casefold().replace("-", " ").replace("_", " ")
        if plain not in known:
            raise UnknownName("status", word, list(known), listing=f"there are: {', '.join(Status)}")
        chosen.add(known[plain])
    return chosen
