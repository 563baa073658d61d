"""A gradebook on the terminal: the class as a table, one student, one work in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from attnlab.cli.terminal import Terminal
from attnlab.cli.views_report import failure_view
from attnlab.pictures.labels import cells, cut, left, right, visible

if TYPE_CHECKING:
    from attnlab.classroom.records import Kept, Oddity, Override
    from attnlab.classroom.scoring import CheckGrade, Grade, StudentGrades

_NAME = 28
_SHORTEST_NAME = 10
_GAP = "  "
# How wide an exercise's column is with its points, and with its mark alone.
_POINTS, _MARK = 8, 3
_LEGEND = (
    ("passed", "all of it passed"),
    ("tried", "some points"),
    ("failed", "no points"),
    ("not judged", "not judged"),
    ("not started", "nothing handed in, or the gap still open"),
)
_OUTPUT_LINES = 12


class ClassTable:
    """The class as lines, made while its grades are read: a thousand students need the memory of one.

    Args:
        exercises: the columns; each is as wide as its points where the terminal has the room, else as its mark.
    """

    def __init__(self, exercises: Sequence[str], terminal: Terminal) -> None:
        self._exercises, self._terminal = tuple(exercises), terminal
        self._seen: set[str] = set()
        self._decided = self._asking = False
        count = len(self._exercises)
        room = min(terminal.width, 160)
        fitting = (wide for wide in (_POINTS, _MARK) if count * wide + _SHORTEST_NAME + 15 <= room)
        self._column = next(fitting, 1)
        self._name = max(min(_NAME, room - count * self._column - 15), _SHORTEST_NAME)

    def heading(self) -> list[str]:
        """What stands above: the columns' numbers."""
        count = len(self._exercises)
        start = " " * (self._name + 13)
        if self._column == _POINTS:
            return [(start + "".join(right(str(number), _POINTS) for number in range(1, count + 1))).rstrip()]
        if self._column == _MARK:
            return [(start + "".join(f" {number:<2}" for number in range(1, count + 1))).rstrip()]
        tens = "".join(str(number // 10 % 10) if number % 10 == 0 else " " for number in range(1, count + 1))
        ones = "".join(str(number % 10) for number in range(1, count + 1))
        return [line for line in (f"{start}{tens}".rstrip(), f"{start}{ones}") if line]

    def row(self, student: StudentGrades) -> str:
        """One student's line."""
        terminal = self._terminal
        of = {grade.exercise: grade for grade in student.grades}
        shown = "".join(self._cell(of.get(exercise)) for exercise in self._exercises)
        told = f"{points(student.points)}/{points(student.max_points)}"
        look = terminal.paint(" !", "yellow") if student.needs_attention else ""
        self._asking |= student.needs_attention
        name = left(terminal.words(visible(student.student.name)), self._name)
        return f"{name}{right(told, 12)} {shown.rstrip()}{look}"

    def legend(self) -> list[str]:
        """What stands below: which exercise each number is, and what the marks say."""
        terminal = self._terminal
        named = [f"{number} {visible(name)}" for number, name in enumerate(self._exercises, start=1)]
        marks = [f"{terminal.mark(kind)} {said}" for kind, said in _LEGEND if kind in self._seen]
        marks += ["* decided by hand"] if self._decided else []
        marks += ["! a person should look"] if self._asking else []
        return [*_in_columns(named, terminal.width), *terminal.wrap(", ".join(marks))]

    def _cell(self, grade: Grade | None) -> str:
        kind = _kind(grade) if grade else "not started"
        self._seen.add(kind)
        by_hand = grade is not None and _by_hand(grade)
        self._decided |= by_hand
        star = "*" if by_hand else ""
        mark = self._terminal.mark(kind)
        if self._column == 1:
            return mark
        if self._column == _MARK:
            return f" {mark}{star or ' '}"
        told = points(grade.points) if grade and kind != "not started" else ""
        return f"{told:>6}{star or ' '}{mark}"


def student_view(student: StudentGrades, oddities: Iterable[Oddity], terminal: Terminal) -> list[str]:
    """One student: each exercise with its points, and what is to be said of it."""
    who = student.student
    total = f"{points(student.points)} of {points(student.max_points)} points"
    lines = [f" {terminal.dot} ".join([terminal.paint(visible(who.name), "bold"), total])]
    known = [who.key if who.key != who.name else "", who.email, *(f"{name} {id}" for name, id in who.ids.items())]
    if any(known):
        lines += terminal.wrap(f" {terminal.dot} ".join(visible(each) for each in known if each))
    lines.append("")
    wide = max((cells(visible(grade.exercise)) for grade in student.grades), default=0)
    wide = min(wide, max(terminal.width - 30, _SHORTEST_NAME))
    everywhere = _said_of_all(student)
    for grade in student.grades:
        told = f"{points(grade.points)}/{points(grade.max_points)}"
        lines.append(
            f"{terminal.mark(_kind(grade))} {left(visible(grade.exercise), wide)} {right(told, 9)}{_GAP}{grade.verdict}"
        )
        for said in _remarks(grade):
            lines += terminal.wrap(said, " " * 4) if said != everywhere else []
    lines += ["", *terminal.wrap(f"all of it {everywhere}")] if everywhere else []
    lines += ["", *terminal.wrap(f"wants a look: {student.attention}")] if student.attention else []
    if not student.grades:
        lines.append("nothing that counts was handed in")
    odd = [f"{visible(each.origin)}: {each.kind.value}, {visible(each.why)}" for each in oddities]
    if odd:
        lines += ["", "not taken into account:"]
        lines += [line for each in odd for line in terminal.wrap(each, "  ", "    ")]
    return lines


def work_view(grade: Grade, kept: Kept | None, attempts: Sequence[Kept], terminal: Terminal) -> list[str]:
    """One work in full: where it came from, each check with why it did not pass, what was decided by hand.

    Args:
        attempts: all that the student handed in for the exercise, oldest first.
    """
    told = f"{points(grade.points)} of {points(grade.max_points)} points"
    name = terminal.paint(visible(grade.student.name), "bold")
    lines = [f" {terminal.dot} ".join([name, visible(grade.exercise), told]), ""]
    for head, said in _facts(grade, kept, attempts):
        lines += terminal.wrap(f"{head}: {visible(said)}", "  ", "    ")
    for said in _remarks(grade, diagnosis=False):
        lines += terminal.wrap(said, "  ", "    ")
    if grade.checks:
        lines.append("")
    for check in grade.checks:
        lines += check_view(check, terminal)
    report = kept.report if kept else None
    if report and report.note:
        lines += ["", *terminal.wrap(report.note, "  ")]
    if report and report.output.strip():
        printed = report.output.rstrip("\n").splitlines()
        lines += ["", "  it printed:", *(f"    {visible(line)}" for line in printed[:_OUTPUT_LINES])]
        if len(printed) > _OUTPUT_LINES:
            lines.append(f"    and {len(printed) - _OUTPUT_LINES} lines more")
    return lines


def check_view(check: CheckGrade, terminal: Terminal) -> list[str]:
    """One check: how it ended, its points, and in full why it did not pass."""
    said = "" if check.verdict == "passed" else f" ({check.verdict})"
    hidden = ", hidden from students" if check.hidden else ""
    worth = f" [{points(check.points)}/{points(check.max_points)}]" if check.max_points else ""
    first, *others = terminal.wrap(f"{check.sentence}{said}{worth}{hidden}", " " * 4)
    lines = [f"  {terminal.mark(check.verdict)} {first.lstrip()}", *others]
    if check.override:
        lines += terminal.wrap(decided_by_hand(check.override), " " * 6, " " * 8)
    if check.failure:
        lines += [f"  {line}" if line else "" for line in failure_view(check.failure, terminal)] + [""]
    return lines


def source_view(source: bytes, terminal: Terminal) -> list[str]:
    """What was handed in, line by line, nothing in it able to move the cursor."""
    written = source.decode("utf-8", "replace").splitlines()
    wide = len(str(len(written)))
    return [
        f"{terminal.paint(f'{number:>{wide}}', 'dim')}  {_source_line(line)}"
        for number, line in enumerate(written, start=1)
    ]


def decided_by_hand(override: Override) -> str:
    """Who decided what, when and why."""
    by = f" by {visible(override.by)}" if override.by else ""
    return f"decided by hand: {points(override.points)} points{by}, {moment(override.at)}: {visible(override.reason)}"


def points(number: float) -> str:
    """Points as they are told: to the hundredth, without zeros that say nothing."""
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"


def moment(at: datetime) -> str:
    """A moment in the time of where we are."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _source_line(line: str) -> str:
    return "\t".join(visible(part) for part in line.split("\t")).expandtabs(4)


def _facts(grade: Grade, kept: Kept | None, attempts: Sequence[Kept]) -> Iterator[tuple[str, str]]:
    if kept is None:
        yield "handed in", "nothing"
        return
    yield "from", kept.origin
    when = moment(kept.submitted) if kept.submitted else "at a time nobody told"
    counted = f", attempt {kept.attempt} of {len(attempts)}" if len(attempts) > 1 else ""
    yield "handed in", f"{when}{counted}"
    if kept.graded_at:
        report = kept.report
        within = ", ".join(report.isolation) if report else ""
        took = f" in {report.seconds:.1f} s" if report else ""
        yield "judged", f"{moment(kept.graded_at)}{took}, seed {kept.seed}" + (f", within {within}" if within else "")
    for ignored in grade.ignored:
        yield "not taken into account", ignored
    for earlier in attempts:
        if earlier.attempt != kept.attempt:
            ended = _ended(earlier)
            at = f", {moment(earlier.submitted)}" if earlier.submitted else ""
            yield f"attempt {earlier.attempt}", f"{earlier.origin}{at}, {ended}"


def _said_of_all(student: StudentGrades) -> str:
    """Why a person should look at it, where that is the same for all that was handed in; else nothing."""
    there = [grade for grade in student.grades if grade.verdict != "missing"]
    whys = {grade.needs_attention for grade in there}
    return _wants_a_look(there[0]) if len(there) > 1 and len(whys) == 1 and whys != {""} else ""


def _wants_a_look(grade: Grade) -> str:
    return f"wants a look: {visible(grade.needs_attention)}"


def _ended(kept: Kept) -> str:
    report = kept.report
    if report is None:
        return "never judged"
    return f"earned {points(report.points)} of {points(report.max_points)}"


def _remarks(grade: Grade, *, diagnosis: bool = True) -> Iterator[str]:
    if grade.penalty:
        yield f"{grade.late_days:.1f} days late: {points(grade.penalty)} of {points(grade.raw_points)} points taken off"
    elif grade.late_days:
        yield f"{grade.late_days:.1f} days late"
    if grade.needs_attention:
        yield _wants_a_look(grade)
    if grade.override:
        yield decided_by_hand(grade.override)
    if diagnosis:
        for check in grade.checks:
            if check.override:
                yield f"{check.sentence}: {decided_by_hand(check.override)}"
        if grade.tell and grade.verdict != "passed":
            yield visible(grade.tell)


def _kind(grade: Grade) -> str:
    """Which mark stands for it."""
    if grade.verdict in ("missing", "not attempted"):
        return "tried" if grade.points else "not started"
    if grade.verdict in ("not judged", "not graded"):
        return "not judged"
    if grade.points >= grade.max_points or (grade.verdict == "passed" and not grade.override):
        return "passed"
    return "tried" if grade.points else "failed"


def _by_hand(grade: Grade) -> bool:
    return grade.override is not None or any(check.override for check in grade.checks)


def _in_columns(named: Sequence[str], width: int) -> list[str]:
    if not named:
        return []
    wide = min(max(map(cells, named)) + 3, width)
    across = max(min(width, 100) // wide, 1)
    return [
        "".join(left(cut(each, wide - 1), wide) for each in named[start : start + across]).rstrip()
        for start in range(0, len(named), across)
    ]
