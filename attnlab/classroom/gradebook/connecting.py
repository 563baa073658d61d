"""The way into a gradebook's file: nothing but a gradebook of a format we know is opened, and nothing else changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from attnlab import files
from attnlab.classroom.gradebook.schema import FORMAT, bring_up, format_of
from attnlab.errors import AttnlabError, CannotWrite, NewerFormat, NotThere

_PATIENCE = 20.0
_OPENS_WITH = b"SQLite format 3\0"


class NoGradebook(AttnlabError):
    """The file is there and is no gradebook, or a damaged one; it has not been touched."""


@contextmanager
def connected(file: Path, *, writing: bool) -> Iterator[sqlite3.Connection]:
    """A connection to a gradebook of this format; for writing, one of an earlier format is brought up to it."""
    with in_our_words(file, writing=writing):
        _look(file)
        with closing(_for_writing(file) if writing else _for_reading(file)) as connection:
            _check(file, connection, writing=writing)
            if writing:
                # A kill, or the power going, leaves what was committed, give or take the last moments.
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                bring_up(connection)
            yield connection
            if writing:
                _leave_one_file(connection)


@contextmanager
def in_our_words(file: Path, *, writing: bool) -> Iterator[None]:
    """What SQLite says, in our words."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        shown, said = files.shown(file), str(error)
        if isinstance(error, sqlite3.OperationalError) and writing:
            raise CannotWrite(
                f"the gradebook {shown} could not be written: {said}",
                remedy="make room, or see that nobody else writes to it; what it holds is untouched: "
                "'attnlab grade --resume' goes on",
            ) from error
        if isinstance(error, sqlite3.OperationalError):
            raise NotThere(
                f"the gradebook {shown} cannot be read: {said}", remedy="see who else uses it, and your rights there"
            ) from error
        raise NoGradebook(
            f"{shown} is no gradebook, or a damaged one: {said}", remedy="bring a copy back, or name another file"
        ) from error


def _look(file: Path) -> None:
    # SQLite takes a file of a few bytes, whatever they are, for an empty database, and would write over them.
    try:
        with file.open("rb") as opened:
            first = opened.read(len(_OPENS_WITH))
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotThere(
            f"{files.shown(file)} cannot be read: {(error.strerror or type(error).__name__).lower()}",
            remedy="name a file, and give yourself the right to read it",
        ) from error
    if first not in (b"", _OPENS_WITH):
        raise NoGradebook(f"{files.shown(file)} is no gradebook", remedy="name another file")


def _check(file: Path, connection: sqlite3.Connection, *, writing: bool) -> None:
    known, shown = format_of(connection), files.shown(file)
    if known is None:
        raise NoGradebook(f"{shown} is a database, but no gradebook", remedy="name another file with --out")
    if known > FORMAT:
        raise NewerFormat(
            f"{shown} is a gradebook of format {known}; this attnlab knows up to {FORMAT}",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    if known == 0 and not writing:
        raise NoGradebook(f"{shown} is empty, no gradebook yet", remedy="'attnlab grade' fills one: see --out")
    if known < FORMAT and not writing:
        raise NoGradebook(
            f"{shown} is a gradebook of format {known}",
            remedy="'attnlab grade --resume' brings it up to this attnlab's; copy it first, to be sure",
        )


def _for_writing(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)


def _for_reading(file: Path) -> sqlite3.Connection:
    """A connection that changes nothing, also where the folder may not be written to."""
    where = file.resolve().as_uri()
    try:
        connection = sqlite3.connect(f"{where}?mode=ro", uri=True, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            connection.close()
            raise
    except sqlite3.OperationalError:
        _must_be_whole(file)
        return sqlite3.connect(f"{where}?immutable=1", uri=True, isolation_level=None)
    return connection


def _must_be_whole(file: Path) -> None:
    """Where nothing may be made beside it only the one file is read, without what a killed command left beside it."""
    left = file.with_name(f"{file.name}-wal")
    if left.is_file() and left.stat().st_size:
        raise NotThere(
            f"the gradebook {files.shown(file)} was being written and its last results are in {left.name}, "
            "which can only be read where files may be made",
            remedy="copy both to a folder of yours and read it there",
        )


def _leave_one_file(connection: sqlite3.Connection) -> None:
    """So that the one file is the whole book, to be copied or sent, and reading it makes none beside it."""
    # Somebody who reads just now keeps the other files, and us from nothing; the next to write clears them away.
    connection.execute("PRAGMA busy_timeout = 0")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = DELETE")
