"""How good a translator is: measured on sentences it has not seen, alone or against another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attnlab.cli.data import DataFolder
from attnlab.cli.desk import desk_of
from attnlab.cli.names import AsJson, RunFolders, complete_run
from attnlab.cli.train import MOST_HYPOTHESES, Device, telling
from attnlab.errors import WrongUsage


def evaluate(
    context: typer.Context,
    run: RunFolders = None,
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="S", help="As 'attnlab data show' names it; the first for testing if not."),
    ] = None,
    beam: Annotated[
        int, typer.Option("--beam", metavar="N", min=1, max=MOST_HYPOTHESES, help="Search with so many hypotheses.")
    ] = 1,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="RUN2",
            help="Measure this run as well, and whether the difference is by chance.",
            autocompletion=complete_run,
        ),
    ] = None,
    most: Annotated[
        int | None, typer.Option("--most", metavar="N", min=1, help="Only the first so many sentences.")
    ] = None,
    device: Device = "auto",
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Measure how good a translator is.

    BLEU and chrF by sacrebleu, exact matches, BLEU by the length of the source, the alignment error where the corpus
    has gold alignments, and sentences per second. RUN is a folder or the name of one in runs/; without it the newest
    that is finished; several stand side by side.
    """
    from attnlab.study.training import prepare

    prepare()
    from attnlab.cli.views_evaluate import evaluated_as_json, evaluated_view
    from attnlab.study.evaluating import evaluate as measure
    from attnlab.study.trained import run_called

    desk = desk_of(context)
    named: list[Path | None] = list(run) if run else [None]
    if compare:
        named.append(compare)
    runs = [run_called(each, desk.workspace_or_none, desk.folder) for each in named]
    if compare and len(runs) > 2:
        raise WrongUsage("--compare takes one run and another", remedy="without it several stand side by side")
    if len({each.folder.resolve() for each in runs}) < len(runs):
        raise WrongUsage("a run cannot be compared with itself", remedy="'--compare RUN2' names another")
    with telling(desk) as heard:
        evaluated = measure(
            runs,
            split=split,
            beam=beam,
            device=device,
            comparing=compare is not None,
            most=most,
            data=folder,
            heard=heard,
        )
    if as_json:
        desk.print_json(evaluated_as_json(evaluated))
    else:
        desk.terminal.show(*evaluated_view(evaluated, desk.terminal))
