"""Reading a lesson: screen by screen in a terminal, whole where it is piped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, LessonName
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Lesson


def read(
    context: typer.Context,
    lesson: LessonName = None,
    screen: Annotated[int | None, typer.Option("--screen", metavar="N", help="Print only this screen.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Print the whole lesson without stopping.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a lesson: the next one, or the one named.

    Keys while reading: space or Enter goes on, b goes back, q stops; the place is remembered.
    """
    from attnlab.cli.views_lesson import page_as_json, page_lines
    from attnlab.study import page

    desk = desk_of(context)
    shown = page(desk.course, desk.course.lesson(lesson) if lesson else _next_lesson(desk))
    count = len(shown.screens)
    if screen is not None and not 1 <= screen <= count:
        raise WrongUsage(f"the lesson has {count} screens, none numbered {screen}", remedy="leave --screen away")
    if as_json:
        desk.print_json(page_as_json(shown))
    elif screen is not None:
        desk.terminal.show(*page_lines(shown.screens[screen - 1], desk.terminal))
        _note(desk, shown.lesson.id, screen, count)
    elif whole or not desk.terminal.interactive:
        for number, text in enumerate(shown.screens, start=1):
            desk.terminal.show(*([""] if number > 1 else []), *page_lines(text, desk.terminal))
        _note(desk, shown.lesson.id, count, count)
    else:
        read_on(desk, shown.lesson.id)


def read_on(desk: Desk, lesson_id: str) -> None:
    """Turn the lesson's pages from where the learner stopped, and remember where that is now."""
    from attnlab.cli.pager import turn_pages
    from attnlab.cli.views_lesson import after_lesson_view
    from attnlab.study import page
    from attnlab.study.reading import screen_of

    shown = page(desk.course, desk.course.lesson(lesson_id))
    count = len(shown.screens)
    start = screen_of(desk.progress, shown.lesson, count)
    stopped, finished = turn_pages(shown, start, desk.terminal)
    _note(desk, lesson_id, stopped, count if finished else count + 1)
    desk.terminal.show(*after_lesson_view(shown, stopped, finished, desk))


def _note(desk: Desk, lesson_id: str, screen: int, count: int) -> None:
    from attnlab.study import note_screen
    from attnlab.study.timekeeping import noticed

    if desk.workspace_or_none:
        noticed(desk.workspace, desk.now)
        note_screen(desk.workspace, desk.course.lesson(lesson_id), screen, last=screen == count)


def _next_lesson(desk: Desk) -> Lesson:
    from attnlab.study import current_exercise, next_exercise

    exercise = (
        current_exercise(desk.workspace, desk.progress)
        if desk.workspace_or_none
        else next_exercise(desk.course, desk.progress)
    )
    return desk.course.lesson_of(exercise) if exercise else desk.course.lessons[-1]
