"""A command that has commands of its own, and shows them when none is typed."""

from __future__ import annotations

import typer


def group(told: str) -> typer.Typer:
    """An empty group; `told` is what its help says it is for."""
    made = typer.Typer(
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["--help", "-h"]},
        help=told,
    )

    @made.callback()
    def show(context: typer.Context) -> None:
        if context.invoked_subcommand is None and not context.resilient_parsing:
            print(context.get_help())

    return made
