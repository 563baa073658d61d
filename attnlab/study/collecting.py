"""The corpora of the translator: which there are, what is in them, fetching them and adding one's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files
from attnlab.errors import CannotWrite, NotThere, UnknownName, WrongUsage
from attnlab.translation import multi30k, shelf
from attnlab.translation.collection import Entry, all_corpora, entry_of
from attnlab.translation.corpora import ADDED_ORIGIN, ADDED_SIDES, GRAMMAR, RESERVED, TextPair, open_corpus
from attnlab.translation.corpus import Split
from attnlab.translation.parallel_text import read_parallel, unpack
from attnlab.translation.shelf import Known, Manifest, State, changed_files, read_manifest, write, write_manifest
from attnlab.translation.sizes import Sizes, sizes_of

if TYPE_CHECKING:
    from attnlab.study.experimenting import Tell
    from attnlab.translation.fetching import Heard

# The grammar's splits have no end, and sentences kept out of training are dear to find.
_MEASURED = {Split.TRAIN: 1_000, Split.VAL: 200, Split.TEST: 200}
_DOWNLOADS = ".downloads"
_PATIENCE = 10.0


@dataclass(frozen=True)
class Described:
    """One corpus looked at closely; without sizes where it cannot be read."""

    entry: Entry
    sizes: tuple[Sizes, ...]
    test_sets: tuple[str, ...]
    changed: tuple[str, ...]
    subwords: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """Pairs of one split; fewer than were asked for where there are no more that fit."""

    corpus: str
    split: str
    languages: tuple[str, str]
    asked: int
    pairs: tuple[TextPair, ...]


@dataclass(frozen=True)
class Wanted:
    """What fetching would bring: the files that are not there yet, and their size unpacked."""

    corpus: str
    files: tuple[str, ...]
    size: int
    origin: str
    licence: str
    folder: Path


@dataclass(frozen=True)
class Got:
    """What fetching brought, and what was there already."""

    corpus: str
    brought: tuple[str, ...]
    kept: tuple[str, ...]
    opens: tuple[str, ...]
    folder: Path
    licence: str


@dataclass(frozen=True)
class Added:
    """What was put on the shelf; `skipped` counts pairs of which a line was empty."""

    corpus: str
    split: str
    pairs: int
    skipped: int
    replaced: bool
    splits: tuple[str, ...]
    folder: Path


def corpora(root: Path) -> tuple[Entry, ...]:
    """Every corpus that is there or could be had."""
    return all_corpora(root)


def describe(name: str, root: Path, *, tell: Tell = lambda doing, share: None) -> Described:
    """Everything about one corpus; all of its files are read and compared with their checksums."""
    entry = entry_of(name, root)
    changed = changed_files(entry.folder, entry.files) if entry.folder and entry.state is State.CHANGED else ()
    if entry.state is not State.THERE:
        return Described(entry, (), (), changed, ())
    corpus = open_corpus(name, root)
    languages = (corpus.source, corpus.target)
    sizes: list[Sizes] = []
    training: frozenset[str] | None = None
    for at, split in enumerate(corpus.splits):
        tell(f"reading {split}", at / len(corpus.splits))
        pairs = corpus.texts(split, _MEASURED[Split(split)] if name == GRAMMAR else None)
        # No sentence of the grammar can be in two splits: what it is decides where it belongs.
        known = None if split == Split.TRAIN or name == GRAMMAR else training
        sizes.append(sizes_of(split, pairs, languages, training=known, endless=name == GRAMMAR))
        if split == Split.TRAIN:
            training = frozenset(pair.source for pair in pairs)
    tell("", 1.0)
    return Described(entry, tuple(sizes), corpus.test_sets, (), _kept_subwords(entry))


def sample(
    name: str, root: Path, *, split: str | None = None, count: int = 3, seed: int = 0, lengths: range | None = None
) -> Sample:
    """Some pairs of a corpus, the same for the same seed."""
    corpus = open_corpus(name, root)
    chosen = split or corpus.splits[0]
    pairs = corpus.sample(chosen, count, seed=seed, lengths=lengths)
    return Sample(name, chosen, (corpus.source, corpus.target), count, tuple(pairs))


def wanted(name: str, root: Path) -> Wanted:
    """What is to be fetched for this corpus.

    Raises:
        WrongUsage: it cannot be fetched.
    """
    if name == GRAMMAR:
        raise WrongUsage("the grammar is built in: there is nothing to fetch", remedy="'attnlab data show grammar'")
    if name not in (multi30k.NAME, *multi30k.PAIRINGS):
        raise UnknownName(
            "corpus to be fetched",
            name,
            [multi30k.NAME, *multi30k.PAIRINGS],
            listing=f"there is {multi30k.NAME}; 'attnlab data add' takes text of your own",
        )
    folder = root / multi30k.NAME
    missing = changed_files(folder, multi30k.FILES)
    return Wanted(
        multi30k.NAME,
        missing,
        sum(multi30k.FILES[each].size for each in missing),
        multi30k.ORIGIN,
        multi30k.LICENCE,
        folder,
    )


def get(
    wanted: Wanted,
    *,
    source: Path | None = None,
    mirror: str = multi30k.MIRROR,
    tell: Tell = lambda doing, share: None,
    pause: Callable[[float], None] = time.sleep,
    patience: float = _PATIENCE,
) -> Got:
    """Bring what is wanted, from a folder or over the network; cut short, the next call goes on from there.

    Args:
        source: a folder that holds the files, plain or gzipped.
        mirror: the address under which they lie, gzipped.
        pause: waits so many seconds before asking a server again.
        patience: how long to wait for another command that is at it.

    Raises:
        NotThere: they did not come, or are not what was published.
        NewerFormat: a later attnlab keeps this corpus.
        CannotWrite: another command is at it, the disk is full and the like.
    """
    folder = wanted.folder
    with _alone(folder, patience):
        with suppress(NotThere):
            # A manifest that cannot be understood is written anew; one of the future is left untouched.
            read_manifest(folder)
        missing = changed_files(folder, multi30k.FILES)
        brought = (
            multi30k.from_folder(source, missing) if source else _from_network(mirror, folder, missing, tell, pause)
        )
        for name, content in brought:
            write(folder / name, content)
        write_manifest(folder, multi30k.manifest())
        _clear(folder / _DOWNLOADS)
    return Got(
        corpus=wanted.corpus,
        brought=missing,
        kept=tuple(name for name in multi30k.FILES if name not in missing),
        opens=tuple(multi30k.PAIRINGS),
        folder=folder,
        licence=wanted.licence,
    )


def add(name: str, source: Path, target: Path, root: Path, *, split: str = Split.TRAIN, replace: bool = False) -> Added:
    """Put two files that translate each other line by line on the shelf, as one split of a corpus.

    Raises:
        WrongUsage: the name is taken or impossible, or the files do not fit each other.
        NotThere: a file cannot be read.
    """
    if name in RESERVED:
        raise WrongUsage(f"'{name}' is a built-in corpus", remedy=f"choose another name, such as 'my-{name}'")
    shelf.checked_name(name, "corpus")
    shelf.checked_name(split, "split")
    folder = root / name
    before = read_manifest(folder)
    taken = before is not None and split in before.splits
    if taken and not replace:
        raise WrongUsage(
            f"{name} has a split '{split}' already",
            remedy="'--replace' puts these files in its place, '--split S' adds them as another",
        )
    parallel = read_parallel(source, target)
    contents = {
        f"{split}.{side}": ("\n".join(lines) + "\n").encode()
        for side, lines in zip(ADDED_SIDES, (parallel.source, parallel.target), strict=True)
    }
    with _alone(folder, _PATIENCE):
        # Read again: another command may have added a split meanwhile.
        before = read_manifest(folder)
        splits = before.splits if before else ()
        manifest = Manifest(
            name=name,
            origin=ADDED_ORIGIN,
            licence="not known to attnlab",
            splits=splits if split in splits else (*splits, split),
            sides=ADDED_SIDES,
            files={**(before.files if before else {}), **{each: Known.of(held) for each, held in contents.items()}},
            skipped={**(before.skipped if before else {}), split: parallel.skipped},
        )
        for each, content in contents.items():
            write(folder / each, content)
        write_manifest(folder, manifest)
    return Added(name, split, len(parallel.source), parallel.skipped, taken, manifest.splits, folder)


def _from_network(
    mirror: str, folder: Path, missing: Sequence[str], tell: Tell, pause: Callable[[float], None]
) -> Iterator[tuple[str, bytes]]:
    if not mirror.startswith(("https://", "http://")):
        raise WrongUsage(f"'{mirror}' is no address to fetch from", remedy="it should begin with https://")
    total = sum(multi30k.FILES[name].size for name in missing)
    done, told = 0, -1
    for name in missing:
        size = multi30k.FILES[name].size

        def heard(come: int, of: int | None, name: str = name, size: int = size, done: int = done) -> None:
            nonlocal told
            share = (done + size * (come / of if of else 0.0)) / total
            # A line for every few kilobytes would keep a slow terminal busier than the network.
            if int(100 * share) != told and share < 1.0:
                told = int(100 * share)
                tell(f"fetching {name}", share)

        yield name, _fetched(f"{mirror.rstrip('/')}/{name}.gz", name, folder / _DOWNLOADS / f"{name}.gz", heard, pause)
        done += size
    tell("", 1.0)


def _fetched(url: str, name: str, file: Path, heard: Heard, pause: Callable[[float], None]) -> bytes:
    """The contents of one published file; a beginning that turns out to be of something else is thrown away once."""
    from attnlab.translation.fetching import NotFetched, download

    resumed = file.exists()
    while True:
        download(url, file, heard=heard, pause=pause)
        with suppress(NotThere):
            content = unpack(file.read_bytes(), str(file))
            if Known.of(content) == multi30k.FILES[name]:
                return content
        file.unlink(missing_ok=True)
        if not resumed:
            raise NotFetched(
                f"what came from {url} is not the {name} that was published: its checksum is another",
                remedy="'--mirror URL' asks another server, '--from DIR' takes files that you have got otherwise",
            )
        resumed = False


def _kept_subwords(entry: Entry) -> tuple[str, ...]:
    if entry.folder is None:
        return ()
    label = "-".join(sorted((entry.source, entry.target)))
    return tuple(sorted(file.stem for file in (entry.folder / "subwords").glob(f"{label}-*.model")))


@contextmanager
def _alone(folder: Path, patience: float) -> Iterator[None]:
    """Nobody else puts anything in this folder meanwhile."""
    with ExitStack() as stack:
        try:
            stack.enter_context(files.locked(folder / ".lock", patience))
        except CannotWrite as error:
            if error.__cause__ is not None:
                raise
            raise CannotWrite(
                f"another attnlab command is putting something in {folder}",
                remedy="wait for it to end, then try again",
            ) from error
        yield


def _clear(downloads: Path) -> None:
    with suppress(OSError):
        for file in downloads.iterdir():
            file.unlink()
        downloads.rmdir()
