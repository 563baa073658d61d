"""A straightforward training loop around nn.Transformer, as a good student writes it: what ours is measured against.

Run by bench_translator.py in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path
from random import Random

import torch
from steady_steps import SteadySteps, tell
from torch import Tensor, nn

PAD, BOS, EOS = 0, 1, 2
LAYERS, HEADS, D_MODEL, D_FF, DROPOUT = 4, 4, 128, 256, 0.3

Numbered = tuple[list[int], list[int]]


class PlainTransformer(nn.Module):
    """Embedding, nn.Transformer, generator; one table for both languages and the output."""

    def __init__(self, vocabulary: int, longest: int = 512) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, D_MODEL, padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=D_MODEL**-0.5)
        self.register_buffer("positions", sinusoidal_positions(longest))
        self.dropout = nn.Dropout(DROPOUT)
        self.transformer = nn.Transformer(
            D_MODEL, HEADS, LAYERS, LAYERS, D_FF, DROPOUT, batch_first=True, norm_first=True
        )
        self.generator = nn.Linear(D_MODEL, vocabulary)
        self.generator.weight = self.embedding.weight

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Shapes:
        source:  (batch, source)
        target:  (batch, target), starting with begin of sentence
        returns: logits (batch, target, vocabulary)
        """
        time = target.shape[1]
        later = torch.ones(time, time, dtype=torch.bool).triu(1)
        source_padding = source == PAD
        states = self.transformer(
            self.embed(source),
            self.embed(target),
            tgt_mask=later,
            src_key_padding_mask=source_padding,
            tgt_key_padding_mask=target == PAD,
            memory_key_padding_mask=source_padding,
            tgt_is_causal=True,
        )
        return self.generator(states)

    def embed(self, tokens: Tensor) -> Tensor:
        return self.dropout(self.embedding(tokens) * math.sqrt(D_MODEL) + self.positions[: tokens.shape[1]])


def sinusoidal_positions(length: int) -> Tensor:
    position = torch.arange(length).unsqueeze(1)
    angles = position * torch.exp(torch.arange(0, D_MODEL, 2) * (-math.log(10_000.0) / D_MODEL))
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def batches(pairs: list[Numbered], tokens: int, random: Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Epoch after epoch, shuffled; a batch is full when its longer side, padding included, holds `tokens` places."""
    while True:
        random.shuffle(pairs)
        batch: list[Numbered] = []
        for pair in pairs:
            batch.append(pair)
            widest = max(max(len(source), len(target) - 1) for source, target in batch)
            if widest * len(batch) >= tokens:
                yield padded([source for source, _ in batch]), padded([target for _, target in batch])
                batch = []


def padded(sentences: list[list[int]]) -> Tensor:
    return nn.utils.rnn.pad_sequence([torch.tensor(each) for each in sentences], batch_first=True, padding_value=PAD)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--batch-tokens", type=int, required=True)
    asked = parser.parse_args()

    torch.manual_seed(0)
    corpus = json.loads((asked.work / "train.json").read_text())
    pairs = [(source, [BOS, *target, EOS]) for source, target in corpus["pairs"]]
    model = PlainTransformer(corpus["vocabulary"]).train()
    criterion = nn.CrossEntropyLoss(ignore_index=PAD, label_smoothing=0.1)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.98))
    clock = SteadySteps(asked.seconds)
    for source, target in batches(pairs, asked.batch_tokens, Random(0)):
        logits = model(source, target[:, :-1])
        truth = target[:, 1:]
        loss = criterion(logits.flatten(0, 1), truth.flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if not clock.step(int((truth != PAD).sum()), truth.numel()):
            break
    tell({**clock.report(), "types": corpus["vocabulary"]})


if __name__ == "__main__":
    main()
