"""Which corpora there are and could be had, and how each is found: there, not there, changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from attnlab.errors import AttnlabError, UnknownName
from attnlab.translation import multi30k
from attnlab.translation.corpora import ADDED_SIDES, GRAMMAR, GrammarCorpus, added_names, folder_of, known_names
from attnlab.translation.corpus import Split
from attnlab.translation.shelf import Known, Manifest, State, changed_files, read_manifest


@dataclass(frozen=True, slots=True)
class Entry:
    """One corpus as the shelf has it; the sizes are None where they have no bounds or are not known."""

    name: str
    title: str
    source: str
    target: str
    state: State
    splits: tuple[str, ...]
    training_pairs: int | None
    size: int | None
    licence: str
    origin: str
    folder: Path | None
    files: Mapping[str, Known]
    problem: AttnlabError | None = None


def all_corpora(root: Path) -> tuple[Entry, ...]:
    """Every corpus there is or could be had; a file is taken for unchanged when its size is."""
    return tuple(_entries(root))


def entry_of(name: str, root: Path, *, thoroughly: bool = True) -> Entry:
    """One of them.

    Raises:
        UnknownName: there is none of this name.
    """
    for known in known_names(root):
        if known == name:
            return _grammar_entry() if name == GRAMMAR else _text_entry(name, root, thoroughly)
    raise UnknownName("corpus", name, known_names(root), listing="'attnlab data list' shows them all")


def _entries(root: Path) -> Iterator[Entry]:
    yield _grammar_entry()
    for name in (*multi30k.PAIRINGS, *added_names(root)):
        yield _text_entry(name, root, thoroughly=False)


def _grammar_entry() -> Entry:
    corpus = GrammarCorpus()
    return Entry(
        name=GRAMMAR,
        title="drawn from an embedded grammar, with gold alignments",
        source=corpus.source,
        target=corpus.target,
        state=State.THERE,
        splits=corpus.splits,
        training_pairs=None,
        size=None,
        licence="part of attnlab",
        origin="built in; French-like, see attnlab/translation/grammar.py",
        folder=None,
        files={},
    )


def _text_entry(name: str, root: Path, thoroughly: bool) -> Entry:
    folder = folder_of(name, root)
    published = multi30k.manifest() if name in multi30k.PAIRINGS else None
    sides = multi30k.PAIRINGS.get(name, ADDED_SIDES)
    problem: AttnlabError | None = None
    found: Manifest | None = None
    state = State.ABSENT
    try:
        found = read_manifest(folder)
    except AttnlabError as error:
        state, problem = State.UNREADABLE, error
    manifest = published or found
    files: dict[str, Known] = {}
    if manifest:
        files = {f"{split}.{side}": manifest.files[f"{split}.{side}"] for split in manifest.splits for side in sides}
    if found:
        changed = changed_files(folder, files, thoroughly=thoroughly)
        state = State.CHANGED if changed else State.THERE
    training = files.get(f"{Split.TRAIN}.{sides[0]}")
    return Entry(
        name=name,
        title=multi30k.TITLE if published else "your own text",
        source=sides[0],
        target=sides[1],
        state=state,
        splits=manifest.splits if manifest else (),
        training_pairs=training.lines if training else None,
        size=sum(known.size for known in files.values()) if manifest else None,
        licence=manifest.licence if manifest else "",
        origin=manifest.origin if manifest else "",
        folder=folder,
        files=files,
        problem=problem,
    )
