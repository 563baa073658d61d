"""Which student of the gradebook a row of somebody's sheet is: by identifier first, then by a name nobody shares."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from attnlab.classroom.records import Student

# Identifiers that count within one system only: another's of the same digits is somebody else.
OF_ONE_SYSTEM = ("canvas", "moodle")


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a sheet that is about a person.

    Args:
        row: its place in the sheet.
        name: as the sheet shows it.
        own: the sheet's own identifier and what it is called: ('canvas', '4711').
        others: what else identifies them anywhere: a login, an e-mail, a matriculation number.
        locked: why their grade may not be changed; empty where it may.
    """

    row: int
    name: str
    own: tuple[str, str]
    others: tuple[str, ...] = ()
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Who is who.

    Args:
        students: by the row they stand in.
        strangers: rows that are nobody of the gradebook.
        absent: students who stand in no row.
        unclear: rows that may be several students, or of which several may be one.
    """

    students: Mapping[int, Student] = field(default_factory=dict)
    strangers: tuple[Person, ...] = ()
    absent: tuple[Student, ...] = ()
    unclear: tuple[Person, ...] = ()


def match(people: Sequence[Person], students: Sequence[Student]) -> Matched:
    """Each row's student; what one way of telling leaves open the next may settle, and none ever guesses."""
    found: dict[int, Student] = {}
    unclear: dict[int, Person] = {}
    for of_person, of_student in _WAYS:
        known = {student.key for student in found.values()}
        waiting = [person for person in people if person.row not in found and person.row not in unclear]
        may_be = _candidates(
            [(person, _folded(of_person(person))) for person in waiting],
            [(student, _folded(of_student(student))) for student in students if student.key not in known],
        )
        claims = Counter(key for candidates in may_be.values() for key in candidates)
        for person in waiting:
            match list(may_be[person.row].values()):
                case []:
                    pass
                case [student] if claims[student.key] == 1:
                    found[person.row] = student
                case _:
                    unclear[person.row] = person
    known = {student.key for student in found.values()}
    return Matched(
        students=found,
        strangers=tuple(person for person in people if person.row not in found and person.row not in unclear),
        absent=tuple(student for student in students if student.key not in known),
        unclear=tuple(unclear[row] for row in sorted(unclear)),
    )


def _candidates(
    people: Iterable[tuple[Person, set[str]]], students: Iterable[tuple[Student, set[str]]]
) -> dict[int, dict[str, Student]]:
    """For each row the students, by key, who share a name with it and whom nothing contradicts."""
    called: dict[str, list[Student]] = defaultdict(list)
    for student, names in students:
        for name in names:
            called[name].append(student)
    may_be: dict[int, dict[str, Student]] = defaultdict(dict)
    for person, names in people:
        system, own = person.own
        for student in (student for name in names for student in called.get(name, ())):
            # Of the same name, and by its identifier somebody else.
            if student.ids.get(system, own) == own:
                may_be[person.row][student.key] = student
    return may_be


def _own(person: Person) -> Iterable[str]:
    return [f"{person.own[0]}:{person.own[1]}"] if person.own[1] else []


def _others(person: Person) -> Iterable[str]:
    return person.others


def _bare_own(person: Person) -> Iterable[str]:
    return [person.own[1]]


def _name(person: Person) -> Iterable[str]:
    return [_first_last(person.name)]


def _of_one_system(student: Student) -> Iterable[str]:
    return [f"{system}:{student.ids[system]}" for system in OF_ONE_SYSTEM if system in student.ids]


def _anywhere(student: Student) -> Iterable[str]:
    ids = [told for system, told in student.ids.items() if system not in OF_ONE_SYSTEM]
    # A key that only repeats the identifier of one system counts there alone.
    bound = {student.ids[system] for system in OF_ONE_SYSTEM if system in student.ids}
    return [student.email, *ids, *({student.key} - bound)]


def _key_of_the_unbound(student: Student) -> Iterable[str]:
    return [] if any(system in student.ids for system in OF_ONE_SYSTEM) else [student.key]


def _student_name(student: Student) -> Iterable[str]:
    return [_first_last(student.name)]


_WAYS = (
    (_own, _of_one_system),
    (_others, _anywhere),
    (_bare_own, _key_of_the_unbound),
    (_name, _student_name),
)


def _first_last(name: str) -> str:
    """'Lovelace, Ada' as 'Ada Lovelace'."""
    last, comma, first = name.partition(",")
    return f"{first} {last}" if comma else name


def _folded(names: Iterable[str]) -> set[str]:
    folded = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in names)
    return {name for name in folded if name}
