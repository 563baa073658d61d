"""What was decided by hand, judged again, compared and summed up: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_gradebook import decided_by_hand, points
from attnlab.cli.views_report import failure_view, report_view
from attnlab.pictures.labels import cells, left, right, visible

if TYPE_CHECKING:
    from attnlab.classroom.gradebook.comparing import Change, Compared
    from attnlab.classroom.gradebook.deciding import Decided
    from attnlab.classroom.gradebook.replaying import Replay
    from attnlab.classroom.gradebook.summing_up import Spread, Summary

_LISTED = 20


def decided_view(decided: Decided, terminal: Terminal) -> list[str]:
    before, after = decided.before, decided.after
    who = terminal.paint(visible(after.student.name), "bold")
    moved = f"{points(before.points)} -> {points(after.points)} of {points(after.max_points)} points"
    lines = [f" {terminal.dot} ".join([who, visible(after.exercise), moved])]
    if decided.override:
        of = f"check '{decided.check}', " if decided.check else ""
        lines += terminal.wrap(f"{of}{decided_by_hand(decided.override)}", "  ", "    ")
    else:
        of = f"of the check '{decided.check}' " if decided.check else ""
        lines += terminal.wrap(f"the decision {of}is withdrawn; what was graded stands again", "  ", "    ")
    return lines


def decided_as_json(decided: Decided) -> dict[str, Any]:
    override = decided.override
    return {
        "student": decided.after.student.key,
        "exercise": decided.after.exercise,
        "check": decided.check,
        "points_before": decided.before.points,
        "points": decided.after.points,
        "max_points": decided.after.max_points,
        "override": None
        if override is None
        else {
            "points": override.points,
            "reason": override.reason,
            "at": override.at.isoformat(),
            "by": override.by,
        },
    }


def replay_view(replay: Replay, check: str | None, terminal: Terminal) -> list[str]:
    """What came out now, in full, and whether it is what is kept."""
    kept, report = replay.kept, replay.report
    told = f"{points(report.points)} of {points(report.max_points)} points"
    parts = [terminal.paint(visible(kept.student.name), "bold"), visible(kept.exercise), told, f"seed {report.seed}"]
    lines = [f" {terminal.dot} ".join(parts), ""]
    if check is None:
        lines += report_view(report, terminal)
        first = report.first_failure
        others = [each for each in report.checks if each.failure and each is not first]
    else:
        others = [each for each in report.checks if each.id == check]
    for each in others:
        lines += [""] if lines[-1] else []
        lines += terminal.wrap(
            f"{terminal.mark(each.verdict.value)} {visible(each.sentence)} ({each.verdict.value})", "  ", "    "
        )
        lines += failure_view(each.failure, terminal) if each.failure else []
    lines.append("")
    if kept.report is None:
        return [*lines, *terminal.wrap("nothing is kept to compare with: it was never judged")]
    if not replay.same_seed:
        lines += terminal.wrap(f"these are other inputs than those it was graded with, of seed {kept.seed}")
    if not replay.same_files:
        lines += terminal.wrap("a file that it imports is another now, or is not in the gradebook")
    if replay.same:
        return [*lines, *terminal.wrap("every check ended as it is kept")]
    lines += terminal.wrap("not as it is kept:")
    for differing in replay.differing:
        was, now = differing.kept or "not among the checks", differing.now or "not among the checks"
        why = " (the check itself has changed since)" if differing.changed else ""
        lines += terminal.wrap(f"{visible(differing.sentence)}: {was}, now {now}{why}", "  ", "    ")
    return lines


def replay_as_json(replay: Replay) -> dict[str, Any]:
    return {
        "student": replay.kept.student.key,
        "exercise": replay.kept.exercise,
        "same": replay.same,
        "same_seed": replay.same_seed,
        "same_files": replay.same_files,
        "differing": [
            {"id": each.id, "sentence": each.sentence, "kept": each.kept, "now": each.now, "changed": each.changed}
            for each in replay.differing
        ],
        "report": replay.report.to_json(),
    }


def compared_view(student: Compared, terminal: Terminal) -> list[str]:
    """One student whose grades differ; none where they do not."""
    if student.same:
        return []
    name = terminal.paint(visible(student.student.name), "bold")
    if student.missing:
        return terminal.wrap(f"{name}: not in the {student.missing} gradebook")
    moved = f"{points(student.points_before)} -> {points(student.points_after)} points"
    lines = [f" {terminal.dot} ".join([name, moved])]
    for change in student.changes:
        lines += terminal.wrap(_changed(change), "  ", "    ")
        for check in change.checks:
            was, now = check.before or "not there", check.after or "not there"
            told = f"{was} -> {now}"
            if check.points_before != check.points_after:
                told += f", {points(check.points_before)} -> {points(check.points_after)}"
            lines += terminal.wrap(f"{visible(check.sentence)}: {told}", " " * 4, " " * 6)
    return lines


def compared_as_json(students: Iterable[Compared]) -> list[dict[str, Any]]:
    return [
        {
            "student": student.student.key,
            "name": student.student.name,
            "missing_in": student.missing or None,
            "points_before": student.points_before,
            "points_after": student.points_after,
            "changes": [
                {
                    "exercise": change.exercise,
                    "points_before": change.before.points if change.before else None,
                    "points_after": change.after.points if change.after else None,
                    "verdict_before": change.before.verdict if change.before else None,
                    "verdict_after": change.after.verdict if change.after else None,
                    "checks": [
                        {
                            "id": check.id,
                            "sentence": check.sentence,
                            "before": check.before,
                            "after": check.after,
                            "points_before": check.points_before,
                            "points_after": check.points_after,
                        }
                        for check in change.checks
                    ],
                }
                for change in student.changes
            ],
        }
        for student in students
        if not student.same
    ]


def summary_view(summary: Summary, terminal: Terminal) -> list[str]:
    """The class in numbers."""
    if summary.points is None:
        return ["nobody is in this gradebook yet"]
    counted = f"{summary.students} students, {summary.works} works"
    lines = [terminal.paint(counted, "bold"), "", *terminal.wrap(_spread(summary.points, summary.max_points))]
    asides = [
        f"{summary.full} with full marks",
        f"{summary.late} works late" if summary.late else "",
        f"{summary.overrides} decided by hand" if summary.overrides else "",
        f"{_duration(summary.seconds)} of judging in all",
    ]
    lines += [*terminal.wrap(", ".join(each for each in asides if each)), ""]
    wide = min(max(cells(visible(each.exercise)) for each in summary.exercises), max(terminal.width - 34, 12)) \
        if summary.exercises else 0  # fmt: skip
    if summary.exercises:
        lines.append(f"{left('', wide)}  passed  tried  missing   mean")
    for each in summary.exercises:
        shown = f"{points(each.mean)}/{points(each.max_points)}"
        lines.append(
            f"{left(visible(each.exercise), wide)}  {right(_share(each.passed, summary.students), 6)}  "
            f"{each.tried:>5}  {each.missing:>7}  {right(shown, 9)}"
        )
        for mistake in each.mistakes:
            of = f"{mistake.count} of {each.tried}"
            lines += terminal.wrap(f"{of}: {visible(mistake.tell or mistake.id)}", "    ", "      ")
    if summary.slowest:
        slow = ", ".join(
            f"{visible(each.student)} {visible(each.exercise)} {each.seconds:.1f} s" for each in summary.slowest
        )
        lines += ["", *terminal.wrap(f"slowest: {slow}", "", "  ")]
    if summary.attention:
        lines += ["", *terminal.wrap(f"wants a look ({len(summary.attention)}):")]
        told = 0
        same = groupby(summary.attention, key=lambda each: (each[0], each[2]))
        for (student, why), works in islice(same, _LISTED):
            named = [visible(exercise) for _, exercise, _ in works]
            told += len(named)
            lines += terminal.wrap(f"{visible(student)}, {', '.join(named)}: {visible(why)}", "  ", "    ")
        if len(summary.attention) > told:
            lines.append(f"  and {len(summary.attention) - told} more")
    return lines


def summary_as_json(summary: Summary) -> dict[str, Any]:
    from dataclasses import asdict

    told = asdict(summary)
    told["attention"] = [
        {"student": student, "exercise": exercise, "why": why} for student, exercise, why in summary.attention
    ]
    return told


def _changed(change: Change) -> str:
    name = visible(change.exercise)
    before, after = change.before, change.after
    if before is None or after is None:
        return f"{name}: only in the {'second' if before is None else 'first'} gradebook"
    told = [f"{points(before.points)} -> {points(after.points)}"] if before.points != after.points else []
    if before.max_points != after.max_points:
        told.append(f"of {points(before.max_points)} -> {points(after.max_points)}")
    if before.verdict != after.verdict:
        told.append(f"{before.verdict} -> {after.verdict}")
    if before.penalty != after.penalty:
        told.append(f"late penalty {points(before.penalty)} -> {points(after.penalty)}")
    return f"{name}: {', '.join(told) or 'other checks, the same points'}"


def _spread(spread: Spread, most: float) -> str:
    return (
        f"points of {points(most)}: mean {points(spread.mean)}, median {points(spread.median)}, "
        f"quartiles {points(spread.lower)} and {points(spread.upper)}, "
        f"from {points(spread.least)} to {points(spread.most)}"
    )


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f} %" if of else "-"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
