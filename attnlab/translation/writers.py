"""How a search asks a model what comes next: for several beginnings of every sentence at once.

A beginning has its place in a slot of its sentence. Before each token the search says which slot of
the round before each slot goes on from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

import torch
from torch import Tensor

from attnlab.translation.translator import Memory, State, Translator


class Outlook(NamedTuple):
    """What may come next, the likeliest first.

    Shapes:
        gains:   (sentences, slots, best), log-probabilities
        tokens:  (sentences, slots, best)
        weights: (sentences, slots, keys), what was looked at in the source; None without attention, or when not asked
    """

    gains: Tensor
    tokens: Tensor
    weights: Tensor | None


class Writer(ABC):
    """Writes the translations of a batch of sentences, token by token."""

    @abstractmethod
    def look_ahead(self, tokens: Tensor, parents: Tensor, best: int) -> Outlook:
        """Put a token behind each beginning, and say what may come after it.

        The number of slots may differ from that of the round before; in the first round there is one.

        Shapes:
            tokens:  (sentences, slots), begin of sentence at first
            parents: (sentences, slots), from which slot of the round before each goes on; zeros at first
        """

    @abstractmethod
    def keep(self, sentences: Tensor) -> None:
        """Go on with these sentences only.

        Shapes:
            sentences: (kept)
        """


class StepWriter(Writer):
    """Keeps what the model carries from token to token: its state, or its keys and values."""

    def __init__(self, model: Translator, memory: Memory) -> None:
        self._model, self._memory, self._state = model, memory, model.start(memory)
        # The memory once for every slot.
        self._spread = memory
        self._slots = 1

    def look_ahead(self, tokens: Tensor, parents: Tensor, best: int) -> Outlook:
        sentences, slots = tokens.shape
        if slots > 1 or self._slots > 1:
            self._state = _rows(self._state, _flat(parents, self._slots))
        if slots != self._slots:
            self._slots, self._spread = slots, _spread(self._memory, slots)
        logits, self._state, weights = self._model.step(tokens.flatten(), self._state, self._spread)
        return outlook(logits, weights, sentences, best)

    def keep(self, sentences: Tensor) -> None:
        self._memory = self._memory.rows(sentences)
        self._spread = self._memory if self._slots == 1 else _spread(self._memory, self._slots)
        slots = torch.arange(self._slots, device=sentences.device)
        self._state = _rows(self._state, (sentences.unsqueeze(1) * self._slots + slots).flatten())


class PrefixWriter(Writer):
    """Keeps nothing but the tokens and computes every beginning anew."""

    def __init__(self, model: Translator, memory: Memory) -> None:
        self._model, self._memory = model, memory
        self._prefixes: Tensor | None = None

    def look_ahead(self, tokens: Tensor, parents: Tensor, best: int) -> Outlook:
        sentences, slots = tokens.shape
        written = tokens.unsqueeze(2)
        if self._prefixes is not None:
            before = self._prefixes.gather(1, parents.unsqueeze(2).expand(-1, -1, self._prefixes.shape[2]))
            written = torch.cat([before, written], dim=2)
        self._prefixes = written
        states, weights = self._model.states(_spread(self._memory, slots), written.flatten(0, 1))
        logits = self._model.logits(states[:, -1])
        return outlook(logits, None if weights is None else weights[:, -1], sentences, best)

    def keep(self, sentences: Tensor) -> None:
        self._memory = self._memory.rows(sentences)
        if self._prefixes is not None:
            self._prefixes = self._prefixes[sentences]


def outlook(logits: Tensor, weights: Tensor | None, sentences: int, best: int) -> Outlook:
    """The best next tokens, as many as wanted and as there are.

    Shapes:
        logits:  (sentences * slots, vocabulary)
        weights: (sentences * slots, keys)
    """
    likelihoods = torch.log_softmax(logits, dim=-1)
    best = min(best, likelihoods.shape[-1])
    if best == 1:
        # Of equally likely tokens the first, as argmax has it.
        gains, tokens = likelihoods.max(dim=-1, keepdim=True)
    else:
        gains, tokens = likelihoods.topk(best, dim=-1)
    shape = (sentences, -1, best)
    looked = None if weights is None else weights.view(sentences, -1, weights.shape[-1])
    return Outlook(gains.view(shape), tokens.view(shape), looked)


def _spread(memory: Memory, slots: int) -> Memory:
    return memory.rows(torch.arange(len(memory.keys), device=memory.keys.device).repeat_interleave(slots))


def _rows(state: State, which: Tensor) -> State:
    return tuple(part[which] for part in state)


def _flat(parents: Tensor, slots: int) -> Tensor:
    first = torch.arange(len(parents), device=parents.device).unsqueeze(1) * slots
    return (first + parents).flatten()
