"""What was written for students, and for their instructor."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.classroom.class_report import ClassReport
    from attnlab.classroom.feedback import Format, Written


def feedback_view(
    written: Sequence[Written], folder: Path, book: Path, formats: Sequence[Format], terminal: Terminal, *, whole: bool
) -> list[str]:
    if not written:
        return ["nobody is in this gradebook yet, so there is nobody to tell anything"]
    lines = [f"{terminal.paint(str(folder), 'bold')} {terminal.dot} {_students(len(written))}", ""]
    if whole:
        kinds = " and ".join(f".{kind}" for kind in formats)
        lines += terminal.wrap(f"{'a' if len(formats) == 1 else 'both'} {kinds} for each; index.csv says whose", "  ")
    else:
        lines += [f"  {file.name}" for each in written for file in each.files]
    waiting = sum(each.looked_at for each in written)
    if waiting:
        told = "is told" if waiting == 1 else "are told"
        lines += terminal.wrap(f"{_students(waiting)} {told} that a person will look at their work once more", "  ")
        lines += ["", _next(f"show {_typed(book)} --attention", terminal)]
    return lines


def feedback_as_json(written: Sequence[Written], folder: Path, *, whole: bool) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "index": str(folder / "index.csv") if whole else None,
        "students": [
            {
                "student": each.student.key,
                "name": each.student.name,
                "points": each.points,
                "max_points": each.max_points,
                "looked_at": each.looked_at,
                "files": [file.name for file in each.files],
            }
            for each in written
        ],
    }


def report_view(report: ClassReport, file: Path, book: Path, terminal: Terminal) -> list[str]:
    told = [terminal.paint(str(file), "bold"), _students(len(report.rows))]
    lines = [f" {terminal.dot} ".join(told), ""]
    lines += terminal.wrap("It names students and tells of hidden checks: it is for you.", "  ")
    if report.attention:
        count = len(report.attention)
        lines += terminal.wrap(f"{count} {'work needs' if count == 1 else 'works need'} attention", "  ")
        lines += ["", _next(f"show {_typed(book)} --attention", terminal)]
    else:
        lines += ["", _next(f"feedback {_typed(book)} --out feedback", terminal)]
    return lines


def report_as_json(report: ClassReport, file: Path) -> dict[str, Any]:
    low, middle, high = report.quarters or (None, None, None)
    return {
        "file": str(file),
        "students": len(report.rows),
        "median_share": middle,
        "quartile_shares": [low, high],
        "needs_attention": len(report.attention),
        "exercises": [
            {
                "exercise": each.id,
                "title": each.title,
                "students": each.students,
                "handed_in": each.handed_in,
                "passed": each.passed,
                "mean_share": each.share,
                "mistakes": [{"count": count, "mistake": words, "tell": tell} for count, words, tell in each.mistakes],
            }
            for each in report.exercises
        ],
    }


def _students(count: int) -> str:
    return f"{count} student{'' if count == 1 else 's'}"


def _next(command: str, terminal: Terminal) -> str:
    return f"next: {terminal.paint(f'attnlab gradebook {command}', 'bold')}"


def _typed(file: Path) -> str:
    return shlex.quote(str(file))
