"""A small Transformer: attention in place of recurrence, with switches for what can be taken away from it.

Vaswani et al. 2017, with the norm in front of each sublayer and one more at the end of each stack
(Xiong et al. 2020), which trains without a long warm-up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnlab.translation.translator import Memory, State, Translator
from attnlab.translation.vocabulary import PAD


@dataclass(frozen=True, slots=True)
class TransformerSettings:
    """Sizes, and what an experiment may switch off.

    Args:
        layers: in the encoder and again in the decoder.
        source_positions: whether source words are told where they stand.
        target_positions: the same for the target.
        causal: whether a target token is kept from looking at those after it.
        tied: whether both languages and the output share one table of words (Press and Wolf 2017). It wants a
            joint vocabulary whose beginning is the target's; rows are scaled by sqrt(d_model) on their way in.
    """

    layers: int = 2
    heads: int = 4
    d_model: int = 96
    d_ff: int = 192
    dropout: float = 0.0
    source_positions: bool = True
    target_positions: bool = True
    causal: bool = True
    tied: bool = False


def sinusoidal_positions(length: int, d_model: int, start: int = 0) -> Tensor:
    """Sines in the even and cosines in the odd columns, from fast to slow; row 0 is position `start`.

    Vaswani et al. 2017, section 3.5.

    Shapes:
        returns: (length, d_model)
    """
    position = torch.arange(start, start + length, dtype=torch.float32).unsqueeze(1)
    rate = torch.exp(torch.arange(0, d_model, 2, dtype=torch.float32) * (-math.log(10_000.0) / d_model))
    angles = position * rate
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)[:, :d_model]


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Mix the values by how well each query matches the keys (Vaswani et al. 2017, eq. 1).

    Shapes:
        query:   (batch, heads, queries, d_k)
        key:     (batch, heads, keys, d_k)
        value:   (batch, heads, keys, d_v)
        mask:    (batch, heads, queries, keys) or what broadcasts to it, True where a query may look; None lets all look
        returns: context (batch, heads, queries, d_v), weights (batch, heads, queries, keys)
    """
    scores = query @ key.mT * query.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each in its own share of `d_model`."""

    def __init__(self, d_model: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.W_q = nn.Linear(d_model, d_model)
        self.W_k = nn.Linear(d_model, d_model)
        self.W_v = nn.Linear(d_model, d_model)
        self.W_o = nn.Linear(d_model, d_model)

    def read(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What others will look at: keys and values, apart from the queries so that they can be kept.

        Shapes:
            x:       (batch, keys, d_model)
            returns: key, value, both (batch, heads, keys, d_k)
        """
        return self._split(self.W_k(x)), self._split(self.W_v(x))

    def forward(self, x: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Shapes:
        x:       (batch, queries, d_model)
        key:     (batch, heads, keys, d_k), and so is value
        returns: output (batch, queries, d_model), weights (batch, heads, queries, keys)
        """
        context, weights = attend(self._split(self.W_q(x)), key, value, mask)
        return self.W_o(context.transpose(1, 2).flatten(2)), weights

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)


class EncoderLayer(nn.Module):
    """Every source word looks at every other, then thinks for itself."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        d_model, d_ff = settings.d_model, settings.d_ff
        self.attention = MultiHeadAttention(d_model, settings.heads)
        self.norm_1, self.norm_2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.W_1, self.W_2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes:
        x:       (batch, keys, d_model)
        mask:    (batch, 1, 1, keys)
        returns: x (batch, keys, d_model), weights (batch, heads, keys, keys)
        """
        normed = self.norm_1(x)
        looked, weights = self.attention(normed, *self.attention.read(normed), mask)
        x = x + self.dropout(looked)
        return x + self.dropout(self.W_2(torch.relu(self.W_1(self.norm_2(x))))), weights


class DecoderLayer(nn.Module):
    """Every target token looks at those before it, then at the source, then thinks for itself."""

    def __init__(self, settings: TransformerSettings) -> None:
        super().__init__()
        d_model, d_ff = settings.d_model, settings.d_ff
        self.self_attention = MultiHeadAttention(d_model, settings.heads)
        self.cross_attention = MultiHeadAttention(d_model, settings.heads)
        self.norm_1, self.norm_2, self.norm_3 = (nn.LayerNorm(d_model) for _ in range(3))
        self.W_1, self.W_2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(
        self,
        x: Tensor,
        before: tuple[Tensor, Tensor] | None,
        source: tuple[Tensor, Tensor],
        mask: Tensor | None,
        source_mask: Tensor,
    ) -> tuple[Tensor, tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """Shapes:
        x:           (batch, queries, d_model)
        before:      keys and values of the tokens before these, both (batch, heads, before, d_k)
        source:      keys and values of the source, both (batch, heads, keys, d_k)
        mask:        (batch | 1, 1, queries, before + queries)
        source_mask: (batch, 1, 1, keys)
        returns:     x (batch, queries, d_model), keys and values of all tokens so far, weights over
                     these tokens (batch, heads, queries, before + queries) and over the source's
        """
        normed = self.norm_1(x)
        key, value = self.self_attention.read(normed)
        if before is not None:
            key, value = torch.cat([before[0], key], dim=2), torch.cat([before[1], value], dim=2)
        looked, own_weights = self.self_attention(normed, key, value, mask)
        x = x + self.dropout(looked)
        looked, weights = self.cross_attention(self.norm_2(x), *source, source_mask)
        x = x + self.dropout(looked)
        x = x + self.dropout(self.W_2(torch.relu(self.W_1(self.norm_3(x)))))
        return x, (key, value), (own_weights, weights)


class TransformerTranslator(Translator):
    """Encoder and decoder of attention alone; its weights are the mean over all layers and heads of the decoder.

    Which layer aligns best changes with the size and the length of training; their mean is near the best of them.

    Without the causal mask a token's output depends on those after it, so that `step` computes
    the whole prefix anew and agrees with `teach` on that prefix only, never on the whole target.
    """

    def __init__(self, source_vocabulary: int, target_vocabulary: int, settings: TransformerSettings) -> None:
        super().__init__()
        d_model = settings.d_model
        self.settings = settings
        self.embedding_scale = d_model**0.5 if settings.tied else 1.0
        if settings.tied:
            self.embedding = nn.Embedding(source_vocabulary, d_model)
            nn.init.normal_(self.embedding.weight, std=d_model**-0.5)
            self.target_words = target_vocabulary
        else:
            self.source_embedding = nn.Embedding(source_vocabulary, d_model, padding_idx=PAD)
            self.target_embedding = nn.Embedding(target_vocabulary, d_model, padding_idx=PAD)
        self.encoder = nn.ModuleList(EncoderLayer(settings) for _ in range(settings.layers))
        self.decoder = nn.ModuleList(DecoderLayer(settings) for _ in range(settings.layers))
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.dropout = nn.Dropout(settings.dropout)
        if not settings.tied:
            self.vocabulary = nn.Linear(d_model, target_vocabulary)

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        memory, _ = self._read(source)
        return memory

    def states(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        states, weights = self._write(memory, target)
        return states, _overall([cross for _, cross in weights])

    def logits(self, states: Tensor) -> Tensor:
        if self.settings.tied:
            return functional.linear(states, self.embedding.weight[: self.target_words])
        scored: Tensor = self.vocabulary(states)
        return scored

    def start(self, memory: Memory) -> State:
        if not self.settings.causal:
            return (memory.keys.new_zeros((len(memory.keys), 0), dtype=torch.long),)
        # Keys and values of the tokens so far, layer by layer: none yet.
        return tuple(part[:, :, :0] for part in memory.more)

    def step(self, token: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor | None]:
        if not self.settings.causal:
            prefix = torch.cat([state[0], token.unsqueeze(1)], dim=1)
            states, weights = self._write(memory, prefix)
            return self.logits(states[:, -1]), (prefix,), _overall([cross for _, cross in weights])[:, -1]
        x = self._embed(token.unsqueeze(1), self._target_table, self.settings.target_positions, state[0].shape[2])
        kept: list[Tensor] = []
        looked: list[Tensor] = []
        for number, layer in enumerate(self.decoder):
            before = state[2 * number], state[2 * number + 1]
            x, both, (_, cross) = layer(x, before, self._source(memory, number), None, memory.mask[:, None, None])
            kept += both
            looked.append(cross)
        return self.logits(self.decoder_norm(x)).squeeze(1), tuple(kept), _overall(looked).squeeze(1)

    def cross_weights(self, memory: Memory, target: Tensor) -> Tensor:
        """What every head of every decoder layer looks at in the source.

        Shapes:
            target:  (batch, time), starting with begin of sentence
            returns: (layers, batch, heads, time, keys)
        """
        _, weights = self._write(memory, target)
        return torch.stack([cross for _, cross in weights])

    def target_weights(self, memory: Memory, target: Tensor) -> Tensor:
        """What every target token looks at in the target, by every head of every decoder layer.

        Shapes:
            target:  (batch, time), starting with begin of sentence
            returns: (layers, batch, heads, time, time); the rows of padding say nothing
        """
        _, weights = self._write(memory, target)
        return torch.stack([own for own, _ in weights])

    def source_weights(self, source: Tensor) -> Tensor:
        """What every source word looks at in the source, by every head of every encoder layer.

        Shapes:
            source:  (batch, keys)
            returns: (layers, batch, heads, keys, keys); the rows of padding say nothing
        """
        _, weights = self._read(source)
        return torch.stack(weights)

    def _read(self, source: Tensor) -> tuple[Memory, list[Tensor]]:
        mask = source != PAD
        x = self._embed(source, self._source_table, self.settings.source_positions)
        looked = []
        for layer in self.encoder:
            x, weights = layer(x, mask[:, None, None])
            looked.append(weights)
        keys = self.encoder_norm(x)
        more: list[Tensor] = []
        for layer in self.decoder:
            more += cast(DecoderLayer, layer).cross_attention.read(keys)
        words = mask.unsqueeze(-1)
        return Memory(keys, mask, (keys * words).sum(1) / words.sum(1), tuple(more)), looked

    def _write(self, memory: Memory, target: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor]]]:
        x = self._embed(target, self._target_table, self.settings.target_positions)
        time = target.shape[1]
        if self.settings.causal:
            # Padding comes last, so that no token before it may look at it anyway.
            mask = torch.ones(1, 1, time, time, dtype=torch.bool, device=target.device).tril()
        else:
            mask = (target != PAD)[:, None, None]
        looked = []
        for number, layer in enumerate(self.decoder):
            x, _, weights = layer(x, None, self._source(memory, number), mask, memory.mask[:, None, None])
            looked.append(weights)
        return self.decoder_norm(x), looked

    @property
    def _source_table(self) -> nn.Embedding:
        return self.embedding if self.settings.tied else self.source_embedding

    @property
    def _target_table(self) -> nn.Embedding:
        return self.embedding if self.settings.tied else self.target_embedding

    def _embed(self, tokens: Tensor, embedding: nn.Embedding, positions: bool, start: int = 0) -> Tensor:
        x: Tensor = embedding(tokens)
        if self.settings.tied:
            x = x * self.embedding_scale
        if positions:
            x = x + sinusoidal_positions(tokens.shape[1], self.settings.d_model, start).to(x)
        return self.dropout(x) if self.settings.dropout else x

    def _source(self, memory: Memory, layer: int) -> tuple[Tensor, Tensor]:
        return memory.more[2 * layer], memory.more[2 * layer + 1]


def _overall(weights: list[Tensor]) -> Tensor:
    return torch.stack(weights).mean(dim=(0, 2))
