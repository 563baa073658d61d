"""The gradebook that Canvas exports: which column is the assignment's, who stands in which row."""

from __future__ import annotations

from collections.abc import Iterator

from attnlab.classroom.exports.matching import Person
from attnlab.classroom.exports.recognised import Recognised, WrongSheet, number_in
from attnlab.classroom.exports.sheets import Sheet
from attnlab.errors import UnknownName, WrongUsage

SYSTEM = "Canvas"
_POINTS = "points possible"
_OTHERS = ("SIS User ID", "SIS Login ID", "Integration ID")
# Where Canvas puts its test student, and who was excused.
_NOT_A_PERSON = ("student, test", "test student")
_EXCUSED = ("EX", "N/A")
_HEADINGS = 10


def is_canvas(sheet: Sheet) -> bool:
    heading = {cell.text.strip() for cell in sheet.rows[0]}
    return "ID" in heading and bool(heading & {"Student", "LastName"}) and _points_row(sheet) is not None


def canvas(sheet: Sheet, wanted: str | None, title: str) -> Recognised:
    """The sheet with the column to fill: the one called so, else the assignment's own, else the only one.

    Raises:
        UnknownName: no column is called so.
        WrongUsage: it is not told which, or the column is not one that Canvas takes grades from.
    """
    points_row = _points_row(sheet)
    if points_row is None:
        raise WrongSheet("the sheet has no row 'Points Possible', as Canvas writes it")
    column = _column(sheet, points_row, wanted, title)
    told = sheet.text(points_row, column)
    return Recognised(
        system=SYSTEM,
        column=column,
        heading=sheet.text(0, column),
        maximum=number_in(told),
        people=tuple(_people(sheet, points_row, column)),
    )


def everybody(sheet: Sheet) -> tuple[Person, ...]:
    """All students of a sheet that is Canvas's, whichever column is meant."""
    points_row = _points_row(sheet)
    return () if points_row is None else tuple(_people(sheet, points_row, column=0))


def _points_row(sheet: Sheet) -> int | None:
    return next(
        (row for row in range(1, min(_HEADINGS, len(sheet.rows))) if sheet.text(row, 0).casefold() == _POINTS), None
    )


def _column(sheet: Sheet, points_row: int, wanted: str | None, title: str) -> int:
    headings = [cell.text.strip() for cell in sheet.rows[0]]
    assignments = [place for place, heading in enumerate(headings) if _number_of(heading)]
    if not assignments:
        raise WrongSheet("no column of the sheet is an assignment: Canvas ends their names with a number in brackets")
    by_name = {name: place for place in assignments for name in _names(headings[place])}
    if wanted is None:
        fitting = [place for place in assignments if _title(headings[place]).casefold() == title.casefold()]
        candidates = fitting or assignments
        if len(candidates) > 1:
            listed = ", ".join(f"'{headings[place]}'" for place in candidates[:8])
            raise WrongUsage(
                f"the sheet has {len(candidates)} columns that could be meant",
                remedy=f"name one with --column: {listed}",
            )
        column = candidates[0]
    elif (wanted.strip()) in headings and not _number_of(wanted.strip()):
        raise WrongUsage(
            f"the column '{wanted.strip()}' is no assignment: Canvas would ignore it, or make a new one of it",
            remedy="name one whose heading ends with its number in brackets",
        )
    elif (folded := wanted.strip().casefold()) in by_name:
        column = by_name[folded]
    else:
        raise UnknownName(
            "column",
            wanted,
            [name for place in assignments for name in (headings[place], _title(headings[place]))],
            listing="the first line has their names",
        )
    if "(" in sheet.text(points_row, column):
        raise WrongUsage(
            f"Canvas marks the column '{headings[column]}' as read only", remedy="name another with --column"
        )
    return column


def _people(sheet: Sheet, points_row: int, column: int) -> Iterator[Person]:
    headings = [cell.text.strip() for cell in sheet.rows[0]]
    others = [place for place, heading in enumerate(headings) if heading in _OTHERS]
    for row in range(points_row + 1, len(sheet.rows)):
        name = _name(sheet, row, headings)
        if not name or name.casefold() in _NOT_A_PERSON:
            continue
        identifiers = (sheet.text(row, place) for place in others)
        yield Person(
            row=row,
            name=name,
            own=("canvas", sheet.text(row, headings.index("ID"))),
            others=tuple(told for told in identifiers if told),
            locked=_locked(sheet, row, column),
        )


def _locked(sheet: Sheet, row: int, column: int) -> str:
    if not sheet.has(row, column):
        return "their row ends before the column"
    there = sheet.text(row, column).upper()
    return f"their cell says {there}" if there in _EXCUSED else ""


def _name(sheet: Sheet, row: int, headings: list[str]) -> str:
    if "Student" in headings:
        # A name that looks like a formula is exported as one that says it.
        return sheet.text(row, headings.index("Student")).removeprefix('="').removesuffix('"')
    last, first = (sheet.text(row, headings.index(part)) for part in ("LastName", "FirstName"))
    return f"{last}, {first}" if first else last


def _names(heading: str) -> set[str]:
    return {heading.casefold(), _title(heading).casefold(), _number_of(heading)}


def _title(heading: str) -> str:
    return heading.rpartition("(")[0].strip()


def _number_of(heading: str) -> str:
    """The number of an assignment, as it ends its heading in brackets; empty for other columns."""
    inside = heading.rpartition("(")[2].removesuffix(")") if heading.endswith(")") and "(" in heading else ""
    return inside if inside.isascii() and inside.isdigit() else ""
