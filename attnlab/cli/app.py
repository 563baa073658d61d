"""The table of commands, each loaded when it is typed, and the options that all of them share."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from attnlab.errors import NotThere, UnknownName

# Section, name, where it lives, what it does. A module has the command as a function of that name,
# or, for a whole group, a typer app called `app`.
COMMANDS = (
    ("Start", "init", "attnlab.cli.start:init", "Make a workspace: the folder you work in."),
    ("Start", "read", "attnlab.cli.read:read", "Read a lesson."),
    ("Start", "list", "attnlab.cli.start:list_", "Show all lessons and exercises, and how far you are."),
    ("Start", "next", "attnlab.cli.start:next_", "Show the next exercise."),
    ("Start", "tour", "attnlab.cli.tour:tour", "Play the course through, without a question asked."),
    ("Work", "check", "attnlab.cli.work:check", "Judge your work and remember the result."),
    ("Work", "watch", "attnlab.cli.watch:watch", "Judge your work on every save."),
    (
        "Work",
        "test-out",
        "attnlab.cli.testing_out:out_of_lesson",
        "Pass a whole lesson with one file, if you know it already.",
    ),
    ("Work", "hint", "attnlab.cli.work:hint", "Give one more hint."),
    ("Work", "show", "attnlab.cli.show:show", "Draw what your own code attends to, beside the reference."),
    ("Work", "solution", "attnlab.cli.work:solution", "Show a solution, once you have passed or given up."),
    ("Work", "experiment", "attnlab.cli.experiment:experiment", "Predict what will happen, then run it and see."),
    ("Translate", "train", "attnlab.cli.train:train", "Train a translator of your own parts."),
    ("Translate", "translate", "attnlab.cli.translate:translate", "Translate with what you have trained."),
    ("Translate", "evaluate", "attnlab.cli.evaluate:evaluate", "Measure how good a translator is."),
    ("Translate", "submit", "attnlab.cli.submit:submit", "Pack what you have made, to hand it in."),
    ("Translate", "data", "attnlab.cli.data:app", "Look at, fetch and add the corpora of the translator."),
    ("Go back", "history", "attnlab.cli.keep:history", "List the kept versions of your files."),
    ("Go back", "diff", "attnlab.cli.keep:diff", "Show how your file differs from a kept version."),
    ("Go back", "undo", "attnlab.cli.keep:undo", "Bring a kept version back."),
    ("Go back", "reset", "attnlab.cli.keep:reset", "Start an exercise over; your file is kept."),
    ("Go back", "update", "attnlab.cli.keep:update", "Bring the workspace up to a newer course; your work stays."),
    ("Teach", "grade", "attnlab.cli.grade:grade", "Grade a whole class."),
    ("Teach", "gradebook", "attnlab.cli.gradebook:app", "Show, correct, export and explain what was graded."),
    ("Teach", "assignment", "attnlab.cli.assignment:app", "Say what a class is to hand in, and by when."),
    ("Teach", "similarity", "attnlab.cli.similarity:similarity", "Find submissions that are strikingly alike."),
    ("Teach", "notebook", "attnlab.cli.notebook:app", "Take exercises to Jupyter, and bring the work back."),
    ("Teach", "gradescope", "attnlab.cli.gradescope:app", "Make an autograder for Gradescope."),
    ("Teach", "classroom", "attnlab.cli.classroom:app", "Make a workflow for GitHub Classroom."),
    ("Surroundings", "doctor", "attnlab.cli.doctor:doctor", "Tell what of this machine matters to attnlab."),
    ("Surroundings", "author", "attnlab.cli.author:app", "Write and prove lessons and exercises."),
)
_HELP = {name: summary for _, name, _, summary in COMMANDS}
_WHERE = {name: where for _, name, where, _ in COMMANDS}


class ReaderGone(Exception):
    """Whoever read our output, such as `head`, has seen enough."""


class Interrupted(Exception):
    """Ctrl-C, and the command has not said what became of it."""


class Commands(TyperGroup):
    """Knows its commands by name and summary; the one that is typed is loaded, the others never are."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_HELP)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return TyperCommand(cmd_name, help=_HELP[cmd_name]) if cmd_name in _HELP else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name = args[0]
        if name in _WHERE:
            return name, _load(name), args[1:]
        if ctx.resilient_parsing:
            return None, None, args[1:]
        raise UnknownName("command", name, list(_HELP), listing="'attnlab --help' shows them all")

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # typer would end with 1, which says that some work failed.
            raise ReaderGone from error
        except KeyboardInterrupt as error:
            # typer would end with 130, as a command does that has told all there is to tell.
            raise Interrupted from error

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # --plain and --course mean the same before and after the command's name.
        return super().parse_args(ctx, _shared_first(args))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for section, name, _, summary in COMMANDS:
            sections.setdefault(section, []).append((name, summary))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows, col_max=12)


def command() -> Any:
    """The whole command line as one command, ready to run."""
    # Plain help text: rich would cost more than all the rest of `--help`, and draw boxes.
    app = typer.Typer(cls=Commands, invoke_without_command=True, rich_markup_mode=None)
    app.callback(context_settings={"help_option_names": ["--help", "-h"]})(attnlab)
    return _converting_lazily(typer.main.get_command(app))


def attnlab(
    context: typer.Context,
    course: Annotated[
        Path | None,
        typer.Option("--course", metavar="DIR", help="Take the course from this folder (or ATTNLAB_COURSE)."),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="No colour, no boxes, nothing but ASCII.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Tell the version.")] = False,
) -> None:
    """Learn neural attention by writing it.

    Without a command: where you are and what to type next.
    """
    from attnlab.cli.desk import Desk
    from attnlab.cli.terminal import this_terminal

    context.obj = Desk(course, this_terminal(plain=plain))
    if version:
        from attnlab import __version__

        print(f"attnlab {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None and not context.resilient_parsing:
        from attnlab.cli.start import whereabouts

        whereabouts(context.obj)


def _load(name: str) -> Any:
    module, attribute = _WHERE[name].split(":")
    try:
        found = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise NotThere(f"this attnlab has no '{name}' yet", remedy="'attnlab --help' shows what it has") from None
    if isinstance(found, typer.Typer):
        group = typer.main.get_command(found)
        group.name = name
        return group
    return _as_command(name, found)


def _as_command(name: str, function: Callable[..., Any]) -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    example = getattr(function, "example", None)
    app.command(
        name,
        epilog=f"Example: {example}" if example else None,
        context_settings={"help_option_names": ["--help", "-h"]},
    )(function)
    return _converting_lazily(typer.main.get_command(app))


def _converting_lazily(built: Any) -> Any:
    """The same command, converting only what needs it: typer converts with pydantic, half of a quick command's time."""

    def spare(parameter: Any) -> None:
        convert = parameter.process_value
        kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
        callback = parameter.callback

        def process_value(ctx: Any, value: Any) -> Any:
            not_given = value is None and not parameter.required
            if not_given or (kind is str and isinstance(value, str)):
                return callback(ctx, parameter, value) if callback else value
            return convert(ctx, value)

        parameter.process_value = process_value

    all_parameters = built.get_params
    spared: dict[int, Any] = {}

    def get_params(ctx: Any) -> Any:
        # --help joins the others only when they are asked for.
        parameters = all_parameters(ctx)
        for parameter in parameters:
            if id(parameter) not in spared:
                spare(parameter)
                spared[id(parameter)] = parameter
        return parameters

    built.get_params = get_params
    return built


def _shared_first(arguments: list[str]) -> list[str]:
    shared: list[str] = []
    course: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            rest += [argument, *waiting]
            break
        if argument == "--plain":
            shared.append(argument)
        elif argument.startswith("--course="):
            course.append(argument)
        elif argument == "--course":
            course += [argument, *waiting[:1]]
            waiting = waiting[1:]
        else:
            rest.append(argument)
    return [*shared, *course, *rest]
