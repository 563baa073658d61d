"""What a right split into reading and writing shows."""

import numpy as np
import torch

from attnlab.content import check

PAD, BOS, EOS, WORDS = 0, 1, 2, 90


def sentences(draw, batch="batch", time="time"):
    """A table of sentences, each bos, words, eos and then padding; one fills its row, no two words of a row agree."""
    rows = draw.size(batch, at_least=3) if isinstance(batch, str) else batch
    columns = draw.size(time, at_least=5) if isinstance(time, str) else time
    tokens = np.full((rows, columns), PAD)
    tokens[:, 0] = BOS
    for row, length in zip(tokens, draw.lengths(rows, columns - 1).tolist(), strict=True):
        row[1:length] = draw.generator.choice(WORDS, size=length - 1, replace=False) + EOS + 1
        row[length] = EOS
    return torch.from_numpy(tokens)


@check("two tables come back, each with one column less")
def shape(learner, draw):
    learner.teacher_forcing(sentences(draw)).has_right_shape()


@check("the decoder reads every column but the last", points=2, after=shape)
def decoder_input(learner, draw):
    decoder_input, _ = learner.teacher_forcing(sentences(draw))
    decoder_input.agrees()


@check("the label at each place is the token that comes next", points=2, after=decoder_input)
def labels(learner, draw):
    learner.teacher_forcing(sentences(draw)).agrees()


@check("a batch of one sentence of one word, given by name, is split the same way", after=labels, fresh=True)
def one_sentence(learner, draw):
    learner.teacher_forcing(tokens=sentences(draw, batch=1, time=3)).agrees()


@check("the tokens passed in are left as they were", after=labels)
def untouched(learner, draw):
    learner.teacher_forcing(sentences(draw)).leaves_inputs_alone()
