"""Handing in: one file with everything in it, and what the judge will say of it."""

from __future__ import annotations

from pathlib import Path
from shlex import join
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.data import DataFolder
from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, RunFolder
from attnlab.errors import NotThere, WrongUsage

if TYPE_CHECKING:
    from attnlab.study.packing import Packed
    from attnlab.submissions.judging import Judged

_FILE = Path("submission.zip")


def submit(
    context: typer.Context,
    run: RunFolder = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=f"The file to make; {_FILE} in the workspace if not.")
    ] = None,
    no_run: Annotated[bool, typer.Option("--no-run", help="The exercises alone, no trained translator.")] = False,
    judge: Annotated[bool, typer.Option("--judge", help="Have the file judged as it will be once handed in.")] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="With --judge: the sentences of an earlier report.")
    ] = None,
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Pack what you have made, to hand it in.

    The file holds your exercises and one trained run: RUN, or the newest that is finished. Your progress, your history
    and the state of the training stay with you. With --judge it is then judged as an instructor would: every part by
    its own checks, then what your parts translate with your run's weights, of sentences nobody has seen. Exit code 0
    when it was packed and, with --judge, everything passed; else 1.
    """
    from attnlab.cli.views_submit import judged_view, packed_view, submitted_as_json
    from attnlab.study.packing import pack

    if run and no_run:
        raise WrongUsage("a run and --no-run cannot both be meant", remedy="leave one of them away")
    if seed is not None and not judge:
        raise WrongUsage("--seed is for what is judged", remedy="add --judge, or leave it away")
    desk = desk_of(context)
    workspace = desk.workspace
    chosen, why_none = (None, "left away") if no_run else _chosen(run, desk)
    packed = pack(workspace, chosen, desk.folder / out if out else workspace.root / _FILE)
    if not as_json:
        then = "" if judge else _judging(run, out, no_run=no_run)
        desk.terminal.show(*packed_view(packed, desk, why_none=why_none, then=then))
    judged = _judged(packed, desk, seed, folder) if judge else None
    if as_json:
        desk.print_json(submitted_as_json(packed, judged))
    elif judged:
        desk.terminal.show("", *judged_view(judged, desk.workspace, desk.terminal))
    raise typer.Exit(_exit_code(judged))


def _judging(run: Path | None, out: Path | None, *, no_run: bool) -> str:
    """The same command, with --judge."""
    typed = [*([str(run)] if run else []), *(["--out", str(out)] if out else []), *(["--no-run"] if no_run else [])]
    return join(["attnlab", "submit", *typed, "--judge"])


def _chosen(run: Path | None, desk: Desk) -> tuple[Path | None, str]:
    """The run's folder; or why there is none, since exercises can be handed in before anything is trained."""
    from attnlab.study.trained import run_called

    try:
        return run_called(run, desk.workspace, desk.folder).folder, ""
    except NotThere as error:
        if run:
            raise
        return None, error.problem


def _judged(packed: Packed, desk: Desk, seed: int | None, data: Path | None) -> Judged:
    from attnlab import files
    from attnlab.cli.train import telling
    from attnlab.grading import Judge
    from attnlab.submissions.judging import judge_submission

    content = files.read(packed.file, remedy="'attnlab submit' makes it again")
    with Judge(desk.workspace.course) as judge, telling(desk) as told:
        return judge_submission(
            content,
            desk.workspace.course,
            judge,
            seed=seed,
            corpora=data,
            heard=lambda what: told(f"judging {what}"),
        )


def _exit_code(judged: Judged | None) -> int:
    from attnlab.cli.work import exit_code

    return exit_code([judged.report]) if judged else 0


submit.example = "attnlab submit --judge"  # type: ignore[attr-defined]
