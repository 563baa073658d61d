"""What was packed to be handed in, and what the judge says of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_report import report_view

if TYPE_CHECKING:
    from attnlab.cli.desk import Desk
    from attnlab.study.packing import Packed
    from attnlab.submissions.judging import Judged


def packed_view(packed: Packed, desk: Desk, *, why_none: str, judged: bool = False) -> list[str]:
    terminal = desk.terminal
    shown = os.path.relpath(packed.file, desk.folder)
    lines = [f"{terminal.paint(shown, 'bold')} {terminal.dot} {_size(packed.size)}", ""]
    count = len(packed.exercises)
    lines += terminal.wrap(f"{count} exercise file{'' if count == 1 else 's'}", "  ")
    run = f"the run {packed.run}" if packed.run else f"no run: {why_none}"
    lines += terminal.wrap(run, "  ")
    for left in packed.left_out:
        lines += terminal.wrap(f"left out: {left}", "  ", "    ")
    if not judged:
        lines += ["", f"next: {terminal.paint('attnlab submit --judge', 'bold')} says what the judge will say"]
    return lines


def judged_view(judged: Judged, terminal: Terminal) -> list[str]:
    report, quality = judged.report, judged.quality
    told = f"{report.points:g} of {report.max_points:g} points"
    seed = terminal.paint(f"seed {report.seed}", "dim")
    lines = [f" {terminal.dot} ".join([terminal.paint("submission", "bold"), told, seed]), ""]
    lines += report_view(report, terminal)
    if quality:
        hidden = f"{quality.sentences} hidden sentences of {judged.corpus}"
        lines += ["", *terminal.wrap(f"{quality.bleu:.1f} BLEU on {hidden}, {quality.exact:.0f} of 100 exactly right")]
    return lines


def submitted_as_json(packed: Packed, judged: Judged | None) -> dict[str, Any]:
    table: dict[str, Any] = {
        "file": str(packed.file),
        "size": packed.size,
        "exercises": list(packed.exercises),
        "run": packed.run,
        "left_out": list(packed.left_out),
    }
    if judged:
        quality = judged.quality
        table["judged"] = {
            "passed": judged.report.passed,
            "corpus": judged.corpus,
            "bleu": quality.bleu if quality else None,
            "exact": quality.exact if quality else None,
            "sentences": quality.sentences if quality else None,
            "report": judged.report.to_json(),
        }
    return table


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"
