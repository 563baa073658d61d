"""A Transformer in training whose forward pass and gradient are written out, in half precision where that is fast."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from attnlab.translation.batching import Batch
from attnlab.translation.fast.dropout import Dropout
from attnlab.translation.fast.layers import (
    CrossAttention,
    FeedForward,
    Heads,
    Linear,
    Norm,
    SelfAttention,
    Weight,
    past_keys,
    present_keys,
)
from attnlab.translation.fast.loss import smoothed_loss
from attnlab.translation.flat import flatten
from attnlab.translation.transformer import TransformerTranslator, sinusoidal_positions
from attnlab.translation.vocabulary import PAD


class FastTrainee:
    """The gradient of a tied `TransformerTranslator` under label smoothing and dropout.

    Args:
        model: its parameters become views of one vector.
        smoothing: of the labels, as lesson 10 has it.
        dtype: what the products of matrices are computed in; the weights themselves stay float32.
    """

    def __init__(
        self, model: TransformerTranslator, *, smoothing: float, dtype: torch.dtype, device: torch.device | None = None
    ) -> None:
        self.model = model
        self.device = device or torch.device("cpu")
        self.flat = flatten(model, device=self.device)
        self._smoothing = smoothing
        self._computed = self.flat.values if dtype == torch.float32 else self.flat.values.to(dtype)
        settings = model.settings
        self._d_model, self._heads, self._layers = settings.d_model, settings.heads, settings.layers
        self._embedding = self._weight("embedding.weight")
        self._words = model.target_words
        encoder = [f"encoder.{number}" for number in range(settings.layers)]
        decoder = [f"decoder.{number}" for number in range(settings.layers)]
        self._encoder_looks = [self._self_attention(at, "attention", settings.dropout) for at in encoder]
        self._encoder_thinks = [self._feed_forward(at, "norm_2", settings.dropout) for at in encoder]
        self._encoder_norm = self._norm("encoder_norm")
        self._decoder_looks = [self._self_attention(at, "self_attention", settings.dropout) for at in decoder]
        self._decoder_looks_back = [self._cross_attention(at, settings.dropout) for at in decoder]
        self._decoder_thinks = [self._feed_forward(at, "norm_3", settings.dropout) for at in decoder]
        self._decoder_norm = self._norm("decoder_norm")
        self._source_dropout, self._target_dropout = Dropout(settings.dropout), Dropout(settings.dropout)
        self._positions = torch.empty(0, settings.d_model)

    def rising(self, step: int, warmup: int) -> float:
        return step / warmup

    def updated(self) -> None:
        if self._computed is not self.flat.values:
            self._computed.copy_(self.flat.values)

    @torch.no_grad()
    def accumulate(self, batch: Batch, share: float) -> float:
        batch = batch.to(self.device)
        # Time-major from here on.
        source, inputs, labels = batch.source.t(), batch.target[:, :-1].t(), batch.target[:, 1:].t().flatten()
        source_heads = Heads(source.shape[1], source.shape[0], self._heads)
        target_heads = Heads(inputs.shape[1], inputs.shape[0], self._heads)
        present = present_keys(batch.source, PAD, self._heads)
        past = past_keys(len(inputs), self.device)

        x = self._embed(source, source_heads.rows, self._source_dropout)
        for looks, thinks in zip(self._encoder_looks, self._encoder_thinks, strict=True):
            x = thinks.forward(looks.forward(x, source_heads, present))
        memory = self._encoder_norm.forward(x)
        x = self._embed(inputs, target_heads.rows, self._target_dropout)
        for at in range(self._layers):
            x = self._decoder_looks[at].forward(x, target_heads, past)
            x = self._decoder_looks_back[at].forward(x, memory, target_heads, source_heads, present)
            x = self._decoder_thinks[at].forward(x)

        real = labels.ne(PAD).nonzero().squeeze(1)
        loss, of_real = smoothed_loss(
            self._decoder_norm.forward(x).index_select(0, real),
            labels.index_select(0, real),
            self._embedding.value[: self._words],
            self._embedding.gradient[: self._words],
            smoothing=self._smoothing,
            share=share,
        )

        gradient = self._decoder_norm.backward(torch.zeros_like(x).index_copy_(0, real, of_real))
        of_memory = torch.zeros_like(memory)
        for at in reversed(range(self._layers)):
            gradient = self._decoder_thinks[at].backward(gradient)
            gradient = self._decoder_looks_back[at].backward(gradient, of_memory)
            gradient = self._decoder_looks[at].backward(gradient)
        self._unembed(inputs, gradient, self._target_dropout)
        gradient = self._encoder_norm.backward(of_memory)
        for looks, thinks in zip(reversed(self._encoder_looks), reversed(self._encoder_thinks), strict=True):
            gradient = looks.backward(thinks.backward(gradient))
        self._unembed(source, gradient, self._source_dropout)
        return loss

    def _embed(self, tokens: Tensor, rows: int, dropout: Dropout) -> Tensor:
        """Shapes:
        tokens:  (length, batch)
        returns: (rows, d_model)
        """
        length = len(tokens)
        if len(self._positions) < length:
            self._positions = sinusoidal_positions(length, self._d_model).to(self._computed)
        there = functional.pad(tokens.flatten(), (0, rows - tokens.numel()), value=PAD)
        embedded = self._embedding.value.index_select(0, there) * self._d_model**0.5
        embedded[: tokens.numel()].view(*tokens.shape, -1).add_(self._positions[:length].unsqueeze(1))
        return dropout.of(embedded)

    def _unembed(self, tokens: Tensor, gradient: Tensor, dropout: Dropout) -> None:
        rows = dropout.backward(gradient)[: tokens.numel()].float()
        self._embedding.gradient.index_add_(0, tokens.flatten(), rows, alpha=self._d_model**0.5)

    def _weight(self, name: str) -> Weight:
        return Weight(self.flat.view(name, self._computed), self.flat.view(name, self.flat.gradients))

    def _linear(self, name: str) -> Linear:
        return Linear(self._weight(f"{name}.weight"), self._weight(f"{name}.bias"))

    def _norm(self, name: str) -> Norm:
        return Norm(self._weight(f"{name}.weight"), self._weight(f"{name}.bias"))

    def _projections(self, attention: str) -> list[Linear]:
        return [self._linear(f"{attention}.{part}") for part in ("W_q", "W_k", "W_v")]

    def _self_attention(self, layer: str, name: str, dropout: float) -> SelfAttention:
        attention = f"{layer}.{name}"
        output = self._linear(f"{attention}.W_o")
        return SelfAttention(self._norm(f"{layer}.norm_1"), self._projections(attention), output, dropout)

    def _cross_attention(self, layer: str, dropout: float) -> CrossAttention:
        attention = f"{layer}.cross_attention"
        output = self._linear(f"{attention}.W_o")
        return CrossAttention(self._norm(f"{layer}.norm_2"), self._projections(attention), output, dropout)

    def _feed_forward(self, layer: str, norm: str, dropout: float) -> FeedForward:
        first, second = (self._linear(f"{layer}.{part}") for part in ("W_1", "W_2"))
        return FeedForward(self._norm(f"{layer}.{norm}"), first, second, dropout)
