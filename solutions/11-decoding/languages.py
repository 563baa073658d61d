"""Small languages to write sentences in: steps that are pure functions of what is written so far."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

# What every token written says about bos coming next: a right answer has no reason to write it.
SELDOM = -6.0
# What is added to the logit of eos where it is never to come.
NEVER = -40.0
# How much longer than it must be a prefix may be and still be answered, so that mistakes show what they come to.
BEYOND = 6


@dataclass(frozen=True, eq=False)
class Language:
    """A function that says how likely every next token is, and its two special tokens."""

    step: Any
    bos: int
    eos: int


def language(draw, longest, *, seed=None, vocabulary=7, lively=1.6, ending=0.0, hurry=0.0, dtype=torch.float64):
    """A random language, or a known one with other names for its tokens; any but bos and eos is a word.

    Args:
        longest: the longest sentence that is to be written in it.
        seed: of a known language.
        vocabulary: how many tokens it has.
        lively: how sharply it prefers one token to another.
        ending: how much it likes to end.
        hurry: how much more so with every token written.
    """
    distances = longest + BEYOND
    # The old generator, whose numbers will be the same ones in every version of numpy.
    source = draw.generator if seed is None else np.random.RandomState(seed)
    tables = torch.from_numpy(source.standard_normal((distances, vocabulary, vocabulary))) * lively
    # The farther back, the less a token has to say, but never nothing.
    tables *= 0.8 ** torch.arange(distances)[:, None, None]
    names = torch.from_numpy(draw.generator.permutation(vocabulary))
    bos, eos = (int(place) for place in names.argsort()[:2])
    tables = tables[:, names][:, :, names]
    tables[:, :, bos] = SELDOM
    ends = ending + hurry * torch.arange(distances)
    return Language(speaking(tables, ends, bos, eos, dtype), bos, eos)


def speaking(tables, ends, bos, eos, dtype=torch.float64):
    """The step of a language, which refuses what is no prefix.

    The logit of a next token is the sum over all that is written of what each token, at its distance, has to say about
    it, so that nothing of the prefix can be left out without a change.

    Args:
        tables: (distances, vocabulary, vocabulary), what a token so far back says about the next one.
        ends: (distances), what is added to eos's logit after so many tokens.
    """

    def spoken(prefixes):
        length = prefixes.shape[1]
        logits = tables[torch.arange(length - 1, -1, -1), prefixes].sum(dim=1)  # (prefixes, vocabulary)
        logits[:, eos] += ends[length - 1]
        return torch.log_softmax(logits, dim=-1).to(dtype)

    # The submission, the reference and every misconception ask for much the same prefixes: to keep the answers halves
    # the time that a search takes.
    answers = {}

    def step(prefixes):
        asked = isinstance(prefixes, torch.Tensor) and (prefixes.dtype, prefixes.shape, prefixes.numpy().tobytes())
        if asked not in answers:
            refuse_what_is_no_prefix(prefixes, tables, bos)
            answers[asked] = spoken(prefixes)
        # A copy, since whoever asks may write into it.
        return answers[asked].clone()

    return step


def refuse_what_is_no_prefix(prefixes, tables, bos):
    """Raise a ValueError that says what is wrong with them, if anything is."""
    if not isinstance(prefixes, torch.Tensor):
        raise ValueError(f"step takes a torch tensor of prefixes; it was given a {type(prefixes).__name__}")
    shape = tuple(prefixes.shape)
    if len(shape) != 2:
        raise ValueError(f"step takes prefixes of two axes, (prefixes, length); it was given shape {shape}")
    if prefixes.dtype != torch.int64:
        raise ValueError(f"step takes prefixes of torch.int64; it was given {prefixes.dtype}")
    if 0 in shape:
        raise ValueError(f"step was given nothing to go on from: prefixes of shape {shape}")
    if shape[1] > len(tables):
        raise ValueError(f"step was given prefixes of {shape[1]} tokens, far more than max_length allows")
    vocabulary = tables.shape[1]
    if int(prefixes.min()) < 0 or int(prefixes.max()) >= vocabulary:
        outside = next(token for token in prefixes.flatten().tolist() if not 0 <= token < vocabulary)
        raise ValueError(f"token {outside} is not one of the {vocabulary} that step knows")
    if astray := [first for first in prefixes[:, 0].tolist() if first != bos]:
        raise ValueError(
            f"a prefix is bos, here {bos}, and all that was written after it; one given to step starts with {astray[0]}"
        )
