"""Padding masks that hide words, show padding or do not fit."""

import torch

from attnlab.content import misconception


def words(lengths, max_length):
    """Where there is a word: (batch, keys)."""
    return places(lengths, max_length) < lengths[:, None]


def places(lengths, max_length):
    """All positions of a row: (keys)."""
    return torch.arange(max_length, device=lengths.device)


def placed(mask):
    """A mask (batch, keys) with the axes for heads and queries."""
    return mask[:, None, None, :]


@misconception(
    tell="Your mask is the wrong way round: it is True at the padding, and what is True may be looked at.",
    ask="In this course, does True mean that a key may be looked at, or that it is hidden?",
    hint=1,
)
def polarity_inverted(lengths, max_length):
    return placed(~words(lengths, max_length))


@misconception(
    tell="One key too many is shown: at position lengths[i] there is padding already.",
    ask="The words of a sentence of three stand at which positions, counted from 0?",
    hint=1,
)
def one_key_too_many(lengths, max_length):
    return placed(places(lengths, max_length) <= lengths[:, None])


@misconception(
    tell="The last word of every sentence is hidden.",
    ask="The words of a sentence of three stand at which positions, counted from 0?",
    hint=1,
)
def last_word_hidden(lengths, max_length):
    return placed(places(lengths, max_length) < lengths[:, None] - 1)


@misconception(
    tell="The first word of every sentence is hidden, and its first padding shown: positions are counted from 1 in "
    "your code, and compared as if from 0.",
    ask="At which position does torch put the first word?",
    hint=1,
)
def counted_from_one(lengths, max_length):
    positions = places(lengths, max_length)
    return placed((positions >= 1) & (positions <= lengths[:, None]))


@misconception(
    tell="Only the last word of each sentence is shown.",
    ask="Is it enough for a key to be the last word, or may it be any word up to it?",
    hint=1,
)
def last_word_only(lengths, max_length):
    return placed(places(lengths, max_length) == lengths[:, None] - 1)


@misconception(
    tell="Your words stand at the end of each row, as if the padding came first. In this course it comes last.",
    ask="A sentence of two words in a table of five: at which positions do they stand?",
    hint=1,
)
def padding_in_front(lengths, max_length):
    return placed(places(lengths, max_length) >= max_length - lengths[:, None])


@misconception(
    tell="Your mask is (batch, keys): the two axes for heads and queries are missing. Scores are (batch, heads, "
    "queries, keys), and broadcasting lines axes up from the right.",
    ask="Lined up from the right, which axis of the scores does your batch meet?",
    hint=3,
)
def two_axes_missing(lengths, max_length):
    return words(lengths, max_length)


@misconception(
    tell="Your mask is (batch, 1, keys): that is an axis for queries and none for heads. Against scores with heads "
    "your batch meets their axis.",
    ask="How many axes do scores have once there are heads?",
    hint=3,
)
def axis_for_heads_missing(lengths, max_length):
    return words(lengths, max_length)[:, None, :]


@misconception(
    tell="Your mask lies along the queries: it hides what padded positions ask, and padding is still looked at.",
    ask="Who must not be looked at: a padded key, or a padded query? On which axis of the scores are the keys?",
    hint=3,
)
def padding_on_the_queries(lengths, max_length):
    return words(lengths, max_length)[:, None, :, None]


@misconception(
    tell="The axes of size one come first, so that the batch stands where queries should.",
    ask="On which axis of the scores is the batch?",
    hint=3,
)
def ones_in_front(lengths, max_length):
    return words(lengths, max_length)[None, None]


@misconception(
    tell="The axes of size one come last, so that the keys stand where heads should.",
    ask="On which axis of the scores are the keys?",
    hint=3,
)
def ones_at_the_end(lengths, max_length):
    return words(lengths, max_length)[:, :, None, None]


@misconception(
    tell="Batch and keys have changed places.",
    ask="Which of the two is written as a column before you compare, and which axis does that make it?",
    hint=2,
)
def batch_and_keys_swapped(lengths, max_length):
    return placed(words(lengths, max_length).T.contiguous())


@misconception(
    tell="Rows for queries are made, as many as there are keys. A mask of padding is the same for every query, and "
    "there may be another number of them.",
    ask="Which size fits any number of queries?",
    hint=3,
)
def repeated_for_queries(lengths, max_length):
    return placed(words(lengths, max_length)).repeat(1, 1, max_length, 1)


@misconception(
    tell="A padded query sees nothing in your mask: you have combined the padding of keys with that of queries.",
    ask="A sentence may be asked by another one, of another length. What does this mask know of queries?",
    hint=3,
)
def queries_hidden_as_well(lengths, max_length):
    mask = words(lengths, max_length)
    return mask[:, None, :, None] & mask[:, None, None, :]


@misconception(
    tell="Your mask is made of ones and zeros, as float numbers, and not of True and False.",
    ask="What does a comparison give, before anything is converted?",
    hint=2,
)
def ones_and_zeros(lengths, max_length):
    return placed(words(lengths, max_length).float())


@misconception(
    tell="Your mask is made of ones and zeros, as whole numbers, and not of True and False. ~1 is -2.",
    ask="What does a comparison give, before anything is converted?",
    hint=2,
)
def whole_numbers(lengths, max_length):
    return placed(words(lengths, max_length).long())


@misconception(
    tell="You return what would be added to the scores, 0 and -inf. Here a mask says yes or no.",
    ask="Which of the two can be combined with another mask by `&`?",
    hint=2,
)
def to_be_added(lengths, max_length):
    mask = words(lengths, max_length)
    return placed(torch.zeros(mask.shape, device=lengths.device).masked_fill(~mask, float("-inf")))


@misconception(
    tell="Your mask is as wide as the longest sentence, whatever max_length says.",
    ask="How many keys has the table the sentences stand in?",
    hint=2,
)
def as_wide_as_the_longest(lengths, max_length):
    return placed(words(lengths, int(lengths.max())))


@misconception(
    tell="The first sentence's length is used for all.",
    ask="Are all the sentences of a batch equally long?",
    hint=2,
)
def first_length_for_all(lengths, max_length):
    return placed(words(lengths[:1].expand(len(lengths)), max_length))


@misconception(
    tell="The longest sentence's length is used for all.",
    ask="Are all the sentences of a batch equally long?",
    hint=2,
)
def longest_for_all(lengths, max_length):
    return placed(words(lengths.max().expand(len(lengths)), max_length))


@misconception(
    tell="Everything may be seen: your mask hides no padding.",
    ask="Which argument says how many of a row's keys are words?",
    hint=1,
)
def nothing_hidden(lengths, max_length):
    return torch.ones(len(lengths), 1, 1, max_length, dtype=torch.bool, device=lengths.device)


@misconception(
    tell="A sentence without a word is shown with one. That saves an empty row from becoming nan, and lets everybody "
    "look at padding.",
    ask="Who looks after empty rows in this course, the mask or the attention?",
    hint=1,
)
def at_least_one_word(lengths, max_length):
    return placed(words(lengths.clamp(min=1), max_length))


@misconception(
    tell="A sentence without a word is shown as one that is full: 0 is taken for 'no length given'.",
    ask="What does `lengths or max_length`, or a where on lengths, make of 0?",
    hint=1,
)
def zero_taken_for_full(lengths, max_length):
    return placed(words(torch.where(lengths == 0, max_length, lengths), max_length))


@misconception(
    tell="Axes of size one vanish from what you return: right for most batches, wrong for a batch of one.",
    ask="Which line drops an axis, and does anything have to be dropped at all?",
    hint=3,
)
def batch_of_one_lost(lengths, max_length):
    return words(lengths, max_length).squeeze()[..., None, None, :]


@misconception(
    tell="Your positions are made on the CPU, wherever the lengths are: on a GPU the two cannot be compared.",
    ask="What does torch.arange have to be told, and which argument knows it?",
    hint=2,
)
def positions_on_the_cpu(lengths, max_length):
    return placed(torch.arange(max_length) < lengths[:, None])


@misconception(
    tell="Your mask is right and lies on the CPU, wherever the lengths are: on a GPU it does not meet the scores.",
    ask="Which tensor do you make, and how would it come to lie where lengths lies?",
    hint=2,
)
def mask_on_the_cpu(lengths, max_length):
    return placed(words(lengths, max_length)).cpu()


@misconception(
    tell="The lengths get another axis in place: the caller's lengths have another shape after the call.",
    ask="What is the difference between `unsqueeze_` and `unsqueeze`?",
    hint=3,
)
def lengths_reshaped_in_place(lengths, max_length):
    return placed(places(lengths, max_length) < lengths.unsqueeze_(1))
