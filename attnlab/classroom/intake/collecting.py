"""The door: a folder, an archive or a file of submissions, however it came to be, as students with their works."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.classroom.intake.archives import of_a_class, unpack
from attnlab.classroom.intake.choosing import chosen
from attnlab.classroom.intake.entries import Entry, Found, Refused, Shelf, walk
from attnlab.classroom.intake.kinds import is_archive
from attnlab.classroom.intake.layouts import Sorted, of_a_system, one_students, recognised
from attnlab.classroom.intake.layouts.bundles import Bundle
from attnlab.classroom.intake.layouts.people import is_nobodys
from attnlab.classroom.intake.matching import Catalogue
from attnlab.classroom.intake.names import folded, printable
from attnlab.classroom.intake.packages import is_package
from attnlab.classroom.intake.roster import Roster, read_roster
from attnlab.classroom.intake.sources import Reader
from attnlab.classroom.records import HandIn, Intake, Odd, Oddity, Student
from attnlab.errors import NotThere

if TYPE_CHECKING:
    from attnlab.content import Course

_REMEDY = "name a folder of submissions, an archive of them, or one student's work"


def collect(path: Path, course: Course, *, scratch: Path, roster: Path | None = None) -> Intake:
    """What a class handed in: every student, with a plain file for each exercise they have something for.

    Nothing is asked for but where it lies: the layout is recognised. When a file was written is not taken for when it
    was handed in; only what the system it comes from tells is.

    Args:
        path: a folder of submissions, an archive of them, or one student's folder or file.
        scratch: an empty folder, for what has to be copied or unpacked; it is needed until all is graded.
        roster: a CSV file with the class: key, name, email, and in other columns what else a student is called.

    Raises:
        NotThere: there is nothing to collect, or it cannot be read.
        BadRoster: the class's list is none.
        CannotWrite: the disk is full, and the like.
    """
    path = Path(os.path.abspath(path))
    known = read_roster(roster) if roster else None
    reader = Reader(course, Shelf(scratch))
    try:
        found, sorted_ = _sorted(path, reader)
    except Refused as why:
        raise NotThere(f"{files.shown(path)} cannot be collected: {why}", remedy=_REMEDY) from why
    oddities = [*found.oddities, *sorted_.oddities]
    hand_ins: list[HandIn] = []
    whose: dict[str, str] = {}
    for bundles in _students(sorted_, known, oddities):
        hand_in, odd = _handed_in(bundles, reader)
        hand_ins.append(hand_in)
        oddities += odd
        whose |= {bundle.origin: hand_in.student.key for bundle in bundles}
    if known:
        there = {hand_in.student.key for hand_in in hand_ins}
        hand_ins += [HandIn(student, ()) for student in known.students if student.key not in there]
    hand_ins.sort(key=lambda hand_in: hand_in.student.key)
    return Intake(sorted_.layout, tuple(hand_ins), tuple(_attributed(oddity, whose) for oddity in oddities))


def _sorted(path: Path, reader: Reader) -> tuple[Found, Sorted]:
    """What lies at `path`, opened where it is one archive of everything."""
    if path.is_dir():
        found, name = walk(path), path.name
    elif path.exists():
        # What is named by whoever grades may be a link; what lies in it may not.
        found, name = Found([Entry((path.name,), os.path.realpath(path), printable(path.name))]), path.name
    else:
        raise NotThere(f"there is no {files.shown(path)}", remedy=_REMEDY)
    alone = len(found.entries) == 1 and len(found.entries[0].parts) == 1 and not of_a_system(found, name)
    if alone and (path.is_file() or is_archive(found.entries[0].parts[0])):
        file = found.entries[0].file
        name = _own_name(path if path.is_file() else Path(file), reader.catalogue)
        allowance = of_a_class(Path(file).stat().st_size)
        if not is_archive(file) or is_package(file, allowance):
            return found, one_students(found, name)
        found = unpack(file, reader.shelf, allowance, "")
    return found, recognised(found, path, name, reader.catalogue)


def _own_name(path: Path, catalogue: Catalogue) -> str:
    """What a student is called whose work is the file at `path`."""
    name = catalogue.whose(path.name)
    return (path.parent.name if not name or is_nobodys(name) else name) or "student"


def _students(sorted_: Sorted, roster: Roster | None, oddities: list[Oddity]) -> Iterator[list[Bundle]]:
    """The bundles of each student together; who is the same is told where it is written in different ways."""
    together: dict[str, list[Bundle]] = {}
    for bundle in sorted_.bundles:
        if roster:
            bundle.student = _known(bundle, roster, oddities)
        key = bundle.student.key if sorted_.by_id else folded(bundle.student.key)
        group = together.setdefault(key, [])
        if group and group[0].student.key != bundle.student.key:
            first = group[0].student
            why = f"taken for the same student as {group[0].origin}"
            oddities.append(Oddity(Odd.DUPLICATE, bundle.origin, why, first.key))
            bundle.student = first
        group.append(bundle)
    yield from together.values()


def _known(bundle: Bundle, roster: Roster, oddities: list[Oddity]) -> Student:
    student = roster.known_as(bundle.student)
    if student is None:
        why = "nobody of the class's list is called so; it is graded all the same"
        oddities.append(Oddity(Odd.UNMATCHED, bundle.origin, why, bundle.student.key))
        return bundle.student
    return replace(student, ids={**bundle.student.ids, **student.ids})


def _handed_in(bundles: list[Bundle], reader: Reader) -> tuple[HandIn, list[Oddity]]:
    student = bundles[0].student
    candidates, oddities, before = [], [], reader.shelf.count
    for bundle in bundles:
        some, odd = reader.candidates(bundle.entries, bundle.submitted, student)
        candidates += some
        oddities += odd
    works, left_out = chosen(candidates, student.key)
    reader.shelf.keep_only({str(work.file) for work in works}, since=before)
    if not works and not oddities:
        oddities.append(Oddity(Odd.EMPTY, bundles[0].origin, _emptiness(bundles), student.key))
    submitted = max((bundle.submitted for bundle in bundles if bundle.submitted), default=None)
    told = [bundle.late for bundle in bundles if bundle.late is not None]
    return HandIn(student, works, submitted, any(told) if told else None), [*oddities, *left_out]


def _emptiness(bundles: list[Bundle]) -> str:
    names = [printable(entry.parts[-1]) for bundle in bundles for entry in bundle.entries]
    if not names:
        return "there is no file in it"
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"there is no Python file and no notebook in it, only {shown}"


def _attributed(oddity: Oddity, whose: dict[str, str]) -> Oddity:
    """The same with whose it is, where the folder it lies in tells."""
    if oddity.student is not None:
        return oddity
    folder = oddity.origin
    while folder:
        if folder in whose:
            return replace(oddity, student=whose[folder])
        folder = folder.rpartition("/")[0]
    return oddity
