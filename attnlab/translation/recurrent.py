"""Recurrent translators: one that must put the sentence into a single vector, and two that may look back.

They differ in where the context comes from and what it does; encoder and widths are the same.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attnlab.translation.translator import Memory, State, Translator
from attnlab.translation.vocabulary import PAD


def additive_scores(query: Tensor, projected_keys: Tensor, v: Tensor) -> Tensor:
    """How well each key fits each sentence's query: v tanh(W_query query + W_key key).

    Bahdanau, Cho, Bengio 2015, appendix A.1.2; the keys' projection does not depend on the
    query, so it is computed once a sentence and not once a token.

    Shapes:
        query:          (batch, d_a), projected
        projected_keys: (batch, keys, d_a)
        v:              (d_a)
        returns:        scores (batch, keys)
    """
    return torch.tanh(query.unsqueeze(1) + projected_keys) @ v


def general_scores(query: Tensor, projected_keys: Tensor) -> Tensor:
    """How well each key fits each sentence's query: query W key.

    Luong, Pham, Manning 2015, eq. 8; the keys' side of the product is computed once a sentence.

    Shapes:
        query:          (batch, d_q)
        projected_keys: (batch, keys, d_q)
        returns:        scores (batch, keys)
    """
    return torch.bmm(projected_keys, query.unsqueeze(2)).squeeze(2)


def attend(scores: Tensor, keys: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Mix the keys by the softmax of their scores.

    Shapes:
        scores:  (batch, keys)
        keys:    (batch, keys, d_h)
        mask:    (batch, keys), True where the query may look; at least one in every row
        returns: context (batch, d_h), weights (batch, keys)
    """
    weights = torch.softmax(scores.masked_fill(~mask, torch.finfo(scores.dtype).min), dim=-1)
    return torch.bmm(weights.unsqueeze(1), keys).squeeze(1), weights


class RecurrentEncoder(nn.Module):
    """Reads the sentence in both directions, half of `d_model` each; padding is never read."""

    def __init__(self, vocabulary: int, d_embedding: int, d_model: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, d_embedding, padding_idx=PAD)
        self.gru = nn.GRU(d_embedding, d_model // 2, batch_first=True, bidirectional=True)

    def forward(self, source: Tensor, lengths: Tensor) -> Memory:
        """Shapes:
        source:  (batch, keys)
        lengths: (batch), on the CPU
        returns: keys (batch, keys, d_model), summary (batch, d_model)
        """
        packed = pack_padded_sequence(self.embedding(source), lengths, batch_first=True, enforce_sorted=False)
        states, last = self.gru(packed)
        keys, _ = pad_packed_sequence(states, batch_first=True, total_length=source.shape[1])
        return Memory(keys, source != PAD, torch.cat([last[0], last[1]], dim=-1))


class Readout(nn.Module):
    """From what the decoder knows at one place to the logits of the next token."""

    def __init__(self, d_in: int, d_hidden: int, vocabulary: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(d_in, d_hidden)
        self.vocabulary = nn.Linear(d_hidden, vocabulary)

    def forward(self, known: Tensor) -> Tensor:
        logits: Tensor = self.vocabulary(torch.tanh(self.hidden(known)))
        return logits


class RNNTranslator(Translator):
    """Encoder and decoder joined by one vector, which enters the decoder at every step (Cho et al. 2014)."""

    def __init__(self, source_vocabulary: int, target_vocabulary: int, *, d_embedding: int, d_model: int) -> None:
        super().__init__()
        self.encoder = RecurrentEncoder(source_vocabulary, d_embedding, d_model)
        self.embedding = nn.Embedding(target_vocabulary, d_embedding, padding_idx=PAD)
        self.first_state = nn.Linear(d_model, d_model)
        self.gru = nn.GRU(d_embedding + d_model, d_model, batch_first=True)
        self.readout = Readout(2 * d_model + d_embedding, d_model, target_vocabulary)

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        memory: Memory = self.encoder(source, lengths)
        return memory

    def states(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        states, _ = self._run(target, self.start(memory), memory)
        return states, None

    def logits(self, states: Tensor) -> Tensor:
        scored: Tensor = self.readout(states)
        return scored

    def start(self, memory: Memory) -> State:
        return (torch.tanh(self.first_state(memory.summary)),)

    def step(self, token: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor | None]:
        states, state = self._run(token.unsqueeze(1), state, memory)
        return self.readout(states).squeeze(1), state, None

    def _run(self, target: Tensor, state: State, memory: Memory) -> tuple[Tensor, State]:
        embedded = self.embedding(target)
        context = memory.summary.unsqueeze(1).expand(-1, target.shape[1], -1)
        states, last = self.gru(torch.cat([embedded, context], dim=-1), state[0].unsqueeze(0))
        return torch.cat([states, context, embedded], dim=-1), (last.squeeze(0),)


class AdditiveTranslator(Translator):
    """The decoder looks back at every source word before each token it writes (Bahdanau et al. 2015)."""

    def __init__(self, source_vocabulary: int, target_vocabulary: int, *, d_embedding: int, d_model: int) -> None:
        super().__init__()
        self.encoder = RecurrentEncoder(source_vocabulary, d_embedding, d_model)
        self.embedding = nn.Embedding(target_vocabulary, d_embedding, padding_idx=PAD)
        self.first_state = nn.Linear(d_model, d_model)
        self.W_query = nn.Linear(d_model, d_model, bias=False)
        self.W_key = nn.Linear(d_model, d_model)
        self.v = nn.Parameter(torch.empty(d_model).uniform_(-(d_model**-0.5), d_model**-0.5))
        self.gru = nn.GRUCell(d_embedding + d_model, d_model)
        self.readout = Readout(2 * d_model + d_embedding, d_model, target_vocabulary)

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        memory: Memory = self.encoder(source, lengths)
        return memory._replace(more=(self.W_key(memory.keys),))

    def states(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        embedded = self.embedding(target)
        (state,) = self.start(memory)
        states, contexts, weights = [], [], []
        for token in embedded.unbind(1):
            state, context, looked = self._look_and_move(token, state, memory)
            states.append(state)
            contexts.append(context)
            weights.append(looked)
        known = torch.cat([torch.stack(states, 1), torch.stack(contexts, 1), embedded], dim=-1)
        return known, torch.stack(weights, 1)

    def logits(self, states: Tensor) -> Tensor:
        scored: Tensor = self.readout(states)
        return scored

    def start(self, memory: Memory) -> State:
        return (torch.tanh(self.first_state(memory.summary)),)

    def step(self, token: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor | None]:
        embedded = self.embedding(token)
        new, context, weights = self._look_and_move(embedded, state[0], memory)
        return self.readout(torch.cat([new, context, embedded], dim=-1)), (new,), weights

    def _look_and_move(self, token: Tensor, state: Tensor, memory: Memory) -> tuple[Tensor, Tensor, Tensor]:
        scores = additive_scores(self.W_query(state), memory.more[0], self.v)
        context, weights = attend(scores, memory.keys, memory.mask)
        return self.gru(torch.cat([token, context], dim=-1), state), context, weights


class LuongTranslator(Translator):
    """The decoder moves first and looks back then, at what fits its new state (Luong, Pham, Manning 2015).

    Global attention with the general score; the attentional state is fed to the next step (section 3.3), so that
    the decoder knows where it has looked.
    """

    def __init__(self, source_vocabulary: int, target_vocabulary: int, *, d_embedding: int, d_model: int) -> None:
        super().__init__()
        self.encoder = RecurrentEncoder(source_vocabulary, d_embedding, d_model)
        self.embedding = nn.Embedding(target_vocabulary, d_embedding, padding_idx=PAD)
        self.first_state = nn.Linear(d_model, d_model)
        self.gru = nn.GRUCell(d_embedding + d_model, d_model)
        self.W = nn.Linear(d_model, d_model, bias=False)
        self.W_c = nn.Linear(2 * d_model, d_model, bias=False)
        self.vocabulary = nn.Linear(d_model, target_vocabulary)

    def encode(self, source: Tensor, lengths: Tensor) -> Memory:
        memory: Memory = self.encoder(source, lengths)
        return memory._replace(more=(self.W(memory.keys),))

    def states(self, memory: Memory, target: Tensor) -> tuple[Tensor, Tensor | None]:
        state, fed = self.start(memory)
        attentional, weights = [], []
        for token in self.embedding(target).unbind(1):
            state, fed, looked = self._move_and_look(token, state, fed, memory)
            attentional.append(fed)
            weights.append(looked)
        return torch.stack(attentional, 1), torch.stack(weights, 1)

    def logits(self, states: Tensor) -> Tensor:
        scored: Tensor = self.vocabulary(states)
        return scored

    def start(self, memory: Memory) -> State:
        first = torch.tanh(self.first_state(memory.summary))
        return first, torch.zeros_like(first)

    def step(self, token: Tensor, state: State, memory: Memory) -> tuple[Tensor, State, Tensor | None]:
        before, found = state
        new, fed, weights = self._move_and_look(self.embedding(token), before, found, memory)
        return self.logits(fed), (new, fed), weights

    def _move_and_look(
        self, token: Tensor, state: Tensor, fed: Tensor, memory: Memory
    ) -> tuple[Tensor, Tensor, Tensor]:
        new = self.gru(torch.cat([token, fed], dim=-1), state)
        context, weights = attend(general_scores(new, memory.more[0]), memory.keys, memory.mask)
        return new, torch.tanh(self.W_c(torch.cat([context, new], dim=-1))), weights
