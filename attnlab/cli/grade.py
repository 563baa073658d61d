"""Grading a whole class: everything that was handed in, judged and kept in one gradebook."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.data import DataFolder
from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, complete_exercise
from attnlab.errors import NotThere, WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.classroom.gradebook import Gradebook
    from attnlab.classroom.records import HandIn, Intake
    from attnlab.content import Course
    from attnlab.grading import Isolation

_ISOLATIONS = ("strict", "auto", "none")


def grade(
    context: typer.Context,
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", help="A folder or an archive, as it was downloaded.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="BOOK", help="The gradebook's file, to make or to go on with.")
    ] = None,
    assignment: Annotated[
        Path | None,
        typer.Option("--assignment", metavar="FILE", help="What was to be handed in; see 'attnlab assignment'."),
    ] = None,
    isolation: Annotated[
        str | None,
        typer.Option("--isolation", metavar="HOW", help="strict, auto or none; strict on Linux if not given."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, help="Processes; as many as cores if not given.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a gradebook: only what has no result, or changed, is judged.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show whose and what each file is.")] = False,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="CSV", help="The class: a sheet of Canvas or Moodle, or key, name, email."),
    ] = None,
    exercise: Annotated[
        list[str] | None,
        typer.Option(
            "--exercise", metavar="ID", help="Only this one; may be repeated.", autocompletion=complete_exercise
        ),
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option("--feedback", metavar="FOLDER", help="Write what each student is told, a file each, there."),
    ] = None,
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Grade a whole class.

    SUBMISSIONS is recognised: a folder or file per student, a download of Canvas, Moodle or Gradescope, nbgrader's
    folders, clones of GitHub Classroom, packages of 'attnlab submit'. Every file is judged in a process of its own that
    is confined; every result is kept in BOOK at once, so that Ctrl-C or a crash costs nothing: --resume goes on. Exit
    code 0 when all is graded, 1 when something needs a person's attention.
    """
    desk = desk_of(context)
    chosen = _chosen(exercise, desk.course)
    if out is None and not dry_run:
        raise WrongUsage(
            "it is not said where the grades are to be kept", remedy="add --out and a file: --out class.gradebook"
        )
    how = _isolation(isolation)
    from attnlab.classroom.batch.scratch import scratch_folder

    with scratch_folder() as scratch:
        from attnlab.classroom.gradebook import open_gradebook
        from attnlab.classroom.intake import collect

        roster_file = desk.folder / roster if roster else None
        if dry_run:
            _show_plan(desk, submissions, assignment, out, chosen, scratch, roster_file, as_json=as_json)
            return
        assert out is not None
        book_file = desk.folder / out
        if book_file.is_dir():
            raise WrongUsage(f"{out} is a folder", remedy="name a file with --out: --out class.gradebook")
        if book_file.exists() and not resume:
            raise WrongUsage(
                f"there is a file {out} already",
                remedy="add --resume to go on with it, or name another file with --out",
            )
        wanted = _assignment(desk.folder / assignment if assignment else None, book_file, desk)
        intake = collect(desk.folder / submissions, desk.course, scratch=scratch, roster=roster_file)
        wanted = _narrowed(wanted, intake, desk.course, chosen)
        _must_hold_work(intake, wanted, chosen, submissions)
        _tell_of_dates(desk, intake, wanted)
        with open_gradebook(book_file, writing=True, make=True) as book:
            if book.told("assignment") not in (None, wanted.text):
                said = "attnlab: the assignment is another than before; what it changes is judged again"
                desk.terminal.talk(*desk.terminal.wrap(said, hanging="  "))
            _note(book, wanted, intake, desk.course)
            attention = _graded(desk, intake, wanted, book, how, jobs or _cores(), chosen, folder, out, as_json=as_json)
            if feedback is not None:
                _write_feedback(desk, book, wanted, feedback)
    raise typer.Exit(1 if attention else 0)


def _graded(
    desk: Desk,
    intake: Intake,
    assignment: Assignment,
    book: Gradebook,
    isolation: Isolation,
    jobs: int,
    chosen: list[str] | None,
    corpora: Path | None,
    out: Path,
    *,
    as_json: bool,
) -> int:
    """How much a person should look at; shown while it is judged, and at the end."""
    from attnlab.classroom.batch import grade_class
    from attnlab.classroom.records import Odd
    from attnlab.cli.grade_screen import Story, screen_for
    from attnlab.cli.views_grade import finished_view, interrupted_view

    story = Story()
    begun = grade_class(
        intake, assignment, desk.course, book, isolation=isolation, jobs=jobs, exercises=chosen, corpora=corpora
    )
    try:
        with closing(begun) as events, screen_for(desk.terminal) as screen:
            for event in events:
                story.hear(event)
                screen.show(event, story)
    except KeyboardInterrupt:
        desk.terminal.talk(*interrupted_view(story, desk.terminal))
        raise
    late, left_out = _undecided(intake, assignment, book, desk.course)
    nobodys = [odd for odd in intake.oddities if odd.kind is Odd.REFUSED and odd.student is None]
    if as_json:
        from attnlab.classroom.exports.rows import rows

        graded = list(rows(book, assignment, desk.course))
        desk.print_json({"book": str(out), "students": len(intake.hand_ins), "grades": graded})
    else:
        here = {hand_in.student.key for hand_in in intake.hand_ins}
        story.others = sum(student.key not in here for student in book.students())
        desk.terminal.show(*finished_view(story, intake, late, left_out, out, desk.terminal))
    return story.attention_count + len(late) + len(left_out) + len(nobodys)


def _write_feedback(desk: Desk, book: Gradebook, assignment: Assignment, folder: Path) -> None:
    from attnlab.classroom.feedback import write_feedback

    count = sum(1 for _ in write_feedback(book, assignment, desk.course, desk.folder / folder))
    desk.terminal.talk("", f"feedback for {count} student{'s' if count != 1 else ''} is in {folder}")


def _undecided(
    intake: Intake, assignment: Assignment, book: Gradebook, course: Course
) -> tuple[list[HandIn], list[HandIn]]:
    """What a person has to decide and has not yet: who came late where nothing tells by how much; whose files were all
    left out."""
    from attnlab.classroom.scoring import grades

    odd = {oddity.student for oddity in intake.oddities}
    late = [one for one in intake.hand_ins if one.late and one.submitted is None and assignment.due_of(one.student)]
    left_out = [one for one in intake.hand_ins if not one.works and one.student.key in odd]
    if not late and not left_out:
        return [], []
    asking = {graded.student.key for graded in grades(book, assignment, course) if graded.needs_attention}
    return (
        [one for one in late if one.works and one.student.key in asking],
        [one for one in left_out if one.student.key in asking],
    )


def _show_plan(
    desk: Desk,
    submissions: Path,
    assignment: Path | None,
    out: Path | None,
    chosen: list[str] | None,
    scratch: Path,
    roster: Path | None,
    *,
    as_json: bool,
) -> None:
    from attnlab.classroom.assignment import read_assignment, without_file
    from attnlab.classroom.intake import collect
    from attnlab.cli.views_grade import plan_as_json, plan_view

    wanted = read_assignment(desk.folder / assignment, desk.course) if assignment else without_file("")
    intake = collect(desk.folder / submissions, desk.course, scratch=scratch, roster=roster)
    wanted = _narrowed(wanted, intake, desk.course, chosen)
    _tell_of_dates(desk, intake, wanted)
    if as_json:
        desk.print_json(plan_as_json(intake, wanted, chosen))
    else:
        desk.terminal.show(*plan_view(intake, wanted, chosen, desk.terminal))


def _chosen(names: list[str] | None, course: Course) -> list[str] | None:
    from attnlab.classroom.records import CAPSTONE

    if not names:
        return None
    return [name if name == CAPSTONE else course.exercise(name).id for name in names]


def _isolation(named: str | None) -> Isolation:
    import sys

    from attnlab.grading import Isolation

    if named is None:
        return Isolation.STRICT if sys.platform.startswith("linux") else Isolation.AUTO
    if named not in _ISOLATIONS:
        raise WrongUsage(f"there is no isolation called '{named}'", remedy=f"it can be {', '.join(_ISOLATIONS)}")
    return Isolation(named)


def _assignment(file: Path | None, book_file: Path, desk: Desk) -> Assignment:
    """The one that is named, else that of the book, where there is one.

    Raises:
        WrongUsage: the book is of another course.
    """
    from attnlab.classroom.assignment import assignment_in, new_secret, read_assignment, without_file
    from attnlab.classroom.gradebook import open_gradebook

    named = read_assignment(file, desk.course) if file else None
    if not book_file.exists():
        return named or without_file(new_secret())
    with open_gradebook(book_file, writing=True) as book:
        graded = book.told("course")
        if graded and graded != desk.course.id:
            raise WrongUsage(
                f"this gradebook is of the course '{graded}', and the course at hand is '{desk.course.id}'",
                remedy="name the folder of the gradebook's course with --course, or another file with --out",
            )
        if named or not graded:
            return named or without_file(new_secret())
        return assignment_in(book, desk.course)


def _narrowed(assignment: Assignment, intake: Intake, course: Course, chosen: list[str] | None) -> Assignment:
    """Without an assignment's file: what was asked for by name, or what the class has begun; and what was before."""
    from attnlab.classroom.intake import begun_in

    if assignment.items is not None:
        return assignment
    asked = frozenset(chosen) if chosen is not None else begun_in(intake, course)
    return replace(assignment, only=asked | (assignment.only or frozenset()))


def _tell_of_dates(desk: Desk, intake: Intake, assignment: Assignment) -> None:
    """What the assignment says of dates and cannot be held to here."""
    said = [
        f"the extension for '{name}' is nobody's here"
        for name in assignment.unclaimed(hand_in.student for hand_in in intake.hand_ins)
    ]
    if assignment.due and all(one.submitted is None and one.late is None for one in intake.hand_ins):
        said.append("nothing here tells when anything was handed in: nobody counts as late")
    for each in said:
        desk.terminal.talk(*desk.terminal.wrap(f"attnlab: {each}", hanging="  "))


def _must_hold_work(intake: Intake, assignment: Assignment, chosen: list[str] | None, submissions: Path) -> None:
    works = [work for hand_in in intake.hand_ins for work in hand_in.works if assignment.wants(work.exercise)]
    if not [work for work in works if chosen is None or work.exercise in chosen]:
        raise NotThere(
            f"nothing in {submissions} is work on an exercise that is to be graded",
            remedy="the same with --dry-run shows what was found, and why nothing was made of it",
        )


def _note(book: Gradebook, assignment: Assignment, intake: Intake, course: Course) -> None:
    from attnlab.classroom.assignment import notes_of

    told = {
        "course": course.id,
        "course_version": course.version,
        "course_root": str(course.root),
        "layout": intake.layout,
        **notes_of(assignment),
    }
    book.tell(told)
    book.note_oddities(intake.oddities)


def _cores() -> int:
    """Those this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


grade.example = "attnlab grade submissions.zip --out class.gradebook"  # type: ignore[attr-defined]
