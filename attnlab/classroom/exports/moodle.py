"""Moodle's offline grading worksheet, in any language: columns are told by what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from attnlab.classroom.exports.matching import Person
from attnlab.classroom.exports.recognised import Recognised, WrongSheet, number_in
from attnlab.classroom.exports.sheets import Sheet
from attnlab.errors import WrongUsage

SYSTEM = "Moodle"
# 'No', in the languages that worksheets come in.
_NO = frozenset(
    ["no", "nein", "non", "nee", "nej", "nei", "ne", "nie", "não", "nu", "nem", "ei", "ez", "nē", "hayır", "нет", "не",
     "ні", "όχι", "否", "いいえ", "아니오", "아니요", "لا", "לא", "jo", "tidak", "không", "ไม่"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the grade stands, and where it says whether the grade may be changed; the maximum is between them."""

    grade: int
    asked: int
    maximum: float


def is_moodle(sheet: Sheet) -> bool:
    return _has_participants(sheet) and _columns(sheet) is not None


def moodle(sheet: Sheet, wanted: str | None) -> Recognised:
    """The worksheet, and in it the one column that Moodle takes grades from.

    Raises:
        WrongUsage: another column was asked for.
        WrongSheet: the worksheet does not tell where grades are to go, or which of them may be changed.
    """
    columns = _columns(sheet)
    if columns is None:
        raise WrongSheet("no column of the sheet holds the maximum grade")
    heading = sheet.text(0, columns.grade)
    if wanted is not None and wanted.strip().casefold() != heading.casefold():
        raise WrongUsage(
            f"Moodle takes grades from the column '{heading}' alone, not from '{wanted}'",
            remedy="leave --column away",
        )
    return Recognised(
        system=SYSTEM,
        column=columns.grade,
        heading=heading,
        maximum=columns.maximum,
        people=tuple(_people(sheet, columns)),
    )


def _has_participants(sheet: Sheet) -> bool:
    """Whether every row opens with the same word and a number, as 'Participant 1001'."""
    opened = [sheet.text(row, 0) for row in _rows(sheet)]
    words = {told.removesuffix(_participant(told)) for told in opened}
    return len(words) == 1 and words != {""} and all(map(_participant, opened))


def _columns(sheet: Sheet) -> _Columns | None:
    """A column of grades or nothing, then one that says the same number in all rows, soon one of at most two words."""
    for column in range(2, len(sheet.rows[0])):
        told = _said(sheet, column)
        most = number_in(told.pop()) if len(told) == 1 else None
        grades = _said(sheet, column - 1) - {""}
        if most is None or most <= 0 or any(number_in(grade) is None for grade in grades):
            continue
        # Where there is a marking workflow, its state stands before.
        both = [(place, _said(sheet, place)) for place in (column + 1, column + 2)]
        answers = [(place, said) for place, said in both if len(said) <= 2 and "" not in said]
        for place, _ in sorted(answers, key=lambda answer: not answer[1] & _NO):
            return _Columns(column - 1, place, most)
    return None


def _people(sheet: Sheet, columns: _Columns) -> Iterator[Person]:
    said = _said(sheet, columns.asked)
    if len(said) == 2 and not said & _NO:
        asked = sheet.text(0, columns.asked)
        raise WrongSheet(f"the column '{asked}' says {' and '.join(sorted(said))}, and which means no is not known")
    # Names and identifiers of the site's choice; what several share, such as a group, identifies nobody.
    between = [place for place in range(2, columns.grade) if _is_unique(sheet, place)]
    for row in _rows(sheet):
        others = (sheet.text(row, place) for place in between)
        changeable = sheet.text(row, columns.asked).casefold() not in _NO
        yield Person(
            row=row,
            name=sheet.text(row, 1) if columns.grade > 2 else sheet.text(row, 0),
            own=("moodle", _participant(sheet.text(row, 0))),
            others=tuple(told for told in others if told),
            locked="" if changeable else "Moodle says that their grade cannot be changed",
        )


def _participant(told: str) -> str:
    """The number that ends 'Participant 1001'."""
    return told[len(told.rstrip("0123456789")) :]


def _said(sheet: Sheet, column: int) -> set[str]:
    return {sheet.text(row, column).casefold() for row in _rows(sheet)}


def _is_unique(sheet: Sheet, column: int) -> bool:
    told = [text for row in _rows(sheet) if (text := sheet.text(row, column))]
    return len(told) == len(set(told))


def _rows(sheet: Sheet) -> Iterator[int]:
    return (row for row in range(1, len(sheet.rows)) if any(cell.text.strip() for cell in sheet.rows[row]))
