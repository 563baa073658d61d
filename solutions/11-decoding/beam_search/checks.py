"""What a right beam search shows."""

import torch
from beam_search import beam_search
from greedy_decode import greedy_decode
from languages import NEVER, language

from attnlab.content import check

LONGEST = 6
# What makes a sentence end somewhere on its way, but not everywhere.
ENDING = {"ending": -0.6, "hurry": 0.5}
# With so few tokens and such short sentences, all there are fit into a beam.
TOKENS, SHORT = 5, 3
EVERYTHING = 2 * TOKENS**SHORT

# Known languages by their seeds, each with a beam, max_length and alpha: together they tell all searches of
# `searches.ON_SUMS`, `ON_LENGTH` and `ON_FINISHING` from the right one and from each other. Seeds were tried from 0 on.
SUMS = ((6, 3, 4, 0.0), (366, 3, 4, 0.0), (12, 2, 5, 0.0))
LENGTH_WIDE = (
    (108, EVERYTHING, 3, 0.5),
    (483, EVERYTHING, 3, 4.0),
    (617, EVERYTHING, 3, 2.0),
    (1009, EVERYTHING, 3, 4.0),
    (1023, EVERYTHING, 3, 4.0),
)
LENGTH_NARROW = ((7, 4, 6, 0.6), (35, 2, 6, 2.0))
# In the first one the beam is wider than the vocabulary.
FINISHING = ((84, 10, 4, 2.0), (276, 3, 6, 2.0), (679, 3, 6, 2.0), (968, 3, 6, 2.0))


def asked(language, beam, max_length=LONGEST, alpha=0.0):
    return language.step, language.bos, language.eos, beam, max_length, alpha


def known(draw, calls, **kind):
    return [asked(language(draw, LONGEST, seed=seed, **kind), *settings) for seed, *settings in calls]


def drawn(draw, wanted, *settings, **kind):
    """A search in a random language, of a sentence such as is wanted."""
    while True:
        call = asked(language(draw, LONGEST, **kind), *settings)
        if wanted(beam_search(*call)):
            return call


def varied(sentence):
    return len(set(sentence)) >= 3


def judged(learner, calls):
    """Every sentence is written before the first is looked at, so that all of them speak about what went wrong."""
    results = [learner.beam_search(*call) for call in calls]
    for result in results:
        result.agrees()


@check("a list of whole numbers comes back")
def shape(learner, draw):
    learner.beam_search(*drawn(draw, varied, 2, ending=NEVER)).has_right_shape()


@check("a beam of one is greedy decoding", points=2, after=shape)
def beam_of_one(learner, draw):
    calls = [drawn(draw, varied, 1, ending=NEVER) for _ in range(3)]
    calls += [drawn(draw, lambda sentence: 1 < len(sentence) < LONGEST, 1, **ENDING) for _ in range(3)]
    results = [learner.beam_search(*call) for call in calls]
    for result, (step, bos, eos, _, max_length, _) in zip(results, calls, strict=True):
        result.equals(greedy_decode(step, bos, eos, max_length))


@check("the best continuations of all live hypotheses go on, by summed log-probability", points=4, after=beam_of_one)
def sums(learner, draw):
    calls = known(draw, SUMS, ending=NEVER)
    judged(learner, [*calls, drawn(draw, varied, 3, 5, ending=NEVER), drawn(draw, varied, 4, 4, ending=NEVER)])


@check("the winner has the best score / ((5 + length) / 6)**alpha, eos or not", points=5, after=sums)
def length(learner, draw):
    calls = known(draw, LENGTH_WIDE, vocabulary=TOKENS, **ENDING)
    judged(learner, [*calls, *known(draw, LENGTH_NARROW, **ENDING)])


@check("finished hypotheses leave the beam, and the search stops when `beam` have finished", points=5, after=length)
def finishing(learner, draw):
    calls = known(draw, FINISHING, **ENDING)
    calls += [drawn(draw, varied, beam, LONGEST, 1.0, **ENDING) for beam in (3, 4)]
    # One token at most, and a model that ends at once.
    calls += [drawn(draw, bool, 2, 1, 1.0, **ENDING), asked(language(draw, LONGEST, ending=8.0), 1)]
    judged(learner, calls)


@check("log-probabilities in float32, arguments by name", points=2, after=length, fresh=True)
def by_name(learner, draw):
    step, bos, eos, beam, max_length, alpha = drawn(draw, varied, 3, LONGEST, 0.7, dtype=torch.float32, **ENDING)
    learner.beam_search(step=step, bos=bos, eos=eos, beam=beam, max_length=max_length, alpha=alpha).agrees()
