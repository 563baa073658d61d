"""`attnlab gradescope`: an autograder, and what it hands back for each submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.books import BookFile, opened, target
from attnlab.cli.desk import desk_of
from attnlab.cli.groups import group
from attnlab.cli.names import AsJson
from attnlab.errors import UnknownName, WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.cli.desk import Desk

_ISOLATION = ("strict", "auto", "none")

app = group("Make an autograder for Gradescope.")


AssignmentFile = Annotated[
    Path, typer.Option("--assignment", metavar="FILE", help="What is to be handed in: see 'attnlab assignment'.")
]


@app.command("build", epilog="Example: attnlab gradescope build --assignment assignment.toml")
def build(
    context: typer.Context,
    assignment: AssignmentFile,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The zip file to make.")] = Path("autograder.zip"),
    wheels: Annotated[
        Path | None,
        typer.Option("--wheels", metavar="DIR", help="Bring these libraries along, so that none is fetched there."),
    ] = None,
    isolation: Annotated[
        str, typer.Option("--isolation", metavar="HOW", help="How submissions are confined there: strict, auto, none.")
    ] = "auto",
    as_json: AsJson = False,
) -> None:
    """Make the zip file that Gradescope calls an autograder.

    It holds the assignment with its secret, your private checks, the course with its solutions and attnlab itself:
    upload it as the autograder of a programming assignment, and give it to nobody else. Gradescope fetches the
    libraries once, when it builds it, unless --wheels brings them along; grading fetches nothing.
    """
    from attnlab.classroom.exports.autograder import build as make
    from attnlab.cli.views_export import built_as_json, built_view

    desk = desk_of(context)
    if isolation not in _ISOLATION:
        raise UnknownName("isolation", isolation, _ISOLATION, listing=f"there are {', '.join(_ISOLATION)}")
    built = make(
        read(assignment, desk),
        desk.course,
        target(out, desk, assignment),
        wheels=desk.folder / wheels if wheels else None,
        isolation=isolation,
    )
    if as_json:
        desk.print_json(built_as_json(built))
    else:
        desk.terminal.show(*built_view(built, desk.terminal))


@app.command("results", epilog="Example: attnlab gradescope results class.book --out results.json")
def results(
    context: typer.Context,
    book: BookFile,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to make.")] = Path("results.json"),
) -> None:
    """Write what Gradescope is told of one submission.

    The autograder does this itself. Where a group handed in together, it is what the first of them is told.
    """
    from attnlab import files
    from attnlab.classroom.exports import ExportFormat, exported

    desk = desk_of(context)
    with opened(book, desk) as open_book:
        first = next((student.key for student in open_book.book.students()), None)
        # With one student alone, what belongs to nobody is theirs as well.
        key = first if len(open_book.book.students()) > 1 else None
        parts = exported(ExportFormat.GRADESCOPE, open_book.book, open_book.assignment, open_book.course, student=key)
        files.write(target(out, desk), parts)
    desk.terminal.talk(files.shown(desk.folder / out))


@app.command("refusal", epilog="Example: attnlab gradescope refusal submission --assignment assignment.toml")
def refusal(
    context: typer.Context,
    submission: Annotated[Path, typer.Argument(metavar="SUBMISSION", help="What was handed in.")],
    assignment: AssignmentFile,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to make.")] = Path("results.json"),
) -> None:
    """Write what Gradescope is told where nothing that was handed in can be graded, and why.

    The autograder does this itself. Exit code 1, and no file, when there is something to grade.
    """
    import tempfile

    from attnlab import files
    from attnlab.classroom.exports.gradescope import as_text
    from attnlab.classroom.exports.gradescope import refusal as refused
    from attnlab.classroom.intake import collect

    desk = desk_of(context)
    wanted = read(assignment, desk)
    with tempfile.TemporaryDirectory() as scratch:
        told = refused(collect(desk.folder / submission, desk.course, scratch=Path(scratch)), wanted)
    if told is None:
        raise typer.Exit(1)
    files.write(target(out, desk, submission, assignment), as_text(told))
    desk.terminal.talk(files.shown(desk.folder / out))


def read(file: Path, desk: Desk) -> Assignment:
    """The assignment in a file, with exercises in it."""
    from attnlab.classroom.assignment import read_assignment

    found = read_assignment(desk.folder / file, desk.course)
    if not found.items:
        raise WrongUsage("the assignment has no exercises", remedy="'attnlab assignment new' writes one that has")
    return found
