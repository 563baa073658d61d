"""`attnlab author`: make lessons and exercises, and prove that they hold."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import desk_of
from attnlab.cli.names import AsJson

if TYPE_CHECKING:
    from attnlab.authoring import Audit, ExerciseAudit, Finding, Made
    from attnlab.cli.desk import Desk
    from attnlab.cli.terminal import Terminal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Write and prove lessons and exercises.",
)
new = typer.Typer(no_args_is_help=True, help="Make a lesson or an exercise, with TODO for what is to be written.")
app.add_typer(new, name="new")


@new.command("lesson", epilog="Example: attnlab author new lesson 05-scaled-dot-product")
def new_lesson(
    context: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="ID", help="A number and a few words, as 05-scaled-dot-product.")],
    track: Annotated[str | None, typer.Option(help="The track that lists it; the first one if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a lesson's text and its first experiment, and list it in course.toml."""
    from attnlab import authoring
    from attnlab.paths import course_root

    desk = desk_of(context)
    made = authoring.new_lesson(course_root(desk.course_option), ident, track=track)
    _show_made(desk, made, as_json=as_json)


@new.command("exercise", epilog="Example: attnlab author new exercise 02-lookup/hard_lookup")
def new_exercise(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="LESSON/ID", help="The lesson and the function to be written.")],
    library: Annotated[str | None, typer.Option(help="numpy or torch; the lesson's own if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything an exercise has, and list it in its lesson."""
    from attnlab import authoring
    from attnlab.content import Library
    from attnlab.paths import course_root

    lesson, _, ident = place.rpartition("/")
    if not lesson:
        raise typer.BadParameter("write the lesson and the exercise, as in 02-lookup/hard_lookup")
    if library is not None and library not in set(Library):
        raise typer.BadParameter(f"'{library}' is no library; it can be {' or '.join(Library)}")
    desk = desk_of(context)
    chosen = Library(library) if library else None
    made = authoring.new_exercise(course_root(desk.course_option), lesson, ident, library=chosen)
    _show_made(desk, made, as_json=as_json)


@app.command(epilog="Example: attnlab author audit softmax --seeds 10")
def audit(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Exercises and lessons; all if none is named.", show_default=False),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many draws of inputs every proof is made on.")] = 3,
    judging: Annotated[bool, typer.Option(help="Judge the answers too, not only read the files.")] = True,
    mutations: Annotated[bool, typer.Option(help="Mutate the references too; takes most of the time.")] = True,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; as many as cores if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Report everything wrong with the course, or with some of it; exit 1 if there is anything."""
    from attnlab import authoring
    from attnlab.paths import course_root

    desk = desk_of(context)
    root = course_root(desk.course_option)
    with _Progress() as progress:
        found = authoring.audit(
            root, names or (), seeds=seeds, judging=judging, mutations=mutations, jobs=jobs, told=progress.tell
        )
    if as_json:
        desk.print_json(found.to_json())
    else:
        desk.terminal.show(*_audit_lines(desk.terminal, found))
    raise typer.Exit(1 if found.problems else 0)


class _Progress:
    """One line on stderr that is written over, where somebody is looking at it."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self._write("")

    def tell(self, doing: str, share: float) -> None:
        self._write(f"{share:4.0%}  {doing}")

    def _write(self, line: str) -> None:
        if self._watched:
            print(f"\r{line[:78]:<78}\r", end="", file=sys.stderr, flush=True)


def _show_made(desk: Desk, made: Made, *, as_json: bool) -> None:
    if as_json:
        written, changed = ([file.as_posix() for file in files] for files in (made.written, made.changed))
        desk.print_json({"written": written, "changed": changed})
        return
    desk.terminal.show(*(f"wrote    {file}" for file in made.written), *(f"changed  {file}" for file in made.changed))
    desk.terminal.talk("next: write what TODO marks, then 'attnlab author audit'")


def _audit_lines(terminal: Terminal, audit: Audit) -> list[str]:
    lines = [line for finding in audit.course for line in _finding_lines(terminal, finding)]
    for exercise in audit.exercises:
        lines += ["", *_exercise_lines(terminal, exercise)]
        lines += [line for finding in exercise.findings for line in _finding_lines(terminal, finding)]
    counts = audit.counts()
    proved = (_count(counts[name], name[:-1]) for name in ("exercises", "checks", "misconceptions", "variants"))
    lines += ["", f"{', '.join(proved)}, {_count(audit.seeds, 'seed')}"]
    if counts["mutants"]:
        became = (f"{counts[name]} {name}" for name in ("killed", "equivalent", "surviving"))
        lines.append(f"{_count(counts['mutants'], 'mutant')}: {', '.join(became)}")
    total = f"{_count(counts['problems'], 'problem')}, {_count(counts['warnings'], 'warning')}"
    lines.append(f"{terminal.paint(total, 'red' if audit.problems else 'green')} in {audit.seconds:.1f} s")
    return lines if lines[0] else lines[1:]


def _exercise_lines(terminal: Terminal, exercise: ExerciseAudit) -> list[str]:
    proved = [_count(len(exercise.problems), "problem") if exercise.problems else "holds"]
    if exercise.checks:
        proved.append(_count(len(exercise.checks), "check"))
        proved += [_count(exercise.misconceptions, "misconception"), _count(exercise.variants, "variant")]
    if exercise.mutants.made:
        equivalent = f" ({exercise.mutants.equivalent} equivalent)" if exercise.mutants.equivalent else ""
        proved.append(f"{exercise.mutants.killed} of {_count(exercise.mutants.made, 'mutant')} killed{equivalent}")
    mark = terminal.mark("failed" if exercise.problems else "passed")
    lines = terminal.wrap(f"{exercise.exercise}: {', '.join(proved)}, {exercise.seconds:.1f} s", hanging="    ")
    lines[0] = f"{mark} {lines[0]}"
    for check in exercise.checks:
        if check.otherwise:
            said = f"no misconception fails '{check.check}', only: {check.otherwise}"
            lines += terminal.wrap(said, indent="  ", hanging="    ")
    return lines


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _finding_lines(terminal: Terminal, finding: Finding) -> list[str]:
    said = f"warning: {finding}" if finding.weight == "warning" else str(finding)
    # Details are lines to be copied: they are never cut.
    return [*terminal.wrap(said, indent="  ", hanging="    "), *(f"      {line}" for line in finding.detail)]
