"""Reads an assignment file: everything that is wrong with it at once, each with the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.classroom.assignment.dates import moment
from attnlab.classroom.assignment.records import CAPSTONE_POINTS, Assignment, Item, LatePolicy
from attnlab.classroom.assignment.tables import Table
from attnlab.classroom.records import CAPSTONE
from attnlab.content import Course, Exercise, Limits, Problem
from attnlab.content.private import CHECKS, declared_checks, exercises_in
from attnlab.errors import AttnlabError, ContentInvalid, NewerFormat, UnknownName, nearest_name

if TYPE_CHECKING:
    from attnlab.classroom.gradebook import Gradebook

FORMAT_VERSION = 1
# What a gradebook without an assignment file notes of what counts.
_ONLY = "exercises"
# Short ones can be tried through, and with the secret every student's inputs are known.
SHORTEST_SECRET = 16
_MINUTES, _DAYS = 60 * 24 * 366, 3660


class AssignmentInvalid(AttnlabError):
    """The assignment file has problems; all of them are listed."""

    def __init__(self, problems: Sequence[Problem], *, remedy: str) -> None:
        count = len(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"the assignment has {count} problem{'' if count == 1 else 's'}:\n{listed}", remedy=remedy)
        self.problems = tuple(problems)


def read_assignment(file: Path, course: Course) -> Assignment:
    """The assignment in `file`.

    Raises:
        NotThere: it is missing or cannot be read.
        AssignmentInvalid: with all problems found.
        NewerFormat: it was written for a later attnlab.
    """
    remedy = f"mend what is named above, then 'attnlab assignment check {files.shown(file)}'"
    content = files.read(file, remedy="'attnlab assignment new' makes one")
    try:
        # Some editors open a file with a byte-order mark, which TOML does not know.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(Path(files.shown(file)), None, f"is not UTF-8: byte {error.start} is no part of any sign")
        raise AssignmentInvalid([problem], remedy=remedy) from None
    return _Reading(text, file, course, remedy=remedy).read()


def assignment_in(book: Gradebook, course: Course) -> Assignment:
    """The assignment a gradebook was graded by, as the gradebook has it, wherever the file is by now.

    Raises:
        AssignmentInvalid: the course does not fit it.
    """
    text = book.told("assignment") or ""
    if not text:
        return replace(without_file(book.told("secret") or ""), only=_noted(book))
    file = Path(book.told("assignment_file") or "assignment.toml")
    remedy = "name the course it was graded with: --course DIR"
    return _Reading(text, file, course, remedy=remedy, graded=True).read()


def notes_of(assignment: Assignment) -> dict[str, str]:
    """What a gradebook is to be told, so that `assignment_in` finds the same again."""
    told = {
        "assignment": assignment.text,
        "assignment_file": str(assignment.file.absolute()) if assignment.file else "",
    }
    if assignment.file is None and not assignment.text:
        told |= {"secret": assignment.secret}
        told |= {_ONLY: " ".join(sorted(assignment.only))} if assignment.only is not None else {}
    return told


def _noted(book: Gradebook) -> frozenset[str] | None:
    noted = book.told(_ONLY)
    return frozenset(noted.split()) if noted else None


def without_file(secret: str) -> Assignment:
    """Everything that was handed in, with the course's own points, due at no time."""
    return Assignment(
        title="", items=None, private=None, secret=secret, per_student=True, due=None, late=LatePolicy(),
        extensions={}, limits={}, text="", file=None,
    )  # fmt: skip


def new_secret() -> str:
    """A secret that nobody can guess."""
    import secrets

    return secrets.token_hex(16)


class _Reading:
    """One file on the way to an assignment; `graded` when it was good once and now only says what counted."""

    def __init__(self, text: str, file: Path, course: Course, *, remedy: str, graded: bool = False) -> None:
        self._text, self._file, self._course, self._remedy, self._graded = text, file, course, remedy, graded
        self._problems: list[Problem] = []

    def read(self) -> Assignment:
        shown = Path(files.shown(self._file))
        try:
            table = Table(tomllib.loads(self._text), shown, self._problems)
        except tomllib.TOMLDecodeError as error:
            raise AssignmentInvalid([Problem(shown, None, f"is not TOML: {error}")], remedy=self._remedy) from None
        version = table.take("format_version", int, FORMAT_VERSION)
        if version > FORMAT_VERSION:
            raise NewerFormat(
                f"{shown} is written in format {version}; this attnlab reads up to {FORMAT_VERSION}",
                remedy="update attnlab: pip install --upgrade attnlab",
            )
        self._fits(table)
        private = self._private(table)
        limits: dict[str, Limits] = {}
        assignment = Assignment(
            title=table.optional("title", str, ""),
            items=self._items(table, private, limits),
            private=private,
            secret=self._secret(table),
            per_student=table.optional("per_student", bool, True),
            due=self._moment(table, "due"),
            late=_late(table.table("late")),
            extensions={},
            limits=limits,
            text=self._text,
            file=self._file,
        )
        assignment = replace(assignment, extensions=self._extensions(table.table("extensions"), assignment.due))
        table.finish()
        if self._problems:
            raise AssignmentInvalid(self._problems, remedy=self._remedy)
        return assignment

    def _fits(self, table: Table) -> None:
        if (named := table.optional("course", str, self._course.id)) != self._course.id:
            table.problem("course", f"is '{named}', but the course here is '{self._course.id}'")

    def _secret(self, table: Table) -> str:
        secret = table.take("secret", str, "x" * SHORTEST_SECRET)
        if len(secret) < SHORTEST_SECRET:
            table.problem("secret", f"has {len(secret)} signs; fewer than {SHORTEST_SECRET} can be guessed")
        return secret

    def _private(self, table: Table) -> Path | None:
        named = table.optional("private", str, "")
        if not named:
            return None
        folder = self._file.parent / named
        if not self._graded and not folder.is_dir():
            table.problem("private", f"there is no folder {files.shown(folder)}")
        return folder if folder.is_dir() else None

    def _items(self, table: Table, private: Path | None, limits: dict[str, Limits]) -> tuple[Item, ...]:
        found: dict[str, Item] = {}
        for entry in table.tables("exercises"):
            named = entry.take("id", str, "")
            entry.name(named)
            exercise = self._exercise(entry, named)
            ident = exercise.id if exercise else named
            if named and ident in found:
                entry.problem("id", "is listed twice")
            points = entry.number("points", exercise.points if exercise else CAPSTONE_POINTS, most=1e6)
            found[ident] = Item(ident, points, self._hidden(entry, exercise, private))
            if table_of_limits := entry.table("limits"):
                limits[ident] = _limits(table_of_limits, exercise.limits if exercise else Limits())
            entry.finish()
        if not found and not self._problems:
            table.problem("exercises", "is empty: nothing would be graded")
        for name in exercises_in(private) if private and not self._graded else ():
            if name not in found:
                table.problem("private", f"has checks for '{name}', which is no exercise of this assignment")
        return tuple(found.values())

    def _exercise(self, entry: Table, named: str) -> Exercise | None:
        """The exercise of that name; None for the capstone, and where there is none, which is a problem."""
        if named == CAPSTONE or not named:
            return None
        try:
            return self._course.exercise(named)
        except UnknownName as error:
            entry.problem("id", f"there is no exercise called '{named}'; {error.remedy}")
            return None

    def _hidden(self, entry: Table, exercise: Exercise | None, private: Path | None) -> frozenset[str]:
        hidden, visible = entry.words("hidden"), entry.words("visible")
        if exercise is None:
            if hidden or visible:
                entry.problem("hidden" if hidden else "visible", "only the checks of an exercise can be hidden")
            return frozenset()
        own = declared_checks(private / exercise.id / CHECKS) if private else ()
        if not self._graded:
            known = [*self._checks_of(exercise, hidden), *own]
            for name in hidden:
                if name not in known:
                    entry.problem("hidden", _no_check(name, known))
            for name in visible:
                if name not in own:
                    entry.problem("visible", f"there is no private check called '{name}'; the course's need no listing")
            for name in set(hidden) & set(visible):
                entry.problem("visible", f"'{name}' is hidden as well")
        return frozenset(hidden) | (frozenset(own) - frozenset(visible))

    def _checks_of(self, exercise: Exercise, wanted: Sequence[str]) -> Sequence[str]:
        """The ids of the course's checks, going by their text where that is enough."""
        if not wanted:
            return ()
        declared = declared_checks(exercise.answers / CHECKS)
        if set(wanted) <= set(declared):
            return declared
        from attnlab.content import read_answers

        try:
            return [check.id for check in read_answers(self._course, exercise).checks]
        except ContentInvalid:
            return declared

    def _moment(self, table: Table, key: str, otherwise: str = "") -> datetime | None:
        written = table.raw.pop(key, None)
        found = moment(written)
        if written is not None and found is None:
            told = "must be a date, without quotes, as 2026-11-30T23:59:00+01:00 or 2026-11-30"
            table.problem(key, f"{told}, {otherwise}" if otherwise else told)
        return found

    def _extensions(self, table: Table | None, due: datetime | None) -> dict[str, datetime]:
        """Other due dates: a date, or how many days later than the others."""
        found: dict[str, datetime] = {}
        for name in list(table.raw) if table else ():
            assert table
            if name.casefold() in {other.casefold() for other in found}:
                table.problem(name, "is there twice, but for capitals")
            written: Any = table.raw[name]
            if isinstance(written, int) and not isinstance(written, bool) and 0 < written <= _DAYS:
                table.raw.pop(name)
                if later := _later(due, written):
                    found[name] = later
                elif not any(problem.key == "due" for problem in self._problems):
                    table.problem(name, "is given days more, but nothing says when the others are due")
            elif extended := self._moment(table, name, "or a number of days"):
                found[name] = extended
        return found


def _later(due: datetime | None, days: int) -> datetime | None:
    try:
        return due + timedelta(days=days) if due else None
    except OverflowError:
        return None


def _late(table: Table | None) -> LatePolicy:
    if table is None:
        return LatePolicy()
    closed = table.number("closed_after_days", -1.0, most=_DAYS)
    policy = LatePolicy(
        grace=timedelta(minutes=table.number("grace_minutes", 0.0, most=_MINUTES)),
        per_day=table.share("per_day", 0.0),
        most=table.share("most", 1.0),
        closed_after=None if closed < 0 else timedelta(days=closed),
    )
    table.finish()
    return policy


def _limits(table: Table, otherwise: Limits) -> Limits:
    limits = Limits(
        seconds=table.number("seconds", otherwise.seconds, least=1e-3, most=86400),
        memory_mb=int(table.number("memory_mb", otherwise.memory_mb, least=64, most=1 << 20)),
        output_kb=int(table.number("output_kb", otherwise.output_kb, least=1, most=1 << 20)),
    )
    table.finish()
    return limits


def _no_check(name: str, known: Sequence[str]) -> str:
    nearest = nearest_name(name, known)
    told = f"did you mean '{nearest}'?" if nearest else f"there are {', '.join(known)}"
    return f"there is no check called '{name}'; {told}"
