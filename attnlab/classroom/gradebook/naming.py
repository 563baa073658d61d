"""Whom and what an instructor means by what they type: a student, an exercise, a check."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from attnlab.classroom.gradebook.store import Gradebook
from attnlab.classroom.records import Student
from attnlab.content import Course
from attnlab.errors import UnknownName, WrongUsage
from attnlab.pictures.labels import visible

_NAMED = 5


def student_called(book: Gradebook, text: str) -> Student:
    """The student with this key, or with this name, e-mail or identifier, case ignored.

    Raises:
        UnknownName: nobody is called so; the error names the nearest.
        WrongUsage: several are; the error names their keys.
    """
    students = book.students()
    for student in students:
        if student.key == text:
            return student
    wanted = _folded(text)
    found = [student for student in students if wanted in map(_folded, _names(student))]
    if len(found) == 1:
        return found[0]
    if found:
        keys = [f"'{visible(student.key)}'" for student in found]
        more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
        raise WrongUsage(
            f"{len(found)} students are called '{visible(text)}'",
            remedy=f"say which by the key: {', '.join(keys[:_NAMED])}{more}",
        )
    near = [f"'{visible(student.key)}' ({visible(student.name)})" for student in students if _in_part(wanted, student)]
    if 0 < len(near) <= _NAMED:
        raise WrongUsage(f"there is no student called '{visible(text)}'", remedy=f"did you mean {' or '.join(near)}?")
    known = [visible(name) for student in students for name in _names(student)]
    raise UnknownName("student", visible(text), known, listing="'attnlab gradebook show BOOK' lists them all")


def exercise_called(book: Gradebook, course: Course | None, text: str) -> str:
    """The id of the exercise called `text`: one that was handed in, or any of the course, also by an older name.

    Raises:
        UnknownName: none is; the error names the nearest.
    """
    known = dict.fromkeys(book.exercises())
    names = {name: name for name in known}
    for exercise in course.exercises if course else ():
        names |= {name: exercise.id for name in (exercise.id, *exercise.aliases) if name not in known}
    if text in names:
        return names[text]
    if len(folded := {names[name] for name in names if _folded(name) == _folded(text)}) == 1:
        return folded.pop()
    raise UnknownName("exercise", visible(text), list(names), listing="'attnlab gradebook show BOOK' lists them all")


def check_called(checks: Iterable[tuple[str, str]], text: str) -> str:
    """The id of the check called so, or whose sentence this is; `checks` are ids with their sentences.

    Raises:
        UnknownName: none is; the error names the nearest.
    """
    known = list(checks)
    for id, sentence in known:
        if _folded(text) in (_folded(id), _folded(sentence)):
            return id
    ids = [id for id, _ in known]
    raise UnknownName("check", visible(text), ids, listing=f"its checks are {', '.join(ids)}")


def _names(student: Student) -> Iterable[str]:
    names = (student.key, student.name, student.email, *student.ids.values())
    return dict.fromkeys(name for name in names if name)


def _in_part(wanted: str, student: Student) -> bool:
    """Whether the words are among those of one of the student's names."""
    words = set(wanted.split())
    return bool(words) and any(words <= set(_folded(name).split()) for name in _names(student))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
