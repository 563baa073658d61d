"""An experiment before and after its run: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.content import Experiment, Findings, Lesson, Table
    from attnlab.study import Outcome
    from attnlab.study.reporting import Entry

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
    from attnlab.files import shown as shown_path

    lines += ["", *terminal.wrap(f"the numbers are in {shown_path(outcome.saved)}")]
    if outcome.pictures:
        count = f"{len(outcome.pictures)} picture{'' if len(outcome.pictures) == 1 else 's'}"
        lines += terminal.wrap(f"{count} beside them, as PNG: {shown_path(outcome.pictures[0])}", hanging="  ")
    return lines


def entry_view(entry: Entry, terminal: Terminal) -> list[str]:
    """One experiment of many, once it is over."""
    if entry.outcome:
        return [*outcome_view(entry.outcome, terminal), "", terminal.rule()]
    if entry.problem:
        failed = [*terminal.wrap(entry.problem.problem, "  ", "    "), *terminal.wrap(entry.problem.remedy, "    ")]
        return [f"{terminal.mark('failed')} {entry.name}", *failed, "", terminal.rule()]
    at = str(entry.told.get("at", ""))[:16].replace("T", " ") if entry.told else ""
    return [f"{terminal.mark('passed')} {entry.name}  taken over from {at}", terminal.rule()]


def report_view(entries: Sequence[Entry], report: Path | None, terminal: Terminal) -> list[str]:
    """What became of all of them, and where the report is."""
    from attnlab.files import shown as shown_path

    if not entries:
        return ["this course has no experiments"]
    failed = [entry.name for entry in entries if entry.problem]
    counts = f"{len(entries) - len(failed)} measured"
    lines = [f"{counts}, {len(failed)} failed: {', '.join(failed)}" if failed else counts]
    return [*lines, *terminal.wrap(f"the report is in {shown_path(report)}")] if report else lines


def report_as_json(entries: Sequence[Entry], report: Path | None) -> dict[str, Any]:
    return {
        "report": str(report) if report and entries else None,
        "experiments": [
            {
                "experiment": entry.name,
                "lesson": entry.lesson.id,
                "problem": entry.problem.problem if entry.problem else None,
                "taken_over": bool(entry.told) and entry.outcome is None,
                "saved": str(entry.outcome.saved) if entry.outcome and entry.outcome.saved else None,
                "pictures": [str(file) for file in entry.outcome.pictures] if entry.outcome else [],
                **({key: entry.told[key] for key in ("seen", "choice", "prediction", "seed")} if entry.told else {}),
            }
            for entry in entries
        ],
    }


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
        "pictures": [str(file) for file in outcome.pictures],
        **findings_as_json(outcome.findings),
    }


def _verdict(outcome: Outcome) -> str:
    from attnlab.study.experimenting import verdict

    told = verdict(outcome.experiment.choices, outcome.prediction, outcome.findings.choice)
    return f"{told} What did you take to be different?" if outcome.foreseen is False else told


def _table_lines(table: Table, terminal: Terminal) -> list[str]:
    rows = [tuple(terminal.words(cell) for cell in row) for row in (table.header, *table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.header))]
    lines = ["  " + "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return [terminal.paint(lines[0], "bold"), *lines[1:]]


def duration(seconds: int) -> str:
    return f"{seconds} second{'s' if seconds != 1 else ''}" if seconds < 90 else f"{round(seconds / 60)} minutes"
