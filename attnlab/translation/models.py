"""The kinds of translators, by the names they go by in the course, and how a fresh one is made."""

from __future__ import annotations

from enum import StrEnum

import torch

from attnlab.translation.recurrent import AdditiveTranslator, RNNTranslator
from attnlab.translation.transformer import TransformerSettings, TransformerTranslator
from attnlab.translation.translator import Translator


class Kind(StrEnum):
    """What is inside a translator."""

    RNN = "rnn"
    ADDITIVE = "additive"
    TRANSFORMER = "transformer"


def build(
    kind: Kind,
    source_vocabulary: int,
    target_vocabulary: int,
    *,
    seed: int,
    d_embedding: int = 64,
    d_model: int = 128,
    transformer: TransformerSettings | None = None,
) -> Translator:
    """A model with fresh weights, the same for the same seed; the caller's random state is left alone.

    Args:
        d_embedding: the width of a word in the recurrent kinds.
        d_model: the width of their states.
        transformer: the sizes of the other kind.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if kind is Kind.TRANSFORMER:
            return TransformerTranslator(source_vocabulary, target_vocabulary, transformer or TransformerSettings())
        chosen = {Kind.RNN: RNNTranslator, Kind.ADDITIVE: AdditiveTranslator}[kind]
        return chosen(source_vocabulary, target_vocabulary, d_embedding=d_embedding, d_model=d_model)
