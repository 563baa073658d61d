"""A lesson as pages for a terminal: links become the command to type, sources stand on the last page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attnlab.study.progress import Progress, change_progress
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.content import Course, Lesson, Source

_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<kind>exercise|experiment|lesson):(?P<name>[^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """A lesson's screens as Markdown, the sources last."""

    lesson: Lesson
    screens: tuple[str, ...]


def page(course: Course, lesson: Lesson) -> Page:
    """The lesson, ready to be shown."""
    from attnlab.content import lesson_screens

    screens = [_LINK.sub(_commands(course), screen) for screen in lesson_screens(lesson)]
    if not screens:
        screens = [f"# {lesson.title}"]
    if lesson.sources:
        screens[-1] += "\n\n## Sources\n\n" + "\n".join(f"- {_cited(source)}" for source in lesson.sources)
    return Page(lesson, tuple(screens))


def note_screen(workspace: Workspace, lesson: Lesson, screen: int, *, last: bool) -> None:
    """Remember the screen the learner stopped at, from 1, and that the lesson is read once its last was seen."""

    def change(progress: Progress) -> Progress:
        before = progress.lessons.get(lesson.id, {})
        entry = {**before, "screen": screen, "read": bool(before.get("read")) or last}
        return replace(progress, lessons={**progress.lessons, lesson.id: entry})

    change_progress(workspace, change)


def screen_of(progress: Progress, lesson: Lesson, screens: int) -> int:
    """Where to go on reading, from 1: the first screen again once the lesson was read to its end."""
    entry = progress.lessons.get(lesson.id, {})
    screen = entry.get("screen", 1)
    return screen if isinstance(screen, int) and 1 <= screen < screens else 1


def _commands(course: Course) -> Callable[[re.Match[str]], str]:
    def command(link: re.Match[str]) -> str:
        text, kind, name = link["text"], link["kind"], link["name"]
        if kind == "lesson":
            lesson = next((lesson for lesson in course.lessons if name in (lesson.id, lesson.number)), None)
            return f"{text} (`attnlab read {lesson.number if lesson else name}`)"
        return f"{text} (`attnlab {'check' if kind == 'exercise' else 'experiment'} {name}`)"

    return command


def _cited(source: Source) -> str:
    where = f", {source.where}" if source.where else ""
    arxiv = f", arXiv {source.arxiv}" if source.arxiv else ""
    return f"{source.authors} ({source.year}). *{source.title}*{arxiv}{where}"
