"""What one student handed in, file by file: archives opened, notebooks read, each file's exercises found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from attnlab.classroom.intake.archives import of_a_student, unpack
from attnlab.classroom.intake.candidates import Candidate
from attnlab.classroom.intake.entries import Entry, Refused, Shelf, read_plain
from attnlab.classroom.intake.kinds import (
    MANIFEST,
    NOTEBOOK,
    NOTEBOOK_CAP,
    OTHER_ARCHIVES,
    SOURCE_CAP,
    SOURCES,
    is_archive,
)
from attnlab.classroom.intake.matching import Catalogue, Certainty, Unmatched, stem
from attnlab.classroom.intake.names import words_in
from attnlab.classroom.intake.packages import packed_again, read_package
from attnlab.classroom.records import CAPSTONE, Odd, Oddity, Student

if TYPE_CHECKING:
    from attnlab.content import Course

_MOST_TOLD = 20
_DEEPEST = 3


class Reader:
    """Reads what students handed in, each for itself; holds no file's contents once it has been read."""

    def __init__(self, course: Course, shelf: Shelf) -> None:
        self.catalogue = Catalogue(course)
        self.shelf = shelf
        self._course = course

    def candidates(
        self, entries: list[Entry], submitted: datetime | None, student: Student
    ) -> tuple[list[Candidate], list[Oddity]]:
        """What the files are candidates for, and what is odd about the others."""
        own = {word.text for name in (student.key, student.name, student.email) for word in words_in(name)}
        reading = _Reading(self._course, self.catalogue, self.shelf, submitted, own)
        candidates = reading.all_of(entries)
        return candidates, [replace(odd, student=student.key) for odd in _shortened(reading.oddities)]


class _Reading:
    """One hand-in being read."""

    def __init__(
        self, course: Course, catalogue: Catalogue, shelf: Shelf, submitted: datetime | None, own: set[str]
    ) -> None:
        self.oddities: list[Oddity] = []
        self._course, self._catalogue, self._shelf = course, catalogue, shelf
        self._submitted, self._own = submitted, own
        self._allowance = of_a_student()

    def all_of(self, entries: Iterable[Entry], depth: int = 0) -> list[Candidate]:
        found: list[Candidate] = []
        entries = list(entries)
        for entry in entries:
            try:
                found += self._of(entry, entries, depth)
            except Refused as why:
                self.oddities.append(Oddity(Odd.REFUSED, entry.origin, str(why)))
            except Unmatched as why:
                self.oddities.append(Oddity(Odd.UNMATCHED, entry.origin, str(why)))
        return found

    def _of(self, entry: Entry, beside: list[Entry], depth: int) -> Iterator[Candidate]:
        name = entry.parts[-1].casefold()
        if name.endswith(SOURCES):
            yield from self._python(entry)
        elif name.endswith(NOTEBOOK):
            yield from self._notebook(entry)
        elif is_archive(name):
            yield from self._archive(entry, depth)
        elif name == MANIFEST:
            if file := packed_again(entry, beside, self._shelf):
                yield self._run(file, entry)
        elif name.endswith(OTHER_ARCHIVES):
            raise Refused(f"it is packed as {name.rpartition('.')[2]}; only zip and tar files are opened")
        elif (said := self._catalogue.said(entry.parts, self._own)) and said.certainty <= Certainty.NEARLY:
            raise Unmatched(f"its name speaks of {said.exercises[0]}, but it is no Python file and no notebook")

    def _python(self, entry: Entry) -> Iterator[Candidate]:
        content = read_plain(entry.file, SOURCE_CAP)
        found = self._catalogue.defined_in(content)
        meant = dict(self._catalogue.meant(entry.parts, self._own, found))
        besides = tuple(exercise for exercise in self._catalogue.sure_of(found) if exercise not in meant)
        file = entry.file if entry.ours else self._shelf.put(content)
        for exercise, certainty in meant.items():
            yield replace(self._candidate(exercise, certainty, file, content, entry), besides=besides)

    def _notebook(self, entry: Entry) -> Iterator[Candidate]:
        from attnlab.notebooks.reading import BadNotebook, sources_in

        try:
            found = sources_in(read_plain(entry.file, NOTEBOOK_CAP), self._catalogue.implements)
        except BadNotebook as why:
            raise Refused(str(why)) from why
        if not found.sources:
            raise Unmatched("none of its cells defines what an exercise asks for")
        said = self._catalogue.said(entry.parts, self._own)
        for exercise, source in found.sources.items():
            plain = said is not None and exercise in said.exercises
            certainty = said.certainty if said and plain else Certainty.CONTENT
            yield self._candidate(exercise, certainty, self._shelf.put(source), source, entry, found.ignored)

    def _archive(self, entry: Entry, depth: int) -> Iterator[Candidate]:
        if package := read_package(entry.file, self._course, self._allowance):
            for exercise, source in package.exercises.items():
                within = replace(entry, origin=f"{entry.origin}/{self._catalogue.homes[exercise]}", ours=False)
                yield self._candidate(exercise, Certainty.WORKSPACE, self._shelf.put(source), source, within)
            if package.has_run:
                yield self._run(entry.file, entry)
            if package.is_whole:
                return
        if depth >= _DEEPEST:
            raise Refused(f"it lies in {depth} archives, one in another; deeper ones are not opened")
        inner = unpack(entry.file, self._shelf, self._allowance, entry.origin)
        self.oddities += inner.oddities
        # An archive is one more folder: its name may say what is in it.
        folder = stem(entry.parts[-1])
        within_it = [replace(one, parts=(folder, *one.parts), attempt=entry.attempt) for one in inner.entries]
        yield from self.all_of(within_it, depth + 1)

    def _run(self, file: str, entry: Entry) -> Candidate:
        return Candidate(CAPSTONE, Certainty.WORKSPACE, file, file.encode(), entry.origin, entry.parts, self._submitted)

    def _candidate(
        self,
        exercise: str,
        certainty: Certainty,
        file: str,
        content: bytes,
        entry: Entry,
        ignored: tuple[str, ...] = (),
    ) -> Candidate:
        return Candidate(
            exercise,
            certainty,
            file,
            sha256(content).digest(),
            entry.origin,
            entry.parts,
            self._submitted,
            entry.attempt,
            self._catalogue.is_untouched(exercise, content),
            ignored,
        )


def _shortened(oddities: list[Oddity]) -> list[Oddity]:
    """A student's oddities; of very many only the first, what was refused before all else, and how many there were."""
    if len(oddities) <= _MOST_TOLD:
        return oddities
    oddities = sorted(oddities, key=lambda oddity: oddity.kind != Odd.REFUSED)
    last = oddities[_MOST_TOLD]
    others = f"{last.why}; {len(oddities) - _MOST_TOLD - 1} more files are left out, for one reason or another"
    return [*oddities[:_MOST_TOLD], replace(last, why=others)]
