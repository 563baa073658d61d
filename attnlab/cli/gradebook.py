"""`attnlab gradebook`: what a class was graded, looked at, corrected, compared and explained."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attnlab.cli.books import BookFile, opened
from attnlab.cli.desk import desk_of
from attnlab.cli.gradebook_export import export, fill
from attnlab.cli.gradebook_feedback import feedback, report
from attnlab.cli.groups import group
from attnlab.cli.names import AsJson
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.records import Student
    from attnlab.classroom.scoring import StudentGrades
    from attnlab.cli.books import OpenBook
    from attnlab.cli.desk import Desk

app = group("Show, correct, export and explain what was graded.")

StudentName = Annotated[str, typer.Argument(metavar="STUDENT", help="Whose: a key, a name or an e-mail address.")]
WorkName = Annotated[str, typer.Argument(metavar="EXERCISE", help="Which exercise.")]
CheckName = Annotated[
    str | None,
    typer.Argument(metavar="CHECK", help="Which of its checks, by id or sentence; else all.", show_default=False),
]


@app.command("show", epilog="Example: attnlab gradebook show class.gradebook ada softmax")
def show(
    context: typer.Context,
    file: BookFile,
    student: Annotated[
        str | None,
        typer.Argument(metavar="STUDENT", help="This one alone: a key, a name or an e-mail.", show_default=False),
    ] = None,
    exercise: Annotated[
        str | None, typer.Argument(metavar="EXERCISE", help="This work in full.", show_default=False)
    ] = None,
    attention: Annotated[bool, typer.Option("--attention", help="Only students whom a person should look at.")] = False,
    source: Annotated[bool, typer.Option("--source", help="What was handed in, instead of what came of it.")] = False,
    attempt: Annotated[
        int | None, typer.Option("--attempt", metavar="N", min=1, help="With --source: an earlier attempt.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the class, one student, or one work in full.

    The class is a table of students and exercises. A work is shown with every check, hidden ones too, with its
    attempts, what was decided by hand, and what was not taken into account.
    """
    if source and exercise is None:
        raise WrongUsage("--source is of one work", remedy="name the student and the exercise")
    if attempt is not None and not source:
        raise WrongUsage("--attempt is for what was handed in", remedy="add --source")
    if attention and student is not None:
        raise WrongUsage("--attention is for the whole class", remedy="leave the student away")
    desk = desk_of(context)
    with opened(file, desk) as here:
        if student is None:
            _show_class(here, desk, attention=attention, as_json=as_json)
        elif exercise is None:
            _show_student(here, desk, student, as_json=as_json)
        elif source:
            _show_source(here, desk, student, exercise, attempt, as_json=as_json)
        else:
            _show_work(here, desk, student, exercise, as_json=as_json)


@app.command("diff", epilog="Example: attnlab gradebook diff before.gradebook after.gradebook")
def diff(
    context: typer.Context,
    file: BookFile,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="The gradebook to compare it with.")],
    as_json: AsJson = False,
) -> None:
    """Show whose grade is another in OTHER, and by which check.

    Exit code 0 when all grades are the same, 1 when one is not.
    """
    from attnlab.classroom.gradebook.comparing import compared
    from attnlab.cli.views_corrections import compared_as_json, compared_view

    desk = desk_of(context)
    with opened(file, desk) as first, opened(other, desk) as second:
        students = compared(_grades(first), _grades(second))
        if as_json:
            told = compared_as_json(students)
            desk.print_json({"same": not told, "students": told})
            raise typer.Exit(1 if told else 0)
        seen = differing = 0
        for each in students:
            seen += 1
            differing += not each.same
            desk.terminal.show(*compared_view(each, desk.terminal))
    if differing:
        desk.terminal.show("", f"{differing} of {seen} students have other grades")
    else:
        desk.terminal.show(f"all grades are the same: {seen} students")
    raise typer.Exit(1 if differing else 0)


@app.command(
    "override",
    epilog='Example: attnlab gradebook override class.gradebook ada softmax --points 3 --reason "shown in person"',
)
def override(
    context: typer.Context,
    file: BookFile,
    student: StudentName,
    exercise: WorkName,
    check: CheckName = None,
    points: Annotated[
        float | None, typer.Option("--points", metavar="N", help="What it earns; from 0 to what it can earn.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why; the student is told as well.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an earlier decision back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide the points of an exercise, or of one check, by hand.

    What is decided stands whatever is graded later, until it is withdrawn. For an exercise as a whole nothing is
    taken off for coming late.
    """
    from attnlab.classroom.gradebook.deciding import Deciding
    from attnlab.cli.views_corrections import decided_as_json, decided_view

    if withdraw and (points is not None or reason is not None):
        raise WrongUsage("what is withdrawn has no points and no reason", remedy="leave --points and --reason away")
    desk = desk_of(context)
    with opened(file, desk, writing=True) as here:
        whose, which = _meant(here, student, exercise)
        deciding = Deciding(here.book, here.assignment, here.course)
        if withdraw:
            done = deciding.withdraw(whose, which, check)
        elif points is None:
            raise WrongUsage("how many points are meant is not said", remedy="add --points N, or --withdraw")
        else:
            done = deciding.decide(whose, which, check, points=points, reason=reason or "", now=desk.now)
    if as_json:
        desk.print_json(decided_as_json(done))
    else:
        desk.terminal.show(*decided_view(done, desk.terminal))


@app.command("replay", epilog="Example: attnlab gradebook replay class.gradebook ada softmax")
def replay(
    context: typer.Context,
    file: BookFile,
    student: StudentName,
    exercise: WorkName,
    check: CheckName = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="With the inputs of this seed, not the kept one.")
    ] = None,
    isolation: Annotated[
        str | None,
        typer.Option("--isolation", metavar="HOW", help="strict, auto or none; strict on Linux, else auto."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge a kept work again and say whether it comes out as it is kept.

    The same source with the same seed, in a confined worker; the gradebook stays as it is. Exit code 0 when every
    check ended as it is kept, else 1.
    """
    from attnlab.classroom.gradebook import replaying
    from attnlab.classroom.gradebook.naming import check_called
    from attnlab.cli.views_corrections import replay_as_json, replay_view
    from attnlab.grading import Isolation

    how = isolation or ("strict" if sys.platform == "linux" else "auto")
    if how not in set(Isolation):
        raise WrongUsage(f"'{how}' is no way to isolate", remedy="--isolation takes strict, auto or none")
    desk = desk_of(context)
    with opened(file, desk) as here:
        whose, which = _meant(here, student, exercise)
        kept = replaying.kept_work(here.book, whose, which)
        id = check_called([(row.result.id, row.result.sentence) for row in kept.checks], check) if check else None
        with replaying.judge_for(here.course, here.assignment, Isolation(how)) as judge:
            done = replaying.replay(
                here.book,
                whose,
                which,
                here.course,
                here.assignment,
                judge,
                seed=seed,
            )
    done = replaying.of_check(done, id) if id else done
    if as_json:
        desk.print_json(replay_as_json(done))
    else:
        desk.terminal.show(*replay_view(done, id, desk.terminal))
    raise typer.Exit(0 if done.same else 1)


@app.command("summary", epilog="Example: attnlab gradebook summary class.gradebook")
def summary(context: typer.Context, file: BookFile, as_json: AsJson = False) -> None:
    """Sum the class up: points, what was passed, the most common mistakes, what took long, what wants a look."""
    from attnlab.classroom.gradebook.summing_up import summed_up
    from attnlab.cli.views_corrections import summary_as_json, summary_view

    desk = desk_of(context)
    with opened(file, desk) as here:
        told = summed_up(_grades(here))
    if as_json:
        desk.print_json(summary_as_json(told))
    else:
        desk.terminal.show(*summary_view(told, desk.terminal))


def _show_class(here: OpenBook, desk: Desk, *, attention: bool, as_json: bool) -> None:
    from attnlab.classroom.exports.rows import rows_of
    from attnlab.cli.views_gradebook import ClassTable

    wanted = (each for each in _grades(here) if each.needs_attention or not attention)
    if as_json:
        desk.print_json([row for each in wanted for row in rows_of(each)])
        return
    terminal = desk.terminal
    table = ClassTable(_columns(here), terminal)
    count = 0
    for count, each in enumerate(wanted, start=1):
        if count == 1:
            terminal.show(*table.heading())
        terminal.show(table.row(each))
    if count:
        terminal.show("", *table.legend())
    else:
        terminal.show("nobody wants a look" if attention else "nobody is in this gradebook yet")


def _show_student(here: OpenBook, desk: Desk, student: str, *, as_json: bool) -> None:
    from attnlab.classroom.exports.rows import rows_of
    from attnlab.classroom.gradebook.naming import student_called
    from attnlab.cli.views_gradebook import student_view

    whose = student_called(here.book, student)
    (graded,) = _grades(here, whose.key)
    if as_json:
        desk.print_json(list(rows_of(graded)))
        return
    oddities = [each for each in here.book.oddities() if each.student == whose.key]
    desk.terminal.show(*student_view(graded, oddities, desk.terminal))


def _show_work(here: OpenBook, desk: Desk, student: str, exercise: str, *, as_json: bool) -> None:
    from attnlab.classroom.exports.rows import rows_of
    from attnlab.cli.views_gradebook import work_view

    whose, which = _meant(here, student, exercise)
    (graded,) = _grades(here, whose.key)
    attempts = list(here.book.kept(whose.key, which, all_attempts=True))
    grade = next((each for each in graded.grades if each.exercise == which), None)
    if grade is None:
        if attempts:
            raise WrongUsage(f"{which} is no part of the assignment", remedy="--source shows what was handed in")
        raise WrongUsage(
            f"nothing was handed in for {which}",
            remedy=f"'attnlab gradebook show {here.book.file.name} {student}' lists all",
        )
    kept = next(here.book.kept(whose.key, which), None)
    if as_json:
        row = next(each for each in rows_of(graded) if each["exercise"] == which)
        desk.print_json({**row, "report": kept.report.to_json() if kept and kept.report else None})
        return
    desk.terminal.show(*work_view(grade, kept, attempts, desk.terminal))


def _show_source(
    here: OpenBook, desk: Desk, student: str, exercise: str, attempt: int | None, *, as_json: bool
) -> None:
    from attnlab.classroom.gradebook import replaying
    from attnlab.classroom.records import CAPSTONE
    from attnlab.cli.views_gradebook import source_view

    whose, which = _meant(here, student, exercise)
    kept = replaying.kept_work(here.book, whose, which)
    source = here.book.source(whose.key, which, attempt)
    if source is None:
        raise WrongUsage(f"there is no attempt {attempt}", remedy=f"the newest is {kept.attempt}")
    if which == CAPSTONE:
        raise WrongUsage("a package is no text", remedy="its exercises' files are shown by their own names")
    if as_json:
        desk.print_json({"student": whose.key, "exercise": which, "source": source.decode("utf-8", "replace")})
    else:
        desk.terminal.show(*source_view(source, desk.terminal))


def _meant(here: OpenBook, student: str, exercise: str) -> tuple[Student, str]:
    from attnlab.classroom.gradebook.naming import exercise_called, student_called

    return student_called(here.book, student), exercise_called(here.book, here.course, exercise)


def _grades(here: OpenBook, student: str | None = None) -> Iterator[StudentGrades]:
    from attnlab.classroom.scoring import grades

    return grades(here.book, here.assignment, here.course, student=student)


def _columns(here: OpenBook) -> list[str]:
    """The exercises in the order in which a student's grades list them."""
    from attnlab.classroom.exports.heading import heading_of

    return [name for name, _ in heading_of(here.book, here.assignment, here.course).exercises]


# Verbs that live in files of their own.
_ELSEWHERE: tuple[tuple[str, Any], ...] = (
    ("export", export), ("fill", fill), ("feedback", feedback), ("report", report),
)  # fmt: skip
for _called, _verb in _ELSEWHERE:
    app.command(_called, epilog=f"Example: {_verb.example}")(_verb)
