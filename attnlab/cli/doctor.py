"""What of this machine matters to attnlab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from attnlab.cli.desk import desk_of
from attnlab.cli.names import AsJson

if TYPE_CHECKING:
    from attnlab.cli.terminal import Terminal
    from attnlab.study.doctor import Examination


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Tell what of this machine matters to attnlab, what is missing, and what to do about it.

    Exit code 1 when something that attnlab needs is broken.
    """
    from attnlab.study.doctor import examine
    from attnlab.study.workspace import find_workspace

    desk = desk_of(context)
    examination = examine(
        desk.course_option,
        find_workspace(desk.folder) or desk.folder,
        shows_unicode=desk.terminal.unicode,
        colour=desk.terminal.colour,
    )
    if as_json:
        desk.print_json(examination.to_json())
    else:
        desk.terminal.show(*doctor_view(examination, desk.terminal))
    raise typer.Exit(0 if examination.healthy else 1)


def doctor_view(examination: Examination, terminal: Terminal) -> list[str]:
    """The block to paste, then what to do about whatever is not as it could be."""
    lines = ["paste this when you ask for help:", "", "```", *examination.block().splitlines(), "```", ""]
    remedies = [finding for finding in examination.findings if finding.remedy]
    for finding in remedies:
        lines += terminal.wrap(f"{finding.about}: {finding.remedy}", indent="  ", hanging="    ")
    verdict = "everything needed is there" if examination.healthy else "something needed is broken: see above"
    return [*lines, *([""] if remedies else []), verdict]
