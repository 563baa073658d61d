"""How good translations are: BLEU, and how far the looked-at words are from the gold alignment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attnlab.translation.phrases import Link, SentencePair


def corpus_bleu(hypotheses: Sequence[Sequence[str]], references: Sequence[Sequence[str]]) -> float:
    """BLEU from 0 to 100 over a corpus of token lists, one reference each, by sacrebleu; tokens as given."""
    # Its import costs as much as a small command may take in all.
    import sacrebleu

    written = [" ".join(tokens) for tokens in hypotheses]
    wanted = [" ".join(tokens) for tokens in references]
    return float(sacrebleu.corpus_bleu(written, [wanted], tokenize="none", force=True).score)


@dataclass(frozen=True, slots=True)
class AlignmentCounts:
    """What alignment error is made of; counts of several sentences are added before dividing."""

    predicted: int = 0
    sure: int = 0
    predicted_and_sure: int = 0
    predicted_and_possible: int = 0

    def __add__(self, other: AlignmentCounts) -> AlignmentCounts:
        return AlignmentCounts(
            self.predicted + other.predicted,
            self.sure + other.sure,
            self.predicted_and_sure + other.predicted_and_sure,
            self.predicted_and_possible + other.predicted_and_possible,
        )

    @property
    def error_rate(self) -> float:
        """Och and Ney 2003: 0 when every sure link is found and none that is not possible; 0 of nothing."""
        links = self.predicted + self.sure
        return 1 - (self.predicted_and_sure + self.predicted_and_possible) / links if links else 0.0


def count_links(predicted: Iterable[Link], sure: Iterable[Link], possible: Iterable[Link]) -> AlignmentCounts:
    """The counts of one sentence; what is sure is also possible."""
    found, certain = set(predicted), set(sure)
    allowed = certain | set(possible)
    return AlignmentCounts(len(found), len(certain), len(found & certain), len(found & allowed))


def links_of(weights: Sequence[Sequence[float]]) -> frozenset[Link]:
    """For each target token the source token looked at most, as (source index, target index)."""
    return frozenset((max(range(len(row)), key=row.__getitem__), at) for at, row in enumerate(weights))


def alignment_error_rate(pairs: Sequence[SentencePair], looked: Sequence[Sequence[Sequence[float]]]) -> float:
    """The error of what each gold target token looked at most, against the gold links, over all pairs.

    Args:
        pairs: sentence pairs with gold alignments.
        looked: for each pair a row of weights for every gold target token, as `force_decode` gives them.
    """
    counts = [
        count_links(links_of(weights), pair.sure, pair.possible) for pair, weights in zip(pairs, looked, strict=True)
    ]
    return sum(counts, start=AlignmentCounts()).error_rate
