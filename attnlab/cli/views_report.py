"""The screen after a check: what holds, the first thing that does not, and one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.cli.views import took
from attnlab.grading.verdicts import Verdict

if TYPE_CHECKING:
    from attnlab.grading import CheckResult, Failure, Report
    from attnlab.study import Checked, Workspace

_OUTPUT_LINES = 12
_LISTED_UP_TO = 2
_OFTEN = 3


def checked_view(checked: Checked, workspace: Workspace, terminal: Terminal, *, show_input: bool = False) -> list[str]:
    """The whole screen for one exercise."""
    report = checked.report
    if not report.attempted:
        return _not_attempted_view(checked, workspace, terminal)
    lines = [_heading(checked, terminal), ""]
    lines += report_view(report, terminal)
    if show_input:
        lines += ["", *_inputs_view(report)]
    if not report.passed and checked.before.done:
        lines += ["", *terminal.wrap(f"{checked.exercise.id} passed before and stays passed; this version does not.")]
    if checked.after.status == "revealed" and report.passed:
        lines += ["", *terminal.wrap(f"{checked.exercise.id} stays recorded as revealed.")]
    return [*lines, "", *_next(checked, terminal)]


def report_view(report: Report, terminal: Terminal) -> list[str]:
    """The checks, then the first failure in full, then what the file printed."""
    lines = _checks_view(report, terminal)
    failed = report.first_failure
    if failed and failed.failure:
        lines += ["", *failure_view(failed.failure, terminal)]
    if report.note:
        lines += ["", *terminal.wrap(report.note, "  ")]
    if report.output.strip():
        lines += ["", *_output_view(report.output, terminal)]
    return lines


def checked_line(checked: Checked, terminal: Terminal) -> str:
    """One line for one exercise among several."""
    report, kind = checked.report, ending_of(checked.report)
    line = f"{terminal.mark(kind)} {checked.exercise.id}  {kind}"
    failed = report.first_failure
    told = failed.sentence if failed and report.attempted else report.note
    return terminal.words(f"{line}: {told}" if told and not report.passed else line)


def summary_view(results: Sequence[Checked], terminal: Terminal) -> list[str]:
    endings = [ending_of(each.report) for each in results]
    kinds = ("passed", "failed", "not reached", "not judged", "not started")
    counts = [f"{endings.count(kind)} {kind}" for kind in kinds if kind in endings]
    lines = ["", ", ".join(counts)]
    failed = [each for each, ending in zip(results, endings, strict=True) if ending == "failed"]
    if failed:
        lines.append(f"next: {terminal.paint(f'attnlab check {failed[0].exercise.id}', 'bold')}")
    elif results and results[-1].next:
        lines.append(f"next: {terminal.paint('attnlab next', 'bold')}")
    return lines


def checked_as_json(results: Sequence[Checked]) -> dict[str, Any]:
    return {
        "passed": all(each.report.passed for each in results),
        "checked": [
            {
                "exercise": each.exercise.id,
                "status": each.after.status.value,
                "newly_passed": each.newly_passed,
                "seconds": each.after.seconds,
                "minutes_estimated": each.exercise.minutes,
                "hints_shown": list(each.after.hints),
                "report": each.report.to_json(),
            }
            for each in results
        ],
        "next": results[-1].next.id if results and results[-1].next else None,
    }


def ending_of(report: Report) -> str:
    """How a whole report ended, in the word of its most basic check."""
    if report.passed:
        return "passed"
    if not report.attempted:
        return "not started"
    verdicts = {check.verdict for check in report.checks if not check.passed}
    if verdicts <= {Verdict.NOT_REACHED}:
        return "not reached"
    return "not judged" if verdicts <= {Verdict.NOT_REACHED, Verdict.NOT_JUDGED} else "failed"


def _heading(checked: Checked, terminal: Terminal) -> str:
    report = checked.report
    said = "passed" if report.passed else f"{report.points:g} of {report.max_points:g} points"
    told = [terminal.paint(checked.exercise.id, "bold"), said]
    if not report.passed:
        told.append(terminal.paint(f"seed {report.seed}", "dim"))
    return f" {terminal.dot} ".join(told)


def _checks_view(report: Report, terminal: Terminal) -> list[str]:
    lines: list[str] = []
    waiting = [check for check in report.checks if check.verdict is Verdict.NOT_REACHED]
    for check in report.checks:
        if check.verdict is not Verdict.NOT_REACHED or len(waiting) <= _LISTED_UP_TO:
            lines += _check_view(check, terminal)
    if len(waiting) > _LISTED_UP_TO:
        first, *others = terminal.wrap(f"{len(waiting)} more stand on these, not reached", " " * 4)
        lines += [f"  {terminal.mark('not reached')} {first.lstrip()}", *others]
    return lines


def _check_view(check: CheckResult, terminal: Terminal) -> list[str]:
    said = "" if check.passed else f" ({check.verdict.value})"
    mark = terminal.mark(check.verdict.value)
    first, *others = terminal.wrap(f"{check.sentence}{said}", " " * 4)
    return [f"  {mark} {first.lstrip()}", *others]


def failure_view(failure: Failure, terminal: Terminal) -> list[str]:
    """What is so and where, in which call, and the question that leads out."""
    lines = [*terminal.wrap(failure.problem, "  ", "    ")]
    if failure.call:
        lines += terminal.wrap(f"in the call {failure.call}", "  ", "    ")
    if failure.excerpt:
        lines += ["", *(terminal.paint(f"    {line}", "dim") for line in failure.excerpt)]
    if failure.diagnosis:
        lines.append("")
        if failure.diagnosis.tell:
            lines += terminal.wrap(failure.diagnosis.tell, "  ")
        if failure.diagnosis.ask:
            asked = terminal.wrap(failure.diagnosis.ask, "  ")
            lines += [terminal.paint(line, "cyan") for line in asked]
    elif failure.smallest_case:
        lines += ["", *(f"    {line}" for line in failure.smallest_case.splitlines())]
    return lines


def _inputs_view(report: Report) -> list[str]:
    failed = report.first_failure
    lines: list[str] = []
    for given in failed.failure.inputs if failed and failed.failure else ():
        lines += [f"  {given.name} =", *(f"    {_harmless(line)}" for line in given.text.splitlines())]
    return lines or ["  there are no inputs to show: no call of yours failed"]


def _output_view(output: str, terminal: Terminal) -> list[str]:
    printed = output.rstrip("\n").splitlines()
    lines = ["  your code printed:", *(f"    {_harmless(line)}" for line in printed[:_OUTPUT_LINES])]
    if len(printed) > _OUTPUT_LINES:
        lines.append(f"    and {len(printed) - _OUTPUT_LINES} lines more")
    return lines


def _harmless(line: str) -> str:
    """The line without control characters, which could rewrite what stands above it."""
    return "".join(sign if sign.isprintable() or sign == "\t" else "?" for sign in line)


def _not_attempted_view(checked: Checked, workspace: Workspace, terminal: Terminal) -> list[str]:
    exercise = checked.exercise
    lesson = workspace.course.lesson_of(exercise)
    return [
        f"{terminal.paint(exercise.id, 'bold')} {terminal.dot} not attempted yet",
        "",
        *terminal.wrap(f"Its gap is still open: {workspace.relative(exercise)}", "  ", "    "),
        *terminal.wrap(f"{exercise.title}: {exercise.summary}", "  ", "    "),
        "",
        f"next: {terminal.paint(f'attnlab read {lesson.number}', 'bold')}",
    ]


def _next(checked: Checked, terminal: Terminal) -> list[str]:
    report, name = checked.report, checked.exercise.id
    if report.passed:
        fact = took(checked.exercise, checked.after) if checked.newly_passed else ""
        lines = [
            *(terminal.wrap(fact) if fact else []),
            *terminal.wrap(f"attnlab solution {name} shows another way to write it, and why it works."),
        ]
        command = "attnlab next" if checked.next else "attnlab list"
        return [*lines, f"next: {terminal.paint(command, 'bold')}"]
    ending = ending_of(report)
    if ending == "not judged":
        return ["This is a fault of the judge, not of yours.", f"next: {terminal.paint('attnlab doctor', 'bold')}"]
    if ending == "not reached":
        # What it stands on has to be mended first.
        standing_on = [other for other in checked.exercise.prerequisites if other in (report.note or "")]
        return [f"next: {terminal.paint(f'attnlab check {(standing_on or [name])[0]}', 'bold')}"]
    failed = report.first_failure
    diagnosis = failed.failure.diagnosis if failed and failed.failure else None
    often = checked.after.checks - checked.after.passes >= _OFTEN
    if failed is not report.checks[0] and (diagnosis is None or diagnosis.hint or often):
        return [f"next: {terminal.paint(f'attnlab hint {name}', 'bold')}"]
    return [f"next: {terminal.paint(f'attnlab check {name}', 'bold')}, once you have an answer"]
