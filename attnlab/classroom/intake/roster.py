"""The class as the instructor lists it: who somebody is whom a system calls by a number, and who handed in nothing."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from attnlab import files
from attnlab.classroom.exports.matching import Person
from attnlab.classroom.exports.people import people_in
from attnlab.classroom.intake.names import folded, printable
from attnlab.classroom.records import Student
from attnlab.errors import AttnlabError

_CAP = 64 << 20
_OWN = ("key", "name", "email")
_SEPARATORS = ",;\t"


class BadRoster(AttnlabError):
    """The list of the class cannot be read as one."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Roster:
    """The students of a class, in the order of the list."""

    students: tuple[Student, ...]
    _by_id: dict[str, list[Student]]
    _by_name: dict[str, list[Student]]

    def known_as(self, student: Student) -> Student | None:
        """The student of the class that somebody is whom a system tells of; None where nobody or more than one fits.

        What tells people apart decides, and a name only where nothing else does and just one of the class has it.
        """
        told = [student.key, student.email, *student.ids.values()]
        fits = {one.key: one for text in told if text for one in self._by_id.get(folded(text), ())}
        if not fits:
            fits = {one.key: one for one in self._by_name.get(_bare(student.name), ())}
        return next(iter(fits.values())) if len(fits) == 1 else None


def read_roster(file: Path) -> Roster:
    """The class listed in a CSV file: key, name, email, and in other columns what else a student is called.

    The sheet of grades that Canvas or Moodle exports is such a list, too.

    Raises:
        NotThere: it is missing, or cannot be read.
        BadRoster: it has no column of keys, or a key twice.
    """
    content = files.read(file, remedy="name the list of the class with --roster, or leave it away")
    try:
        text = content[:_CAP].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content[:_CAP].decode("latin-1")
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error as error:
        raise _bad(file, f"is no CSV file: {error}") from error
    heading = [folded(cell) for cell in rows[0]] if rows else []
    if "key" not in heading:
        if people := people_in(content):
            return _roster(file, [_listed(person) for person in people])
        raise _bad(file, "has no column called 'key'")
    students = [
        _student(dict(zip(heading, row, strict=False))) for row in rows[1:] if any(cell.strip() for cell in row)
    ]
    return _roster(file, students)


def _student(row: dict[str, str]) -> Student:
    told = {column: printable(cell).strip() for column, cell in row.items()}
    ids = {column: cell for column, cell in told.items() if column not in _OWN and column and cell}
    return Student(told["key"], told.get("name") or told["key"], told.get("email", ""), ids)


def _listed(person: Person) -> Student:
    """Somebody who stands in a system's own sheet. Another system's numbers are left: they may be somebody else's."""
    system, number = person.own
    others = [printable(told).strip() for told in person.others]
    email = next((told for told in others if "@" in told), "")
    login = next((told for told in others if told != email and not told.isdigit()), "")
    ids = {system: number} | ({"login": login} if login else {})
    return Student(number, printable(person.name).strip() or number, email, ids)


def _roster(file: Path, students: list[Student]) -> Roster:
    seen: set[str] = set()
    by_id: dict[str, list[Student]] = defaultdict(list)
    by_name: dict[str, list[Student]] = defaultdict(list)
    for student in students:
        key = folded(student.key)
        if not key:
            raise _bad(file, "has a student without a key")
        if key in seen:
            raise _bad(file, f"lists '{student.key}' twice")
        seen.add(key)
        by_name[_bare(student.name)].append(student)
        for text in {folded(told) for told in (student.key, student.email, *student.ids.values()) if told}:
            by_id[text].append(student)
    return Roster(tuple(students), dict(by_id), dict(by_name))


def _bare(name: str) -> str:
    """A name whichever way round it is written, and as systems run it together: 'Lovelace, Ada' is 'ada lovelace'."""
    return "".join(sorted(character for character in folded(name) if character.isalnum()))


def _bad(file: Path, what: str) -> BadRoster:
    remedy = "name what Canvas or Moodle exports, or a file with a line for each student under key,name,email"
    return BadRoster(f"{files.shown(file)} {what}", remedy=remedy)
