"""How a fresh translator of each kind is made."""

from __future__ import annotations

import torch

from attnlab.translation.kinds import Kind
from attnlab.translation.recurrent import AdditiveTranslator, LuongTranslator, RNNTranslator
from attnlab.translation.transformer import TransformerSettings, TransformerTranslator
from attnlab.translation.translator import Translator

__all__ = ["Kind", "build"]

_RECURRENT: dict[Kind, type[RNNTranslator | AdditiveTranslator | LuongTranslator]] = {
    Kind.RNN: RNNTranslator,
    Kind.ADDITIVE: AdditiveTranslator,
    Kind.LUONG: LuongTranslator,
}


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
        chosen = _RECURRENT[kind]
        return chosen(source_vocabulary, target_vocabulary, d_embedding=d_embedding, d_model=d_model)
