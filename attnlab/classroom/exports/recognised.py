"""What a sheet was recognised as, and how numbers are written in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attnlab.classroom.exports.matching import Person
from attnlab.classroom.exports.sheets import NoSheet, Sheet

_DECIMAL = re.compile(r"[0-9]{1,9}[.,][0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,9})?")


class WrongSheet(NoSheet):
    """A sheet of a system that is known, in a form that is not."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, remedy="export the sheet once more, and fill that one as it came")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet whose meaning is known.

    Args:
        system: whose export it is.
        column: the one that takes the grades, and its heading.
        maximum: what the column counts to; None where the sheet does not tell.
        people: a row each.
    """

    system: str
    column: int
    heading: str
    maximum: float | None
    people: tuple[Person, ...]


def number_in(told: str) -> float | None:
    """The number a cell says, with a decimal point or comma; None where it says something else."""
    return float(told.replace(",", ".")) if _NUMBER.fullmatch(told) else None


def has_decimal_comma(sheet: Sheet) -> bool:
    """Whether the sheet writes 12,5 and not 12.5: by those numbers in it that show it."""
    shown = [cell.text for row in sheet.rows for cell in row if _DECIMAL.fullmatch(cell.text.strip())]
    commas = sum("," in told for told in shown)
    return commas > len(shown) - commas
