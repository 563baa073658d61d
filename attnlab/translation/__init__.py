"""Translation: the embedded grammar, vocabularies, batches, models, training, decoding and how good it all is.

The grammar costs no heavy import; whatever computes imports torch when it is first asked for.
"""

from typing import TYPE_CHECKING, Any

from attnlab.translation.corpus import Split, by_construction, by_length, draw, split_of, stream
from attnlab.translation.phrases import Construction, SentencePair
from attnlab.translation.vocabulary import Vocabulary

if TYPE_CHECKING:
    from attnlab.translation.keeping import trained_on_grammar
    from attnlab.translation.models import Kind, build
    from attnlab.translation.plan import Plan, Step
    from attnlab.translation.quality import alignment_error_rate, corpus_bleu, count_links, links_of
    from attnlab.translation.training import train
    from attnlab.translation.transformer import TransformerSettings
    from attnlab.translation.trial import Quality, Trained, Trial, quality_by_length, train_on_grammar

__all__ = [
    "Construction",
    "Kind",
    "Plan",
    "Quality",
    "SentencePair",
    "Split",
    "Step",
    "Trained",
    "TransformerSettings",
    "Trial",
    "Vocabulary",
    "alignment_error_rate",
    "build",
    "by_construction",
    "by_length",
    "corpus_bleu",
    "count_links",
    "draw",
    "links_of",
    "quality_by_length",
    "split_of",
    "stream",
    "train",
    "train_on_grammar",
    "trained_on_grammar",
]

_HOMES = {
    "keeping": ("trained_on_grammar",),
    "models": ("Kind", "build"),
    "quality": ("alignment_error_rate", "corpus_bleu", "count_links", "links_of"),
    "transformer": ("TransformerSettings",),
    "plan": ("Plan", "Step"),
    "training": ("train",),
    "trial": ("Quality", "Trained", "Trial", "quality_by_length", "train_on_grammar"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"attnlab.translation.{home}"), name)
    raise AttributeError(name)
