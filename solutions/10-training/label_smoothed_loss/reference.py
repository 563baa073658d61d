"""label_smoothed_loss: how wrong the predictions are, measured with a little doubt. The lesson: attnlab read 10"""

import torch


def label_smoothed_loss(logits, labels, pad, smoothing):
    """The mean cross entropy of the predicted words against softened labels; padding does not count.

    Of V words, a label wants the share 1 - smoothing, every other word but pad smoothing / (V - 2), and pad
    nothing. Cross entropy against the log-softmax over all V words, then the mean over the positions whose
    label is not pad; without any it is zero, and it can still be backpropagated. No input is changed.
    Vaswani et al. 2017, section 5.4; Szegedy et al. 2015, section 7.

    Shapes:
        logits:    (batch, time, vocabulary)
        labels:    (batch, time), whole numbers
        pad:       the number of the padding word
        smoothing: the share taken from the label, at least 0 and less than 1
        returns:   loss ()
    """
    log_probabilities = torch.log_softmax(logits, dim=-1)
    wanted = torch.full_like(log_probabilities, smoothing / (logits.shape[-1] - 2))
    wanted[..., pad] = 0
    wanted.scatter_(-1, labels[..., None], 1 - smoothing)
    counted = labels != pad
    per_position = -(wanted * log_probabilities).sum(dim=-1)  # (batch, time)
    return (per_position * counted).sum() / counted.sum().clamp(min=1)
