"""The report on a class as a web page that stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import Any

from attnlab.classroom.class_report.records import ClassReport, ExerciseSummary, Mark, Note, Row
from attnlab.classroom.feedback.wording import moment, number
from attnlab.classroom.scoring import MISSING, NOT_GRADED
from attnlab.pictures import rendered

_STEPS = 10
_LEGEND = (
    "The stronger the colour of a cell, the more was earned. A dash: nothing was handed in. A question mark: not "
    "graded yet. ! needs attention, * decided by hand, L late. A header sorts by its column."
)
# The picture's measures; the template draws its line at the same height.
_LEFT, _FLOOR, _HEIGHT, _PITCH, _WIDTH = 14, 200, 170, 62, 54


def class_page(report: ClassReport) -> str:
    """The whole page.

    Raises:
        NotThere: jinja2 is missing.
    """
    named = any(row.name != row.key for row in report.rows)
    listings = list(_listings(report))
    return rendered(
        "class_report.html",
        script="sorting.js",
        title=report.title,
        facts=list(_facts(report)),
        sections=[
            ("grades", "grades"),
            ("totals", "totals"),
            ("exercises", "exercises and mistakes"),
            *((each["name"], f"{each['title'].lower()} ({len(each['rows'])})") for each in listings),
        ],
        legend=_LEGEND,
        students=_counted(len(report.rows), "student"),
        count=_counted(len(report.exercises), "exercise"),
        named=named,
        columns=[_column(each) for each in report.exercises],
        rows=(_row(row, named=named) for row in report.rows),
        totals=list(_totals(report)),
        bars=_bars(report.spread) if any(report.spread) else [],
        spread_told=_spread_told(report.spread),
        exercises=[_exercise(each) for each in report.exercises],
        listings=listings,
    )


def _facts(report: ClassReport) -> Iterator[tuple[str, str]]:
    yield "course", report.course
    if report.due:
        yield "due", moment(report.due)
    if report.layout:
        yield "handed in as", report.layout
    if report.graded:
        first, last = report.graded
        began, ended = moment(first.astimezone()), moment(last.astimezone())
        yield "graded", began if began == ended else f"{began} to {ended}"
    if report.isolation:
        yield "isolation", report.isolation


def _totals(report: ClassReport) -> Iterator[str]:
    if not report.rows:
        yield "Nobody has handed anything in."
        return
    full = sum(row.share is not None and row.share >= 1 for row in report.rows)
    yield f"{_counted(len(report.rows), 'student')}, {full} with all points."
    if report.quarters:
        low, middle, high = map(_percent, report.quarters)
        yield f"The median is {middle} of the points; the middle half of the class earned {low} to {high}."


def _column(exercise: ExerciseSummary) -> dict[str, str]:
    worth = "" if exercise.worth is None else f"of {number(exercise.worth)}"
    return {"id": exercise.id, "title": exercise.title, "worth": worth}


def _row(row: Row, *, named: bool) -> dict[str, Any]:
    return {
        "name": row.name if named else row.key,
        "key": row.key,
        "points": row.points,
        "total": number(row.points),
        "share": row.share,
        "percent": "" if row.share is None else _percent(row.share),
        "marks": [None if mark is None else _mark(mark) for mark in row.marks],
    }


def _mark(mark: Mark) -> dict[str, Any]:
    absent = mark.verdict in (MISSING, NOT_GRADED) and not mark.by_hand
    share = mark.points / mark.max_points if mark.max_points else 0.0
    flags = [("!", "needs attention")] if mark.attention else []
    flags += [("*", "decided by hand")] if mark.by_hand else []
    flags += [("L", "late")] if mark.late else []
    return {
        "absent": absent,
        "text": {MISSING: "–", NOT_GRADED: "?"}[mark.verdict] if absent else number(mark.points),
        "points": mark.points,
        "verdict": {MISSING: "not handed in"}.get(mark.verdict, mark.verdict),
        "step": floor(min(max(share, 0.0), 1.0) * _STEPS + 0.5),
        "flags": flags,
    }


def _bars(spread: tuple[int, ...]) -> list[dict[str, Any]]:
    highest = max(spread)
    bars = []
    for place, count in enumerate(spread):
        height = round(_HEIGHT * count / highest, 1)
        left = _LEFT + place * _PITCH
        bars.append(
            {
                "x": left,
                "y": round(_FLOOR - height, 1),
                "width": _WIDTH,
                "height": height,
                "middle": left + _WIDTH / 2,
                "count": count,
                "range": _range(place),
            }
        )
    return bars


def _spread_told(spread: tuple[int, ...]) -> str:
    return "; ".join(
        f"{_range(place)} percent: {_counted(count, 'student')}" for place, count in enumerate(spread) if count
    )


def _range(place: int) -> str:
    return f"{place * 10}–{place * 10 + 10}"


def _exercise(exercise: ExerciseSummary) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "students": exercise.students,
        "handed_in": exercise.handed_in,
        "not_attempted": exercise.not_attempted,
        "passed": exercise.passed,
        "share": exercise.share,
        "percent": "" if exercise.share is None else _percent(exercise.share),
        "mistakes": exercise.mistakes,
        "others": exercise.others,
    }


def _listings(report: ClassReport) -> Iterator[dict[str, Any]]:
    looking = "'attnlab gradebook show BOOK STUDENT EXERCISE' shows one in full."
    for name, title, caption, notes, head, said in (
        ("attention", "Needs attention", "What a person should look at", report.attention, "why", looking),
        ("late", "Late", "What came late", report.late, "by how much", ""),
        ("decided", "Decided by hand", "What was decided by hand", report.by_hand, "points and reason", ""),
        ("slowest", "Slowest", "What took longest to judge", report.slowest, "time", ""),
    ):
        heads = ("student", "key", "exercise", head)
        yield {
            "name": name,
            "title": title,
            "caption": caption,
            "said": said,
            "heads": heads,
            "rows": list(map(_noted, notes)),
        }
    yield {
        "name": "oddities",
        "title": "Left out",
        "caption": "Files that no work was made of, or that want to be looked at",
        "said": "",
        "heads": ("file", "what", "why", "student"),
        "rows": [(odd.origin, str(odd.kind), odd.why, odd.student or "") for odd in report.oddities],
    }


def _noted(note: Note) -> tuple[str, str, str, str]:
    return note.name, note.key, note.title, note.told


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind}{'' if count == 1 else 's'}"
