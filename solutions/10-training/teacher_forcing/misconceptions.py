"""Splits that ask for the wrong word, or give it away."""

import torch

from attnlab.content import misconception


@misconception(
    tell="Nothing is shifted: at every place the decoder reads the very word that it must write there.",
    ask="What would a model learn whose answer is always the last word it was given?",
    hint=1,
)
def not_shifted(tokens):
    return tokens, tokens


@misconception(
    tell="Your labels are what the decoder has just read: both tables lack the last column.",
    ask="At the first place the decoder has read bos. Which word should it write there?",
    hint=1,
)
def labels_are_the_input(tokens):
    return tokens[:, :-1], tokens[:, :-1]


@misconception(
    tell="Your decoder input is the labels: both tables lack the first column, so the answer is always in sight.",
    ask="What has the decoder read when it writes the first word of a translation?",
    hint=1,
)
def input_is_the_labels(tokens):
    return tokens[:, 1:], tokens[:, 1:]


@misconception(
    tell="You return the labels first and the decoder input second, so the model would learn to name the word before.",
    ask="In which order does the last line of the Shapes block name what comes back?",
)
def labels_first(tokens):
    return tokens[:, 1:], tokens[:, :-1]


@misconception(
    tell="It is shifted twice: each label is the word after the next.",
    ask="The decoder has read bos and nothing else. Is the second word of the sentence what it should write?",
    hint=2,
)
def shifted_twice(tokens):
    return tokens[:, :-2], tokens[:, 2:]


@misconception(
    tell="Bos is missing from what the decoder reads, and the last column of the table is still there: each label is "
    "right for another place.",
    ask="Which token does the decoder read first, before there is any word?",
    hint=2,
)
def drops_bos_from_the_input(tokens):
    return tokens[:, 1:], torch.cat([tokens[:, 2:], torch.zeros_like(tokens[:, :1])], dim=1)


@misconception(
    tell="You cut off both ends of the labels: the last of them, which tells a full sentence to stop, is missing.",
    ask="How will the decoder learn to write eos?",
    hint=2,
)
def labels_without_the_last(tokens):
    return tokens[:, :-1], tokens[:, 1:-1]


@misconception(
    tell="Your labels wrap around: bos comes back as the label of the last place.",
    ask="roll brings what falls off one end back at the other. What should follow the last token?",
    hint=2,
)
def rolled_around(tokens):
    return tokens, torch.roll(tokens, -1, dims=1)


@misconception(
    tell="Your labels are right, but the decoder reads the whole table: at its last place there is nothing to write.",
    ask="How many places have both something to read and something to write?",
    hint=2,
)
def reads_the_last_column_too(tokens):
    return tokens, tokens[:, 1:]


@misconception(
    tell="The decoder reads rightly, but your labels are the whole table: at place 0 it is asked for bos.",
    ask="Which token is never a label, because nothing comes before it?",
    hint=2,
)
def asks_for_bos_too(tokens):
    return tokens[:, :-1], tokens


@misconception(
    tell="The decoder reads the whole table, and your labels are filled up with zeros to be as long.",
    ask="How many places have both something to read and something to write?",
    hint=2,
)
def labels_filled_up(tokens):
    return tokens, torch.cat([tokens[:, 1:], torch.zeros_like(tokens[:, :1])], dim=1)


@misconception(
    tell="You shift the other way: each place reads a word and is asked for the one before it.",
    ask="In which order is a sentence written?",
    hint=1,
)
def shifted_backwards(tokens):
    return tokens, torch.roll(tokens, 1, dims=1)


@misconception(
    tell="You cut along the batch: the labels of one sentence are the words of the next sentence.",
    ask="Which axis of tokens is the batch, and which one is time?",
    hint=3,
)
def shifted_along_the_batch(tokens):
    return tokens[:-1], tokens[1:]


@misconception(
    tell="You return the labels alone. The decoder needs something to read as well.",
    ask="How many things does the last line of the Shapes block name?",
)
def only_the_labels(tokens):
    return tokens[:, 1:]


@misconception(
    tell="Your labels are one long row: the axis of the batch is gone.",
    ask="The loss may well flatten them later. Which shape does the Shapes block promise here?",
)
def labels_flattened(tokens):
    return tokens[:, :-1], tokens[:, 1:].reshape(-1)


@misconception(
    tell="Eos is turned into padding in what the decoder reads. A plain shift leaves it there; where it was read, the "
    "label is padding and does not count.",
    ask="Does reading eos cost anything at a place whose label is left out of the loss?",
    hint=3,
)
def end_hidden_from_the_decoder(tokens):
    return tokens[:, :-1].masked_fill(tokens[:, :-1] == 2, 0), tokens[:, 1:]


@misconception(
    tell="Bos is left out of the table once more: the decoder starts with the first word and nobody asks for it.",
    ask="At which place is the first word of the sentence a label?",
    hint=2,
)
def first_word_never_asked_for(tokens):
    return tokens[:, 1:-1], tokens[:, 2:]


@misconception(
    tell="You move the words of the caller's own table to the left. Whoever translates them next finds no bos.",
    ask="Does a label have to be moved to be read from another column?",
    hint=3,
)
def moved_in_place(tokens):
    decoder_input = tokens[:, :-1].clone()
    tokens[:, :-1] = tokens[:, 1:].clone()
    return decoder_input, tokens[:, :-1].clone()
