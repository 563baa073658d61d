"""The same loss, written otherwise."""

import torch
from torch.nn import functional

from attnlab.content import variant


@variant("without a table: the label's log-probability, and the sum of all the others'")
def by_gathering(logits, labels, pad, smoothing):
    log_probabilities = logits.log_softmax(-1)
    of_label = log_probabilities.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    of_others = log_probabilities.sum(-1) - of_label - log_probabilities[..., pad]
    loss = -((1 - smoothing) * of_label + smoothing / (logits.size(-1) - 2) * of_others)
    words = labels.ne(pad)
    return torch.where(words, loss, 0.0).sum() / words.sum().clamp(min=1)


@variant("only the positions that count, picked out beforehand")
def by_picking(logits, labels, pad, smoothing):
    words = labels != pad
    if not words.any():
        return logits.sum() * 0
    logits, labels = logits[words], labels[words]
    wanted = torch.full_like(logits, smoothing / (logits.shape[1] - 2))
    wanted[:, pad] = 0
    wanted[torch.arange(len(labels)), labels] = 1 - smoothing
    return -(wanted * torch.log_softmax(logits, 1)).sum(1).mean()


@variant("torch's cross entropy against probabilities, which it calls soft targets")
def by_soft_targets(logits, labels, pad, smoothing):
    vocabulary = logits.shape[-1]
    wanted = torch.full_like(logits, smoothing / (vocabulary - 2))
    wanted[..., pad] = 0
    wanted.scatter_(2, labels[:, :, None], 1 - smoothing)
    losses = functional.cross_entropy(logits.reshape(-1, vocabulary), wanted.reshape(-1, vocabulary), reduction="none")
    words = (labels != pad).reshape(-1)
    return (losses * words).sum() / torch.clamp(words.sum(), min=1)


@variant("the label's loss and the smoothing apart, each by a function of torch")
def by_two_losses(logits, labels, pad, smoothing):
    log_probabilities = functional.log_softmax(logits, dim=-1)
    share = smoothing / (logits.shape[-1] - 2)
    sharp = functional.nll_loss(log_probabilities.transpose(1, 2), labels, ignore_index=pad, reduction="sum")
    words = (labels != pad).to(logits.dtype)
    spread = -((log_probabilities.sum(-1) - log_probabilities[..., pad]) * words).sum()
    return ((1 - smoothing - share) * sharp + share * spread) / words.sum().clamp(min=1)


@variant("rows of a table made of one-hot rows, and rows of padding emptied")
def by_one_hot(logits, labels, pad, smoothing):
    vocabulary = logits.shape[-1]
    is_label = functional.one_hot(labels, vocabulary).bool()
    is_pad = torch.arange(vocabulary, device=logits.device) == pad
    share = torch.as_tensor(smoothing / (vocabulary - 2), dtype=logits.dtype, device=logits.device)
    wanted = torch.where(is_label, 1 - smoothing, torch.where(is_pad, torch.zeros_like(share), share))
    words = labels != pad
    return -(wanted * words[..., None] * logits.log_softmax(-1)).sum() / max(1, words.sum())


@variant("position by position, from the logits themselves")
def with_loops(logits, labels, pad, smoothing):
    total, count = logits.sum() * 0, 0
    share = smoothing / (logits.shape[2] - 2)
    for scores_of_sentence, words in zip(logits, labels, strict=True):
        for scores, word in zip(scores_of_sentence, words, strict=True):
            if word == pad:
                continue
            surprises = torch.logsumexp(scores, 0) - scores
            total = total + (1 - smoothing - share) * surprises[word] + share * (surprises.sum() - surprises[pad])
            count += 1
    return total / max(count, 1)


@variant("one value masked away before the mean over what is left, nan turned into zero")
def by_nan_to_num(logits, labels, pad, smoothing):
    log_probabilities = torch.log_softmax(logits, -1)
    share = smoothing / (logits.shape[-1] - 2)
    wanted = torch.zeros_like(logits) + share
    wanted[:, :, pad] = 0.0
    wanted = wanted.scatter(2, labels.unsqueeze(2), 1 - smoothing)
    losses = -torch.einsum("btv,btv->bt", wanted, log_probabilities)
    return torch.nan_to_num(torch.masked_select(losses, labels != pad).mean())
