"""What your own code attends to, drawn beside what the reference does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, ExerciseName
from attnlab.errors import CannotWrite, NotThere

if TYPE_CHECKING:
    from attnlab.study.showing import Shown


def show(
    context: typer.Context,
    exercise: ExerciseName = None,
    png: Annotated[Path | None, typer.Option("--png", metavar="FILE", help="Save both pictures as PNG.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Save both as a web page, numbers in every cell.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw what your own code attends to on a few words, beside the reference.

    It runs as for a check, confined, and nothing is recorded. Exit code 1 when your code gives no picture.
    """
    from attnlab.cli.views_show import shown_as_json, shown_view
    from attnlab.study.browsing import named_exercise
    from attnlab.study.showing import save_html, save_png
    from attnlab.study.showing import show as draw

    desk = desk_of(context)
    chosen = named_exercise(desk.workspace, exercise, desk.progress)
    shown = draw(desk.workspace, chosen)
    saved = []
    failed = False
    for file, save in ((png, save_png), (html, save_html)):
        if file is not None and shown.pairs:
            done = _saved(desk, shown, desk.folder / file, save)
            saved += [done] if done else []
            failed = failed or not done
    if as_json:
        desk.print_json(shown_as_json(shown, saved))
    else:
        desk.terminal.show(*shown_view(shown, desk.terminal))
        for done in saved:
            desk.terminal.talk(f"saved in {done}")
    raise typer.Exit(3 if failed else 0 if shown.pairs else 1)


def _saved(desk: Desk, shown: Shown, file: Path, save: Callable[[Shown, Path], None]) -> Path | None:
    """Where it was saved; None where it could not be, which is told and keeps nothing else from being shown."""
    try:
        save(shown, file)
    except (CannotWrite, NotThere) as error:
        desk.terminal.complain(error)
        return None
    return file
