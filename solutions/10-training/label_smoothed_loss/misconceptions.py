"""Losses that ask for something else, or count something else."""

import torch

from attnlab.content import misconception


def wanted_shares(log_probabilities, labels, pad, on_label, on_others):
    wanted = torch.full_like(log_probabilities, on_others)
    if pad is not None:
        wanted[..., pad] = 0
    return wanted.scatter(-1, labels[..., None], on_label)


def right_shares(log_probabilities, labels, pad, smoothing):
    others = log_probabilities.shape[-1] - 2
    return wanted_shares(log_probabilities, labels, pad, 1 - smoothing, smoothing / others)


def cross_entropy(wanted, log_probabilities):
    return -(wanted * log_probabilities).sum(-1)


def right_positions(logits, labels, pad, smoothing):
    log_probabilities = torch.log_softmax(logits, -1)
    return cross_entropy(right_shares(log_probabilities, labels, pad, smoothing), log_probabilities)


def mean_over_words(per_position, labels, pad):
    counted = labels != pad
    return (per_position * counted).sum() / counted.sum().clamp(min=1)


def loss_by(log_probabilities, labels, pad, smoothing):
    wanted = right_shares(log_probabilities, labels, pad, smoothing)
    return mean_over_words(cross_entropy(wanted, log_probabilities), labels, pad)


def loss_wanting(logits, labels, pad, on_label, on_others, *, on_pad=False):
    log_probabilities = torch.log_softmax(logits, -1)
    wanted = wanted_shares(log_probabilities, labels, None if on_pad else pad, on_label, on_others)
    return mean_over_words(cross_entropy(wanted, log_probabilities), labels, pad)


# What is compared with what.


@misconception(
    tell="The minus is missing: your loss is the mean log-probability, and training would make it as small as it can.",
    ask="Is the logarithm of a probability positive or negative? Which way is down?",
    hint=2,
)
def minus_missing(logits, labels, pad, smoothing):
    return -loss_by(torch.log_softmax(logits, -1), labels, pad, smoothing)


@misconception(
    tell="You use the logits as if they were log-probabilities: nothing has made the words compete.",
    ask="Would your loss change if every logit grew by one? Should it?",
    hint=2,
)
def logits_as_log_probabilities(logits, labels, pad, smoothing):
    return loss_by(logits, labels, pad, smoothing)


@misconception(
    tell="The logarithm is missing: you weigh the probabilities themselves.",
    ask="By how much does your loss tell a probability of 0.01 from one of 0.0001?",
    hint=2,
)
def probabilities_without_logarithm(logits, labels, pad, smoothing):
    return loss_by(torch.softmax(logits, -1), labels, pad, smoothing)


@misconception(
    tell="A softmax is taken twice: you hand probabilities to something that expects logits.",
    ask="log_softmax and cross_entropy bring their own softmax. What do they want to be given?",
    hint=2,
)
def softmax_twice(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(torch.softmax(logits, -1), -1), labels, pad, smoothing)


@misconception(
    tell="Your softmax runs along time: the places of a sentence compete, not the words at one place.",
    ask="At one place exactly one word is right. Which axis are its rivals on?",
    hint=2,
)
def softmax_over_time(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, 1), labels, pad, smoothing)


@misconception(
    tell="Your softmax runs along the batch, so that sentences compete with each other.",
    ask="Which axis does your softmax take, and did you choose it or did torch?",
    hint=2,
)
def softmax_over_the_batch(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, 0), labels, pad, smoothing)


@misconception(
    tell="Pad is kept out of the softmax: your log-probabilities share one among V - 1 words, not V.",
    ask="The model may predict pad, and that is a mistake too. Does your loss see it?",
    hint=2,
)
def pad_kept_out_of_the_softmax(logits, labels, pad, smoothing):
    hidden = torch.arange(logits.shape[-1], device=logits.device) == pad
    log_probabilities = torch.log_softmax(logits.masked_fill(hidden, -torch.inf), -1).masked_fill(hidden, 0)
    return loss_by(log_probabilities, labels, pad, smoothing)


@misconception(
    tell="The logarithm is taken of probabilities that have become 0, and minus infinity spoils the sum.",
    ask="Which one function gives log-probabilities without a probability in between?",
    hint=2,
)
def logarithm_of_the_softmax(logits, labels, pad, smoothing):
    return loss_by(torch.log(torch.softmax(logits, -1)), labels, pad, smoothing)


@misconception(
    tell="You return the divergence: the entropy of the wanted shares is taken off. Same gradient, another number.",
    ask="Is there a logarithm of the wanted shares in the cross entropy?",
    hint=2,
)
def divergence_instead_of_cross_entropy(logits, labels, pad, smoothing):
    log_probabilities = torch.log_softmax(logits, -1)
    wanted = right_shares(log_probabilities, labels, pad, smoothing)
    entropy = torch.special.entr(wanted).sum(-1)
    return mean_over_words(cross_entropy(wanted, log_probabilities) - entropy, labels, pad)


@misconception(
    tell="Your labels are shifted once more: each place is compared with the label of the next.",
    ask="Which function has already put the word that comes next at each place?",
    hint=2,
)
def shifted_once_more(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits[:, :-1], -1), labels[:, 1:], pad, smoothing)


@misconception(
    tell="You reshape (batch, time, vocabulary) to (batch, vocabulary, time): the sizes are right, but most numbers "
    "now belong to another word and another place.",
    ask="Which of reshape and transpose moves an axis, and which only counts anew?",
    hint=2,
)
def reshaped_for_transposed(logits, labels, pad, smoothing):
    batch, time, vocabulary = logits.shape
    dealt_out = logits.reshape(batch, vocabulary, time).transpose(1, 2)
    return loss_by(torch.log_softmax(dealt_out, -1), labels, pad, smoothing)


# What is wanted.


@misconception(
    tell="Smoothing is not used: all that is wanted is the label.",
    ask="Which share do the words beside the label want?",
    hint=1,
)
def smoothing_ignored(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, 1.0, 0.0)


@misconception(
    tell="Smoothing is 0.1 in your code, whatever `smoothing` says.",
    ask="Which argument says how much the label gives up?",
    hint=1,
)
def smoothing_of_the_paper(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, -1), labels, pad, 0.1)


@misconception(
    tell="Smoothing is the wrong way round: the label wants `smoothing` and the others share 1 - smoothing.",
    ask="With a smoothing of 0, which share should the label want?",
    hint=1,
)
def smoothing_turned_round(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, smoothing, (1 - smoothing) / (logits.shape[-1] - 2))


@misconception(
    tell="`smoothing` is spread over all V words, pad and the label among them. That is torch's label smoothing.",
    ask="Which two words get no part of `smoothing` here?",
    hint=3,
)
def spread_over_all_words(logits, labels, pad, smoothing):
    share = smoothing / logits.shape[-1]
    return loss_wanting(logits, labels, pad, 1 - smoothing + share, share, on_pad=True)


@misconception(
    tell="Pad wants a share of `smoothing` as well: V - 1 words divide it among them.",
    ask="Is there a place in a sentence at which you would be half content with padding?",
    hint=3,
)
def pad_gets_a_share(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, 1 - smoothing, smoothing / (logits.shape[-1] - 1), on_pad=True)


@misconception(
    tell="Pad wants smoothing / (V - 2) like the others, so what is wanted sums to more than one.",
    ask="How many words is `smoothing` divided among, and how many get a part in your table?",
    hint=3,
)
def pad_gets_a_share_too_many(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, 1 - smoothing, smoothing / (logits.shape[-1] - 2), on_pad=True)


@misconception(
    tell="You divide `smoothing` by V - 1 and then take pad's part away: what is wanted sums to less than one.",
    ask="How many words are left when the label and pad are left out?",
    hint=3,
)
def share_of_pad_is_lost(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, 1 - smoothing, smoothing / (logits.shape[-1] - 1))


@misconception(
    tell="You divide `smoothing` by V, and then neither the label nor pad takes its part: too little is wanted.",
    ask="How many words are left when the label and pad are left out?",
    hint=3,
)
def divided_by_the_whole_vocabulary(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, 1 - smoothing, smoothing / logits.shape[-1])


@misconception(
    tell="The label wants all of one, and the others their parts on top of it.",
    ask="What do the shares that are wanted at one place sum to?",
    hint=1,
)
def label_keeps_everything(logits, labels, pad, smoothing):
    return loss_wanting(logits, labels, pad, 1.0, smoothing / (logits.shape[-1] - 2))


@misconception(
    tell="The label wants a part of `smoothing` on top of its own: you share among V - 1 words, not V - 2.",
    ask="Smoothing is what the label gives up. Who gets it?",
    hint=3,
)
def label_gets_a_part_back(logits, labels, pad, smoothing):
    share = smoothing / (logits.shape[-1] - 1)
    return loss_wanting(logits, labels, pad, 1 - smoothing + share, share)


@misconception(
    tell="The label wants smoothing / (V - 2) on top of its 1 - smoothing: what is wanted sums to more than one.",
    ask="The shares are added up over all words: what do they come to?",
    hint=3,
)
def label_gets_a_share_too_many(logits, labels, pad, smoothing):
    share = smoothing / (logits.shape[-1] - 2)
    return loss_wanting(logits, labels, pad, 1 - smoothing + share, share)


# What is counted.


@misconception(
    tell="Padding is counted like words: where the label is pad, your loss asks for it.",
    ask="Most of a batch of short sentences is padding. What would a model learn first?",
    hint=4,
)
def padding_counted(logits, labels, pad, smoothing):
    return right_positions(logits, labels, pad, smoothing).mean()


@misconception(
    tell="Padding adds nothing to your sum, but you divide by all positions: the emptier the batch, the smaller the "
    "loss.",
    ask="How many positions had a part in the sum?",
    hint=4,
)
def divided_by_all_positions(logits, labels, pad, smoothing):
    return (right_positions(logits, labels, pad, smoothing) * (labels != pad)).sum() / labels.numel()


@misconception(
    tell="You divide by the number of sentences: a loss per sentence, not per word.",
    ask="Should a batch of longer sentences have a larger loss?",
    hint=4,
)
def divided_by_the_sentences(logits, labels, pad, smoothing):
    return (right_positions(logits, labels, pad, smoothing) * (labels != pad)).sum() / len(labels)


@misconception(
    tell="You return the sum over the words, not their mean.",
    ask="Should twice the batch have twice the loss?",
    hint=4,
)
def sum_instead_of_mean(logits, labels, pad, smoothing):
    return (right_positions(logits, labels, pad, smoothing) * (labels != pad)).sum()


@misconception(
    tell="The mean is taken over the vocabulary as well: your loss is V times too small.",
    ask="A cross entropy is a sum over words. What is it that you take the mean of?",
    hint=4,
)
def mean_over_the_vocabulary_too(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, -1), labels, pad, smoothing) / logits.shape[-1]


@misconception(
    tell="You take each sentence's mean and then the mean of these: a word in a short sentence counts for more.",
    ask="Three words in one sentence, thirty in another: what part of the loss should one word have?",
    hint=4,
)
def every_sentence_counts_the_same(logits, labels, pad, smoothing):
    counted = labels != pad
    sums = (right_positions(logits, labels, pad, smoothing) * counted).sum(1)
    return (sums / counted.sum(1).clamp(min=1)).mean()


@misconception(
    tell="You count the padding and leave the words out.",
    ask="Is your mask True where the label is a word?",
    hint=4,
)
def only_padding_counted(logits, labels, pad, smoothing):
    counted = labels == pad
    return (right_positions(logits, labels, pad, smoothing) * counted).sum() / counted.sum().clamp(min=1)


@misconception(
    tell="Word 0 is taken for padding, whatever `pad` says.",
    ask="Which of the arguments says what padding is called?",
)
def pad_taken_for_zero(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, -1), labels, 0, smoothing)


@misconception(
    tell="Where nothing counts, you divide zero by zero, and the loss is nan.",
    ask="What is the smallest number you may divide by without harm to the others?",
    hint=4,
)
def nothing_divided_by_nothing(logits, labels, pad, smoothing):
    counted = labels != pad
    return (right_positions(logits, labels, pad, smoothing) * counted).sum() / counted.sum()


@misconception(
    tell="You return the perplexity: e to the power of the loss.",
    ask="Which of the two is training to make small, and which one is only reported?",
    hint=2,
)
def perplexity_returned(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, -1), labels, pad, smoothing).exp()


# What comes back, and what is left behind.


@misconception(
    tell="The loss is right, but it is cut off from the logits: no gradient reaches them.",
    ask="Where do you detach, copy or switch gradients off?",
)
def cut_off_from_the_logits(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, -1), labels, pad, smoothing).detach()


@misconception(
    tell="The number is right, but not what holds it: it is Python's own, or has not the dtype of the logits.",
    ask="Which step leaves the dtype of the logits or, as .item() does, leaves torch?",
)
def plain_number_returned(logits, labels, pad, smoothing):
    return loss_by(torch.log_softmax(logits, -1), labels, pad, smoothing).item()


@misconception(
    tell="You subtract the largest logit in the caller's own tensor.",
    ask="What does -= change: a result, or the thing itself?",
)
def maximum_subtracted_in_place(logits, labels, pad, smoothing):
    logits -= logits.amax(-1, keepdim=True)
    return loss_by(torch.log_softmax(logits, -1), labels, pad, smoothing)


@misconception(
    tell="You write into the labels that you were given: their padding is another word afterwards.",
    ask="Whose tensor is it? Could a copy, or a mask, do the same?",
)
def padding_rewritten_in_the_labels(logits, labels, pad, smoothing):
    per_position, counted = right_positions(logits, labels, pad, smoothing), labels != pad
    labels[~counted] = 0
    return (per_position * counted).sum() / counted.sum().clamp(min=1)


@misconception(
    tell="You write -100 into the labels that you were given, where they are pad.",
    ask="Whose tensor is it? Which method gives a filled copy?",
    hint=4,
)
def minus_hundred_in_the_labels(logits, labels, pad, smoothing):
    per_position, counted = right_positions(logits, labels, pad, smoothing), labels != pad
    labels[~counted] = -100
    return (per_position * counted).sum() / counted.sum().clamp(min=1)


@misconception(
    tell="Your table of wanted shares is always made on the CPU, wherever the logits are.",
    ask="torch.full_like and torch.zeros: which of them knows where the logits are?",
    hint=3,
)
def table_made_on_the_cpu(logits, labels, pad, smoothing):
    log_probabilities = torch.log_softmax(logits, -1)
    wanted = torch.full(logits.shape, smoothing / (logits.shape[-1] - 2), dtype=logits.dtype)
    wanted[..., pad] = 0
    wanted = wanted.scatter(-1, labels[..., None], 1 - smoothing)
    return mean_over_words(cross_entropy(wanted, log_probabilities), labels, pad)
