"""A Transformer made to write: weights packed, keys and values kept in place, hundreds of beginnings at once.

It computes what `TransformerTranslator` computes and saves passes over memory: one product gives queries,
keys and values; a beam's keys are never copied, since every beginning looks at those of its whole sentence
through a mask of its ancestors; the likeliest words are looked for where the highest logits are.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnlab.translation.transformer import (
    DecoderLayer,
    EncoderLayer,
    MultiHeadAttention,
    TransformerTranslator,
    sinusoidal_positions,
)
from attnlab.translation.vocabulary import PAD
from attnlab.translation.writers import Outlook, Writer

# Logits are made for so many rows at a time, so that they stay in the processor's cache until they are read.
_CHUNK = 256
# The best words of a row are looked for in its best blocks of so many words.
_BLOCK = 64
# The library's softmax takes the slow way through rows that do not fill its registers.
_REGISTER = 16
# There is room at first for translations that are so many tokens longer than the source.
_LONGER = 4
# Hides a key or a word that is not there; finite, so that nothing becomes nan.
_HIDDEN = -1e30


class _Linear(NamedTuple):
    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class _Attention(NamedTuple):
    """`inwards` gives queries that are already scaled, and keys and values too where they come from the same words."""

    norm: nn.LayerNorm
    inwards: _Linear
    outwards: nn.Linear


class _FeedForward(NamedTuple):
    norm: nn.LayerNorm
    W_1: nn.Linear
    W_2: nn.Linear

    def onto(self, x: Tensor) -> Tensor:
        """What it adds to x is added in place."""
        return x.add_(self.W_2(self.W_1(self.norm(x)).relu_()))


class FastTransformer:
    """The weights of a causal `TransformerTranslator` as they are now, packed for reading and writing."""

    def __init__(self, model: TransformerTranslator) -> None:
        settings = model.settings
        self.settings = settings
        self.d_k = settings.d_model // settings.heads
        source_table, target_table, weight, bias = _tables(model)
        self._source_table, self.target_table = source_table, target_table * model.embedding_scale
        self._source_scale = model.embedding_scale
        self.output = Output(weight, bias)
        encoder = [cast(EncoderLayer, layer) for layer in model.encoder]
        decoder = [cast(DecoderLayer, layer) for layer in model.decoder]
        self._encoder = [
            (
                self._attention(layer.norm_1, layer.attention, ("W_q", "W_k", "W_v")),
                _FeedForward(layer.norm_2, layer.W_1, layer.W_2),
            )
            for layer in encoder
        ]
        self.decoder = [
            (
                self._attention(layer.norm_1, layer.self_attention, ("W_q", "W_k", "W_v")),
                self._attention(layer.norm_2, layer.cross_attention, ("W_q",)),
                _FeedForward(layer.norm_3, layer.W_1, layer.W_2),
            )
            for layer in decoder
        ]
        attentions = [layer.cross_attention for layer in decoder]
        self.keys_and_values = _packed([part for each in attentions for part in (each.W_k, each.W_v)])
        self._encoder_norm = model.encoder_norm
        self.decoder_norm = model.decoder_norm

    def read(self, source: Tensor) -> Tensor:
        """What the encoder makes of the source.

        Shapes:
            source:  (sentences, keys)
            returns: (sentences * keys, d_model)
        """
        sentences, keys = source.shape
        x = self._source_table[source] * self._source_scale
        if self.settings.source_positions:
            x += sinusoidal_positions(keys, x.shape[2]).to(x)
        x = x.flatten(0, 1)
        mask = hiding(source != PAD, x)
        for looks, thinks in self._encoder:
            query, both = self.split(looks.inwards(looks.norm(x)), sentences)
            both = functional.pad(both, (0, 0, 0, mask.shape[2] - keys)).flatten(1, 2)
            context, _ = self.mix(query, both[0].mT, both[1], mask)
            x = thinks.onto(x + looks.outwards(context))
        read: Tensor = self._encoder_norm(x)
        return read

    def split(self, packed: Tensor, sentences: int) -> tuple[Tensor, Tensor]:
        """Shapes:
        packed:  (sentences * slots, d_model or three times that)
        returns: queries (sentences * heads, slots, d_k); keys and values (2, sentences, heads, slots, d_k), or none
        """
        parts = packed.view(sentences, -1, packed.shape[1] // self.settings.d_model, self.settings.heads, self.d_k)
        parts = parts.permute(2, 0, 3, 1, 4)
        return parts[0].flatten(0, 1), parts[1:]

    def mix(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes:
        query:   (sentences * heads, queries, d_k), scaled
        key:     (sentences * heads, d_k, keys)
        value:   (sentences * heads, keys, d_k)
        mask:    (sentences, 1 | queries, keys), to be added
        returns: context (sentences * queries, d_model), weights (sentences * heads, queries, keys)
        """
        scores = torch.bmm(query, key)
        scores.view(len(mask), -1, *scores.shape[1:]).add_(mask.unsqueeze(1))
        weights = torch.softmax(scores, dim=-1)
        context = torch.bmm(weights, value).view(len(mask), -1, query.shape[1], self.d_k)
        return context.transpose(1, 2).reshape(-1, self.settings.d_model), weights

    def _attention(self, norm: nn.LayerNorm, attention: MultiHeadAttention, names: tuple[str, ...]) -> _Attention:
        layers = [cast(nn.Linear, getattr(attention, name)) for name in names]
        return _Attention(norm, _packed(layers, first_scale=self.d_k**-0.5), attention.W_o)


class FastWriter(Writer):
    """Keys and values of a batch of sentences, and of all that was written for them.

    Args:
        looking: whether to say what was looked at: the mean over all layers and heads.

    Shapes:
        source: (sentences, keys)
    """

    def __init__(self, model: FastTransformer, source: Tensor, *, looking: bool) -> None:
        self._model, self._looking = model, looking
        self._source_length = source.shape[1]
        heads, layers, sentences = model.settings.heads, len(model.decoder), len(source)
        memory = model.read(source)
        self._source_mask = hiding(source != PAD, memory)
        both = model.keys_and_values(memory).view(sentences, -1, layers, 2, heads, model.d_k)
        both = functional.pad(both, (0,) * 8 + (0, self._source_mask.shape[2] - both.shape[1]))
        self._keys = both[:, :, :, 0].permute(2, 0, 3, 4, 1).contiguous()  # (layers, sentences, heads, d_k, keys)
        self._values = both[:, :, :, 1].permute(2, 0, 3, 1, 4).contiguous()
        # Keys and values of all tokens so far: a column for every slot of every round. Those that nobody has
        # written yet get no weight, but must be numbers.
        self._written = memory.new_zeros(layers, 2, sentences, heads, 0, model.d_k)
        self._rounds = 0
        # Zero where a column is an ancestor of the slot.
        self._ancestors = memory.new_full((sentences, 1, 0), _HIDDEN)

    def look_ahead(self, tokens: Tensor, parents: Tensor, best: int) -> Outlook:
        model, (sentences, slots) = self._model, tokens.shape
        columns = self._add_columns(parents, expected=(self._source_length + _LONGER) * best)
        width = -(-columns.stop // _REGISTER) * _REGISTER
        mask = functional.pad(self._ancestors, (0, width - columns.stop), value=_HIDDEN)
        x = model.target_table[tokens.flatten()]  # (sentences * slots, d_model)
        if model.settings.target_positions:
            x += sinusoidal_positions(1, x.shape[1], self._rounds).to(x)
        looked: Tensor | None = None
        for number, (looks, looks_back, thinks) in enumerate(model.decoder):
            query, both = model.split(looks.inwards(looks.norm(x)), sentences)
            self._written[number, :, :, :, columns] = both
            written = self._written[number].flatten(1, 2)[:, :, :width]
            context, _ = model.mix(query, written[0].mT, written[1], mask)
            x += looks.outwards(context)
            query, _ = model.split(looks_back.inwards(looks_back.norm(x)), sentences)
            keys, values = self._keys[number].flatten(0, 1), self._values[number].flatten(0, 1)
            context, weights = model.mix(query, keys, values, self._source_mask)
            x = thinks.onto(x.add_(looks_back.outwards(context)))
            if self._looking:
                mean = weights.view(sentences, -1, *weights.shape[1:]).mean(1)  # (sentences, slots, keys)
                looked = mean if looked is None else looked.add_(mean)
        self._rounds += 1
        gains, chosen = model.output.best(model.decoder_norm(x), best)
        if looked is not None:
            looked = looked[..., : self._source_length] / len(model.decoder)
        return Outlook(gains.view(sentences, slots, -1), chosen.view(sentences, slots, -1), looked)

    def keep(self, sentences: Tensor) -> None:
        self._keys, self._values = self._keys.index_select(1, sentences), self._values.index_select(1, sentences)
        self._source_mask, self._ancestors = self._source_mask[sentences], self._ancestors[sentences]
        self._written = self._written.index_select(2, sentences)

    def _add_columns(self, parents: Tensor, expected: int) -> slice:
        """Columns for this round's slots, each of which descends from its parent's ancestors and itself.

        Args:
            expected: how many columns there are going to be.
        """
        slots, first, room = parents.shape[1], self._ancestors.shape[2], self._written.shape[4]
        # Room enough to look at whole registers.
        missing = first + slots + _REGISTER - room
        if missing > 0:
            self._written = functional.pad(self._written, (0, 0, 0, max(room // 2, missing, expected - room)))
        before = self._ancestors.gather(1, parents.unsqueeze(2).expand(-1, -1, first))
        itself = torch.full((slots, slots), _HIDDEN).fill_diagonal_(0.0).to(before)
        self._ancestors = torch.cat([before, itself.expand(len(parents), -1, -1)], dim=2)
        return slice(first, first + slots)


class Output:
    """The likeliest next words, without more passes over the logits than need be."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight, self._bias = weight, bias
        # The words behind the last whole block are looked through every time.
        self._whole = len(weight) // _BLOCK * _BLOCK

    def best(self, x: Tensor, wanted: int) -> tuple[Tensor, Tensor]:
        """Shapes:
        x:       (rows, d_model)
        returns: log-probabilities (rows, best) and tokens (rows, best)
        """
        found = [self._best(chunk, min(wanted, len(self._weight))) for chunk in torch.split(x, _CHUNK)]
        return torch.cat([gains for gains, _ in found]), torch.cat([tokens for _, tokens in found])

    def _best(self, x: Tensor, best: int) -> tuple[Tensor, Tensor]:
        likelihoods = torch.log_softmax(functional.linear(x, self._weight, self._bias), dim=-1)
        if self._whole <= best * _BLOCK:
            return _top(likelihoods, best)
        blocks = likelihoods[:, : self._whole].view(len(x), -1, _BLOCK)
        # The best words lie in the blocks with the highest maxima, or behind the last block.
        _, which = _top(blocks.amax(dim=-1), best)
        candidates = blocks.gather(1, which.unsqueeze(2).expand(-1, -1, _BLOCK)).flatten(1)
        gains, places = _top(torch.cat([candidates, likelihoods[:, self._whole :]], dim=1), best)
        behind = places - candidates.shape[1]
        within = which.gather(1, (places // _BLOCK).clamp_max_(best - 1)) * _BLOCK + places % _BLOCK
        return gains, torch.where(behind < 0, within, self._whole + behind)


def _top(values: Tensor, best: int) -> tuple[Tensor, Tensor]:
    """The highest of each row, and where they are; of equal ones the first, if only one is wanted."""
    found = values.max(dim=1, keepdim=True) if best == 1 else values.topk(best, dim=1)
    return found.values, found.indices


def _tables(model: TransformerTranslator) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """The tables of source and target words, and weight and bias of the output."""
    if model.settings.tied:
        joint = model.embedding.weight
        return joint, joint[: model.target_words], joint[: model.target_words], None
    return (
        model.source_embedding.weight,
        model.target_embedding.weight,
        model.vocabulary.weight,
        model.vocabulary.bias,
    )


def _packed(layers: list[nn.Linear], first_scale: float = 1.0) -> _Linear:
    """Several layers as one, side by side, the first one's outcome scaled."""
    scales = [first_scale, *[1.0] * (len(layers) - 1)]
    weight = torch.cat([layer.weight * scale for layer, scale in zip(layers, scales, strict=True)])
    bias = torch.cat([layer.bias * scale for layer, scale in zip(layers, scales, strict=True)])
    return _Linear(weight, bias)


def hiding(mask: Tensor, like: Tensor) -> Tensor:
    """What to add to the scores so that keys that are not there are not looked at; with room for whole registers.

    Shapes:
        mask:    (sentences, keys)
        returns: (sentences, 1, keys and some more)
    """
    wider = functional.pad(mask, (0, -mask.shape[1] % _REGISTER))
    return like.new_zeros(wider.shape).masked_fill_(~wider, _HIDDEN).unsqueeze(1)
