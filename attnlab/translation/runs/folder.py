"""The folder of a run: settings, vocabulary, weights, state and metrics; nothing in it is ever unpickled.

run.json            settings, and what was found out about the trained model
vocabulary.json     the tokens of both languages
subwords.model      how text becomes tokens; not there where tokens are words
parts/              the sources of the parts it was trained with, where they are a learner's
model.safetensors   the averaged weights, by the model's own names
state.safetensors   what a training needs to go on exactly
metrics.jsonl       what the training told, line by line
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from attnlab.errors import CannotWrite, NewerFormat, NotThere, WrongUsage
from attnlab.translation.corpora import GrammarCorpus
from attnlab.translation.runs.files import FORMAT, broken, header, newer, read_capped
from attnlab.translation.runs.metrics import read_metrics
from attnlab.translation.runs.records import Unreadable, plain, read
from attnlab.translation.runs.settings import RunSettings
from attnlab.translation.shelf import reason, write
from attnlab.translation.subwords import Subwords, joined
from attnlab.translation.vocabulary import Vocabulary, spoken

if TYPE_CHECKING:
    import torch

    from attnlab.translation.translator import Translator

RUN, VOCABULARY, SUBWORDS = "run.json", "vocabulary.json", "subwords.model"
MODEL, STATE, METRICS, LOCK = "model.safetensors", "state.safetensors", "metrics.jsonl", ".lock"
NO_ROOM = "make room there, or name another folder with --run; what was saved before is untouched"


class Run:
    """A run as its folder tells it; it needs neither the corpus nor torch, until it is to translate."""

    def __init__(self, folder: Path, settings: RunSettings, alignment: Mapping[str, Any] | None) -> None:
        self.folder = folder
        self.settings = settings
        self.alignment = alignment

    @property
    def step(self) -> int:
        """The last step that was saved; 0 before the first."""
        return self._reached[0]

    @property
    def steps(self) -> int | None:
        """How many there are going to be, as far as is known; None before the first was saved."""
        return self._reached[1]

    @property
    def finished(self) -> bool:
        step, steps = self._reached
        return steps is not None and step >= steps

    @property
    def saved_at(self) -> float:
        """When it was last saved, in seconds since 1970; when it was made, where it never was."""
        file = self.folder / (MODEL if (self.folder / MODEL).is_file() else RUN)
        try:
            return file.stat().st_mtime
        except OSError:
            return 0.0

    @property
    def source(self) -> Vocabulary:
        return self._vocabularies[0]

    @property
    def target(self) -> Vocabulary:
        return self._vocabularies[1]

    def tokens(self, sentence: str) -> tuple[str, ...]:
        """One sentence of the source as tokens; some may be unknown to the vocabulary."""
        if self._subwords is None:
            return GrammarCorpus().tokens(sentence)
        return self._subwords.tokens([sentence.lower() if self.settings.recipe.lower_case else sentence])[0]

    def text(self, tokens: Sequence[str]) -> str:
        """Tokens of the target as a sentence."""
        return GrammarCorpus().text(tokens) if self._subwords is None else joined(spoken(tokens))

    def translator(self, device: torch.device | str | None = None) -> Translator:
        """The trained model with its averaged weights, ready to translate.

        Raises:
            NotThere: nothing has been saved yet, or the weights are not those of such a model.
            NewerFormat: a later attnlab wrote them.
        """
        from attnlab.translation.runs.weights import read_model

        return read_model(self.folder / MODEL, self.settings, len(self.source), len(self.target), device)

    def metrics(self) -> Iterator[dict[str, Any]]:
        """What the training told, as tables that name their `event`."""
        return read_metrics(self.folder / METRICS)

    def kept(self, name: str) -> bytes:
        """A file that was given to be kept, such as `parts/SelfAttention.py`.

        Raises:
            NotThere: it is not there.
        """
        return read_capped(self.folder / _inside(name))

    def remember(self, *, alignment: Mapping[str, Any]) -> Run:
        """The same run, in which is kept how its weights are best read as an alignment.

        Raises:
            CannotWrite: the disk is full and the like; the folder is as it was.
        """
        _write_run(self.folder / RUN, self.settings, alignment)
        return Run(self.folder, self.settings, alignment)

    @cached_property
    def _reached(self) -> tuple[int, int | None]:
        # A run that is handed on to others may have left its state behind.
        for name in (STATE, MODEL):
            told = header(self.folder / name)
            if told is not None:
                return int(told["step"]), int(told["steps"])
        return 0, None

    @cached_property
    def _vocabularies(self) -> tuple[Vocabulary, Vocabulary]:
        file = self.folder / VOCABULARY
        table = _table(file)
        return _vocabulary(file, table, "source"), _vocabulary(file, table, "target")

    @cached_property
    def _subwords(self) -> Subwords | None:
        file = self.folder / SUBWORDS
        if not file.is_file():
            return None
        try:
            return Subwords(read_capped(file))
        except RuntimeError as error:
            raise broken(file, "it is cut short, or no model of subwords") from error


def is_run(folder: Path) -> bool:
    return (folder / RUN).is_file()


def open_run(folder: Path) -> Run:
    """The run in this folder.

    Raises:
        NotThere: there is none, or it cannot be understood.
        NewerFormat: a later attnlab made it; it is left untouched.
    """
    file = folder / RUN
    if not file.is_file():
        raise NotThere(f"{folder} is no run: it has no {RUN}", remedy="'attnlab train' makes one")
    table = _table(file)
    try:
        settings = read(RunSettings, table.get("settings"), "settings")
    except Unreadable as error:
        raise broken(file, str(error)) from error
    alignment = table.get("alignment")
    return Run(folder, settings, alignment if isinstance(alignment, dict) else None)


def list_runs(folder: Path) -> list[Run]:
    """The runs that lie side by side in this folder, the one saved last first; what is no run is left out."""
    runs = []
    with suppress(OSError):
        for each in sorted(folder.iterdir()):
            with suppress(NotThere, NewerFormat):
                runs.append(open_run(each))
    return sorted(runs, key=lambda run: run.saved_at, reverse=True)


def create(
    folder: Path,
    settings: RunSettings,
    vocabularies: tuple[Vocabulary, Vocabulary],
    subwords: bytes | None,
    keep: Mapping[str, bytes],
) -> Run:
    """A new run before its first step; all of it or nothing of it is there.

    Raises:
        WrongUsage: something is there already.
        CannotWrite: the disk is full, the folder read-only and the like.
    """
    with suppress(OSError):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WrongUsage(f"{folder} is not empty", remedy="name another folder with --run")
    source, target = (list(vocabulary.tokens) for vocabulary in vocabularies)
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        for name, content in keep.items():
            write(beside / _inside(name), content, remedy=NO_ROOM)
        if subwords is not None:
            write(beside / SUBWORDS, subwords, remedy=NO_ROOM)
        told = {"format_version": FORMAT, "source": source, "target": target}
        write(beside / VOCABULARY, _json(told), remedy=NO_ROOM)
        _write_run(beside / RUN, settings, None)
        if folder.is_dir():
            folder.rmdir()
        beside.replace(folder)
    except OSError as error:
        raise CannotWrite(f"{folder} could not be made: {reason(error)}", remedy=NO_ROOM) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Run(folder, settings, None)


def make_room(folder: Path, wanted: int) -> None:
    """See to it that so many bytes can be written in the folder; what a killed process left half written goes.

    Raises:
        CannotWrite: there is less room.
    """
    for left in folder.glob(".*.part"):
        left.unlink(missing_ok=True)
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise CannotWrite(
            f"{folder} has room for {free / 1e6:,.1f} MB; to save this training takes {wanted / 1e6:,.1f} MB",
            remedy=NO_ROOM,
        )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Within, no other process can train in this folder; where the system knows no such locks, nothing is held.

    Raises:
        WrongUsage: one does already.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        opened = (folder / LOCK).open("ab")
    except OSError as error:
        raise CannotWrite(f"{folder} cannot be written: {reason(error)}", remedy=NO_ROOM) from error
    with opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongUsage(
                f"another process is training in {folder}", remedy="wait for it, or name another folder with --run"
            ) from None
        except OSError:
            # Some network file systems lock nothing.
            pass
        yield


def _write_run(file: Path, settings: RunSettings, alignment: Mapping[str, Any] | None) -> None:
    told = {
        "format_version": FORMAT,
        "settings": plain(settings),
        "alignment": None if alignment is None else plain(alignment),
    }
    write(file, _json(told), remedy=NO_ROOM)


def _vocabulary(file: Path, table: Mapping[str, Any], side: str) -> Vocabulary:
    tokens = table.get(side)
    if not (isinstance(tokens, list) and tokens and all(isinstance(token, str) for token in tokens)):
        raise broken(file, f"it has no list of tokens called {side}")
    return Vocabulary(tuple(tokens))


def _table(file: Path) -> dict[str, Any]:
    content = read_capped(file)
    try:
        table = json.loads(content)
        version = int(table["format_version"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise broken(file, "it is cut short, or not what attnlab writes") from error
    if version > FORMAT:
        raise newer(file, version)
    assert isinstance(table, dict)
    return table


def _json(table: Mapping[str, Any]) -> bytes:
    return (json.dumps(table, indent=1, ensure_ascii=False) + "\n").encode()


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise WrongUsage(f"'{name}' is no file inside a run", remedy="name it as it was kept, such as 'parts/name.py'")
    return path
