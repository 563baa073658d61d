"""What experiments ask of a model: greedy translations, and what it looks at while it is made to write the gold."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from attnlab.translation.batching import collate, number
from attnlab.translation.phrases import SentencePair
from attnlab.translation.searching import Hypothesis, Weights, search
from attnlab.translation.translator import Translator
from attnlab.translation.vocabulary import Vocabulary


def greedy_decode(
    model: Translator,
    sentences: Sequence[Sequence[str]],
    source: Vocabulary,
    target: Vocabulary,
    *,
    together: int = 128,
    device: torch.device | None = None,
) -> list[Hypothesis]:
    """The most likely next token again and again; one hypothesis for every sentence, in the order given."""
    return [best for (best,) in search(model, sentences, source, target, together=together, device=device)]


@torch.no_grad()
def force_decode(
    model: Translator,
    pairs: Sequence[SentencePair],
    source: Vocabulary,
    target: Vocabulary,
    *,
    together: int = 128,
    device: torch.device | None = None,
) -> list[Weights]:
    """What each token of the gold translations looks at while the model is made to write them.

    Empty for a model without attention. A row for every target token, the end of sentence not
    included, and a column for every source token.
    """
    model.eval()
    numbered = number(pairs, source, target)
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].source))
    found: dict[int, Weights] = {}
    for first in range(0, len(order), together):
        chunk = order[first : first + together]
        batch = collate([numbered[at] for at in chunk]).to(device or torch.device("cpu"))
        _, weights = model.teach(model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
        for row, at in enumerate(chunk):
            sizes = len(pairs[at].target), len(pairs[at].source)
            rows = [] if weights is None else weights[row, : sizes[0], : sizes[1]].tolist()
            found[at] = tuple(tuple(each) for each in rows)
    return [found[at] for at in range(len(pairs))]
