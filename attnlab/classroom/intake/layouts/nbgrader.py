"""nbgrader's folders: `submitted/<student>/<assignment>/`, with the time in a file of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attnlab.classroom.intake.entries import Entry, Found, Refused, read_plain
from attnlab.classroom.intake.kinds import NOTEBOOK, TIMESTAMP, TIMESTAMP_CAP
from attnlab.classroom.intake.layouts.bundles import Bundle, Sorted, by_top, inside, student
from attnlab.classroom.intake.names import printable

LAYOUT = "nbgrader folder"
_SUBMITTED = "submitted"


def nbgrader(found: Found) -> Sorted:
    """A student for each folder, with a hand-in for each assignment."""
    tops = by_top(found)
    within = _SUBMITTED in tops and all(len(entry.parts) > 3 for entry in tops[_SUBMITTED])
    prefix = f"{_SUBMITTED}/" if within else ""
    submitted = inside(tops[_SUBMITTED]) if within else found.entries
    students = by_top(
        Found(submitted, empty={parts[1:] for parts in found.empty if len(parts) > 1} if within else found.empty)
    )
    bundles: list[Bundle] = []
    explained = []
    for name, entries in students.items():
        assignments: dict[str, list[Entry]] = {}
        for entry in entries:
            if len(entry.parts) > 2:
                assignments.setdefault(entry.parts[1], []).append(entry)
        if any(_is_timestamp(entry) for entry in entries) or (within and _has_notebook(entries)):
            explained.append(name)
        bundles += [
            Bundle(
                student(name),
                [entry for entry in inside(files, 2) if entry.parts != (TIMESTAMP,)],
                f"{prefix}{printable(name)}/{printable(assignment)}",
                _submitted(files),
            )
            for assignment, files in assignments.items()
        ]
        if not assignments:
            bundles.append(Bundle(student(name), inside(entries), f"{prefix}{printable(name)}"))
    share = len(explained) / len(students) if students else 0.0
    return Sorted(LAYOUT, bundles, share=share)


def moment(text: str) -> datetime | None:
    """A time with its zone, as nbgrader writes it: '2015-02-02 15:58:23.948203 America/Los_Angeles'."""
    words = text.split()
    if len(words) < 3:
        return None
    try:
        told = datetime.fromisoformat(f"{words[0]}T{words[1]}")
        if told.tzinfo:
            return told
        # Not every system has a list of zones; it is the world's time that is written there by default.
        return told.replace(tzinfo=UTC if words[2] == "UTC" else ZoneInfo(words[2]))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None


def _is_timestamp(entry: Entry) -> bool:
    return len(entry.parts) == 3 and entry.parts[-1] == TIMESTAMP


def _has_notebook(entries: list[Entry]) -> bool:
    return any(entry.parts[-1].casefold().endswith(NOTEBOOK) for entry in entries)


def _submitted(files: list[Entry]) -> datetime | None:
    for entry in filter(_is_timestamp, files):
        try:
            return moment(read_plain(entry.file, TIMESTAMP_CAP).decode("utf-8", "replace"))
        except Refused:
            return None
    return None
