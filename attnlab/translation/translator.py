"""What every translation model is, whatever is inside: it encodes, it is taught, and it writes step by step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple

from torch import Tensor, nn

# Whatever a decoder carries from one token to the next; batch first, so that rows can be picked.
State = tuple[Tensor, ...]


class Memory(NamedTuple):
    """What the decoder may know of the source.

    Shapes:
        keys:    (batch, keys, d_h)
        mask:    (batch, keys), True where there is a token
        summary: (batch, d_s), the whole sentence in one vector
        more:    whatever else a model wants to compute once a sentence, batch first
    """

    keys: Tensor
    mask: Tensor
    summary: Tensor
    more: tuple[Tensor, ...] = ()

    def rows(self, which: Tensor) -> Memory:
        """The memory of these sentences only, or of one sentence several times."""
        more = tuple(part[which] for part in self.more)
        return Memory(self.keys[which], self.mask[which], self.summary[which], more)


class Translator(nn.Module, ABC):
    """A model that translates; `teach` and repeated `step` compute the same thing."""

    @abstractmethod
    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        """Read the source sentences.

        Shapes:
            source:  (batch, keys)
            lengths: (batch), on the CPU
        """

    def teach(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        """Predict every next token, given all the right ones before it.

        Shapes:
            target:  (batch, time), starting with begin of sentence
            returns: logits (batch, time, vocabulary), weights (batch, time, keys) or None without attention
        """
        states, weights = self.states(memory, target)
        return self.logits(states), weights

    @abstractmethod
    def states(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        """What is known before every next token, all the right ones before it being given.

        Shapes:
            target:  (batch, time), starting with begin of sentence
            returns: states (batch, time, d_states), weights (batch, time, keys) or None without attention
        """

    @abstractmethod
    def logits(self, states: Tensor) -> Tensor:
        """The scores of all tokens at any places, which need not be all those of a sentence.

        Shapes:
            states:  (..., d_states)
            returns: (..., vocabulary)
        """

    @abstractmethod
    def start(self, memory: Memory) -> State:
        """The state before the first token."""

    @abstractmethod
    def step(self, token: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor | None]:
        """Predict one next token.

        Shapes:
            token:   (batch)
            returns: logits (batch, vocabulary), the new state, weights (batch, keys) or None without attention
        """
