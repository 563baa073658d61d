"""A report in a notebook's cell: as HTML, and as text where no HTML is shown."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from attnlab.cli.terminal import WIDEST, Terminal
from attnlab.cli.views_report import report_view

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.grading import CheckResult, Failure, Report

_PLAIN = Terminal(width=WIDEST, unicode=True)
_OUTPUT_LINES = 12
# The notebook's own colours, light or dark; how each check ended is also said by its sign and its word.
_INDENTED = "margin:.4em 0 .4em 1.5em"
_LIST = "list-style:none;margin:.4em 0;padding-left:.5em"


def cell_view(exercise: Exercise, report: Report) -> list[str]:
    """The report as lines of text."""
    if not report.attempted:
        return [_heading(exercise, report), "", *_PLAIN.wrap(report.note or _still_open(exercise), "  ")]
    return [_heading(exercise, report), "", *report_view(report, _PLAIN)]


def cell_as_html(exercise: Exercise, report: Report) -> str:
    """The same as HTML; whatever the answer printed, raised or called itself stays text."""
    parts = [f"<p><strong>{_text(_heading(exercise, report))}</strong></p>"]
    if not report.attempted:
        parts.append(f"<p>{_text(report.note or _still_open(exercise))}</p>")
        return _framed(parts)
    checks = "".join(f"<li>{_check_as_html(check)}</li>" for check in report.checks)
    parts.append(f'<ul style="{_LIST}">{checks}</ul>')
    failed = report.first_failure
    if failed and failed.failure:
        parts += _failure_as_html(failed.failure)
    if report.note:
        parts.append(f"<p>{_text(report.note)}</p>")
    if report.output.strip():
        lines = report.output.rstrip("\n").splitlines()
        more = f"\nand {len(lines) - _OUTPUT_LINES} lines more" if len(lines) > _OUTPUT_LINES else ""
        shown = _text("\n".join(lines[:_OUTPUT_LINES]) + more)
        parts.append(f"<details><summary>your code printed</summary><pre>{shown}</pre></details>")
    return _framed(parts)


def _framed(parts: list[str]) -> str:
    return f'<div class="attnlab">{"".join(parts)}</div>'


def _heading(exercise: Exercise, report: Report) -> str:
    if not report.attempted:
        return f"{exercise.id} · not attempted yet"
    if report.passed:
        return f"{exercise.id} · passed"
    return f"{exercise.id} · {report.points:g} of {report.max_points:g} points · seed {report.seed}"


def _still_open(exercise: Exercise) -> str:
    return f"The gap in {exercise.implements} is still open."


def _check_as_html(check: CheckResult) -> str:
    said = "" if check.passed else f" ({check.verdict.value})"
    return f"{_PLAIN.mark(check.verdict.value)} {_text(check.sentence + said)}"


def _failure_as_html(failure: Failure) -> list[str]:
    parts = [f"<p>{_text(failure.problem)}"]
    if failure.call:
        parts.append(f"<br>in the call <code>{_text(failure.call)}</code>")
    parts.append("</p>")
    if failure.excerpt:
        shown = _text("\n".join(failure.excerpt))
        parts.append(f'<pre style="{_INDENTED}">{shown}</pre>')
    diagnosis = failure.diagnosis
    if diagnosis:
        parts += [f"<p>{_text(diagnosis.tell)}</p>"] if diagnosis.tell else []
        parts += [f"<p><em>{_text(diagnosis.ask)}</em></p>"] if diagnosis.ask else []
    elif failure.smallest_case:
        parts.append(f'<pre style="{_INDENTED}">{_text(failure.smallest_case)}</pre>')
    return parts


def _text(text: str) -> str:
    """The text with nothing in it that a browser would act on, or that no page may hold."""
    shown = "".join(sign if sign.isprintable() or sign in "\n\t" else "?" for sign in text)
    return escape(shown)
