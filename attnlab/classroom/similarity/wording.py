"""What makes two works alike, in words that claim no more than was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attnlab.classroom.similarity.alike import FEW_WORKS, Pair, Similar, Submitted
from attnlab.pictures.labels import cut, visible

_LISTED = 6
_LONG = 60


def who(work: Submitted, books: Sequence[str]) -> str:
    """A work's student, with the key where the name is another, and the gradebook where it is another."""
    key = f" ({visible(work.student)})" if work.name != work.student else ""
    book = f", {visible(books[work.book])}" if work.book else ""
    return f"{visible(work.name)}{key}{book}"


def heading(pair: Pair, books: Sequence[str]) -> str:
    return f"{who(pair.first, books)} and {who(pair.second, books)}: {pair.alike:.2f}"


def evidence(pair: Pair) -> Iterator[str]:
    """A sentence for each thing that both have."""
    if pair.identical:
        yield "the two files are the same, byte by byte"
    if pair.shared:
        alone = (
            "no other work has any of them all"
            if pair.alone == pair.shared
            else f"{pair.alone} of them no other work has"
            if pair.alone
            else "each by itself is in others' too"
        )
        yield (
            f"{pair.shared} pieces of code in common, of {pair.of_first} and of {pair.of_second} "
            f"that are not the course's own; {alone}"
        )
    if pair.others:
        works = f"{pair.others} other works have" if pair.others > 1 else "one other work has"
        yield f"{works} nearly all of it as well"
    else:
        yield "no other work has nearly all of it"
    if pair.names:
        yield f"names that few others gave: {_listed(pair.names)}"
    if pair.comments:
        yield f"words that few others wrote: {_listed([f'“{words}”' for words in pair.comments])}"


def of_class(similar: Similar) -> str:
    """Against what a pair is to be seen."""
    told = f"{similar.works} works compared; two of them are alike by {similar.typical:.2f} in the middle."
    if 0 < similar.works < FEW_WORKS:
        told += " So few works hardly tell what is rare."
    if similar.unread:
        names = ", ".join(visible(work.name) for work in similar.unread[:_LISTED])
        told += f" Not compared, since too large or too deep to be read: {names}"
        told += f" and {len(similar.unread) - _LISTED} more." if len(similar.unread) > _LISTED else "."
    return told


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(cut(visible(word), _LONG) for word in words[:_LISTED])
    return f"{shown} and {len(words) - _LISTED} more" if len(words) > _LISTED else shown
