"""`attnlab notebook`: exercises taken to Jupyter, and the work brought back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.groups import group
from attnlab.cli.names import AsJson, LessonName
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Lesson

app = group("Take exercises to Jupyter, and bring the work back.")


@app.command("export", epilog="Example: attnlab notebook export 02-lookup --out notebooks")
def export(
    context: typer.Context,
    lesson: LessonName = None,
    everything: Annotated[bool, typer.Option("--all", help="A notebook for every lesson.")] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to put them in; here if not.")] = Path(
        "."
    ),
    work: Annotated[
        bool, typer.Option("--work", help="With what you have written in the workspace, in place of the gaps.")
    ] = False,
    nbgrader: Annotated[
        bool, typer.Option("--nbgrader", help="Marked for nbgrader: the source version of an assignment.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over notebooks that are there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a lesson as a notebook: its text, a cell for each exercise, and one that judges it.

    A notebook that is there already may hold somebody's work and is left alone, unless --replace is said. Exit code 1
    when one was.
    """
    from attnlab.cli.views_notebook import exported_as_json, exported_view
    from attnlab.study.notebooking import Laid
    from attnlab.study.notebooking import export as write

    if work and nbgrader:
        raise WrongUsage("nbgrader gives gaps to students, not your work", remedy="leave --work or --nbgrader away")
    desk = desk_of(context)
    chosen = _lessons(desk, lesson, everything)
    own = desk.workspace if work else None
    exported = write(desk.course, chosen, desk.folder / out, workspace=own, nbgrader=nbgrader, replace=replace)
    if as_json:
        desk.print_json(exported_as_json(exported))
    else:
        desk.terminal.show(*exported_view(exported, desk, nbgrader=nbgrader))
    raise typer.Exit(1 if any(each.laid is Laid.KEPT for each in exported) else 0)


@app.command("import", epilog="Example: attnlab notebook import 02-lookup.ipynb")
def import_(
    context: typer.Context,
    notebooks: Annotated[list[Path], typer.Argument(metavar="FILE", help="Notebooks, in whatever format.")],
    workspace: Annotated[
        Path | None, typer.Option("--workspace", metavar="DIR", help="The workspace; the one you are in if not.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring what was written in notebooks into the workspace's files.

    A file that changes is kept first: 'attnlab undo EXERCISE' brings it back. Exercises that are still to be written
    change nothing. No cell is run. Exit code 1 when a notebook gave nothing.
    """
    from attnlab.cli.views_notebook import imported_as_json, imported_view
    from attnlab.study.notebooking import import_notebook

    desk = desk_of(context)
    home = Desk(desk.course_option, desk.terminal, desk.folder / workspace).workspace if workspace else desk.workspace
    imported = [import_notebook(home, desk.folder / file, now=desk.now) for file in notebooks]
    if as_json:
        desk.print_json(imported_as_json(imported))
    else:
        desk.terminal.show(*imported_view(imported, home, desk))
    raise typer.Exit(1 if any(each.problem for each in imported) else 0)


def _lessons(desk: Desk, name: str | None, everything: bool) -> list[Lesson]:
    if everything and name:
        raise WrongUsage("--all and the name of one lesson cannot both be meant", remedy="leave one of them away")
    if everything:
        return list(desk.course.lessons)
    if name is None:
        raise WrongUsage(
            "which lesson is meant is not said",
            remedy=f"name one, as 'attnlab notebook export {desk.course.lessons[0].id}', or say --all",
        )
    return [desk.course.lesson(name)]
