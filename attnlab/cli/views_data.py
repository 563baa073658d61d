"""Corpora, their sizes and their sentences: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import WIDEST, Terminal

if TYPE_CHECKING:
    from attnlab.study.collecting import Added, Described, Got, Sample, Wanted
    from attnlab.translation import SentencePair
    from attnlab.translation.collection import Entry
    from attnlab.translation.sizes import Sizes

_MARKS = {"there": "passed", "not there": "not started", "changed": "failed", "unreadable": "failed"}
_GAP = 2


def corpora_view(entries: Sequence[Entry], root: Path, terminal: Terminal) -> list[str]:
    lines: list[str] = []
    for entry in entries:
        told = [f"{entry.source} to {entry.target}", _amount(entry)]
        told += [_told_size(entry.size)] if entry.size is not None else []
        told.append(entry.state)
        name = f"{terminal.mark(_MARKS[entry.state])} {terminal.paint(entry.name, 'bold')}"
        lines.append(name)
        lines += terminal.wrap(", ".join(each for each in told if each), "    ")
        lines += terminal.wrap("; ".join(each for each in (entry.title, entry.licence) if each), "    ")
        if entry.problem:
            lines += terminal.wrap(entry.problem.problem, "    ") + terminal.wrap(entry.problem.remedy, "      ")
    lines += ["", *terminal.wrap(f"in {root}", "", "   ")]
    absent = any(entry.state == "not there" for entry in entries)
    return [*lines, f"next: {terminal.paint('attnlab data get multi30k' if absent else 'attnlab data add', 'bold')}"]


def corpora_as_json(entries: Sequence[Entry], root: Path) -> dict[str, Any]:
    return {"folder": str(root), "corpora": [_entry_as_json(entry) for entry in entries]}


def described_view(described: Described, terminal: Terminal) -> list[str]:
    entry = described.entry
    lines = [
        terminal.paint(f"{entry.name}: {entry.source} to {entry.target}", "bold"),
        *terminal.wrap(entry.title),
        *terminal.wrap(f"licence  {entry.licence}", "", " " * 9),
        *terminal.wrap(f"origin   {entry.origin}", "", " " * 9),
    ]
    if entry.folder:
        lines += terminal.wrap(f"folder   {entry.folder}", "", " " * 9)
    if entry.state != "there":
        return [*lines, "", *_not_there(described, terminal)]
    lines += ["", *_sizes(described.sizes, terminal)]
    for each in described.sizes:
        if each.in_training:
            said = f"{each.in_training} of the {each.pairs:,} sources of {each.split} are in train too"
            lines += terminal.wrap(said)
    if any(each.endless for each in described.sizes):
        lines += ["", *terminal.wrap("Every split is endless; it was measured on its first pairs.")]
    if described.test_sets:
        lines += terminal.wrap(f"parts of test: {', '.join(described.test_sets)}", "", "  ")
    if entry.files:
        lines += ["", *_files(entry, terminal)]
    if described.subwords:
        lines += terminal.wrap(f"subwords kept: {', '.join(described.subwords)}")
    return [*lines, "", f"next: {terminal.paint(f'attnlab data sample {entry.name}', 'bold')}"]


def described_as_json(described: Described) -> dict[str, Any]:
    return {
        **_entry_as_json(described.entry),
        "splits": [
            {
                "name": each.split,
                "pairs": None if each.endless else each.pairs,
                "measured_on": each.pairs,
                "sources_in_training": each.in_training,
                "sides": [
                    {
                        "language": side.language,
                        "tokens": side.tokens,
                        "median": side.median,
                        "longest": side.longest,
                        "vocabulary": side.vocabulary,
                    }
                    for side in each.sides
                ],
            }
            for each in described.sizes
        ],
        "test_sets": list(described.test_sets),
        "files": {
            name: {"sha256": known.sha256, "bytes": known.size, "lines": known.lines, "changed": name in changed}
            for changed in [described.changed]
            for name, known in described.entry.files.items()
        },
        "subwords": list(described.subwords),
    }


def sample_view(sample: Sample, terminal: Terminal) -> list[str]:
    lines: list[str] = []
    width = max(len(language) for language in sample.languages)
    for pair in sample.pairs:
        if pair.gold:
            lines += [*_aligned(pair.gold, sample.languages, terminal), ""]
            continue
        for language, sentence in zip(sample.languages, (pair.source, pair.target), strict=True):
            told = terminal.wrap(f"{language:<{width}}  {sentence}", "", " " * (width + 2))
            lines += [terminal.paint(told[0][:width], "dim") + told[0][width:], *told[1:]]
        lines.append("")
    if any(pair.gold for pair in sample.pairs):
        lines += terminal.wrap(
            "Beneath each word of the translation: the places of the words it comes from, "
            "in brackets where it may as well not."
        )
    return lines[:-1] if lines and not lines[-1] else lines


def sample_as_json(sample: Sample) -> dict[str, Any]:
    def told(source: str, target: str, gold: SentencePair | None) -> dict[str, Any]:
        plain: dict[str, Any] = {"source": source, "target": target}
        if gold is None:
            return plain
        return {
            **plain,
            "sure": [list(link) for link in sorted(gold.sure)],
            "possible": [list(link) for link in sorted(gold.possible)],
            "constructions": sorted(gold.constructions),
        }

    return {
        "corpus": sample.corpus,
        "split": sample.split,
        "languages": list(sample.languages),
        "asked": sample.asked,
        "pairs": [told(pair.source, pair.target, pair.gold) for pair in sample.pairs],
    }


def wanted_view(wanted: Wanted, mirror: str | None, terminal: Terminal) -> list[str]:
    count = len(wanted.files)
    told = (
        f"{wanted.corpus}: {count} file{'' if count == 1 else 's'}, {_told_size(wanted.size)} unpacked, "
        f"about a third of that to fetch",
        f"from     {mirror or wanted.origin}",
        f"into     {wanted.folder}",
        f"licence  {wanted.licence}",
    )
    return [line for each in told for line in terminal.wrap(each, "", " " * 9)]


def got_view(got: Got, terminal: Terminal) -> list[str]:
    if got.brought:
        brought = f"{len(got.brought)} file{'' if len(got.brought) == 1 else 's'} brought"
        kept = f", {len(got.kept)} there already" if got.kept else ""
        said = f"{got.corpus}: {brought}{kept}, all as published"
    else:
        said = f"{got.corpus}: all {len(got.kept)} files are there already, as published"
    return [
        *terminal.wrap(said),
        *terminal.wrap(f"in {got.folder}", "  "),
        *terminal.wrap(f"it is {got.licence}; it opens as {', '.join(got.opens)}", "  "),
        f"next: {terminal.paint(f'attnlab data show {got.opens[0]}', 'bold')}",
    ]


def got_as_json(got: Got) -> dict[str, Any]:
    return {
        "corpus": got.corpus,
        "brought": list(got.brought),
        "kept": list(got.kept),
        "opens": list(got.opens),
        "folder": str(got.folder),
        "licence": got.licence,
    }


def added_view(added: Added, terminal: Terminal) -> list[str]:
    pairs = f"{added.pairs:,} sentence pair{'' if added.pairs == 1 else 's'}"
    how = "in place of what was there" if added.replaced else "added"
    lines = terminal.wrap(f"{added.corpus}, {added.split}: {pairs} {how}")
    if added.skipped:
        were = "pair was" if added.skipped == 1 else "pairs were"
        lines += terminal.wrap(f"{added.skipped:,} {were} skipped: a line was empty", "  ")
    lines += terminal.wrap(f"it has the split{'' if len(added.splits) == 1 else 's'} {', '.join(added.splits)}", "  ")
    lines += terminal.wrap(f"in {added.folder}", "  ")
    return [*lines, f"next: {terminal.paint(f'attnlab data show {added.corpus}', 'bold')}"]


def added_as_json(added: Added) -> dict[str, Any]:
    return {
        "corpus": added.corpus,
        "split": added.split,
        "pairs": added.pairs,
        "skipped": added.skipped,
        "replaced": added.replaced,
        "splits": list(added.splits),
        "folder": str(added.folder),
    }


def _entry_as_json(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "title": entry.title,
        "source": entry.source,
        "target": entry.target,
        "state": entry.state.value,
        "splits": list(entry.splits),
        "training_pairs": entry.training_pairs,
        "bytes": entry.size,
        "licence": entry.licence,
        "origin": entry.origin,
        "folder": str(entry.folder) if entry.folder else None,
        "problem": entry.problem.problem if entry.problem else None,
    }


def _amount(entry: Entry) -> str:
    if entry.training_pairs is not None:
        return f"{entry.training_pairs:,} training pairs"
    if entry.folder is None:
        return "endless"
    return f"splits {', '.join(entry.splits)}" if entry.splits else ""


def _told_size(size: int) -> str:
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


def _not_there(described: Described, terminal: Terminal) -> list[str]:
    entry = described.entry
    if entry.problem:
        return [*terminal.wrap(entry.problem.problem), *terminal.wrap(entry.problem.remedy, "  ")]
    fetched = entry.origin.startswith("https://")
    get = f"next: {terminal.paint('attnlab data get multi30k', 'bold')}"
    if entry.state == "not there":
        return [*terminal.wrap(f"not there yet: {_told_size(entry.size or 0)}, {_amount(entry)}"), get]
    said = f"changed since it was put there: {', '.join(described.changed)}"
    again = f"attnlab data add {entry.name} --replace"
    return [*terminal.wrap(said, "", "  "), get if fetched else f"next: {terminal.paint(again, 'bold')}"]


def _sizes(sizes: Sequence[Sizes], terminal: Terminal) -> list[str]:
    """A table, or where it does not fit the same in words."""
    rows = [("split", "pairs", "", "tokens", "median", "longest", "words")]
    for each in sizes:
        for at, side in enumerate(each.sides):
            first = (each.split, f"{each.pairs:,}") if at == 0 else ("", "")
            numbers = (f"{side.tokens:,}", f"{side.median}", f"{side.longest}", f"{side.vocabulary:,}")
            rows.append((*first, side.language, *numbers))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    cells = [
        [
            f"{cell:<{width}}" if at in (0, 2) else f"{cell:>{width}}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]
    for gap in (_GAP, 1):
        table = [(" " * gap).join(row).rstrip() for row in cells]
        if max(map(len, table)) <= terminal.width:
            return [terminal.paint(table[0], "dim"), *table[1:]]
    return [line for each in sizes for line in _in_words(each, terminal)]


def _in_words(sizes: Sizes, terminal: Terminal) -> Iterable[str]:
    yield from terminal.wrap(f"{sizes.split}: {sizes.pairs:,} pairs")
    for side in sizes.sides:
        said = (
            f"{side.language}: {side.tokens:,} tokens, median length {side.median}, longest {side.longest}, "
            f"{side.vocabulary:,} different words"
        )
        yield from terminal.wrap(said, "  ", "    ")


def _files(entry: Entry, terminal: Terminal) -> list[str]:
    longest = max(len(name) for name in entry.files)
    # JSON has the checksums whole; here their beginnings are enough to compare by eye.
    room = min(terminal.width, WIDEST) - longest - 12
    head = f"{'file':<{longest}}  {'size':>8}" + ("  sha256" if room >= 16 else "")
    lines = [terminal.paint(head, "dim")]
    for name, known in entry.files.items():
        lines.append(
            f"{name:<{longest}}  {_told_size(known.size):>8}" + (f"  {known.sha256[:room]}" if room >= 16 else "")
        )
    return lines


def _aligned(pair: SentencePair, languages: tuple[str, str], terminal: Terminal) -> list[str]:
    """The source beneath its places, the translation above the places it comes from; long ones go on below."""
    sources: dict[int, list[str]] = defaultdict(list)
    for source, target in sorted(pair.possible):
        sources[target].append(f"{source}" if (source, target) in pair.sure else f"({source})")
    above = [(f"{at}", terminal.words(word)) for at, word in enumerate(pair.source)]
    below = [(terminal.words(word), " ".join(sources[at])) for at, word in enumerate(pair.target)]
    return [
        *_interlinear(languages[0], above, terminal, words=1),
        *_interlinear(languages[1], below, terminal, words=0),
    ]


def _interlinear(language: str, cells: Sequence[tuple[str, str]], terminal: Terminal, *, words: int) -> list[str]:
    indent = len(language) + 2
    lines: list[str] = []
    rows = ["", ""]
    room = min(terminal.width, WIDEST) - indent

    def close() -> None:
        for at, row in enumerate(rows):
            head = f"{language:<{indent}}" if at == words and len(lines) < 2 else " " * indent
            text = head + row.rstrip()
            lines.append(text.rstrip() if at == words else terminal.paint(text.rstrip(), "dim"))

    for cell in cells:
        width = max(map(len, cell))
        if rows[0] and len(rows[0]) + width > room:
            close()
            rows = ["", ""]
        rows = [f"{row}{part:<{width + 1}}" for row, part in zip(rows, cell, strict=True)]
    close()
    return lines
