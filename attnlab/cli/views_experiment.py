"""An experiment before and after its run: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.content import Experiment, Findings, Lesson, Table
    from attnlab.study import Outcome

Known = Sequence[tuple[str, "Lesson", Mapping[str, Any] | None]]


def experiments_view(known: Known, terminal: Terminal) -> list[str]:
    if not known:
        return ["this course has no experiments"]
    longest = max(len(name) for name, _, _ in known)
    lines = []
    for name, lesson, noted in known:
        done = f"run {str(noted.get('at', ''))[:10]}" if noted else "not run yet"
        mark = terminal.mark("passed" if noted else "not started")
        lines.append(f"  {mark} {name:<{longest}}  {done:<15} {lesson.id}")
    fresh = next((name for name, _, noted in known if not noted), known[0][0])
    return [*lines, "", f"next: {terminal.paint(f'attnlab experiment {fresh}', 'bold')}"]


def experiments_as_json(known: Known) -> list[dict[str, Any]]:
    return [
        {"name": name, "lesson": lesson.id, "last": dict(noted) if noted else None} for name, lesson, noted in known
    ]


def asked_view(experiment: Experiment, terminal: Terminal) -> list[str]:
    return [
        terminal.paint(terminal.words(experiment.title), "bold"),
        "",
        *terminal.wrap(f"Claim: {experiment.claim}.", "  ", "    "),
        *(terminal.paint(line, "dim") for line in terminal.wrap(experiment.source, "  ", "    ")),
        "",
        *terminal.wrap(experiment.question, "  "),
        *(
            line
            for number, choice in enumerate(experiment.choices, start=1)
            for line in terminal.wrap(f"{number}  {choice}", "    ", "       ")
        ),
        "",
        f"  It takes about {duration(experiment.seconds)}.",
        "",
    ]


def outcome_view(outcome: Outcome, terminal: Terminal) -> list[str]:
    findings = outcome.findings
    lines: list[str] = []
    for table in findings.tables:
        lines += [*_table_lines(table, terminal), ""]
    lines += pictures_view(findings, terminal)
    lines += terminal.wrap(f"Seen: {findings.seen}", "  ", "    ")
    lines += ["", *terminal.wrap(_verdict(outcome), "  ", "    ")]
    if outcome.saved is None:
        return lines
    from attnlab.study.files import shown as shown_path

    return [*lines, "", *terminal.wrap(f"the numbers are in {shown_path(outcome.saved)}")]


def pictures_view(findings: Findings, terminal: Terminal) -> list[str]:
    """The curves and heatmaps, each followed by an empty line."""
    from attnlab.pictures import curve, heatmap

    plain = not terminal.unicode
    pictures = [
        *(curve(each.title, each.x_label, each.y_label, each.series, plain=plain) for each in findings.curves),
        *(heatmap(each.title, each.rows, each.columns, each.values, plain=plain) for each in findings.heatmaps),
    ]
    drawn = [picture.text(terminal.width, colour=terminal.colour) for picture in pictures]
    return [line for text in drawn for line in (*text.splitlines(), "")]


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    from attnlab.study.experimenting import findings_as_json

    experiment = outcome.experiment
    return {
        "experiment": experiment.name,
        "claim": experiment.claim,
        "question": experiment.question,
        "choices": list(experiment.choices),
        "prediction": outcome.prediction,
        "foreseen": outcome.foreseen,
        "saved": str(outcome.saved) if outcome.saved else None,
        **findings_as_json(outcome.findings),
    }


def _verdict(outcome: Outcome) -> str:
    choices, found = outcome.experiment.choices, outcome.findings.choice
    if found is None:
        return "The measurement bears none of the choices out."
    measured = f"'{choices[found]}'"
    if outcome.prediction is None:
        return f"The measurement bears out {measured}."
    predicted = f"'{choices[outcome.prediction]}'"
    if outcome.foreseen:
        return f"You predicted {predicted}, and so it was."
    return f"You predicted {predicted}; the measurement bears out {measured}. What did you take to be different?"


def _table_lines(table: Table, terminal: Terminal) -> list[str]:
    rows = [tuple(terminal.words(cell) for cell in row) for row in (table.header, *table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.header))]
    lines = ["  " + "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [terminal.paint(lines[0], "bold"), *lines[1:]]


def duration(seconds: int) -> str:
    return f"{seconds} second{'s' if seconds != 1 else ''}" if seconds < 90 else f"{round(seconds / 60)} minutes"
