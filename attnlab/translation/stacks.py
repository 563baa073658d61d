"""The Transformer of the capstone, put together from parts that are given: attention, masks, layers, decoding.

It needs torch and the parts, nothing of attnlab: so the very same source runs here, where it is trained, and in the
worker that judges a run which was handed in. Its weights go by the same names as `TransformerTranslator`'s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

EPS = 1e-5


class Norm(nn.Module):
    """The part `layer_norm`, with a gain and a bias to learn."""

    def __init__(self, layer_norm: Any, d_model: int) -> None:
        super().__init__()
        self.layer_norm = layer_norm
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))

    def forward(self, x: Tensor) -> Tensor:
        normalised: Tensor = self.layer_norm(x, self.weight, self.bias, EPS)
        return normalised


class Stacks(nn.Module):
    """Encoder and decoder of the parts' layers, a norm on top of each, embeddings below, the vocabulary above.

    Args:
        parts: has the parts as attributes: `EncoderLayer`, `DecoderLayer`, `layer_norm`, `sinusoidal_positions`,
            `padding_mask` and `causal_mask`.
        source_vocabulary: when tied, the size of the one table, which starts with the target's words.
        tied: one table for both languages and the output, its rows scaled by sqrt(d_model) on the way in.
        pad: the number of padding, whose embedding is not trained unless tied.
    """

    def __init__(
        self,
        parts: Any,
        *,
        source_vocabulary: int,
        target_vocabulary: int,
        layers: int,
        heads: int,
        d_model: int,
        d_ff: int,
        dropout: float = 0.0,
        tied: bool = False,
        pad: int = 0,
    ) -> None:
        super().__init__()
        self.parts, self.d_model, self.tied = parts, d_model, tied
        self.target_words = target_vocabulary
        if tied:
            self.embedding = nn.Embedding(source_vocabulary, d_model)
        else:
            self.source_embedding = nn.Embedding(source_vocabulary, d_model, padding_idx=pad)
            self.target_embedding = nn.Embedding(target_vocabulary, d_model, padding_idx=pad)
            self.vocabulary = nn.Linear(d_model, target_vocabulary)
        self.encoder = nn.ModuleList(parts.EncoderLayer(d_model, heads, d_ff, dropout) for _ in range(layers))
        self.decoder = nn.ModuleList(parts.DecoderLayer(d_model, heads, d_ff, dropout) for _ in range(layers))
        self.encoder_norm, self.decoder_norm = Norm(parts.layer_norm, d_model), Norm(parts.layer_norm, d_model)
        self.dropout = nn.Dropout(dropout)
        # What depends on lengths alone is asked of the parts once, not once a batch.
        self._positions = torch.zeros(0, d_model)
        self._causal: dict[tuple[int, torch.device], Tensor] = {}

    def read(self, source: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Encode the source sentences.

        Shapes:
            source:  (batch, keys)
            lengths: (batch)
            returns: memory (batch, keys, d_model), mask (batch, 1, 1, keys)
        """
        mask: Tensor = self.parts.padding_mask(lengths.to(source.device), source.shape[1])
        x = self._embed(source, self.embedding if self.tied else self.source_embedding)
        for layer in self.encoder:
            x = layer(x, mask)
        memory: Tensor = self.encoder_norm(x)
        return memory, mask

    def write(self, memory: Tensor, memory_mask: Tensor, target: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Predict every next token of targets that start with begin of sentence.

        Shapes:
            memory:      (batch, keys, d_model)
            memory_mask: (batch, 1, 1, keys)
            target:      (batch, time)
            returns:     states (batch, time, d_model), which `logits` takes, and for every layer what its heads look at
                         in the source (batch, heads, time, keys)
        """
        mask = self._causal_mask(target.shape[1], target.device)
        x = self._embed(target, self.embedding if self.tied else self.target_embedding)
        looked = []
        for layer in self.decoder:
            x, weights = layer(x, memory, mask, memory_mask)
            looked.append(weights)
        return self.decoder_norm(x), looked

    def logits(self, states: Tensor) -> Tensor:
        """Shapes:
        states:  (..., d_model)
        returns: (..., vocabulary)
        """
        if self.tied:
            return functional.linear(states, self.embedding.weight[: self.target_words])
        scored: Tensor = self.vocabulary(states)
        return scored

    def hold(self, weights: Mapping[str, Tensor]) -> None:
        """Take these weights, by their names; what the parts have beside them stays as it is.

        Raises:
            ValueError: there is no weight of such a name and shape.
        """
        own = self.state_dict()
        for name, weight in weights.items():
            if name not in own:
                raise ValueError(f"the parts have no weight called {name}")
            if own[name].shape != weight.shape:
                raise ValueError(f"the parts' {name} has shape {tuple(own[name].shape)}, not {tuple(weight.shape)}")
        self.load_state_dict(dict(weights), strict=False)

    @torch.no_grad()
    def decode(
        self,
        sentences: Iterable[Sequence[int]],
        limits: Iterable[int],
        *,
        bos: int,
        eos: int,
        beam: int = 1,
        alpha: float = 0.6,
    ) -> list[list[int]]:
        """Translate one sentence after the other by the parts `greedy_decode`, or `beam_search` where it is to be wide.

        Args:
            limits: how long each translation may get, end of sentence counted.

        Returns:
            What the decoder wrote, token numbers without begin and end of sentence.
        """
        self.eval()
        written = []
        for sentence, longest in zip(sentences, limits, strict=True):
            step = self._step(sentence)
            if beam == 1:
                tokens = self.parts.greedy_decode(step, bos, eos, longest)
            else:
                tokens = self.parts.beam_search(step, bos, eos, beam, longest, alpha)
            # One too many shows that there were too many.
            written.append([int(token) for token in islice(tokens, longest + 1)])
        return written

    def _step(self, sentence: Sequence[int]) -> Callable[[Tensor], Tensor]:
        """From prefixes to the log-probabilities of what comes next, both on the CPU, for one source sentence."""
        device = next(self.parameters()).device
        source = torch.tensor([list(sentence)], device=device)
        memory, mask = self.read(source, torch.tensor([len(sentence)]))

        def step(prefixes: Tensor) -> Tensor:
            several = len(prefixes)
            beside = memory.expand(several, -1, -1), mask.expand(several, -1, -1, -1)
            x, _ = self.write(*beside, prefixes.to(device))
            return torch.log_softmax(self.logits(x[:, -1]).float(), dim=-1).cpu()

        return step

    def _embed(self, tokens: Tensor, embedding: nn.Embedding) -> Tensor:
        x: Tensor = embedding(tokens)
        if self.tied:
            x = x * math.sqrt(self.d_model)
        length = tokens.shape[1]
        if length > len(self._positions) or self._positions.device != x.device:
            rows = max(64, 1 << (length - 1).bit_length())
            self._positions = self.parts.sinusoidal_positions(rows, self.d_model).to(x.device)
        embedded: Tensor = self.dropout(x + self._positions[:length].to(x.dtype))
        return embedded

    def _causal_mask(self, length: int, device: torch.device) -> Tensor:
        if (length, device) not in self._causal:
            self._causal[length, device] = self.parts.causal_mask(length, length).to(device)[None, None]
        return self._causal[length, device]


def stacks_of(homes: Mapping[str, str], sizes: Mapping[str, Any]) -> Stacks:
    """The model of parts that lie beside this file, imported by the names of their files.

    Args:
        homes: for each part the file that it is in.
        sizes: what else `Stacks` takes.
    """
    return Stacks(SimpleNamespace(**{part: getattr(__import__(file), part) for part, file in homes.items()}), **sizes)
