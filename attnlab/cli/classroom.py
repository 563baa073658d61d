"""`attnlab classroom`: a workflow for GitHub Classroom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attnlab.cli.books import target
from attnlab.cli.desk import desk_of
from attnlab.cli.gradescope import AssignmentFile, read
from attnlab.cli.groups import group

_STDOUT = Path("-")

app = group("Make a workflow for GitHub Classroom.")


@app.command(
    "workflow",
    epilog="Example: attnlab classroom workflow --assignment assignment.toml --out .github/workflows/classroom.yml",
)
def workflow(
    context: typer.Context,
    assignment: AssignmentFile,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to; '-' is stdout, as without it.")
    ] = _STDOUT,
    install: Annotated[
        str | None,
        typer.Option("--install", metavar="WHAT", help="What pip installs there, if not this version."),
    ] = None,
) -> None:
    """Write the workflow that judges what students push.

    It goes into the repository they start from, so it holds neither the assignment's secret nor your private checks:
    its points are for orientation, by the course's own checks. To grade, clone the repositories and type
    'attnlab grade'.
    """
    from attnlab import files
    from attnlab.classroom.exports.workflow import workflow as written

    desk = desk_of(context)
    text = written(read(assignment, desk), desk.course, install=install)
    if out == _STDOUT:
        print(text, end="")
    else:
        files.write(target(out, desk, assignment), text)
        desk.terminal.talk(files.shown(desk.folder / out))
