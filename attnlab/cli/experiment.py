"""Predict, then run: asks for the prediction first, then measures and shows what was seen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, complete_experiment
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Experiment
    from attnlab.study.experimenting import Tell


def experiment(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="Which experiment; without it they are listed.", autocompletion=complete_experiment
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Run it without asking for a prediction.")] = False,
    predict: Annotated[
        int | None, typer.Option("--predict", metavar="N", help="Your prediction: the number of the choice, from 1.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The seed of all that is random.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Predict what will happen, then run it and see.

    What was measured is saved as JSON: in the workspace, or here when you are outside of one.
    """
    from attnlab.cli.views_experiment import asked_view, outcome_as_json, outcome_view
    from attnlab.study import find_experiment, run_experiment

    desk = desk_of(context)
    if name is None:
        _list(desk, as_json=as_json)
        return
    lesson, found = find_experiment(desk.course, name)
    if not as_json:
        desk.terminal.show(*asked_view(found, desk.terminal))
    prediction = _prediction(desk, found, predict, ask=not (yes or as_json))
    outcome = run_experiment(
        desk.course,
        lesson,
        found,
        seed=seed,
        tell=teller(desk),
        prediction=prediction,
        workspace=desk.workspace_or_none,
        folder=desk.folder,
        now=desk.now,
    )
    if as_json:
        desk.print_json(outcome_as_json(outcome))
    else:
        desk.terminal.show(*outcome_view(outcome, desk.terminal))
    if outcome.forgotten:
        desk.terminal.complain(outcome.forgotten)
        raise typer.Exit(3)


def _list(desk: Desk, *, as_json: bool) -> None:
    from attnlab.cli.views_experiment import experiments_as_json, experiments_view
    from attnlab.study import all_experiments

    known = all_experiments(desk.course, desk.progress)
    if as_json:
        desk.print_json(experiments_as_json(known))
    else:
        desk.terminal.show(*experiments_view(known, desk.terminal))


def _prediction(desk: Desk, found: Experiment, predict: int | None, *, ask: bool) -> int | None:
    count = len(found.choices)
    if predict is not None:
        if not 1 <= predict <= count:
            raise WrongUsage(f"there are {count} choices, none numbered {predict}", remedy="'--predict 1' is the first")
        return predict - 1
    if not ask or not count:
        return None
    if not desk.terminal.interactive:
        desk.terminal.talk("no prediction: nobody can be asked here ('--predict N' makes one)")
        return None
    while True:
        answer = input(f"Your prediction, 1 to {count} (Enter for none): ").strip()
        if not answer:
            return None
        if answer.isdecimal() and 1 <= int(answer) <= count:
            return int(answer) - 1
        desk.terminal.talk(f"a number from 1 to {count}, please")


def teller(desk: Desk) -> Tell:
    """One line on stderr that is written over, where somebody is looking at it; silence elsewhere."""
    width = desk.terminal.width - 1

    def tell(doing: str, share: float) -> None:
        line = "" if share >= 1.0 else desk.terminal.words(f"{share:4.0%}  {doing}")[:width]
        print(f"\r{line:<{width}}\r", end="", file=sys.stderr, flush=True)

    return tell if sys.stderr.isatty() else lambda doing, share: None
