"""Where one is, what there is, what comes next, hints and solutions: as lines for a terminal and as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.content import Course, Exercise
    from attnlab.study import Entry, Hint, Listing, Revealed, Started, Whereabouts, Workspace
    from attnlab.study.browsing import Group

_SUMMARY_FROM = 64


def started_view(started: Started, folder: Path, terminal: Terminal) -> list[str]:
    root = started.workspace.root
    count = len(started.workspace.course.exercises)
    lines = [f"a workspace with {count} exercises is in {root}"]
    if started.kept:
        lines += terminal.wrap(f"left as they were: {', '.join(started.kept)}", "  ", "    ")
    try:
        step = root.relative_to(folder)
    except ValueError:
        step = root
    go = "" if str(step) == "." else f"cd {_quoted(str(step))} && "
    return [*lines, _next(terminal, f"{go}attnlab")]


def started_as_json(started: Started) -> dict[str, Any]:
    return {
        "workspace": str(started.workspace.root),
        "course": started.workspace.course.id,
        "version": started.workspace.version,
        "written": list(started.written),
        "kept": list(started.kept),
    }


def nowhere_view(course: Course, terminal: Terminal) -> list[str]:
    return [
        terminal.paint(course.title, "bold"),
        *terminal.wrap(
            f"{len(course.lessons)} lessons, {len(course.exercises)} exercises. You are not in a workspace: "
            "a folder of your own, where you write and where your progress is kept."
        ),
        "",
        _next(terminal, "attnlab init attention"),
    ]


def whereabouts_view(where: Whereabouts, terminal: Terminal) -> list[str]:
    lines = [terminal.paint(where.workspace.course.title, "bold"), progress_bar(where.done, where.total, terminal)]
    if where.revealed:
        lines.append(f"{where.revealed} revealed, to be written by yourself")
    if where.exercise and where.lesson:
        lines += [
            "",
            f"lesson    {where.lesson.id}: {where.lesson.title}",
            f"exercise  {where.exercise.id}: {where.exercise.title}",
            f"takes     {effort(where.exercise)}",
            f"file      {where.workspace.relative(where.exercise)}",
        ]
        if last := _last_in_words(where.entry):
            lines.append(f"last      {last}")
        lines = [line for each in lines for line in terminal.wrap(each, "", " " * 10)] if terminal.width < 60 else lines
    return [*lines, "", _next(terminal, where.command), *terminal.wrap(f"({where.why})", "      ")]


def progress_bar(done: int, total: int, terminal: Terminal) -> str:
    """How much is done, as a bar and as numbers."""
    width = max(min(terminal.width - 20, 30), 8)
    full = round(width * done / total) if total else 0
    sign, rest = ("█", "░") if terminal.unicode else ("#", ".")
    bar = terminal.paint(sign * full, "green") + terminal.paint(rest * (width - full), "dim")
    return f"{bar} {done} of {total} done"


def listing_view(listing: Listing, terminal: Terminal, *, in_workspace: bool) -> list[str]:
    lines: list[str] = []
    longest = max((len(row.exercise.id) for group in listing.groups for row in group.rows), default=0)
    for group in listing.groups:
        lines += [*_group_view(group, listing, longest, terminal), ""]
    if not listing.groups:
        lines += ["nothing fits", ""]
    lines.append(progress_bar(listing.done, listing.total, terminal))
    if listing.next and in_workspace:
        lines.append(_next(terminal, "attnlab next"))
    elif not in_workspace:
        lines.append(_next(terminal, "attnlab init attention"))
    return lines


def listing_as_json(listing: Listing) -> dict[str, Any]:
    return {
        "done": listing.done,
        "total": listing.total,
        "next": listing.next.id if listing.next else None,
        "lessons": [
            {
                "id": group.lesson.id,
                "title": group.lesson.title,
                "minutes": group.lesson.minutes,
                "done": group.done,
                "total": group.total,
                "experiments": list(group.lesson.experiments),
                "exercises": [
                    {**_exercise_as_json(row.exercise), **_entry_as_json(row.entry, row.exercise)} for row in group.rows
                ],
            }
            for group in listing.groups
        ],
    }


def next_view(workspace: Workspace, exercise: Exercise | None, terminal: Terminal) -> list[str]:
    if exercise is None:
        from attnlab.study.browsing import after_all

        return ["every exercise is done", _next(terminal, after_all(workspace.course))]
    lesson = workspace.course.lesson_of(exercise)
    lines = [
        *terminal.wrap(f"{exercise.id}: {exercise.title}"),
        *terminal.wrap(exercise.summary, "  "),
        "",
        *terminal.wrap(f"file     {workspace.relative(exercise)}", "  ", " " * 11),
        *terminal.wrap(f"lesson   {lesson.title} (attnlab read {lesson.number})", "  ", " " * 11),
        *terminal.wrap(f"takes    {effort(exercise)}, {exercise.points:g} points", "  ", " " * 11),
    ]
    if exercise.prerequisites:
        lines += terminal.wrap(f"needs    {', '.join(exercise.prerequisites)}", "  ", " " * 11)
    lines[0] = terminal.paint(lines[0], "bold")
    return [*lines, "", _next(terminal, f"attnlab check {exercise.id}")]


def effort(exercise: Exercise) -> str:
    """What an exercise asks of one, by its author's estimate."""
    return f"about {exercise.minutes} minutes, difficulty {exercise.difficulty} of 5"


def times_view(listing: Listing, terminal: Terminal) -> list[str]:
    """What has been begun: the estimate, the time taken, checks and hints."""
    begun = [row for group in listing.groups for row in group.rows if row.entry.checks or row.entry.hints]
    if not begun:
        return ["nothing has been begun yet", _next(terminal, "attnlab next")]
    longest = max(len(row.exercise.id) for row in begun)
    head = f"  {'':<{longest}}  estimate       taken  checks  hints"
    lines = [terminal.paint(head, "dim")]
    for row in begun:
        exercise, entry = row.exercise, row.entry
        taken = "tested out" if "tested out" in entry.times else _minutes(entry.seconds)
        counts = f"{exercise.minutes:>4} min{taken:>12}{entry.checks:>8}{len(entry.hints):>7}"
        lines.append(f"{terminal.mark(entry.status.value)} {exercise.id:<{longest}}  {counts}")
    measured = [
        row for row in begun if row.entry.done and row.entry.seconds is not None and "tested out" not in row.entry.times
    ]
    if measured:
        taken = _minutes(sum(row.entry.seconds or 0 for row in measured))
        estimate = sum(row.exercise.minutes for row in measured)
        said = f"{len(measured)} passed with their time taken: {taken}, estimated {estimate} min"
        lines += ["", *terminal.wrap(said)]
    return [
        *lines,
        "",
        *terminal.wrap("Gaps of more than ten minutes are left out; - where the time was not followed."),
    ]


def took(exercise: Exercise, entry: Entry) -> str:
    """The time an exercise took next to the estimate, as a plain fact; nothing where it was not followed."""
    if entry.seconds is None:
        return ""
    minutes = round(entry.seconds / 60)
    time = (
        "less than a minute" if entry.seconds < 60 else "about a minute" if minutes == 1 else f"about {minutes} minutes"
    )
    helped = {0: "no hint", 1: "1 hint"}.get(len(entry.hints), f"{len(entry.hints)} hints")
    checks = "1 check" if entry.checks == 1 else f"{entry.checks} checks"
    return f"It took {time}, {checks} and {helped}; the estimate is {exercise.minutes} minutes."


def next_as_json(workspace: Workspace, exercise: Exercise | None) -> dict[str, Any]:
    if exercise is None:
        return {"exercise": None}
    return {**_exercise_as_json(exercise), "exercise": exercise.id, "file": str(workspace.file(exercise))}


def hint_view(hint: Hint, terminal: Terminal) -> list[str]:
    name = hint.exercise.id
    if hint.tier is None:
        return [f"{name} has no hints", _next(terminal, f"attnlab read {hint.exercise.lesson.split('-')[0]}")]
    told = ", the one that fits your last mistake" if hint.fits else ""
    again = " (all of them have been shown)" if hint.seen else ""
    head = terminal.wrap(f"{name}, hint {hint.tier} of {hint.of}{told}{again}")
    solution = f"attnlab solution {name}{'' if hint.solution_is_open else ' --give-up'}"
    closing = solution if hint.seen and len(hint.shown) == hint.of else f"attnlab check {name}"
    return [
        *(terminal.paint(line, "bold") for line in head),
        "",
        *terminal.wrap(hint.text, "  "),
        "",
        _next(terminal, closing),
    ]


def hint_as_json(hint: Hint) -> dict[str, Any]:
    return {
        "exercise": hint.exercise.id,
        "hint": hint.tier,
        "of": hint.of,
        "text": hint.text,
        "fits_last_mistake": hint.fits,
        "seen_before": hint.seen,
        "shown": list(hint.shown),
    }


def solution_view(opened: Revealed, terminal: Terminal) -> list[str]:
    name = opened.exercise.id
    lines = [terminal.paint(f"{name}: the solution", "bold"), "", *(f"  {line}" for line in _body(opened.source)), ""]
    lines += [terminal.paint("Why it works", "bold"), "", *terminal.wrap(_flowing(opened.why), "  "), ""]
    if opened.difference:
        lines += [terminal.paint("From yours to it", "bold"), "", *diff_lines(opened.difference, terminal), ""]
    else:
        lines += ["Yours is the same, to the letter.", ""]
    if opened.status == "revealed":
        lines += [f"{name} is recorded as revealed, not as done; your file is as it was and is kept", ""]
    return [*lines, _next(terminal, "attnlab next")]


def solution_as_json(opened: Revealed) -> dict[str, Any]:
    return {
        "exercise": opened.exercise.id,
        "status": opened.status.value,
        "source": opened.source,
        "why": opened.why,
        "diff": list(opened.difference),
    }


def diff_lines(lines: tuple[str, ...], terminal: Terminal) -> list[str]:
    """A unified diff; what colour says, the signs in the first column say too."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    return [terminal.paint(f"  {line}", styles[line[0]]) if line[:1] in styles else f"  {line}" for line in lines]


def _group_view(group: Group, listing: Listing, longest: int, terminal: Terminal) -> list[str]:
    head = f"{group.lesson.id}  {group.lesson.title}"
    lines = [*terminal.wrap(head, "", "    ")]
    counts = f"  {group.done} of {group.total}"
    reading = f", {group.lesson.minutes} min to read"
    room = terminal.width - len(lines[-1]) - len(counts)
    lines[0] = terminal.paint(lines[0], "bold")
    lines[-1] += terminal.paint(counts + (reading if room >= len(reading) else ""), "dim")
    with_effort = terminal.width >= longest + 32
    for row in group.rows:
        status = row.entry.status.value
        told = f"{status:<11}"
        here = "  <- next" if listing.next and row.exercise.id == listing.next.id else ""
        line = f"  {terminal.mark(status)} {row.exercise.id:<{longest}}  {told}"
        if with_effort:
            line += f" {row.exercise.minutes:>3} min {row.exercise.difficulty}/5"
        room = terminal.width - longest - 19 - len(here) - 12 * with_effort
        title = row.exercise.title
        if terminal.width >= _SUMMARY_FROM and room > 10:
            line += f" {terminal.words(title if len(title) <= room else title[: room - 3] + '...')}"
        lines.append((line + here).rstrip())
    return lines


def _last_in_words(entry: Entry) -> str:
    if not entry.last:
        return ""
    at = str(entry.last.get("at", ""))[:16].replace("T", " ")
    check = entry.last.get("check")
    return f"{entry.last.get('verdict')}{f' at {check!r}' if check else ''}, {at}"


def _exercise_as_json(exercise: Exercise) -> dict[str, Any]:
    return {
        "id": exercise.id,
        "lesson": exercise.lesson,
        "title": exercise.title,
        "summary": exercise.summary,
        "difficulty": exercise.difficulty,
        "minutes": exercise.minutes,
        "points": exercise.points,
        "prerequisites": list(exercise.prerequisites),
        "hints": len(exercise.hints),
    }


def _entry_as_json(entry: Entry, exercise: Exercise) -> dict[str, Any]:
    return {
        "status": entry.status.value,
        "hints_shown": list(entry.hints),
        "checks": entry.checks,
        "passes": entry.passes,
        "last": dict(entry.last) if entry.last else None,
        "times": dict(entry.times),
        "seconds": entry.seconds,
    }


def _minutes(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    return "< 1 min" if seconds < 60 else f"{round(seconds / 60)} min"


def _next(terminal: Terminal, command: str) -> str:
    return f"next: {terminal.paint(command, 'bold')}"


def _body(source: str) -> list[str]:
    return source.rstrip("\n").splitlines()


def _flowing(text: str) -> str:
    """Lines that belong to one paragraph, joined, so that they can be broken anew."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)
