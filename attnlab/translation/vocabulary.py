"""Tokens and their numbers, one vocabulary a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PAD, BOS, EOS, UNK = 0, 1, 2, 3
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")
_SILENT = frozenset(SPECIAL[at] for at in (PAD, BOS, EOS))


def spoken(tokens: Iterable[str]) -> list[str]:
    """The tokens that stand for words: a model that has learned nothing yet writes its own marks too."""
    return [token for token in tokens if token not in _SILENT]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Numbers for tokens; the first four are padding, begin, end and unknown."""

    tokens: tuple[str, ...]
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers.update({token: number for number, token in enumerate(self.tokens)})

    @classmethod
    def of(cls, sentences: Iterable[Sequence[str]], *, at_least: int = 1) -> Vocabulary:
        """The tokens that occur at least so often, most frequent first, ties in alphabetical order."""
        counts = Counter(token for sentence in sentences for token in sentence)
        kept = sorted((-count, token) for token, count in counts.items() if count >= at_least)
        return cls((*SPECIAL, *(token for _, token in kept if token not in SPECIAL)))

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, sentence: Sequence[str]) -> list[int]:
        """The numbers of a sentence, without begin and end; what is not known becomes `UNK`."""
        return [self._numbers.get(token, UNK) for token in sentence]

    def decode(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """The tokens up to the first end, without begin and padding."""
        tokens: list[str] = []
        for number in numbers:
            if number == EOS:
                break
            if number not in (PAD, BOS):
                tokens.append(self.tokens[number])
        return tuple(tokens)
