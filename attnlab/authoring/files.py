"""What can be seen wrong with a course's folders: files nobody reads, marks left to do, exercises in a circle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attnlab.authoring.findings import Finding
from attnlab.content import Course, Exercise

MARK = "TODO"
EDITED = ("exercise.toml", "starter.py")
WITHHELD = ("reference.py", "why.md", "checks.py", "misconceptions.py", "variants.py")
DECLARED = "equivalent.toml"
PICTURE = "picture.py"

_MARKED = re.compile(rf"\b{MARK}\b")


def stray_findings(course: Course) -> Iterator[Finding]:
    """Files in the three folders that no part of the course refers to."""
    expected = _expected(course)
    readable = {lesson.id for lesson in course.lessons}
    unread = {lesson for track in course.tracks for lesson in track.lessons if lesson not in readable}
    for top in ("course", "exercises", "solutions"):
        for file in sorted((course.root / top).rglob("*")):
            if file.is_dir() or "__pycache__" in file.parts:
                continue
            relative = file.relative_to(course.root)
            # Of a lesson that cannot be read nobody knows what belongs to it.
            if relative not in expected and relative.parts[1] not in unread and not _is_shared(relative, readable):
                yield Finding(relative, None, "is a stray file: nothing in the course refers to it")


def circle_findings(course: Course) -> Iterator[Finding]:
    """Prerequisites that lead back to where they started, or that come later in the course."""
    order = {exercise.id: place for place, exercise in enumerate(course.exercises)}
    for exercise in course.exercises:
        file = (exercise.folder / "exercise.toml").relative_to(course.root)
        if circle := _circle_from(course, exercise):
            yield Finding(file, "prerequisites", f"go in a circle: {' needs '.join(circle)}")
            continue
        for needed in _prerequisites(course, exercise):
            if order[needed.id] > order[exercise.id]:
                yield Finding(file, "prerequisites", f"'{needed.id}' comes later in the course than this exercise")


def mark_findings(course: Course, folder: Path) -> Iterator[Finding]:
    """Lines under a folder, or in a file, that still say something is to be done."""
    for file in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
        if not file.is_file() or "__pycache__" in file.parts:
            continue
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            yield Finding(file.relative_to(course.root), None, f"cannot be read: {error}")
            continue
        for number, line in enumerate(lines, start=1):
            if _MARKED.search(line):
                what = f"still to be written: {line.strip()}"
                yield Finding(file.relative_to(course.root), f"line {number}", what)


def _expected(course: Course) -> set[Path]:
    files = {Path("course/course.toml")}
    for lesson in course.lessons:
        files.add(lesson.file.relative_to(course.root))
        files |= {lesson.experiment_file(name).relative_to(course.root) for name in lesson.experiments}
        # Not only exercises that could be read: one with a broken exercise.toml is broken, not stray.
        for name in lesson.exercises:
            files |= {Path("exercises", lesson.id, name, part) for part in EDITED}
            files |= {Path("solutions", lesson.id, name, part) for part in (*WITHHELD, DECLARED, PICTURE)}
    for lesson_id in (lesson for track in course.tracks for lesson in track.lessons):
        files.add(Path("course", lesson_id, "lesson.md"))
    return files


def _is_shared(file: Path, lessons: set[str]) -> bool:
    """Whether it is a module that a lesson's checks, misconceptions and variants have in common."""
    top, lesson, *_ = file.parts
    return top == "solutions" and len(file.parts) == 3 and lesson in lessons and file.suffix == ".py"


def _prerequisites(course: Course, exercise: Exercise) -> list[Exercise]:
    known = {name: other for other in course.exercises for name in (other.id, *other.aliases)}
    return [known[name] for name in exercise.prerequisites if name in known]


def _circle_from(course: Course, start: Exercise) -> list[str] | None:
    seen: set[str] = set()
    trails = [[start]]
    while trails:
        trail = trails.pop()
        for needed in _prerequisites(course, trail[-1]):
            if needed is start:
                return [exercise.id for exercise in (*trail, start)]
            if needed.id not in seen:
                seen.add(needed.id)
                trails.append([*trail, needed])
    return None
