"""Translates: one sentence, sentence by sentence at a prompt, or whatever comes through a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attnlab.cli.desk import Desk, desk_of
from attnlab.cli.names import AsJson, complete_run
from attnlab.cli.train import MOST_HYPOTHESES, Device
from attnlab.errors import CannotWrite, NotThere, WrongUsage

if TYPE_CHECKING:
    from attnlab.study.translating import Interpreter, Looks, Translated

# Enough lines of a pipe together to be fast, few enough that the first come soon.
_TOGETHER = 512
_READ = 1 << 16


def translate(
    context: typer.Context,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]", help="What to translate; without it you are asked, or the lines of stdin are taken."
        ),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(
            "--run", metavar="RUN", help="Which run; the newest finished one if not given.", autocompletion=complete_run
        ),
    ] = None,
    beam: Annotated[
        int | None,
        typer.Option("--beam", metavar="N", min=1, max=MOST_HYPOTHESES, help="Search with so many hypotheses."),
    ] = None,
    n_best: Annotated[
        int,
        typer.Option(
            "--n-best",
            metavar="N",
            min=1,
            max=MOST_HYPOTHESES,
            help="So many translations of each sentence, with scores.",
        ),
    ] = 1,
    parts: Annotated[
        str | None,
        typer.Option(
            "--parts",
            metavar="WHOSE",
            help="mine, reference or fast; those it was trained with if not given, but fast for a pipe.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Draw where each word of the translation looked.")] = False,
    layer: Annotated[
        int | None, typer.Option("--layer", metavar="N", min=1, help="Draw the heads of this layer, from 1.")
    ] = None,
    head: Annotated[int | None, typer.Option("--head", metavar="N", min=1, help="Draw this head only, from 1.")] = None,
    png: Annotated[Path | None, typer.Option("--png", metavar="FILE", help="Save what is drawn as PNG.")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Save it as a web page.")] = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Translate with what you have trained.

    TEXT is one sentence. Without it you are asked for one after the other; from a pipe, line by line, in order, an
    empty line for an empty one. With --json there is one object a line.
    """
    from attnlab.study.training import prepare

    prepare()
    from attnlab.study.trained import run_called
    from attnlab.study.translating import interpreter
    from attnlab.study.wishing import FAST

    desk = desk_of(context)
    drawing = show or layer is not None or head is not None or png is not None or html is not None
    asked = not text and sys.stdin.isatty()
    if drawing and not (text or asked):
        raise WrongUsage("what a pipe brings is not drawn", remedy="name one sentence: attnlab translate TEXT --show")
    if drawing and n_best > 1:
        raise WrongUsage("--n-best and drawing cannot both be meant", remedy="leave one of them away")
    width = beam if beam is not None else n_best
    if n_best > width:
        raise WrongUsage(
            f"a beam of {width} does not give {n_best} translations", remedy=f"'--beam {n_best}' does, or more"
        )
    if text and not " ".join(text).strip():
        raise WrongUsage("there is nothing to translate", remedy="name a sentence")
    opened = interpreter(
        run_called(run, desk.workspace_or_none, desk.folder),
        made_of=parts if text or asked else parts or FAST,
        device=device,
        course=lambda: desk.course,
        n_best=n_best,
    )
    speaking = _Speaking(desk, opened, width, n_best, as_json)
    if text:
        (translated,) = speaking.say([" ".join(text)])
        if drawing:
            raise typer.Exit(speaking.draw(translated, layer, head, png, html))
        speaking.tell(translated)
    elif asked:
        speaking.converse(lambda translated: speaking.draw(translated, layer, head, png, html) if drawing else None)
    else:
        speaking.filter()


class _Speaking:
    """Translates and prints, as it was asked to."""

    def __init__(self, desk: Desk, interpreter: Interpreter, beam: int, n_best: int, as_json: bool) -> None:
        self._desk, self._interpreter, self._as_json = desk, interpreter, as_json
        self._beam, self._n_best = beam, n_best

    def say(self, sentences: list[str]) -> list[Translated]:
        return self._interpreter.translate(sentences, beam=self._beam, n_best=self._n_best)

    def tell(self, translated: Translated) -> None:
        from attnlab.cli.views_translate import too_long_view, translated_as_json, translated_lines

        if self._as_json:
            self._line(translated_as_json(translated))
            return
        self._wonder(translated.unknown)
        self._desk.terminal.talk(*too_long_view(translated, self._interpreter, self._desk.terminal))
        self._desk.terminal.show(*translated_lines(translated))

    def draw(
        self, translated: Translated, layer: int | None, head: int | None, png: Path | None, html: Path | None
    ) -> int:
        """Print the translation and where it looked; return the exit code."""
        from attnlab.cli.views_translate import looks_view, translated_as_json
        from attnlab.study.translating import save_html, save_png

        looks = self._interpreter.looks(translated, layer=layer, head=head)
        saved, failed = [], False
        for file, save in ((png, save_png), (html, save_html)):
            if file is not None:
                done = self._saved(looks, self._desk.folder / file, save)
                saved += [done] if done else []
                failed = failed or done is None
        if self._as_json:
            self._line(translated_as_json(translated, looks, saved))
        else:
            self.tell(translated)
            self._desk.terminal.show(*looks_view(looks, self._desk.terminal))
            for file in saved:
                self._desk.terminal.talk(f"saved in {file}")
        return 3 if failed else 0

    def converse(self, draw: Callable[[Translated], object]) -> None:
        """Ask for sentences until there is none."""
        from contextlib import suppress

        from attnlab.cli.views_translate import opened_view

        with suppress(ImportError):
            import readline  # noqa: F401

        desk = self._desk
        desk.terminal.talk(*opened_view(self._interpreter, desk.terminal))
        source, _ = self._interpreter.languages
        while True:
            try:
                sentence = _asked(f"{source}> ").strip()
            except EOFError:
                desk.terminal.talk("")
                return
            if not sentence:
                return
            (translated,) = self.say([sentence])
            if draw(translated) is None:
                self.tell(translated)

    def filter(self) -> None:
        """Every line of stdin, in order, as soon as it has come."""
        known: dict[str, None] = {}
        for lines in _arriving(sys.stdin.fileno()):
            for first in range(0, len(lines), _TOGETHER):
                for translated in self.say(lines[first : first + _TOGETHER]):
                    known.update(dict.fromkeys(translated.unknown))
                    self.tell(translated if self._as_json else _without_unknown(translated))
                sys.stdout.flush()
        if not self._as_json:
            self._wonder(tuple(known))

    def _wonder(self, unknown: tuple[str, ...]) -> None:
        from attnlab.cli.views_translate import unknown_view

        self._desk.terminal.talk(*unknown_view(unknown, self._interpreter, self._desk.terminal))

    def _line(self, told: object) -> None:
        import json

        # Line by line, so that whoever reads a pipe has each as it comes.
        print(json.dumps(told))

    def _saved(self, looks: Looks, file: Path, save: Callable[[Looks, Path], None]) -> Path | None:
        try:
            save(looks, file)
        except (CannotWrite, NotThere) as error:
            self._desk.terminal.complain(error)
            return None
        return file


def _asked(prompt: str) -> str:
    if sys.stdout.isatty():
        return input(prompt)
    # The translations go to a file, where the question has no place.
    print(prompt, end="", file=sys.stderr, flush=True)
    return input()


def _without_unknown(translated: Translated) -> Translated:
    from dataclasses import replace

    return replace(translated, unknown=())


def _arriving(descriptor: int) -> Iterator[list[str]]:
    """The lines of a pipe or file: as many as have come by the time they are asked for."""
    waiting, number = b"", 0
    while chunk := os.read(descriptor, _READ):
        waiting += chunk
        *whole, waiting = waiting.split(b"\n")
        if whole:
            yield [_decoded(line, number + at) for at, line in enumerate(whole, start=1)]
            number += len(whole)
    if waiting:
        yield [_decoded(waiting, number + 1)]


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise WrongUsage(
            f"line {number} of stdin is not UTF-8: byte {error.start + 1} is 0x{line[error.start]:02x}",
            remedy="'iconv -t utf-8' turns text of another encoding into it",
        ) from error
