"""What was packed to be handed in, and what the judge says of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_report import report_view

if TYPE_CHECKING:
    from attnlab.cli.desk import Desk
    from attnlab.study.packing import Packed
    from attnlab.study.workspace import Workspace
    from attnlab.submissions.judging import Judged


def packed_view(packed: Packed, desk: Desk, *, why_none: str, then: str = "") -> list[str]:
    """What is in the file.

    Args:
        then: the command that has it judged; none where it is going to be.
    """
    terminal = desk.terminal
    shown = os.path.relpath(packed.file, desk.folder)
    lines = [f"{terminal.paint(shown, 'bold')} {terminal.dot} {_size(packed.size)}", ""]
    count = len(packed.exercises)
    files = f"{count} exercise file{'' if count == 1 else 's'}"
    if still_open := open_gaps(packed, desk.workspace):
        files += f", {len(still_open)} of them with {'its gap' if len(still_open) == 1 else 'their gaps'} still open"
    lines += terminal.wrap(files, "  ", "    ")
    run = f"the run {packed.run}" if packed.run else f"no run: {why_none}"
    lines += terminal.wrap(run, "  ")
    for left in packed.left_out:
        lines += terminal.wrap(f"left out: {left}", "  ", "    ")
    if then:
        why = " says what the judge will say"
        fits = len(f"next: {then}{why}") <= terminal.width
        lines += ["", f"next: {terminal.paint(then, 'bold')}{why if fits else ''}"]
    return lines


def open_gaps(packed: Packed, workspace: Workspace) -> list[str]:
    """The exercises whose files are the starters, but for blanks and comments."""
    from attnlab.grading.sources import same_program

    return [
        exercise.id
        for exercise in workspace.course.exercises
        if exercise.id in packed.exercises
        and same_program(workspace.file(exercise).read_bytes(), exercise.starter.read_bytes())
    ]


def judged_view(judged: Judged, workspace: Workspace, terminal: Terminal) -> list[str]:
    """What the judge says, and the command for the part that fails first."""
    report, quality = judged.report, judged.quality
    told = f"{report.points:g} of {report.max_points:g} points"
    seed = terminal.paint(f"seed {report.seed}", "dim")
    lines = [f" {terminal.dot} ".join([terminal.paint("submission", "bold"), told, seed]), ""]
    lines += report_view(report, terminal)
    if quality:
        hidden = f"{quality.sentences} hidden sentences of {judged.corpus}"
        lines += ["", *terminal.wrap(f"{quality.bleu:.1f} BLEU on {hidden}, {quality.exact:.0f} of 100 exactly right")]
    failed = report.first_failure
    if failed and failed.id in {exercise.id for exercise in workspace.course.exercises}:
        lines += ["", f"next: {terminal.paint(f'attnlab check {failed.id}', 'bold')}"]
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
