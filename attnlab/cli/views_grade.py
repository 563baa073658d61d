"""What was found among submissions, how far their grading is, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from posixpath import commonpath, dirname
from typing import TYPE_CHECKING, Any

from attnlab.classroom.intake.names import printable
from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.batch import Event
    from attnlab.classroom.records import HandIn, Intake, Work
    from attnlab.cli.grade_screen import Story

_SHOWN = 5
_TOLD = 12
_NEXT = (
    ("fill", " SHEET --out FILE"),
    ("export", " --format csv"),
    ("feedback", " --out FOLDER"),
    ("report", " --out FILE.html"),
)
_BAR = 24


def plan_view(intake: Intake, assignment: Assignment, chosen: list[str] | None, terminal: Terminal) -> list[str]:
    """Whose and what every file is; then what no work was made of, who is late."""
    works = _count(sum(len(hand_in.works) for hand_in in intake.hand_ins), "file")
    lines = [f"{intake.layout}: {_count(len(intake.hand_ins), 'student')}, {works}"]
    lines += [""] if intake.hand_ins else []
    for hand_in in intake.hand_ins:
        said = f"{_whose(hand_in)}{_when(hand_in)}"
        lines += terminal.wrap(terminal.paint(said, "bold"))
        lines += _files_of(hand_in, assignment, chosen, terminal)
        if not hand_in.works:
            lines.append("  nothing")
    lines += _oddities(f"left out: {_count(len(intake.oddities), 'file')}", intake, terminal)
    if idle := [hand_in for hand_in in intake.hand_ins if not hand_in.works]:
        said = f"{_count(len(idle), 'student')} with nothing: {_some(idle)}"
        lines += ["", *terminal.wrap(said, hanging="  ")]
    if late := [hand_in for hand_in in intake.hand_ins if hand_in.late]:
        lines += ["", *terminal.wrap(f"{len(late)} late: {_some(late)}", hanging="  ")]
    return [*lines, "", "nothing was judged, and nothing kept"]


def plan_as_json(intake: Intake, assignment: Assignment, chosen: list[str] | None) -> dict[str, Any]:
    return {
        "layout": intake.layout,
        "students": [
            {
                "student": hand_in.student.key,
                "name": hand_in.student.name,
                "submitted": hand_in.submitted.isoformat() if hand_in.submitted else None,
                "late": hand_in.late,
                "files": [
                    {
                        "exercise": work.exercise,
                        "origin": work.origin,
                        "ignored": list(work.ignored),
                        "graded": _is_wanted(work.exercise, assignment, chosen),
                    }
                    for work in hand_in.works
                ],
            }
            for hand_in in intake.hand_ins
        ],
        "left_out": [
            {"kind": str(odd.kind), "origin": odd.origin, "why": odd.why, "student": odd.student}
            for odd in intake.oddities
        ],
    }


def began_line(event: Event, story: Story, terminal: Terminal) -> list[str]:
    """What is told once, before and when judging begins."""
    from attnlab.classroom import batch

    match event:
        case batch.Confined():
            return terminal.wrap(event.isolation, hanging="  ")
        case batch.SelfTested():
            how = f"{event.seconds:.0f} s" if event.reused < len(event.exercises) else "as before"
            return [f"self-test: {_count(len(event.exercises), 'exercise holds', 'exercises hold')} ({how})"]
        case batch.Began():
            again = f", {event.reused} more judged before" if event.reused else ""
            works, jobs = _count(event.total, "work"), _count(event.jobs, "process", "processes")
            return terminal.wrap(f"{_count(event.students, 'student')}, {works} to judge on {jobs}{again}")
    return []


def noticed_lines(event: Event, terminal: Terminal) -> list[str]:
    """What a person should know at once."""
    from attnlab.classroom import batch

    match event:
        case batch.Attention():
            said = f"look at {printable(event.student)}, {event.exercise}: {printable(event.why)}"
            return terminal.wrap(said, hanging="  ")
        case batch.Retried():
            said = f"once more, by itself: {printable(event.student)}, {event.exercise}: {printable(event.why)}"
            return terminal.wrap(said, hanging="  ")
    return []


def judged_line(story: Story) -> str:
    left = f", {_duration(story.seconds_left)} left" if story.seconds_left is not None else ""
    return f"{story.judged} of {story.total} judged, {story.rate:.1f} a second{left}"


def live_view(story: Story, terminal: Terminal) -> list[str]:
    """The whole picture: how far, how fast, what was slow, what needs a person."""
    if story.began_at is None:
        return ["getting ready ..."]
    full = round(_BAR * story.judged / story.total) if story.total else _BAR
    filled, empty = ("█", "░") if terminal.unicode else ("#", ".")
    lines = [f"{terminal.paint(filled * full, 'green')}{empty * (_BAR - full)}  {judged_line(story)}"]
    if terminal.width < 70:
        lines = [f"{terminal.paint(filled * full, 'green')}{empty * (_BAR - full)}", judged_line(story)]
    if story.slow:
        lines += ["", terminal.paint("slowest", "dim")]
        lines += [f"  {seconds:5.1f} s  {printable(who)}, {what}" for seconds, who, what in story.slow]
    if story.attention:
        lines += ["", terminal.paint(f"needs attention ({story.attention_count})", "yellow")]
        for who, what, why in story.attention[-_SHOWN:]:
            lines.append(f"  {printable(who)}, {what}: {printable(why)}")
    return [terminal.words(line) for line in lines]


def finished_view(
    story: Story,
    intake: Intake,
    late: Sequence[HandIn],
    left_out: Sequence[HandIn],
    out: Path,
    terminal: Terminal,
) -> list[str]:
    """What came of it, and what there is to type next.

    Args:
        late: who is to be looked at for coming late by nobody knows how much.
        left_out: and who, since all that came from them was left out.
    """
    judged = f"{_count(story.judged, 'work')} judged in {_duration(story.seconds)}"
    again = f", {story.reused} as before" if story.reused else ""
    others = f", {story.others} more in the gradebook from before" if story.others else ""
    told = [_count(story.students, "student") + others, judged + again]
    if story.judged:
        told.append(f"{story.full_marks} with full marks")
    lines = terminal.wrap(f" {terminal.dot} ".join(told), hanging="  ")
    lines += _left_out(intake, terminal)
    if story.attention:
        lines += ["", terminal.paint(f"{_count(story.attention_count, 'work')} to look at", "yellow")]
        for who, what, why in story.attention[:20]:
            lines += terminal.wrap(f"{printable(who)}, {what}: {printable(why)}", "  ", "      ")
        if story.attention_count > 20:
            lines.append(f"  and {story.attention_count - 20} more: 'attnlab gradebook summary {out}'")
    if left_out:
        said = "of whom nothing could be taken into account; yours to decide: "
        lines += ["", *terminal.wrap(f"{_count(len(left_out), 'student')} {said}{_some(left_out)}", hanging="  ")]
    if late:
        said = "came late by nobody knows how much, and lost no points for it; yours to decide: "
        lines += ["", *terminal.wrap(f"{len(late)} {said}{_some(late)}", hanging="  ")]
    lines += ["", f"kept in {terminal.paint(str(out), 'bold')}; next:"]
    asking = " --attention" if story.attention or late or left_out else ""
    lines += [f"  attnlab gradebook {verb} {out}{options}" for verb, options in (("show", asking), *_NEXT)]
    return lines


def interrupted_view(story: Story, terminal: Terminal) -> list[str]:
    done = f"{story.judged} of {story.total} judged and kept" if story.total else "nothing was judged yet"
    return terminal.wrap(f"{done}; the same command with --resume goes on")


def _files_of(hand_in: HandIn, assignment: Assignment, chosen: list[str] | None, terminal: Terminal) -> Iterator[str]:
    """Each file with what it was taken for; the folder or archive that all of them lie in is said once."""
    within = commonpath([dirname(work.origin) for work in hand_in.works]) if len(hand_in.works) > 1 else ""
    folder = f"{within}/" if within else ""
    if folder:
        yield from terminal.wrap(f"in {folder}", "  ", "      ")

    def same(work: Work) -> tuple[str, tuple[str, ...], bool]:
        return work.origin, work.ignored, _is_wanted(work.exercise, assignment, chosen)

    for (origin, ignored, is_wanted), works in groupby(hand_in.works, key=same):
        told = f" ({'; '.join(ignored)})" if ignored else ""
        left = "" if is_wanted else " (not to be graded)"
        named = ", ".join(work.exercise for work in works)
        yield from terminal.wrap(f"{named} <- {origin[len(folder) :]}{told}{left}", "  ", "      ")


def _left_out(intake: Intake, terminal: Terminal) -> list[str]:
    """The files that nothing was made of, where they are few; somebody's only work may be among them."""
    count = len(intake.oddities)
    if count > _TOLD:
        return ["", *terminal.wrap(f"{count} files left out: --dry-run lists them, and why")]
    return _oddities(f"{_count(count, 'file')} left out", intake, terminal)


def _oddities(heading: str, intake: Intake, terminal: Terminal) -> list[str]:
    if not intake.oddities:
        return []
    lines = ["", terminal.paint(heading, "bold")]
    for odd in intake.oddities:
        lines += terminal.wrap(f"{odd.kind}: {odd.origin}: {odd.why}", "  ", "      ")
    return lines


def _some(hand_ins: Sequence[HandIn]) -> str:
    more = f" and {len(hand_ins) - _TOLD} more" if len(hand_ins) > _TOLD else ""
    return "; ".join(map(_whose, hand_ins[:_TOLD])) + more


def _is_wanted(exercise: str, assignment: Assignment, chosen: list[str] | None) -> bool:
    return assignment.wants(exercise) and (chosen is None or exercise in chosen)


def _whose(hand_in: HandIn) -> str:
    key, name = printable(hand_in.student.key), printable(hand_in.student.name)
    return key if key == name else f"{name} ({key})"


def _when(hand_in: HandIn) -> str:
    parts: list[str] = []
    if hand_in.submitted:
        parts.append(f"{hand_in.submitted:%Y-%m-%d %H:%M}")
    parts += ["late"] if hand_in.late else []
    return f", {', '.join(parts)}" if parts else ""


def _count(number: int, thing: str, things: str | None = None) -> str:
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "some time"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
