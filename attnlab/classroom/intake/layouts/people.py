"""As people do it: a folder or an archive for each student, files with the students' names in theirs, or one's own
work alone."""

from __future__ import annotations

from attnlab.classroom.intake.entries import Found
from attnlab.classroom.intake.kinds import MANIFEST, is_archive, may_be_work
from attnlab.classroom.intake.layouts.bundles import Bundle, Sorted, by_top, inside, is_folder, student
from attnlab.classroom.intake.matching import Catalogue, Certainty, stem
from attnlab.classroom.intake.names import printable, words_in
from attnlab.classroom.records import Odd, Oddity

FOLDERS = "a folder per student"
FILES = "files with the students' names"
ONE = "one student's work"
# Names that say what something is, not whose.
_NOBODYS = frozenset({
    "submission", "submissions", "submit", "submitted", "homework", "hw", "assignment", "exercise", "exercises", "work",
    "workspace", "solution", "solutions", "src", "code", "project", "files", "upload", "uploads",
    "final", "export", "download", "downloads", "class", "students",
})  # fmt: skip


def is_nobodys(name: str) -> bool:
    """Whether a folder's or a file's name only says what it is, with a number perhaps: 'hw3'."""
    words = {word.text for word in words_in(name) if not word.text.isdigit()}
    return bool(words) and words <= _NOBODYS


def is_one_students(found: Found, catalogue: Catalogue) -> bool:
    """Whether what lies here is one student's work, not a class's: called after the course, not after people."""
    own = others = 0
    for name, entries in by_top(found).items():
        if is_folder(entries):
            own += catalogue.speaks_of_the_course(name)
            others += not catalogue.speaks_of_the_course(name) and any(
                may_be_work(entry.parts[-1]) for entry in entries
            )
        elif name == MANIFEST or (may_be_work(name) and is_nobodys(stem(name))):
            own += 1
        elif is_archive(name):
            others += 1
        elif may_be_work(name):
            said = catalogue.said((name,))
            own += catalogue.speaks_of_the_course(stem(name)) or (
                said is not None and said.certainty <= Certainty.NEARLY
            )
            others += said is not None and said.certainty > Certainty.NEARLY
    return own > 0 and own >= others


def one_students(found: Found, name: str) -> Sorted:
    """All that lies here, as the work of the student called so."""
    return Sorted(ONE, [Bundle(student(name), list(found.entries), printable(name))])


def by_people(found: Found, catalogue: Catalogue) -> Sorted:
    """A student for each folder and archive, and for each name that files have besides an exercise's."""
    bundles: list[Bundle] = []
    oddities: list[Oddity] = []
    folders = files = 0
    for name, entries in by_top(found).items():
        if is_folder(entries):
            folders += 1
            bundles.append(Bundle(student(name), inside(entries), printable(name)))
            continue
        whose = catalogue.whose(name)
        if not may_be_work(name):
            oddities.append(Oddity(Odd.UNMATCHED, entries[0].origin, "it is no Python file, notebook or archive"))
        elif not whose or is_nobodys(whose):
            why = "it lies beside the students' work, and nothing in its name says whose it is"
            oddities.append(Oddity(Odd.UNMATCHED, entries[0].origin, why))
        else:
            files += 1
            bundles.append(Bundle(student(whose), list(entries), entries[0].origin))
    return Sorted(FOLDERS if folders >= files else FILES, bundles, oddities)
