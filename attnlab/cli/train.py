"""Trains a translator of the learner's own parts, and shows how it learns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.data import DataFolder, complete_corpus
from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson

if TYPE_CHECKING:
    from attnlab.study.following import Story
    from attnlab.study.training import Planned

# A wider beam finds nothing better, and one without bound takes all memory.
MOST_HYPOTHESES = 200
Device = Annotated[
    str, typer.Option("--device", metavar="NAME", help="auto, cpu or cuda; auto takes a GPU where there is one.")
]


def train(
    context: typer.Context,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="KIND", help="rnn, additive, luong or transformer; the last if not given."),
    ] = None,
    corpus: Annotated[
        str | None,
        typer.Option(
            "--corpus",
            metavar="NAME",
            help="As 'attnlab data list' names it; grammar if not given.",
            autocompletion=complete_corpus,
        ),
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option(
            "--parts",
            metavar="WHOSE",
            help="mine: your code where it passes, else the reference; reference; fast: attnlab's own. In a workspace "
            "mine if not given, elsewhere fast.",
        ),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", metavar="M", help="Train so long, as many steps as that takes.")
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", metavar="N", help="Train so many steps.")] = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", metavar="DIR", help="Keep it here, or go on with what is here; runs/... if not given."),
    ] = None,
    device: Device = "auto",
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="The seed of all that is random; 0 if not given.")
    ] = None,
    layers: Annotated[
        int | None, typer.Option("--layers", metavar="N", help="In the encoder and again in the decoder.")
    ] = None,
    heads: Annotated[int | None, typer.Option("--heads", metavar="N", help="In every attention.")] = None,
    d_model: Annotated[int | None, typer.Option("--d-model", metavar="N", help="The width of every word.")] = None,
    d_ff: Annotated[
        int | None, typer.Option("--d-ff", metavar="N", help="The width inside the feed-forward network.")
    ] = None,
    dropout: Annotated[
        float | None, typer.Option("--dropout", metavar="P", help="The share of values dropped in training.")
    ] = None,
    batch_tokens: Annotated[
        int | None, typer.Option("--batch-tokens", metavar="N", help="Target tokens a step learns from.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", metavar="R", help="The highest there is to be.")
    ] = None,
    subwords: Annotated[
        int | None, typer.Option("--subwords", metavar="N", help="The vocabulary of real text, at most.")
    ] = None,
    lower_case: Annotated[
        bool, typer.Option("--lower-case", help="Learn lower-case text only, as published figures often do.")
    ] = False,
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Train a translator of your own parts.

    Your code where it passes, the reference for the rest. Ctrl-C keeps what was done; the same command, or --run DIR
    alone, goes on from there. The run is a folder: weights, vocabulary, the loss of every step as JSON lines, its
    curves as PNG. What is not given comes from a recipe for the model and the corpus.
    """
    # Before anything imports torch.
    from attnlab.study.training import plan, prepare, settled
    from attnlab.study.wishing import Wishes

    prepare()
    desk = desk_of(context)
    told = {
        "layers": layers, "heads": heads, "d_model": d_model, "d_ff": d_ff, "dropout": dropout,
        "batch_tokens": batch_tokens, "learning_rate": learning_rate, "subwords": subwords,
        "lower_case": lower_case or None,
    }  # fmt: skip
    wishes = Wishes(
        model, corpus, parts, minutes, steps, device, run, seed,
        tuple((name, value) for name, value in told.items() if value is not None), folder,
    )  # fmt: skip
    with telling(desk) as heard:
        planned = plan(
            wishes,
            course=lambda: desk.course,
            workspace=desk.workspace_or_none,
            folder=desk.folder,
            heard=heard,
        )
    story, code = follow(desk, planned, as_json=as_json)
    if code:
        from attnlab.cli.views_train import stopped_view

        desk.terminal.talk(*stopped_view(story, planned.shown_folder, desk.terminal))
        raise typer.Exit(code)
    done = settled(planned, story)
    from attnlab.cli.views_train import done_as_json, done_view

    if as_json:
        desk.print_json(done_as_json(done))
    else:
        desk.terminal.show(*done_view(done, desk.terminal))
    if done.incomplete:
        desk.terminal.complain(done.incomplete)
        raise typer.Exit(3)


def follow(desk: Desk, planned: Planned, *, as_json: bool = False) -> tuple[Story, int]:
    """Train and show it; return what was heard, and the exit code where somebody stopped it, else 0."""
    from attnlab.cli.following import screen_for, stopping
    from attnlab.cli.views_train import started_view
    from attnlab.study.following import Story
    from attnlab.study.training import recall
    from attnlab.study.training import train as begin
    from attnlab.translation.runs.events import Started

    story = Story()
    recall(planned, story)
    show = desk.terminal.talk if as_json else desk.terminal.show
    with closing(begin(planned)) as events, screen_for(planned, desk.terminal, as_json=as_json) as screen:
        # Until then nothing has been learned, and an interrupt has nothing to wait for.
        with telling(desk) as heard:
            heard(f"making {planned.corpus.name} and the model ready")
            started = next(events)
        assert isinstance(started, Started)
        story.hear(started)
        show(*started_view(planned, started, desk.terminal), "")
        with stopping(screen.stopping) as stop:
            for event in events:
                story.hear(event)
                screen.show(event, story)
                if stop.asked:
                    break
    return story, 0 if story.finished else stop.exit_code


def teller(desk: Desk) -> Callable[[str], None]:
    """Says on stderr what takes a moment, where somebody is looking."""
    terminal = desk.terminal
    return lambda doing: terminal.talk(*terminal.wrap(f"{doing} ...")) if sys.stderr.isatty() else None


@contextmanager
def telling(desk: Desk) -> Iterator[Callable[[str], None]]:
    """Says so in one line that is written over, and is gone at the end, however it comes."""
    terminal, width = desk.terminal, desk.terminal.width - 1

    def tell(line: str) -> None:
        sys.stdout.flush()
        print(f"\r{line:<{width}}\r", end="", file=sys.stderr, flush=True)

    if not sys.stderr.isatty():
        yield lambda doing: None
        return
    try:
        yield lambda doing: tell(terminal.words(f"{doing} ...")[:width])
    finally:
        tell("")
