"""What every layout comes to: students, each with the files of one hand-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from attnlab.classroom.intake.entries import Entry, Found
from attnlab.classroom.intake.names import printable, unmistakable
from attnlab.classroom.records import Odd, Oddity, Student


@dataclass(slots=True)
class Bundle:
    """What one student handed in at one time.

    Args:
        origin: the folder or file it is, safe to print.
        late: whether the system marked it so; None where it does not tell.
    """

    student: Student
    entries: list[Entry]
    origin: str
    submitted: datetime | None = None
    late: bool | None = None


@dataclass(slots=True)
class Sorted:
    """A class, sorted by students.

    Args:
        layout: what it was taken for, in words.
        share: how much of what lies outermost fits that, from 0 to 1.
        by_id: whether students have keys of their system's, which differ in more than how they are written.
    """

    layout: str
    bundles: list[Bundle]
    oddities: list[Oddity] = field(default_factory=list)
    share: float = 1.0
    by_id: bool = False


Tops = dict[str, list[Entry]]


def by_top(found: Found) -> Tops:
    """The files by the outermost folder they are in, or by their own name; the folders with nothing in them too."""
    tops: Tops = {parts[0]: [] for parts in sorted(found.empty)}
    for entry in found.entries:
        tops.setdefault(entry.parts[0], []).append(entry)
    return tops


def is_folder(entries: Iterable[Entry]) -> bool:
    return all(len(entry.parts) > 1 for entry in entries)


def inside(entries: Iterable[Entry], depth: int = 1) -> list[Entry]:
    """The same files, called as they are from `depth` folders further in; a file that lies less deep keeps its name."""
    return [replace(entry, parts=entry.parts[depth:] or entry.parts[-1:]) for entry in entries]


def student(key: str, name: str = "", email: str = "", **ids: str) -> Student:
    """A student as a system tells of them, with everything made safe to show."""
    shown = unmistakable(key).strip() or "?"
    known = {system: printable(told) for system, told in ids.items() if told}
    return Student(shown, printable(name).strip() or shown, printable(email).strip(), known)


def others(tops: Tops, explained: Iterable[str], layout: str) -> list[Oddity]:
    """What lies among the students' work and is not theirs, as this layout has it."""
    why = f"it is not named as the rest of a {layout} is"
    return [Oddity(Odd.UNMATCHED, printable(name), why) for name in tops.keys() - set(explained)]
