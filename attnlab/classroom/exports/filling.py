"""Filling the instructor's own grade sheet: what would change, for whom, and the sheet with just that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from attnlab.classroom.assignment.records import exactly
from attnlab.classroom.exports.canvas import canvas, is_canvas
from attnlab.classroom.exports.matching import match
from attnlab.classroom.exports.moodle import is_moodle, moodle
from attnlab.classroom.exports.recognised import Recognised, has_decimal_comma, number_in
from attnlab.classroom.exports.sheets import NoSheet, Sheet, read_sheet
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.records import Student
    from attnlab.classroom.scoring import StudentGrades

_SAME = 0.005


@dataclass(frozen=True, slots=True)
class Earned:
    """What one student's cell is to say.

    Args:
        attention: why a person should look at their work first; empty where nobody need.
    """

    student: Student
    points: float
    max_points: float
    attention: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of the sheet: whose, what it says and what it is to say."""

    row: int
    name: str
    student: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Left:
    """A person of the sheet whose cell stays as it is, and why.

    Args:
        attention: whether it would be filled for everybody, whoever needs attention or not.
    """

    row: int
    name: str
    why: str
    attention: bool = False


@dataclass(frozen=True, slots=True)
class Filling:
    """What filling a sheet does.

    Args:
        system: whose sheet it is.
        heading: of the column that is filled.
        maximum: what the column counts to; None where it does not tell.
        scaled: whether points were turned into the column's.
        same: how many cells say already what they are to say.
        absent: students of the gradebook who stand in no row.
        content: the whole file, filled.
    """

    system: str
    heading: str
    maximum: float | None
    scaled: bool
    changes: tuple[Change, ...]
    same: int
    left: tuple[Left, ...]
    absent: tuple[Student, ...]
    content: bytes = field(repr=False)


def earned_in(grades: Iterable[StudentGrades], exercise: str | None = None) -> list[Earned]:
    """What each student earned in all, or for one exercise; without those who have no part in that one."""
    found = []
    for one in grades:
        counted = [grade for grade in one.grades if exercise in (None, grade.exercise)]
        if exercise is not None and not counted:
            continue
        attention = next((grade.needs_attention for grade in counted if grade.needs_attention), one.attention)
        points, most = (one.points, one.max_points) if exercise is None else (counted[0].points, counted[0].max_points)
        found.append(Earned(one.student, points, most, attention))
    return found


def fill(
    content: bytes,
    earned: Sequence[Earned],
    *,
    title: str,
    column: str | None = None,
    scale: bool | None = None,
    everybody: bool = False,
) -> Filling:
    """What filling this sheet would change; nothing is written.

    Args:
        title: the assignment's: a column called so is the one.
        column: the one that was asked for.
        scale: whether points are turned into the column's; None: they had better count to the same.
        everybody: also those whose work a person should look at first.

    Raises:
        NoSheet: it is no sheet that is known here.
        WrongUsage: which column is meant, or what its points are, is not clear.
    """
    sheet = read_sheet(content)
    known = _recognised(sheet, column, title)
    scaled = _is_scaled(known, earned, scale)
    matched = match(known.people, [one.student for one in earned])
    by_key = {one.student.key: one for one in earned}
    comma = has_decimal_comma(sheet)
    changes: list[Change] = []
    left = [Left(person.row, person.name, "nobody of the gradebook is this") for person in matched.strangers]
    left += [Left(person.row, person.name, "it is not clear who this is") for person in matched.unclear]
    same = 0
    for person in known.people:
        if person.row not in matched.students:
            continue
        one = by_key[matched.students[person.row].key]
        if person.locked or (one.attention and not everybody):
            why = person.locked or f"needs attention: {one.attention}"
            left.append(Left(person.row, person.name, why, attention=not person.locked))
            continue
        amount = _amount(one, known.maximum if scaled else None)
        old = sheet.text(person.row, known.column)
        there = number_in(old)
        if there is not None and abs(there - amount) < _SAME:
            same += 1
            continue
        changes.append(Change(person.row, person.name, one.student.key, old, _written(amount, comma=comma)))
    return Filling(
        system=known.system,
        heading=known.heading,
        maximum=known.maximum,
        scaled=scaled,
        changes=tuple(changes),
        same=same,
        left=tuple(sorted(left, key=lambda each: each.row)),
        absent=matched.absent,
        content=sheet.with_cells({(change.row, known.column): change.new for change in changes}),
    )


def _recognised(sheet: Sheet, column: str | None, title: str) -> Recognised:
    if is_canvas(sheet):
        return canvas(sheet, column, title)
    if is_moodle(sheet):
        return moodle(sheet, column)
    raise NoSheet(
        "the sheet is neither a gradebook of Canvas nor a grading worksheet of Moodle",
        remedy="export one there and name it; 'attnlab gradebook export' writes sheets of its own",
    )


def _is_scaled(known: Recognised, earned: Sequence[Earned], scale: bool | None) -> bool:
    most = {one.max_points for one in earned}
    if known.maximum is None or not earned:
        if scale:
            raise WrongUsage(
                f"the sheet does not tell what the column '{known.heading}' counts to", remedy="leave --scale away"
            )
        return False
    if most == {known.maximum} or scale is False:
        return False
    if len(most) > 1 and scale:
        raise WrongUsage(
            "the students' grades do not all count to the same, since there is no assignment file",
            remedy="grade with --assignment, or fill one --exercise",
        )
    if scale:
        return True
    ours = f"{min(most):g}" if len(most) == 1 else f"{min(most):g} to {max(most):g}"
    scaling = (
        "--scale turns the points into the column's" if len(most) == 1 else "grade with --assignment to scale them"
    )
    raise WrongUsage(
        f"the column '{known.heading}' counts to {known.maximum:g}, the gradebook to {ours}",
        remedy=f"{scaling}; --no-scale writes them as they are",
    )


def _amount(one: Earned, maximum: float | None) -> float:
    if maximum is None or not one.max_points:
        return one.points
    scaled = exactly(one.points) / exactly(one.max_points) * exactly(maximum)
    return floor(scaled * 100 + Fraction(1, 2)) / 100


def _written(amount: float, *, comma: bool) -> str:
    told = f"{amount:.2f}".rstrip("0").rstrip(".")
    return told.replace(".", ",") if comma else told
