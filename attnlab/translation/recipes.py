"""How a translator of each kind is made and trained, chosen by measurement on the validation split."""

from __future__ import annotations

from dataclasses import dataclass

from attnlab.translation.kinds import Kind
from attnlab.translation.plan import Decay

GRAMMAR = "grammar"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Sizes and rates of a model and its training."""

    layers: int = 4
    heads: int = 4
    d_model: int = 128
    d_ff: int = 256
    d_embedding: int = 64
    tied: bool = False
    dropout: float = 0.1
    smoothing: float = 0.1
    batch_tokens: int = 4096
    learning_rate: float = 5e-3
    warmup: int = 400
    decay: Decay = Decay.LINEAR
    clip: float = 1.0
    # Vaswani et al. 2017, section 5.3. With Adam's usual 0.999 the same steps learn far less.
    beta2: float = 0.98
    averaging: float = 0.0
    subwords: int = 8_000
    lower_case: bool = False
    minutes: float = 2.0


def recipe_for(kind: str, corpus: str) -> Recipe:
    """The recipe for a model of this kind on this corpus."""
    if kind == Kind.TRANSFORMER:
        return _TRANSFORMER if corpus == GRAMMAR else _TRANSFORMER_ON_TEXT
    return _RECURRENT if corpus == GRAMMAR else _RECURRENT_ON_TEXT


_TRANSFORMER = Recipe(
    layers=2, d_model=128, d_ff=256, tied=True, dropout=0.0, smoothing=0.0, batch_tokens=2048, learning_rate=5e-3,
    warmup=150, averaging=0.99,
)  # fmt: skip
# Transformer-Tiny of the literature (Wu et al. 2021).
_TRANSFORMER_ON_TEXT = Recipe(
    layers=4, d_model=128, d_ff=256, tied=True, dropout=0.3, smoothing=0.1, batch_tokens=2048, learning_rate=4e-3,
    warmup=400, averaging=0.99, subwords=10_000, minutes=20.0,
)  # fmt: skip
_RECURRENT = Recipe(dropout=0.0, smoothing=0.0, batch_tokens=900, warmup=30, learning_rate=5e-3)
_RECURRENT_ON_TEXT = Recipe(
    dropout=0.0, batch_tokens=2048, warmup=100, learning_rate=2e-3, d_embedding=128, d_model=256, minutes=20.0
)
