"""A lesson's screens as lines for a terminal, or as they were written where nobody pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import WIDEST, Terminal
from attnlab.cli.views import effort

if TYPE_CHECKING:
    from attnlab.cli.desk import Desk
    from attnlab.study import Page


def page_lines(text: str, terminal: Terminal) -> list[str]:
    """Rendered Markdown in a colour terminal; the Markdown itself, which reads well too, everywhere else."""
    return _rendered(text, terminal) if terminal.colour else text.splitlines()


def page_as_json(page: Page) -> dict[str, Any]:
    from dataclasses import asdict

    lesson = page.lesson
    return {
        "id": lesson.id,
        "title": lesson.title,
        "summary": lesson.summary,
        "minutes": lesson.minutes,
        "exercises": list(lesson.exercises),
        "experiments": list(lesson.experiments),
        "sources": [asdict(source) for source in lesson.sources],
        "screens": list(page.screens),
    }


def after_lesson_view(page: Page, stopped: int, finished: bool, desk: Desk) -> list[str]:
    from attnlab.study import next_exercise

    lesson = page.lesson
    if not finished:
        return [f"stopped at screen {stopped} of {len(page.screens)}", f"next: attnlab read {lesson.number}"]
    exercise = next_exercise(desk.course, desk.progress)
    if exercise is None or exercise.lesson != lesson.id or desk.workspace_or_none is None:
        return ["next: attnlab"]
    told = f"next: edit {desk.workspace.relative(exercise)}, then attnlab check {exercise.id} ({effort(exercise)})"
    return desk.terminal.wrap(told, "", "      ")


def _rendered(text: str, terminal: Terminal) -> list[str]:
    import io

    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    width = min(terminal.width, WIDEST)
    theme = Theme({"markdown.code": "cyan", "markdown.h1": "bold", "markdown.h2": "bold underline"})
    console = Console(
        file=io.StringIO(), width=width, force_terminal=True, color_system="standard", legacy_windows=False, theme=theme
    )
    # Rich centres headings of the first order in a box; ours are plain lines.
    console.print(Markdown(re.sub(r"^# ", "## ", text, flags=re.MULTILINE), code_theme="ansi_dark", hyperlinks=False))
    file = console.file
    assert isinstance(file, io.StringIO)
    return [line.rstrip() for line in file.getvalue().strip("\n").splitlines()]
