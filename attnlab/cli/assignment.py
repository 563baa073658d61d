"""`attnlab assignment`: what a class is to hand in, written down and looked over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import desk_of
from attnlab.cli.groups import group
from attnlab.cli.names import AsJson, complete_exercise, complete_lesson
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise

_FILE = Path("assignment.toml")

app = group("Say what a class is to hand in, and by when.")


@app.command("new", epilog="Example: attnlab assignment new --lesson 02-lookup --due 2026-11-30")
def new(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to make.")] = _FILE,
    lessons: Annotated[
        list[str] | None,
        typer.Option("--lesson", metavar="L", help="All exercises of this lesson; may be repeated.",
                     autocompletion=complete_lesson),
    ] = None,
    exercises: Annotated[
        list[str] | None,
        typer.Option("--exercise", metavar="E", help="This exercise; may be repeated.",
                     autocompletion=complete_exercise),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="T", help="What to call it.")] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DATE", help="By when, as 2026-11-30 or '2026-11-30 18:00'.")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write an assignment file, with all that can be said in it as comments.

    Without --lesson and --exercise it holds every exercise of the course. The secret in it is drawn anew: the inputs
    that each student's work is judged with come from it, so the file is yours alone.
    """
    from attnlab import files
    from attnlab.classroom.assignment import new_secret
    from attnlab.classroom.assignment.writing import assignment_text, write_new
    from attnlab.cli.views_assignment import made_view

    desk = desk_of(context)
    chosen = _chosen(desk.course, lessons or [], exercises or [])
    moment = _moment(due)
    file = desk.folder / out
    titled = title or desk.course.title
    write_new(file, assignment_text(desk.course, chosen, file=file, title=titled, due=moment, secret=new_secret()))
    if as_json:
        desk.print_json({"file": str(file), "exercises": [exercise.id for exercise in chosen]})
    else:
        desk.terminal.show(*made_view(files.shown(file), chosen, moment, desk.now, desk.terminal))


@app.command("check", epilog="Example: attnlab assignment check assignment.toml")
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to look over.")] = _FILE,
    as_json: AsJson = False,
) -> None:
    """Look an assignment file over before anything is graded by it.

    Every exercise, check, date and share is looked at; what coming late costs is told by examples. Checks of your own
    are tried on right and wrong answers. Exit code 1 when there is anything to mend.
    """
    from attnlab.classroom.assignment import AssignmentInvalid, read_assignment
    from attnlab.classroom.assignment.looking_over import looked_over
    from attnlab.cli.train import teller
    from attnlab.cli.views_assignment import assignment_as_json, assignment_view, invalid_as_json, invalid_view

    desk = desk_of(context)
    try:
        assignment = read_assignment(desk.folder / file, desk.course)
    except AssignmentInvalid as error:
        if as_json:
            desk.print_json(invalid_as_json(error))
        else:
            desk.terminal.show(*invalid_view(error, desk.terminal))
        raise typer.Exit(1) from None
    told = teller(desk)
    seen = looked_over(assignment, desk.course, heard=lambda exercise: told(f"trying your checks of {exercise}"))
    if as_json:
        desk.print_json(assignment_as_json(seen))
    else:
        desk.terminal.show(*assignment_view(seen, desk.terminal))
    raise typer.Exit(0 if seen.good else 1)


def _chosen(course: Course, lessons: list[str], exercises: list[str]) -> list[Exercise]:
    """In the course's order, whatever the order they were named in."""
    if not lessons and not exercises:
        return list(course.exercises)
    named = {course.exercise(name).id for name in exercises}
    named |= {name for lesson in lessons for name in course.lesson(lesson).exercises}
    return [exercise for exercise in course.exercises if exercise.id in named]


def _moment(due: str | None) -> datetime | None:
    from attnlab.classroom.assignment.dates import typed_moment

    if due is None:
        return None
    found = typed_moment(due)
    if found is None:
        raise WrongUsage(
            f"'{due}' is no date", remedy="write 2026-11-30, '2026-11-30 18:00' or 2026-11-30T18:00+01:00"
        )  # fmt: skip
    return found
