"""Sentence pairs by the name of their corpus: the embedded grammar, Multi30k, and whatever the user added.

A corpus is the same for everyone who opens it under the same name with the same files.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from random import Random

from attnlab.errors import NotThere, UnknownName, WrongUsage
from attnlab.translation import multi30k
from attnlab.translation.corpus import ALL_LENGTHS, Split, draw
from attnlab.translation.grammar import LONGEST, SHORTEST
from attnlab.translation.phrases import Construction, SentencePair
from attnlab.translation.shelf import MANIFEST, Manifest, data_root, read_lines, read_manifest
from attnlab.translation.subwords import Subwords, joined, kept
from attnlab.translation.vocabulary import SPECIAL, Vocabulary, spoken

GRAMMAR = "grammar"
BUILT_IN = (GRAMMAR, *multi30k.PAIRINGS)
# Names of folders and commands, too near to those of corpora to be given away.
RESERVED = (*BUILT_IN, multi30k.NAME)
SUBWORDS = 8_000
ADDED_SIDES = ("source", "target")
ADDED_ORIGIN = "added from two files"
BANDS = tuple(range(first, last + 1) for first, last in ((3, 10), (11, 20), (21, 30), (31, 40), (41, 50), (51, 60)))
_SEED = 0
_END = "."
_DRAWN = {Split.TRAIN: 20_000, Split.VAL: 500, Split.TEST: 500}
_TEST_SET = 200


@dataclass(frozen=True, slots=True)
class TextPair:
    """A sentence and its translation as they are written; `gold` has the grammar's tokens and alignment."""

    source: str
    target: str
    gold: SentencePair | None = None


class Corpus(ABC):
    """Splits of sentence pairs, as text and as tokens.

    Args:
        source: the language of the sources; `target` that of their translations.
        splits: the names of the splits; `test_sets` names further ones, parts of a test split by what they show.
    """

    def __init__(
        self, name: str, source: str, target: str, splits: Sequence[str], test_sets: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.source = source
        self.target = target
        self.splits = tuple(splits)
        self.test_sets = tuple(test_sets)

    @abstractmethod
    def pairs(self, split: str) -> Sequence[SentencePair]:
        """The split as tokens: words of the grammar, subwords of text.

        Raises:
            UnknownName: there is no such split.
        """

    @abstractmethod
    def texts(self, split: str, most: int | None = None) -> Sequence[TextPair]:
        """The split as it is written, or the first of it."""

    @abstractmethod
    def sample(self, split: str, count: int, *, seed: int, lengths: range | None = None) -> list[TextPair]:
        """So many pairs, or fewer where there are no more; the same for the same seed.

        Args:
            lengths: how many words the source may have.
        """

    @abstractmethod
    def tokens(self, sentence: str) -> tuple[str, ...]:
        """One sentence as tokens."""

    @abstractmethod
    def text(self, tokens: Sequence[str]) -> str:
        """Tokens of the target as a sentence."""

    def cased(self, sentence: str) -> str:
        """The sentence in the letters that tokens are made of: a reference as a model could write it."""
        return sentence

    @property
    @abstractmethod
    def vocabularies(self) -> tuple[Vocabulary, Vocabulary]:
        """The tokens of the source and of the target. The latter is the beginning of the former, so that one table can
        serve both languages and the output.
        """

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Changes when sentences of the corpus, or the way they become tokens, do."""

    def checked(self, split: str) -> str:
        """The split's name, if there is such a split."""
        known = [*self.splits, *self.test_sets]
        if split not in known:
            raise UnknownName(f"split of {self.name}", split, known, listing=f"there are: {', '.join(known)}")
        return split


class GrammarCorpus(Corpus):
    """The embedded grammar. Its splits have no end: what is given out is a beginning that never changes."""

    def __init__(self) -> None:
        self._sets: dict[str, tuple[range, Construction | None]] = {
            f"test-{band[0]}-{band[-1]}": (band, None) for band in BANDS
        }
        for kind in Construction:
            self._sets[f"test-{kind.name.lower().replace('_', '-')}"] = (ALL_LENGTHS, kind)
        super().__init__(GRAMMAR, "en", "fr", tuple(Split), tuple(self._sets))

    def pairs(self, split: str) -> Sequence[SentencePair]:
        chosen, _, _ = self._asked(split)
        return _drawn(split, _DRAWN[chosen] if split in self.splits else _TEST_SET)

    def texts(self, split: str, most: int | None = None) -> Sequence[TextPair]:
        found = self.pairs(split) if most is None else _drawn(self.checked(split), most)
        return [_written(pair) for pair in found]

    def sample(self, split: str, count: int, *, seed: int, lengths: range | None = None) -> list[TextPair]:
        return [_written(pair) for pair in self.drawn(split, count, seed=seed, lengths=lengths)]

    def drawn(self, split: str, count: int, *, seed: int, lengths: range | None = None) -> list[SentencePair]:
        """The first pairs of a stream of this split: any number, of any seed."""
        chosen, band, kind = self._asked(split)
        if lengths is not None:
            band = range(max(lengths.start, band.start), min(lengths.stop, band.stop))
            if not band:
                raise WrongUsage(
                    f"{split} has no sentences of {_span(lengths)} words",
                    remedy=f"the grammar's have {SHORTEST} to {LONGEST}; 'attnlab data show grammar' names the splits",
                )
        return draw(chosen, count, seed=seed, lengths=band, showing=kind)

    def tokens(self, sentence: str) -> tuple[str, ...]:
        # As it is typed: every sentence of the grammar is in small letters and ends with a point of its own, and a
        # model that never saw one without it does not know where to stop.
        words = sentence.lower().replace(_END, f" {_END} ").split()
        return tuple(words if words[-1:] in ([], [_END]) else [*words, _END])

    def text(self, tokens: Sequence[str]) -> str:
        return " ".join(spoken(tokens))

    @cached_property
    def vocabularies(self) -> tuple[Vocabulary, Vocabulary]:
        pairs = self.pairs(Split.TRAIN)
        source, target = Vocabulary.of(pair.source for pair in pairs), Vocabulary.of(pair.target for pair in pairs)
        written = set(target.tokens)
        return Vocabulary((*target.tokens, *(token for token in source.tokens if token not in written))), target

    @cached_property
    def fingerprint(self) -> str:
        # The grammar has no files: a few hundred of its sentences tell whether its rules are the same.
        drawn = "\n".join(f"{pair.source} {pair.target}" for pair in _drawn(Split.VAL, 300))
        return sha256(drawn.encode()).hexdigest()

    def _asked(self, split: str) -> tuple[Split, range, Construction | None]:
        if self.checked(split) in self.splits:
            return Split(split), ALL_LENGTHS, None
        return Split.TEST, *self._sets[split]


class TextCorpus(Corpus):
    """Parallel text on the shelf, in subwords that are learnt when tokens are first asked for.

    Args:
        subwords: how many there are at most.
        lower_case: whether tokens are of lower-case text; texts stay as they are written.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        manifest: Manifest,
        sides: tuple[str, str],
        *,
        subwords: int = SUBWORDS,
        lower_case: bool = False,
    ) -> None:
        super().__init__(name, *sides, manifest.splits)
        self._lower_case = lower_case
        self._folder = folder
        self._manifest = manifest
        self._size = subwords
        self._texts: dict[str, tuple[TextPair, ...]] = {}
        self._pairs: dict[str, tuple[SentencePair, ...]] = {}

    def texts(self, split: str, most: int | None = None) -> Sequence[TextPair]:
        if self.checked(split) not in self._texts:
            names = [f"{split}.{side}" for side in (self.source, self.target)]
            sources, targets = read_lines(self._folder, self._manifest, names)
            if len(sources) != len(targets):
                raise NotThere(
                    f"{self._folder / names[0]} has {len(sources)} lines, {names[1]} has {len(targets)}",
                    remedy=f"'attnlab data add {self.name} --replace' with both files makes it anew",
                )
            self._texts[split] = tuple(TextPair(*both) for both in zip(sources, targets, strict=True))
        return self._texts[split][:most]

    def pairs(self, split: str) -> Sequence[SentencePair]:
        if self.checked(split) not in self._pairs:
            texts = self.texts(split)
            sources = self._subwords.tokens([self.cased(pair.source) for pair in texts])
            targets = self._subwords.tokens([self.cased(pair.target) for pair in texts])
            self._pairs[split] = tuple(
                SentencePair(source, target, frozenset(), frozenset(), frozenset())
                for source, target in zip(sources, targets, strict=True)
            )
        return self._pairs[split]

    def sample(self, split: str, count: int, *, seed: int, lengths: range | None = None) -> list[TextPair]:
        found = [pair for pair in self.texts(split) if lengths is None or len(pair.source.split()) in lengths]
        random = Random(f"{split} {seed}")
        order = sorted((random.random(), at) for at in range(len(found)))
        return [found[at] for _, at in order[:count]]

    def tokens(self, sentence: str) -> tuple[str, ...]:
        return self._subwords.tokens([self.cased(sentence)])[0]

    def text(self, tokens: Sequence[str]) -> str:
        return joined(spoken(tokens))

    @cached_property
    def vocabularies(self) -> tuple[Vocabulary, Vocabulary]:
        written = {token for pair in self.pairs(Split.TRAIN) for token in pair.target}
        known = self._subwords.vocabulary.tokens[len(SPECIAL) :]
        of_target = [token for token in known if token in written]
        others = [token for token in known if token not in written]
        return Vocabulary((*SPECIAL, *of_target, *others)), Vocabulary((*SPECIAL, *of_target))

    @property
    def fingerprint(self) -> str:
        told = " ".join(f"{name} {known.sha256}" for name, known in sorted(self._manifest.files.items()))
        return sha256(f"{self._subwords.sha256} {told}".encode()).hexdigest()

    @property
    def subwords(self) -> Subwords:
        """What turns sentences into tokens."""
        return self._subwords

    def cased(self, sentence: str) -> str:
        return sentence.lower() if self._lower_case else sentence

    @cached_property
    def _subwords(self) -> Subwords:
        # Both directions of a pairing learn from the same text in the same order, and so share one model.
        sides = sorted((self.source, self.target))
        names = [f"{Split.TRAIN}.{side}" for side in sides]
        if Split.TRAIN not in self.splits:
            raise WrongUsage(
                f"{self.name} has no split 'train' to learn subwords from",
                remedy=f"'attnlab data add {self.name} --split train' adds one",
            )
        checksums = " ".join(self._manifest.files[name].sha256 for name in names)
        return kept(
            self._folder / "subwords",
            "-".join([*sides, *(["lower"] if self._lower_case else [])]),
            self._size,
            sha256(checksums.encode()).hexdigest(),
            lambda: [self.cased(line) for lines in read_lines(self._folder, self._manifest, names) for line in lines],
        )


def open_corpus(name: str, root: Path | None = None, *, subwords: int = SUBWORDS, lower_case: bool = False) -> Corpus:
    """The corpus of this name.

    Args:
        root: the folder of all corpora; without it where this user's are.
        subwords: how many tokens a vocabulary of text has at most.
        lower_case: whether tokens of text are of lower case; the grammar has no other.

    Raises:
        UnknownName: there is none.
        NotThere: it has not been fetched yet, or has changed since; the latter may show only as a split is read.
        NewerFormat: a later attnlab put it there.
    """
    if name == GRAMMAR:
        return GrammarCorpus()
    root = root or data_root()
    folder = folder_of(name, root)
    manifest = read_manifest(folder)
    if name in multi30k.PAIRINGS:
        if manifest is None:
            raise NotThere(f"{name} is not there yet", remedy="'attnlab data get multi30k' fetches it")
        # Not the manifest's own word: what was published is known.
        sides, manifest = multi30k.PAIRINGS[name], multi30k.manifest()
        return TextCorpus(name, folder, manifest, sides, subwords=subwords, lower_case=lower_case)
    if manifest is None:
        raise UnknownName("corpus", name, known_names(root), listing="'attnlab data list' shows them all")
    return TextCorpus(name, folder, manifest, ADDED_SIDES, subwords=subwords, lower_case=lower_case)


def folder_of(name: str, root: Path) -> Path:
    return root / (multi30k.NAME if name in multi30k.PAIRINGS else name)


def known_names(root: Path) -> list[str]:
    return [*BUILT_IN, *added_names(root)]


def added_names(root: Path) -> list[str]:
    try:
        found = sorted(folder.name for folder in root.iterdir() if (folder / MANIFEST).is_file())
    except OSError:
        return []
    return [name for name in found if name not in RESERVED]


@lru_cache(maxsize=8)
def _drawn(split: str, count: int) -> tuple[SentencePair, ...]:
    return tuple(GrammarCorpus().drawn(split, count, seed=_SEED))


def _written(pair: SentencePair) -> TextPair:
    return TextPair(" ".join(pair.source), " ".join(pair.target), pair)


def _span(lengths: range) -> str:
    first, last = lengths.start, lengths.stop - 1
    return f"{first} to {last}" if first < last else f"{first}"
