"""Label-smoothed cross entropy over the output table, computed with its gradient in pieces that stay in the cache.

The logits of a whole batch would be the largest thing in memory by far; here they exist for some hundred rows at a
time, are turned into exponentials where they lie, and their sums divide the small matrices instead of the large one.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from attnlab.translation.fast.layers import ROUND, STEEP
from attnlab.translation.vocabulary import PAD

_ROWS = 512


def smoothed_loss(
    hidden: Tensor, labels: Tensor, table: Tensor, table_gradient: Tensor, *, smoothing: float, share: float
) -> tuple[float, Tensor]:
    """The summed loss of labels against softmax(hidden table^T), and share times its gradients.

    Szegedy et al. 2016, section 7, as lesson 10 has it: 1 - smoothing on the label, smoothing / (V - 2) on every
    other word but padding.

    Shapes:
        hidden:         (rows, d_model)
        labels:         (rows), none of them padding
        table:          (vocabulary, d_model)
        table_gradient: (vocabulary, d_model), float32; share times the gradient is added to it
        returns:        the sum in nats, and share times the gradient of hidden (rows, d_model)
    """
    each = smoothing / (len(table) - 2)
    of_label = 1 - smoothing - each
    wide = hidden.float()
    label_rows = table.index_select(0, labels).float()
    # What the smoothing pulls towards is the same for all rows: it needs no pass over the logits.
    overall = table.sum(0, dtype=torch.float32) - table[PAD].float()

    logs, expected, gathered = _normalisers(hidden, table)
    loss = (logs - of_label * (wide * label_rows).sum(1) - each * (wide @ overall)).sum()

    of_hidden = expected.sub_(label_rows, alpha=of_label).sub_(overall, alpha=each).mul_(share)
    pulled = each * wide.sum(0)
    gathered -= pulled
    gathered[PAD] += pulled
    gathered.index_add_(0, labels, wide, alpha=-of_label)
    table_gradient.add_(gathered, alpha=share)
    return float(loss), of_hidden.to(hidden.dtype)


def _normalisers(hidden: Tensor, table: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What softmax(hidden table^T) comes to, without ever being there as a whole.

    Shapes:
        returns: log of its normalisers (rows), its mean of the table's rows (rows, d_model), and for every word
                 the rows of hidden weighted by its probability there (vocabulary, d_model); all float32
    """
    # Every new number of rows is compiled anew in half precision: the last piece is filled up with rows of zeros.
    filled = functional.pad(hidden, (0, 0, 0, -len(hidden) % ROUND))
    logs = torch.empty(len(filled), device=hidden.device)
    expected = torch.empty(filled.shape, device=hidden.device)
    gathered = torch.zeros(table.shape, device=hidden.device)
    # No logit exceeds the product of two norms, so that no pass is needed to find the largest.
    tame = float(filled.norm(dim=1).max() * table.norm(dim=1).max()) < STEEP
    for start in range(0, len(filled), _ROWS):
        rows = slice(start, start + _ROWS)
        piece = filled[rows]
        logits = piece @ table.t()
        largest = 0.0 if tame else logits.amax(1, keepdim=True)
        weights = logits.exp_() if tame else logits.sub_(largest).exp_()
        normaliser = weights.sum(1, keepdim=True, dtype=torch.float32)
        logs[rows] = (normaliser.log() + largest).squeeze(1)
        torch.div(weights @ table, normaliser, out=expected[rows])
        gathered += weights.t() @ (piece / normaliser).to(piece.dtype)
    return logs[: len(hidden)], expected[: len(hidden)], gathered
