"""The tables of a gradebook, as the steps that led to them: a book of any earlier format is brought up to this one."""

from __future__ import annotations

import sqlite3

# Four letters by which `file` and we tell a gradebook from other databases: "attn".
APPLICATION = 0x6174746E

# The n-th step leads to format n. A step that has been released is never changed.
_STEPS = (
    """
    CREATE TABLE told (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE student (
        key TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, ids TEXT NOT NULL
    ) WITHOUT ROWID;

    -- Sources are kept once, whoever handed them in.
    CREATE TABLE source (digest TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;

    -- One row for each different thing a student handed in for an exercise; `latest` marks what counts.
    CREATE TABLE work (
        student TEXT NOT NULL REFERENCES student, exercise TEXT NOT NULL, ground TEXT NOT NULL, seed INTEGER NOT NULL,
        attempt INTEGER NOT NULL, latest INTEGER NOT NULL, origin TEXT NOT NULL, ignored TEXT NOT NULL,
        submitted TEXT, late INTEGER, digest TEXT NOT NULL REFERENCES source,
        PRIMARY KEY (student, exercise, ground)
    ) WITHOUT ROWID;

    CREATE TABLE report (
        student TEXT NOT NULL, exercise TEXT NOT NULL, ground TEXT NOT NULL, seed INTEGER NOT NULL,
        told TEXT NOT NULL, checks TEXT NOT NULL, attention TEXT NOT NULL, graded_at TEXT NOT NULL,
        PRIMARY KEY (student, exercise, ground, seed)
    ) WITHOUT ROWID;

    CREATE TABLE check_result (
        student TEXT NOT NULL, exercise TEXT NOT NULL, ground TEXT NOT NULL, seed INTEGER NOT NULL,
        name TEXT NOT NULL, version TEXT NOT NULL, hidden INTEGER NOT NULL, told TEXT NOT NULL,
        PRIMARY KEY (student, exercise, ground, seed, name, version)
    ) WITHOUT ROWID;

    CREATE TABLE override (
        student TEXT NOT NULL, exercise TEXT NOT NULL, name TEXT NOT NULL, points REAL NOT NULL,
        reason TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
        PRIMARY KEY (student, exercise, name)
    ) WITHOUT ROWID;

    CREATE TABLE oddity (
        kind TEXT NOT NULL, origin TEXT NOT NULL, why TEXT NOT NULL, student TEXT
    );
    """,
)
FORMAT = len(_STEPS)


def format_of(connection: sqlite3.Connection) -> int | None:
    """The book's format, 0 for an empty file; None where the database is something else."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    if application == APPLICATION:
        return version
    empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return 0 if empty and not application and not version else None


def bring_up(connection: sqlite3.Connection) -> None:
    """From whatever earlier format to this one, in one transaction."""
    known = format_of(connection) or 0
    if known < FORMAT:
        steps = "".join(_STEPS[known:])
        connection.executescript(
            f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {FORMAT}; PRAGMA application_id = {APPLICATION}; COMMIT;"
        )
