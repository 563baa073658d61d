"""Predict, then run: asks for the prediction first, then measures and shows what was seen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, complete_experiment
from attnlab.errors import AttnlabError, WrongUsage

if TYPE_CHECKING:
    from attnlab.content import Experiment
    from attnlab.study.experimenting import Tell

_REPORT = "experiments.html"


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
    everything: Annotated[bool, typer.Option("--all", help="Run every experiment of the course, in order.")] = False,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Where the report on all goes; without it experiments.html."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="With --all: take over what was measured before with this seed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Predict what will happen, then run it and see.

    What was measured is saved as JSON, its curves and heatmaps as PNG: in the workspace, or here when you are
    outside of one. With --all every experiment is run and one report is written, a web page that stands alone.
    """
    from attnlab.cli.views_experiment import asked_view, outcome_as_json, outcome_view
    from attnlab.study import find_experiment, run_experiment, with_pictures

    desk = desk_of(context)
    if everything:
        if name or predict is not None:
            extra = "the name of one" if name else "--predict"
            raise WrongUsage(f"--all and {extra} cannot both be meant", remedy="leave one of them away")
        file = desk.folder / (report or _REPORT)
        raise typer.Exit(_run_all(desk, file, seed=seed, ask=not (yes or as_json), resume=resume, as_json=as_json))
    if report or resume:
        raise WrongUsage("--report and --resume belong to --all", remedy="add --all, or leave them away")
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
    outcome = with_pictures(outcome)
    if as_json:
        desk.print_json(outcome_as_json(outcome))
    else:
        desk.terminal.show(*outcome_view(outcome, desk.terminal))
    if failed := outcome.forgotten or outcome.unpictured:
        desk.terminal.complain(failed)
        raise typer.Exit(3)


def _run_all(desk: Desk, report: Path, *, seed: int, ask: bool, resume: bool, as_json: bool) -> int:
    """Run all experiments and return the exit code."""
    from attnlab.cli.views_experiment import asked_view, entry_view, report_as_json, report_view
    from attnlab.study.reporting import run_all

    terminal = desk.terminal

    def predict(found: Experiment) -> int | None:
        if not as_json:
            terminal.show(*asked_view(found, terminal))
        return _prediction(desk, found, None, ask=ask and terminal.interactive)

    if ask and not terminal.interactive:
        terminal.talk("no predictions: nobody can be asked here")
    entries = []
    complaints: list[AttnlabError] = []
    for entry in run_all(
        desk.course,
        seed=seed,
        tell=teller(desk),
        predict=predict,
        resume=resume,
        report=report,
        workspace=desk.workspace_or_none,
        folder=desk.folder,
        clock=lambda: desk.now,
    ):
        entries.append(entry)
        if not as_json:
            terminal.show(*entry_view(entry, terminal))
        outcome = entry.outcome
        for error in (outcome.forgotten, outcome.unpictured) if outcome else ():
            if error and error.problem not in (told.problem for told in complaints):
                # Once is enough: what is missing for one experiment is missing for all.
                terminal.complain(error)
                complaints.append(error)
    unreported = entries[-1].unreported if entries else None
    if as_json:
        desk.print_json(report_as_json(entries, None if unreported else report))
    else:
        terminal.show(*report_view(entries, None if unreported else report, terminal))
    if unreported:
        terminal.complain(unreported)
    if complaints or unreported:
        return 3
    return 1 if any(entry.problem for entry in entries) else 0


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
