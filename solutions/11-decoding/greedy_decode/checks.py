"""What a right greedy decoder shows."""

import torch
from greedy_decode import greedy_decode
from languages import language

from attnlab.content import check

LONGEST = 9
# What is added to the logit of eos where the model should not want to end.
UNLIKELY = -3.0


def asked(language, max_length=LONGEST):
    return language.step, language.bos, language.eos, max_length


def languages(draw, wanted, many=5, **kind):
    """So many languages whose sentence is as it is wanted; in one of them at least, token 0 is a word."""
    found = []
    while len(found) < many or not any(0 in sentence for _, sentence in found):
        spoken = language(draw, LONGEST, **kind)
        sentence = greedy_decode(*asked(spoken))
        if wanted(sentence):
            found = [*found[1 - many :], (spoken, sentence)]
    return [spoken for spoken, _ in found]


def endless(sentence):
    return len(sentence) == LONGEST and len(set(sentence)) >= 4


def ending_early(sentence):
    return len(sentence) <= LONGEST - 3 and len(set(sentence)) >= 4


def judged(learner, *calls):
    """Every sentence is written before the first is looked at, so that all of them speak about what went wrong."""
    results = [learner.greedy_decode(*call) for call in calls]
    for result in results:
        result.agrees()


@check("a list of whole numbers comes back")
def shape(learner, draw):
    learner.greedy_decode(*asked(languages(draw, endless, ending=UNLIKELY)[0])).has_right_shape()


@check("each token is the one most likely after all that is written, up to max_length tokens", points=4, after=shape)
def likeliest(learner, draw):
    judged(learner, *map(asked, languages(draw, endless, ending=UNLIKELY), (LONGEST, 8, 6, 3, 1)))


@check("eos ends the sentence and is not part of it", points=3, after=likeliest)
def ends(learner, draw):
    spoken = languages(draw, ending_early, hurry=0.3)
    lengths = [len(greedy_decode(*asked(one))) for one in spoken]
    # eos may be the last token that max_length allows, and it may be one too many.
    last = [asked(one, length + more) for one, length, more in zip(spoken, lengths, (0, 1, 0, 1, 2), strict=True)]
    judged(learner, *map(asked, spoken), *last)


@check("a sentence whose first token is eos is empty", points=2, after=ends)
def ends_at_once(learner, draw):
    spoken = [language(draw, LONGEST, ending=12.0, hurry=-9.0) for _ in range(3)]
    judged(learner, *map(asked, spoken), *(asked(one, 1) for one in spoken))


@check("log-probabilities in float32, arguments by name", points=2, after=ends, fresh=True)
def by_name(learner, draw):
    spoken = languages(draw, endless, ending=UNLIKELY, dtype=torch.float32)[0]
    learner.greedy_decode(step=spoken.step, bos=spoken.bos, eos=spoken.eos, max_length=LONGEST).agrees()
