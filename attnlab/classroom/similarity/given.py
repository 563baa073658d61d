"""What the course itself puts into everybody's hands: starters, references, variants and the code in its lessons."""

from __future__ import annotations

from collections.abc import Iterator

from attnlab.classroom.similarity.pieces import texts_of
from attnlab.content import Course, Exercise, Lesson, lesson_text

_WRITTEN = ("reference.py", "variants.py")


def given_by(course: Course, exercise: Exercise) -> frozenset[str]:
    """The pieces of all that the course shows or withholds of an exercise; none of them tells who wrote a work."""
    files = [exercise.starter, *(exercise.answers / name for name in _WRITTEN)]
    # A work may hold what an earlier exercise asked for.
    for name in exercise.prerequisites:
        files.append(course.exercise(name).answers / _WRITTEN[0])
    sources = [file.read_bytes() for file in files if file.is_file()]
    sources += [block.encode() for block in _code_in(course.lesson_of(exercise))]
    return frozenset().union(*(texts_of(source) or () for source in sources))


def _code_in(lesson: Lesson) -> Iterator[str]:
    block: list[str] | None = None
    for line in lesson_text(lesson).splitlines():
        if line.startswith("```"):
            if block:
                yield "\n".join(block)
            block = [] if block is None else None
        elif block is not None:
            block.append(line)
