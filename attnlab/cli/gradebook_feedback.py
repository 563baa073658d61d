"""`attnlab gradebook feedback` and `report`: what each student is told, and the class on one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.books import BookFile, opened, target
from attnlab.cli.desk import desk_of
from attnlab.cli.names import AsJson
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.feedback import Format

_BOTH = "both"


def feedback(
    context: typer.Context,
    file: BookFile,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the files go; it is made.")],
    student: Annotated[
        str | None, typer.Option("--student", metavar="STUDENT", help="This one alone: a key, a name or an e-mail.")
    ] = None,
    kind: Annotated[str, typer.Option("--format", metavar="KIND", help="md, html or both.")] = _BOTH,
    as_json: AsJson = False,
) -> None:
    """Write what each student is told about their work, a file each.

    Of hidden checks they learn points and verdict alone; of seeds, and of what their code printed, nothing.
    index.csv says which file is whose. Files of an earlier time are replaced.
    """
    from attnlab.classroom.feedback import write_feedback
    from attnlab.classroom.gradebook.naming import student_called
    from attnlab.cli.experiment import teller
    from attnlab.cli.views_feedback import feedback_as_json, feedback_view

    desk = desk_of(context)
    formats = _formats(kind)
    tell = teller(desk)
    with opened(file, desk) as here:
        whose = student_called(here.book, student).key if student is not None else None
        count = 1 if whose is not None else max(len(here.book.students()), 1)
        written = []
        for done, each in enumerate(
            write_feedback(here.book, here.assignment, here.course, desk.folder / out, student=whose, formats=formats),
            start=1,
        ):
            tell("feedback", done / count)
            written.append(each)
    if as_json:
        desk.print_json(feedback_as_json(written, out, whole=whose is None))
    else:
        desk.terminal.show(*feedback_view(written, out, file, formats, desk.terminal, whole=whose is None))


def report(
    context: typer.Context,
    file: BookFile,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The page to write, such as class.html.")],
    as_json: AsJson = False,
) -> None:
    """Write the whole class on one web page, for you.

    Grades in a table that sorts, how the totals are spread, the most common mistakes, what needs attention. The page
    needs no other file and no network; it names students and tells of hidden checks.
    """
    from attnlab import files
    from attnlab.classroom.class_report import class_page, class_report
    from attnlab.cli.experiment import teller
    from attnlab.cli.views_feedback import report_as_json, report_view

    desk = desk_of(context)
    tell = teller(desk)
    page = target(out, desk)
    with opened(file, desk) as here:
        count = max(len(here.book.students()), 1)
        told = class_report(
            here.book, here.assignment, here.course, heard=lambda done: tell("reading the grades", done / count)
        )
    files.write(page, class_page(told))
    if as_json:
        desk.print_json(report_as_json(told, out))
    else:
        desk.terminal.show(*report_view(told, out, file, desk.terminal))


def _formats(kind: str) -> tuple[Format, ...]:
    from attnlab.classroom.feedback import Format

    if kind == _BOTH:
        return tuple(Format)
    if kind not in set(Format):
        raise WrongUsage(f"'{kind}' is no format of feedback", remedy="--format takes md, html or both")
    return (Format(kind),)


feedback.example = "attnlab gradebook feedback class.gradebook --out feedback"  # type: ignore[attr-defined]
report.example = "attnlab gradebook report class.gradebook --out class.html"  # type: ignore[attr-defined]
