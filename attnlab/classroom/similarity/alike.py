"""Which works of a class have something in common that others do not have: told by how rare it is.

A short exercise leaves little room, and most right answers to it are alike. So what counts is not how much two works
share, but how little of that anybody else has.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from statistics import median

from attnlab.classroom.similarity.pieces import Kind

LEAST = 0.45
# Neighbouring runs of symbols overlap, so that of three of them about one is news.
_OVERLAP = 3
# Half of two works is soon the same, as style or as the exercise has it; nearly all of two seldom is.
_STEEP = 1.5
# Pieces of one common way to write something come together; who has so much of it has it.
_NEARLY = 0.8
# What more works than this have leads to no pair; who shares nothing rarer is not alike.
CROWD = 60
# Among fewer works nothing is rare.
FEW_WORKS = 8
_TYPICAL = 400


@dataclass(frozen=True, slots=True)
class Submitted:
    """One student's work for one exercise.

    Args:
        student: the key; `name` and `email` are as in the gradebook.
        book: which gradebook it is from, 0 being the one asked about.
        digest: equal where two handed in the very same file.
        texts: of the pieces of its source; None where it could not be read.
    """

    student: str
    name: str
    email: str
    book: int
    digest: str
    texts: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two works that are alike, and why.

    Args:
        alike: from 0 to 1; see `similar`.
        shared: how many pieces of code both have that are not the course's own.
        of_first: how many the first has in all; `of_second` likewise.
        alone: how many of the shared ones no other work has.
        names: which the two gave, and no other or few others.
        comments: likewise.
        identical: whether the two files are the same, byte by byte.
        others: how many other works have nearly all of what makes these two alike.
        few: the texts of the shared pieces that hardly anybody else has; `many` of the other shared ones.
    """

    exercise: str
    first: Submitted
    second: Submitted
    alike: float
    shared: int
    of_first: int
    of_second: int
    alone: int
    names: tuple[str, ...]
    comments: tuple[str, ...]
    identical: bool
    others: int
    few: frozenset[str] = field(repr=False, default=frozenset())
    many: frozenset[str] = field(repr=False, default=frozenset())


@dataclass(frozen=True, slots=True)
class Similar:
    """What was found among the works for one exercise.

    Args:
        works: how many were compared.
        typical: how alike two works of this class are in the middle of all pairs.
        pairs: the most alike first.
        unread: works that are too large to be compared, or cannot be read.
    """

    exercise: str
    works: int
    typical: float
    pairs: tuple[Pair, ...]
    unread: tuple[Submitted, ...]


def similar(exercise: str, works: Sequence[Submitted], given: frozenset[str], *, least: float = LEAST) -> Similar:
    """The pairs that are at least so alike, at least one of each from the first gradebook.

    A shared piece weighs as many bits as it is surprising: log2 of how many times fewer than all works have it. `alike`
    is what the shared ones weigh of all that the work with less of its own has, times how far that lies beyond what two
    of so many works may share by chance, and less where others have nearly all of it as well; of the code alone, or of
    names and comments too, whichever is more.
    """
    ordered = sorted(works, key=lambda work: (work.book, work.student))
    read = [work for work in ordered if work.texts is not None]
    index = _Index(read, given)
    pairs = [pair for first, second in index.candidates() if (pair := index.pair(exercise, first, second, least))]
    pairs.sort(key=lambda pair: (-pair.alike, pair.first.student, pair.second.student))
    unread = tuple(work for work in ordered if work.texts is None and work.book == 0)
    return Similar(exercise, len(read), index.typical(), tuple(pairs), unread)


class _Index:
    """Which works have which piece."""

    def __init__(self, works: Sequence[Submitted], given: frozenset[str]) -> None:
        self._works = works
        self._own = [work.texts - given if work.texts else frozenset() for work in works]
        self._having = Counter(text for own in self._own for text in own)
        self._bits = {text: math.log2((len(works) + 1) / count) for text, count in self._having.items()}
        self._code = [frozenset(text for text in own if text.startswith(f"{Kind.CODE}:")) for own in self._own]
        self._others: dict[frozenset[str], int] = {}
        self._weigh = [self._weight(own, code) for own, code in zip(self._own, self._code, strict=True)]
        # Of so many pairs one is as unlikely as this, whoever wrote what.
        self._chance = 2 * math.log2(max(len(works), 2))

    def candidates(self) -> Iterator[tuple[int, int]]:
        """The pairs that share a piece that is not in a crowd's work, each once."""
        holders: dict[str, list[int]] = defaultdict(list)
        for place, own in enumerate(self._own):
            for text in own:
                if 1 < self._having[text] <= CROWD:
                    holders[text].append(place)
        found: set[tuple[int, int]] = set()
        for group in {tuple(group) for group in holders.values()}:
            found.update(combinations(group, 2))
        for first, second in sorted(found):
            if self._are_others(self._works[first], self._works[second]):
                yield first, second

    def pair(self, exercise: str, first: int, second: int, least: float) -> Pair | None:
        shared = self._own[first] & self._own[second]
        code = self._code[first] & self._code[second]
        # The costly look at all the others only where there is something to see.
        told = [
            (how * self._singular(others), others)
            for how, common in zip(self._alike(first, second), (code, shared), strict=True)
            if how >= least
            for others in [self._others_with(common)]
        ]
        alike, others = max(told, default=(0.0, 0), key=lambda each: each[0])
        if alike < least or not shared:
            return None
        few = frozenset(text for text in shared if self._bits[text] > self._chance / 4)
        return Pair(
            exercise=exercise,
            first=self._works[first],
            second=self._works[second],
            alike=alike,
            shared=len(code),
            of_first=len(self._code[first]),
            of_second=len(self._code[second]),
            alone=sum(self._having[text] == 2 for text in code),
            names=self._words(few, Kind.NAME),
            comments=self._words(few, Kind.COMMENT),
            identical=self._works[first].digest == self._works[second].digest,
            others=others,
            few=few,
            many=shared - few,
        )

    def typical(self) -> float:
        """How alike two works are in the middle of some hundred pairs, evenly chosen."""
        count = len(self._works)
        if count < 2:
            return 0.0
        step = max(count * (count - 1) // 2 // _TYPICAL, 1)
        chosen = [pair for number, pair in enumerate(combinations(range(count), 2)) if number % step == 0] \
            if count < 2000 else list(product(range(20), range(20, 40)))  # fmt: skip
        return median(max(self._alike(first, second)) for first, second in chosen)

    def _alike(self, first: int, second: int) -> list[float]:
        """By the code alone, and by all; whoever else may have the same."""
        code = self._code[first] & self._code[second]
        shared = self._weight(self._own[first] & self._own[second], code)
        return [
            (of_shared / least) ** _STEEP * (of_shared**2 / (of_shared**2 + self._chance**2))
            if (least := min(of_first, of_second))
            else 0.0
            for of_shared, of_first, of_second in zip(shared, self._weigh[first], self._weigh[second], strict=True)
        ]

    def _others_with(self, common: frozenset[str]) -> int:
        """How many works besides two have nearly all of what these share."""
        if common not in self._others:
            enough = _NEARLY * sum(self._bits[text] for text in common)
            having = sum(sum(self._bits[text] for text in common & own) >= enough for own in self._own)
            self._others[common] = having - 2
        return self._others[common]

    def _singular(self, others: int) -> float:
        """From 1 where nobody else has it towards 0 where all have it."""
        count = len(self._works) + 1
        return math.log2(count / (others + 2)) / math.log2(count / 2)

    def _weight(self, own: frozenset[str], code: frozenset[str]) -> tuple[float, float]:
        """How many bits code tells, and how many all of it."""
        of_code = sum(self._bits[text] for text in code) / _OVERLAP
        return of_code, of_code + sum(self._bits[text] for text in own - code)

    def _words(self, few: Collection[str], kind: Kind) -> tuple[str, ...]:
        """The words of a kind, the rarest first."""
        told = [text for text in few if text.startswith(f"{kind}:")]
        told.sort(key=lambda text: (self._having[text], text))
        return tuple(text.removeprefix(f"{kind}:") for text in told)

    def _are_others(self, first: Submitted, second: Submitted) -> bool:
        """Whether two people wrote them, one of whom is asked about; who repeats a course may repeat themselves."""
        if first.book and second.book:
            return False
        same_key = first.student.casefold() == second.student.casefold()
        return not (same_key or (first.email and first.email.casefold() == second.email.casefold()))
