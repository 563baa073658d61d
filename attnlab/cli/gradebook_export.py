"""`attnlab gradebook export` and `fill`: grades taken elsewhere, in the formats that others read."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.books import BookFile, opened, target
from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson
from attnlab.errors import UnknownName, WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.exports import ExportFormat
    from attnlab.classroom.exports.filling import Filling
    from attnlab.classroom.scoring import StudentGrades
    from attnlab.cli.books import OpenBook

_FORMATS = ("csv", "json", "junit", "gradescope", "nbgrader", "otter", "github")
_STDOUT = Path("-")


def complete_format(incomplete: str) -> list[str]:
    return [name for name in _FORMATS if name.startswith(incomplete)]


@dataclass(slots=True)
class _Count:
    students: int = 0
    attention: int = 0

    def hear(self, one: StudentGrades) -> None:
        self.students += 1
        self.attention += one.needs_attention


def export(
    context: typer.Context,
    book: BookFile,
    format: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help=f"One of {', '.join(_FORMATS)}.", autocompletion=complete_format
        ),
    ] = "csv",
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to; '-' is stdout, as without it.")
    ] = _STDOUT,
    student: Annotated[
        str | None, typer.Option("--student", metavar="STUDENT", help="Only this one: by key, name or e-mail.")
    ] = None,
    long: Annotated[bool, typer.Option("--long", help="With csv: a row for each student and exercise.")] = False,
) -> None:
    """Write the grades as others read them.

    csv has a row for each student; json all there is, hidden checks and seeds included; junit a test suite for each
    student. gradescope is one student's results.json as students may see it, or with --out a folder of them;
    nbgrader and otter write what 'nbgrader export' and 'otter grade' do; github the lines that GitHub Classroom
    reads points from.

    Points of students who need attention are those that could be judged; csv, json and otter say who they are.
    """  # fmt: skip
    from attnlab import files
    from attnlab.classroom.exports import ExportFormat, exported
    from attnlab.classroom.gradebook.naming import student_called

    desk = desk_of(context)
    wanted = _format(format)
    if long and wanted is not ExportFormat.CSV:
        raise WrongUsage("--long is for csv", remedy="leave it away, or take --format csv")
    count = _Count()
    with opened(book, desk) as open_book:
        key = student_called(open_book.book, student).key if student is not None else None
        if _goes_into_folder(wanted, key, out, open_book):
            _write_folder(desk, open_book, desk.folder / out, count)
            _tell(desk, f"{files.shown(desk.folder / out)}/", book, count)
            return
        parts = exported(
            wanted, open_book.book, open_book.assignment, open_book.course, student=key, long=long, heard=count.hear
        )
        if out == _STDOUT:
            for part in parts:
                sys.stdout.write(part)
        else:
            files.write(target(out, desk), parts)
    if out != _STDOUT:
        _tell(desk, files.shown(desk.folder / out), book, count)


def fill(
    context: typer.Context,
    book: BookFile,
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help="What Canvas or Moodle exported, as CSV.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The filled sheet; without it, only look.")
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="NAME", help="The column to fill, where several could be meant.")
    ] = None,
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="E", help="The points of this exercise, not all together.")
    ] = None,
    scale: Annotated[
        bool | None,
        typer.Option("--scale/--no-scale", help="Turn points into the column's, where it counts to something else."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Also those whose work a person should look at first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without being asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill the grades into a sheet that Canvas or Moodle exported.

    You see first what changes. Only the cells of one column do; all else stays as it is, byte for byte. Students are
    found by identifier or e-mail, else by a name that nobody shares; whoever is not found is listed. Exit code 1 when
    nothing was written although --out was given.
    """
    from attnlab import files
    from attnlab.cli.views_export import filling_as_json, filling_view

    desk = desk_of(context)
    content = files.read(desk.folder / sheet, remedy="name the file that Canvas or Moodle gave you")
    filled = target(out, desk, sheet) if out else None
    with opened(book, desk) as open_book:
        filling = _filling(open_book, content, column=column, exercise=exercise, scale=scale, everybody=everybody)
    if not as_json:
        desk.terminal.show(*filling_view(filling, desk.terminal))
    write = filled is not None and _agreed(desk, filling, filled, yes=yes, ask=not as_json)
    if write and filled:
        files.write(filled, filling.content)
    if as_json:
        desk.print_json(filling_as_json(filling, filled if write else None))
    elif write and filled:
        desk.terminal.show(
            "", *desk.terminal.wrap(f"{files.shown(filled)} is written; import it into {filling.system}")
        )
    elif filled is None:
        desk.terminal.show("", *desk.terminal.wrap("nothing is written: --out names the file to make"))
    raise typer.Exit(0 if write or filled is None else 1)


export.example = "attnlab gradebook export spring.book --format csv --out grades.csv"  # type: ignore[attr-defined]
fill.example = "attnlab gradebook fill spring.book canvas.csv --out filled.csv"  # type: ignore[attr-defined]


def _format(typed: str) -> ExportFormat:
    from attnlab.classroom.exports import ExportFormat

    if typed.casefold() not in _FORMATS:
        raise UnknownName("format", typed, _FORMATS, listing=f"there are {', '.join(_FORMATS)}")
    return ExportFormat(typed.casefold())


def _goes_into_folder(format: ExportFormat, student: str | None, out: Path, open_book: OpenBook) -> bool:
    from attnlab.classroom.exports import ExportFormat

    if format is not ExportFormat.GRADESCOPE or student is not None or out == _STDOUT:
        return False
    return len(open_book.book.students()) > 1


def _write_folder(desk: Desk, open_book: OpenBook, folder: Path, count: _Count) -> None:
    from attnlab import files
    from attnlab.classroom.exports import results_files

    for name, text in results_files(open_book.book, open_book.assignment, open_book.course, heard=count.hear):
        files.write(folder / name, text)


def _tell(desk: Desk, where: str, book: Path, count: _Count) -> None:
    students = f"{count.students} student{'' if count.students == 1 else 's'}"
    desk.terminal.talk(*desk.terminal.wrap(f"{where}: {students}"))
    if count.attention:
        need = "1 needs" if count.attention == 1 else f"{count.attention} need"
        said = f"{need} attention: 'attnlab gradebook show {book} --attention' lists them"
        desk.terminal.talk(*desk.terminal.wrap(said, "  "))


def _filling(
    open_book: OpenBook,
    content: bytes,
    *,
    column: str | None,
    exercise: str | None,
    scale: bool | None,
    everybody: bool,
) -> Filling:
    from attnlab.classroom.exports.filling import earned_in
    from attnlab.classroom.exports.filling import fill as filled
    from attnlab.classroom.gradebook.naming import exercise_called
    from attnlab.classroom.scoring import grades, title_of

    book, assignment, course = open_book.book, open_book.assignment, open_book.course
    wanted = exercise_called(book, course, exercise) if exercise is not None else None
    title = title_of(wanted, course) if wanted else assignment.title or course.title
    earned = earned_in(grades(book, assignment, course), wanted)
    return filled(content, earned, title=title, column=column, scale=scale, everybody=everybody)


def _agreed(desk: Desk, filling: Filling, target: Path, *, yes: bool, ask: bool) -> bool:
    from attnlab import files

    if yes:
        return True
    if not (ask and desk.terminal.interactive):
        desk.terminal.talk("nothing is written: '--yes' says that this is what you want")
        return False
    there = " over what is there" if target.exists() else ""
    return input(f"Write {files.shown(target)}{there}? [y/N] ").strip().casefold() in ("y", "yes")
