"""What training a Transformer costs in floating point operations, counted by hand, to hold rates to a peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes that a count needs: Transformer-Tiny unless told otherwise."""

    layers: int = 4
    heads: int = 4
    d_model: int = 128
    d_ff: int = 256


def training_flops(lengths: Sequence[tuple[int, int]], sizes: Sizes, vocabulary: int) -> float:
    """The operations that training needs for each target token: those of matrix products, without padding.

    A multiplication and an addition are two; the backward pass is two forward passes. What a program does
    beyond that (padding, a masked half of the scores, computing again) is no work that was needed.

    Args:
        lengths: source and target tokens of every sentence pair.
        vocabulary: how many types the output chooses from.
    """
    forward = sum(sentence_flops(source, target, sizes, vocabulary) for source, target in lengths)
    return 3 * forward / sum(target for _, target in lengths)


def sentence_flops(source: int, target: int, sizes: Sizes, vocabulary: int) -> float:
    """The forward pass of one sentence pair."""
    d_model, d_ff = sizes.d_model, sizes.d_ff
    projection = 2 * d_model * d_model
    feed_forward = 4 * d_model * d_ff
    # Scores and context: a query meets a key twice, each time with a multiplication and an addition per feature.
    meeting = 4 * d_model
    encoder = source * (4 * projection + feed_forward) + source * source * meeting
    decoder = target * (4 * projection + feed_forward) + target * (target + 1) / 2 * meeting
    between = 2 * (source + target) * projection + source * target * meeting
    return sizes.layers * (encoder + decoder + between) + 2 * target * d_model * vocabulary
