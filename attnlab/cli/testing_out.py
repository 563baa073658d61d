"""Testing out of a lesson: one file to fill in, judged exercise by exercise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, complete_lesson
from attnlab.cli.work import exit_code
from attnlab.errors import UnknownName, WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Lesson


def out_of_lesson(
    context: typer.Context,
    lesson: Annotated[
        str,
        typer.Argument(
            metavar="LESSON", help="Which lesson, as 02-lookup, 02 or lookup.", autocompletion=complete_lesson
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The file that holds all of its exercises.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Pass a whole lesson with one file, if you know it already.

    Without FILE: test-out-02.py, with all starters of the lesson in it, is made in the workspace; once it is there it
    is what is judged. Every exercise that passes is done. Its file in exercises/ gets the code if you have not
    touched it; a file that you have edited stays as it is. Exit code 0 when all of them passed, else 1.
    """
    from attnlab.study import answer_file, judge_lesson, lay_out

    desk = desk_of(context)
    workspace, chosen = desk.workspace, _chosen(desk, lesson)
    if file is None and (made := lay_out(workspace, chosen)):
        from attnlab.cli.views_testing_out import made_as_json, made_view

        if as_json:
            desk.print_json(made_as_json(chosen, made))
        else:
            desk.terminal.show(*made_view(chosen, made, desk))
        raise typer.Exit(0)
    from attnlab.cli.views_testing_out import tried_as_json, tried_view
    from attnlab.grading import Judge

    handed_in = answer_file(workspace, chosen) if file is None else desk.folder / file
    with Judge(workspace.course) as judge:
        result = judge_lesson(workspace, chosen, handed_in, judge=judge, now=desk.now)
    if as_json:
        desk.print_json(tried_as_json(result, workspace))
    else:
        desk.terminal.show(*tried_view(result, desk))
    if result.forgotten:
        desk.terminal.complain(result.forgotten)
    raise typer.Exit(3 if result.forgotten else exit_code([each.report for each in result.tried if each.report]))


def _chosen(desk: Desk, name: str) -> Lesson:
    course = desk.workspace.course
    try:
        return course.lesson(name)
    except UnknownName as unknown:
        found = next((each for each in course.exercises if name.removesuffix(".py") == each.id), None)
        if found is None:
            raise unknown from None
        number = course.lesson_of(found).number
        raise WrongUsage(
            f"'{name}' is an exercise, and it is a lesson that one tests out of",
            remedy=f"'attnlab test-out {number}' is its lesson's; 'attnlab check {found.id}' judges it alone",
        ) from None
