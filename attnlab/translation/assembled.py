"""A Transformer made of the course's parts, a learner's own among them, behind the interface of every translator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from attnlab.translation.parts import PartFails, Parts
from attnlab.translation.searching import max_tokens
from attnlab.translation.stacks import Stacks
from attnlab.translation.transformer import TransformerSettings, TransformerTranslator
from attnlab.translation.translator import Memory, State, Translator
from attnlab.translation.vocabulary import BOS, EOS, PAD


class AssembledTranslator(Stacks, Translator):
    """What `TransformerTranslator` computes, computed by the parts; weights by the same names fit both.

    The parts know no cache: `step` computes the whole prefix anew.
    """

    def __init__(
        self, source_vocabulary: int, target_vocabulary: int, settings: TransformerSettings, parts: Parts
    ) -> None:
        super().__init__(
            parts,
            source_vocabulary=source_vocabulary,
            target_vocabulary=target_vocabulary,
            layers=settings.layers,
            heads=settings.heads,
            d_model=settings.d_model,
            d_ff=settings.d_ff,
            dropout=settings.dropout,
            tied=settings.tied,
            pad=PAD,
        )
        self.settings = settings
        self._shapes = canonical_shapes(source_vocabulary, target_vocabulary, settings)
        self._require(self._shapes)
        trained = {id(parameter) for parameter in self.canonical_parameters().values()}
        for parameter in self.parameters():
            parameter.requires_grad_(id(parameter) in trained)

    @classmethod
    def like(cls, canonical: TransformerTranslator, parts: Parts) -> AssembledTranslator:
        """The same model, weights copied, computed by the parts.

        Raises:
            PartFails: the parts' layers cannot hold the weights.
        """
        if canonical.settings.tied:
            sizes = canonical.embedding.num_embeddings, canonical.target_words
        else:
            sizes = canonical.source_embedding.num_embeddings, canonical.vocabulary.out_features
        assembled = cls(*sizes, canonical.settings, parts)
        assembled.hold(canonical.state_dict())
        return assembled.to(next(canonical.parameters()).device).train(canonical.training)

    def hold(self, weights: Mapping[str, Tensor]) -> None:
        """Take these weights, by their canonical names.

        Raises:
            PartFails: the parts' layers have no such weights.
        """
        self._require({name: tuple(weight.shape) for name, weight in weights.items()})
        super().hold(weights)

    def canonical_parameters(self) -> dict[str, nn.Parameter]:
        """The parameters that are trained, by their canonical names.

        A learner's layer may have others besides, or the same ones under other names.
        """
        every = dict(self.named_parameters(remove_duplicate=False))
        return {name: every[name] for name in self._shapes if name in every}

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        keys, mask = self.read(source, lengths)
        here = mask[:, 0, 0]
        words = here.unsqueeze(-1)
        return Memory(keys, here, (keys * words).sum(1) / words.sum(1).clamp(min=1))

    def states(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        x, looked = self.write(memory.keys, memory.mask[:, None, None], target)
        return x, _overall(looked)

    def start(self, memory: Memory) -> State:
        return (memory.keys.new_zeros((len(memory.keys), 0), dtype=torch.long),)

    def step(self, token: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor | None]:
        prefix = torch.cat([state[0], token.unsqueeze(1)], dim=1)
        x, looked = self.write(memory.keys, memory.mask[:, None, None], prefix)
        return self.logits(x[:, -1]), (prefix,), _overall(looked)[:, -1]

    def cross_weights(self, memory: Memory, target: Tensor) -> Tensor:
        """What every head of every decoder layer looks at in the source.

        Shapes:
            target:  (batch, time), starting with begin of sentence
            returns: (layers, batch, heads, time, keys)
        """
        return torch.stack(self.write(memory.keys, memory.mask[:, None, None], target)[1])

    def translate(self, sentence: Sequence[int], *, beam: int = 1, alpha: float = 0.6) -> list[int]:
        """One sentence's translation by the parts `greedy_decode` or `beam_search`, token numbers in and out."""
        limits = [max_tokens(len(sentence))]
        return self.decode([sentence], limits, bos=BOS, eos=EOS, beam=beam, alpha=alpha)[0]

    def _require(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        own = {name: tuple(weight.shape) for name, weight in self.state_dict().items()}
        for name, shape in shapes.items():
            if own.get(name) != shape:
                found = f"of shape {own[name]}" if name in own else "no such weight"
                raise PartFails(
                    f"the translator's {name} should be of shape {shape}, but the parts have {found}",
                    remedy="'attnlab check EncoderLayer' and 'attnlab check DecoderLayer' name their weights",
                )


def canonical_shapes(
    source_vocabulary: int, target_vocabulary: int, settings: TransformerSettings
) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a Transformer of this size."""
    with torch.device("meta"):
        model = TransformerTranslator(source_vocabulary, target_vocabulary, settings)
    return {name: tuple(weight.shape) for name, weight in model.state_dict().items()}


def _overall(weights: list[Tensor]) -> Tensor:
    return torch.stack(weights).mean(dim=(0, 2))
