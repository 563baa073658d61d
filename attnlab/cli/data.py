"""`attnlab data`: the corpora of the translator, which there are and what is in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.study.collecting import Wanted

app = typer.Typer(
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
    help="Look at, fetch and add the corpora of the translator; without a command they are listed.",
)


def complete_corpus(context: typer.Context, incomplete: str) -> list[str]:
    from attnlab.translation.corpora import known_names
    from attnlab.translation.shelf import data_root

    typed = context.params.get("folder")
    return [name for name in known_names(data_root(Path(typed) if typed else None)) if name.startswith(incomplete)]


CorpusName = Annotated[
    str, typer.Argument(metavar="NAME", help="Which corpus, as 'list' names it.", autocompletion=complete_corpus)
]
DataFolder = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Where the corpora lie (or ATTNLAB_DATA).")
]


@app.callback()
def data(context: typer.Context) -> None:
    if context.invoked_subcommand is None and not context.resilient_parsing:
        list_(context)


@app.command("list", epilog="Example: attnlab data list")
def list_(context: typer.Context, folder: DataFolder = None, as_json: AsJson = False) -> None:
    """List all corpora, those you added too."""
    from attnlab.cli.views_data import corpora_as_json, corpora_view
    from attnlab.study.collecting import corpora

    desk, root = desk_of(context), _root(folder)
    found = corpora(root)
    if as_json:
        desk.print_json(corpora_as_json(found, root))
    else:
        desk.terminal.show(*corpora_view(found, root, desk.terminal))


@app.command("show", epilog="Example: attnlab data show multi30k-en-de")
def show(context: typer.Context, name: CorpusName, folder: DataFolder = None, as_json: AsJson = False) -> None:
    """Show what is in a corpus.

    Its splits and their sizes, in words as blanks divide them; its files and their checksums.

    Exit code 1 when it is not there, or has changed since it was put there.
    """
    from attnlab.cli.experiment import teller
    from attnlab.cli.views_data import described_as_json, described_view
    from attnlab.study.collecting import describe
    from attnlab.translation.shelf import State

    desk = desk_of(context)
    described = describe(name, _root(folder), tell=teller(desk))
    if as_json:
        desk.print_json(described_as_json(described))
    else:
        desk.terminal.show(*described_view(described, desk.terminal))
    raise typer.Exit(0 if described.entry.state is State.THERE else 1)


@app.command("sample", epilog="Example: attnlab data sample grammar --split test -n 2 --length 8-12")
def sample(
    context: typer.Context,
    name: CorpusName,
    split: Annotated[
        str | None, typer.Option("--split", metavar="S", help="From this split; from the first if not given.")
    ] = None,
    count: Annotated[int, typer.Option("-n", "--count", metavar="N", min=1, help="How many pairs.")] = 3,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Which pairs: another seed, others.")] = 0,
    length: Annotated[str | None, typer.Option("--length", metavar="A-B", help="Only sources of A to B words.")] = None,
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Print some sentence pairs.

    Those of the grammar come with their gold alignment.
    """
    from attnlab.cli.views_data import sample_as_json, sample_view
    from attnlab.study.collecting import sample as draw

    desk = desk_of(context)
    drawn = draw(name, _root(folder), split=split, count=count, seed=seed, lengths=_lengths(length))
    if as_json:
        desk.print_json(sample_as_json(drawn))
    else:
        desk.terminal.show(*sample_view(drawn, desk.terminal))
        if len(drawn.pairs) < count:
            desk.terminal.talk(f"no more than {len(drawn.pairs)} of {drawn.split} fit")


@app.command("get", epilog="Example: attnlab data get multi30k")
def get(
    context: typer.Context,
    name: CorpusName,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Take the files from this folder, plain or gzipped."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Fetch without being asked.")] = False,
    mirror: Annotated[
        str | None, typer.Option("--mirror", metavar="URL", help="Fetch from this address instead.")
    ] = None,
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a public corpus, once you have agreed.

    You are told its size and licence first. Cut short, it goes on where it stopped when you type it again.
    Every file is compared with its checksum.
    """
    from attnlab.cli.experiment import teller
    from attnlab.cli.views_data import got_as_json, got_view
    from attnlab.study.collecting import get as bring
    from attnlab.study.collecting import wanted
    from attnlab.translation.multi30k import MIRROR

    desk = desk_of(context)
    if source and mirror:
        raise WrongUsage("--from and --mirror cannot both be meant", remedy="leave one of them away")
    asked = wanted(name, _root(folder))
    if asked.files and not source and not _agreed(desk, asked, mirror, yes=yes, ask=not as_json):
        desk.terminal.talk("nothing was fetched")
        raise typer.Exit(1)
    got = bring(asked, source=desk.folder / source if source else None, mirror=mirror or MIRROR, tell=teller(desk))
    if as_json:
        desk.print_json(got_as_json(got))
    else:
        desk.terminal.show(*got_view(got, desk.terminal))


@app.command("add", epilog="Example: attnlab data add proverbs --source proverbs.en --target proverbs.fr")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the corpus is to be called.")],
    source: Annotated[Path, typer.Option("--source", metavar="FILE", help="A sentence a line, plain or gzipped.")],
    target: Annotated[Path, typer.Option("--target", metavar="FILE", help="Its translations, line by line.")],
    split: Annotated[str, typer.Option("--split", metavar="S", help="train, val, test or a name of yours.")] = "train",
    replace: Annotated[bool, typer.Option("--replace", help="In place of the split that is there.")] = False,
    folder: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Add parallel text of your own.

    Both files are UTF-8 with a sentence a line, and line by line they translate each other. Pairs of which
    a line is empty are skipped and counted. The files are copied.
    """
    from attnlab.cli.views_data import added_as_json, added_view
    from attnlab.study.collecting import add as put

    desk = desk_of(context)
    added = put(name, source, target, _root(folder), split=split, replace=replace)
    if as_json:
        desk.print_json(added_as_json(added))
    else:
        desk.terminal.show(*added_view(added, desk.terminal))


def _root(option: Path | None) -> Path:
    from attnlab.translation.shelf import data_root

    return data_root(option)


def _lengths(typed: str | None) -> range | None:
    if typed is None:
        return None
    told = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", typed)
    if not told:
        raise WrongUsage(f"'{typed}' is no range of lengths", remedy="write it as --length 5-12, or --length 8")
    first, last = int(told[1]), int(told[2] or told[1])
    if first > last:
        raise WrongUsage(
            f"--length {typed} ends before it begins", remedy=f"--length {last}-{first} is the other way round"
        )
    return range(first, last + 1)


def _agreed(desk: Desk, asked: Wanted, mirror: str | None, *, yes: bool, ask: bool) -> bool:
    from attnlab.cli.views_data import wanted_view

    if not yes and not (ask and desk.terminal.interactive):
        raise WrongUsage(
            f"{asked.corpus} is {asked.licence}, and nobody can be asked here whether to fetch it",
            remedy="'--yes' says that you agree",
        )
    if yes:
        return True
    desk.terminal.talk(*wanted_view(asked, mirror, desk.terminal))
    return input("Fetch them? [y/N] ").strip().casefold() in ("y", "yes")
