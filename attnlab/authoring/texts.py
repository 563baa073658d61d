"""What can be seen wrong with lessons by reading them: links, screens, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attnlab.authoring.findings import Finding, Weight
from attnlab.content import Course, Lesson, lesson_screens
from attnlab.errors import UnknownName

LONGEST_SCREEN = 24

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_OURS = ("exercise", "experiment", "lesson")


def lesson_findings(course: Course, lesson: Lesson) -> Iterator[Finding]:
    """Everything wrong with a lesson's front matter and text."""
    file = lesson.file.relative_to(course.root)
    yield from _front_matter(lesson, file)
    lines = lesson.file.read_text(encoding="utf-8").splitlines()
    if sum(line.startswith("```") for line in lines) % 2:
        yield Finding(file, None, "a ``` block is opened and never closed")
    linked: set[str] = set()
    for number, target in _links(lines):
        kind, _, name = target.partition(":")
        if kind in _OURS:
            linked.add(f"{kind}:{_current_name(course, kind, name)}")
        if wrong := _wrong_link(course, kind, name):
            yield Finding(file, f"line {number}", wrong)
    for kind, names in (("exercise", lesson.exercises), ("experiment", lesson.experiments)):
        for name in names:
            if f"{kind}:{name}" not in linked:
                yield Finding(file, f"{kind}s", f"the text never links to {kind}:{name}")
    for number, screen in enumerate(lesson_screens(lesson), start=1):
        if (length := len(screen.splitlines())) > LONGEST_SCREEN:
            opening = screen.splitlines()[0]
            what = f"screen {number} ('{opening}') has {length} lines; a screen has at most {LONGEST_SCREEN}"
            yield Finding(file, f"screen {number}", what, weight=Weight.WARNING)


def _front_matter(lesson: Lesson, file: Path) -> Iterator[Finding]:
    filled = {"title": lesson.title.strip(), "summary": lesson.summary.strip(), "minutes": lesson.minutes}
    for key, value in filled.items():
        if not value:
            yield Finding(file, key, "is empty")
    if not lesson.sources:
        yield Finding(file, "sources", "no source is cited")
    for place, source in enumerate(lesson.sources):
        if not source.authors.strip() or not source.title.strip():
            yield Finding(file, f"sources[{place}]", "has no authors or no title")
        if not 1900 <= source.year <= 2100:
            yield Finding(file, f"sources[{place}].year", f"is {source.year}, which is no year of a paper")


def _links(lines: list[str]) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(lines, start=1):
        if line.startswith("```"):
            fenced = not fenced
        # Indented blocks are equations and code, where brackets mean something else.
        if fenced or line.startswith("    "):
            continue
        for match in _LINK.finditer(line):
            yield number, match["target"]


def _current_name(course: Course, kind: str, name: str) -> str:
    try:
        return course.exercise(name).id if kind == "exercise" else name
    except UnknownName:
        return name


def _wrong_link(course: Course, kind: str, name: str) -> str | None:
    match kind:
        case "exercise":
            known = {known for exercise in course.exercises for known in (exercise.id, *exercise.aliases)}
        case "experiment":
            known = {known for known, _ in course.experiments()}
        case "lesson":
            known = {lesson.id for lesson in course.lessons}
        case "http" | "https":
            return None
        case _:
            target = f"{kind}:{name}" if name else kind
            return f"links to '{target}', which is neither exercise:, experiment:, lesson: nor a web address"
    return None if name in known else f"links to {kind}:{name}, which does not exist"
