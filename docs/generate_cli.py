"""Writes docs/cli.md from the live command line: `.venv/bin/python docs/generate_cli.py`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attnlab.cli.app import command

PAGE = Path(__file__).with_name("cli.md")
PROGRAM = "attnlab"
HEAD = """\
# The command line

Written from the commands themselves by `docs/generate_cli.py`; a test compares the two. Every command also
answers `--help` (or `-h`), and `--course DIR` and `--plain` mean the same before and after a command's name.

Results go to stdout, talk to stderr. With `--json` the result is JSON and nothing else is on stdout.

| exit code | |
|---|---|
| 0 | done |
| 1 | some of the work failed: an exercise does not pass, the audit found a problem |
| 2 | wrong usage |
| 3 | the tool could not; a learner's mistake never leads here |
| 130 | interrupted |
"""


def page() -> str:
    """The whole document."""
    whole = command()
    parts = [HEAD]
    for words, found, context in commands(whole, PROGRAM, None):
        parts.append(_section(words, found, context))
    return "\n".join(parts)


def commands(found: Any, words: str, parent: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every command with all its words and its context: a group before what is in it."""
    context = found.context_class(found, info_name=words.rpartition(" ")[2], parent=parent)
    yield words, found, context
    if hasattr(found, "list_commands"):
        for name in found.list_commands(context):
            _, inner, _ = found.resolve_command(context, [name])
            yield from commands(inner, f"{words} {name}", context)


def options(found: Any, context: Any) -> list[Any]:
    """A command's own options, `--help` left out."""
    parameters = found.get_params(context)
    return [
        parameter
        for parameter in parameters
        if parameter.param_type_name == "option"
        and not getattr(parameter, "hidden", False)
        and "--help" not in parameter.opts
    ]


def _section(words: str, found: Any, context: Any) -> str:
    arguments = [parameter for parameter in found.get_params(context) if parameter.param_type_name == "argument"]
    own = options(found, context)
    pieces = [words, *(["[OPTIONS]"] if own else []), *map(_placed, arguments)]
    pieces += ["COMMAND ..."] if hasattr(found, "list_commands") else []
    lines = [f"## {words}", "", f"    {' '.join(pieces)}", "", inspect.cleandoc(found.help or "")]
    rows = [(_placed(argument), argument) for argument in arguments] + [(_called(option), option) for option in own]
    if rows:
        lines += ["", "| | |", "|---|---|"]
        lines += [f"| `{called}` | {_told(parameter)} |" for called, parameter in rows]
    if found.epilog and found.epilog.startswith("Example: "):
        lines += ["", f"Example: `{found.epilog.removeprefix('Example: ')}`"]
    return "\n".join(lines) + "\n"


def _placed(argument: Any) -> str:
    several = argument.nargs != 1
    name = (argument.metavar or argument.name.upper()).removesuffix("...").strip("[]")
    return f"{name if argument.required else f'[{name}]'}{'...' if several else ''}"


def _called(option: Any) -> str:
    written = ", ".join([*option.opts, *option.secondary_opts])
    return written if getattr(option, "is_flag", False) else f"{written} {option.metavar or option.name.upper()}"


def _told(parameter: Any) -> str:
    told = " ".join((parameter.help or "").split()).replace("|", "\\|")
    # None and False go without saying.
    if parameter.default in (None, False) or callable(parameter.default):
        return told
    shown = "yes" if parameter.default is True else parameter.default
    return f"{told} By default {shown}."


if __name__ == "__main__":
    if sys.argv[1:] == ["--print"]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
