"""Makes lessons and exercises that already pass the audit, but for the marks that say what is to be written."""

from __future__ import annotations

import keyword
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from attnlab.authoring import templates
from attnlab.authoring.lists import ListNotFoundError, add_to_list
from attnlab.content import Course, Lesson, Library, try_course
from attnlab.content.reading import FENCE
from attnlab.errors import CannotWrite, ContentInvalid, UnknownName, WrongUsage

_LESSON_ID = re.compile(r"\d{2,}-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, from the course's root: new files, and files that were added to."""

    written: tuple[Path, ...]
    changed: tuple[Path, ...]


def new_lesson(root: Path, ident: str, *, track: str | None = None) -> Made:
    """A lesson with a text and an experiment, listed in its track in the order of the lessons' numbers.

    Raises:
        WrongUsage: the id is none, is taken, or there is no such track.
        CannotWrite: something stands where a file would be made; nothing was changed.
    """
    course = _readable(root)
    if not _LESSON_ID.fullmatch(ident):
        remedy = "write a number and a few words, as in 05-scaled-dot-product"
        raise WrongUsage(f"'{ident}' is no lesson's id", remedy=remedy)
    number = _track_number(course, track)
    listed = course.tracks[number].lessons
    slug = ident.split("-", 1)[1]
    words = {"id": ident, "number": ident.split("-", 1)[0], "words": slug.replace("-", " ").capitalize()}
    lesson = Path("course", ident)
    files = {lesson / "lesson.md": templates.LESSON, lesson / "experiments" / "first_look.py": templates.EXPERIMENT}
    place = next((at for at, other in enumerate(listed) if other > ident), len(listed))
    table = Path("course", "course.toml")
    return _make(
        root, files, words, table,
        lambda text: add_to_list(text, "lessons", ident, place=place, table="tracks", number=number),
    )  # fmt: skip


def new_exercise(root: Path, lesson: str, ident: str, *, library: Library | None = None) -> Made:
    """An exercise with everything an exercise has, listed last in its lesson and linked at the end of the text.

    An id that begins with a capital letter is a class's, hence a torch module.

    Raises:
        WrongUsage: the id cannot name a function, or is taken; there is no such lesson.
        CannotWrite: something stands where a file would be made; nothing was changed.
    """
    course = _readable(root)
    home = course.lesson(lesson)
    if not ident.isidentifier() or keyword.iskeyword(ident) or ident.startswith("_"):
        remedy = "write letters, digits and underscores, as in soft_lookup"
        raise WrongUsage(f"'{ident}' cannot name a function", remedy=remedy)
    for other in course.exercises:
        if ident in (other.id, *other.aliases):
            what = "is" if ident == other.id else "was once the name of"
            raise WrongUsage(f"'{ident}' {what} an exercise of {other.lesson}", remedy="choose another name")
    is_class = ident[0].isupper()
    if is_class and library is Library.NUMPY:
        raise WrongUsage(
            f"'{ident}' is a class's name, and classes are torch modules",
            remedy="write a function's name in small letters, or leave the library away",
        )
    chosen = Library.TORCH if is_class else library or _library_of(course, home)
    words = {"id": ident, "number": home.number, "words": ident.replace("_", " "), **templates.SPELLED[chosen]}
    edited, withheld = Path("exercises", home.id, ident), Path("solutions", home.id, ident)
    starting, answering = templates.EDITED, templates.WITHHELD
    if is_class:
        starting, answering = templates.CLASS_EDITED, templates.CLASS_WITHHELD
    files = {edited / name: text for name, text in starting.items()}
    files |= {withheld / name: text for name, text in answering.items()}

    def listed(text: str) -> str:
        before, front, rest = text.split(FENCE, 2)
        front = add_to_list(front, "exercises", ident, place=len(home.exercises))
        link = _filled(templates.LINK, words)
        return f"{before}{FENCE}{front}{FENCE}{rest.rstrip()}\n{link}"

    return _make(root, files, words, home.file.relative_to(root), listed)


def _readable(root: Path) -> Course:
    # An author adds to a course that is being written: what is wrong elsewhere in it is the audit's to say.
    course, problems = try_course(root)
    if course is None:
        raise ContentInvalid(problems)
    return course


def _track_number(course: Course, track: str | None) -> int:
    names = [known.id for known in course.tracks]
    if track is None and names:
        return 0
    if track not in names:
        raise UnknownName("track", track or "", names, listing="course/course.toml lists them")
    return names.index(track)


def _library_of(course: Course, lesson: Lesson) -> Library:
    siblings = course.exercises_of(lesson)
    return siblings[-1].library if siblings else Library.NUMPY


def _make(
    root: Path, files: Mapping[Path, str], words: Mapping[str, str], table: Path, listed: Callable[[str], str]
) -> Made:
    for file in files:
        if (root / file).exists() or (root / file).is_symlink():
            raise CannotWrite(f"{file} is there already", remedy="choose another name, or move it away first")
    try:
        changed = listed((root / table).read_text(encoding="utf-8"))
    except ListNotFoundError as error:
        raise CannotWrite(
            f"{table} lists nothing that could be added to safely ({error})",
            remedy="write its list as plain strings between [ and ], or add the folders by hand",
        ) from error
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        with (root / file).open("x", encoding="utf-8") as opened:
            opened.write(_filled(text, words))
    beside = (root / table).with_name(f".{table.name}.new")
    beside.write_text(changed, encoding="utf-8")
    os.replace(beside, root / table)
    return Made(tuple(files), (table,))


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"«{name}»", word)
    return text
