"""What a right decoder shows."""

import numpy as np
from decode import decode

from attnlab.content import check

# Two mistakes may well choose the same word by chance, so there are many words and many sentences.
BATCH = 19
VOCABULARY = 37
STEPS = 8
NEVER = -1
DRAWS = 2000


def inputs(draw, widths=("d_s", "d_s", "d_s"), batch=BATCH, max_length=STEPS):
    """Arguments by name, lively enough that sentences differ; no token is eos."""
    d_in, d_h, d_s = widths
    bos = int(draw.integers(0, VOCABULARY))
    W_out = draw.normal(d_s, VOCABULARY)
    # A trained decoder does not write bos, and whether one may is nothing to be judged.
    W_out[:, bos] = 0.0
    embedding = draw.normal(VOCABULARY, d_in, scale=1.6)
    # The first word is the context's choice, too: bos must not drown it.
    embedding[bos] *= 0.8
    return {
        "context": draw.normal(batch, d_h, scale=2.0),
        "embedding": embedding,
        "W_x": draw.normal(d_in, d_s),
        "W_h": draw.normal(d_s, d_s, scale=0.7),
        "W_c": draw.normal(d_h, d_s, scale=0.6),
        "b": draw.normal(d_s, scale=0.7),
        "W_out": W_out,
        "bos": bos,
        "eos": NEVER,
        "max_length": max_length,
    }


def lively(draw, ending=False, **wanted):
    """Arguments whose sentences differ, use several words and never bos; with `ending`, some end, and not together.

    Which token is eos changes nothing about the others, so it can be chosen once the sentences are known.
    """
    for width in ("d_s", "d_h", "d_in"):
        draw.size(width, at_least=5)
    for _ in range(DRAWS):
        arguments = inputs(draw, **wanted)
        sentences = decode(**arguments)
        written = sorted({token for sentence in sentences for token in sentence})
        dull = sum(len(set(sentence)) for sentence in sentences) < len(sentences) * min(3, arguments["max_length"])
        no_context = decode(**arguments | {"context": np.zeros_like(arguments["context"][:1]), "max_length": 1})
        alike = len({sentence[0] for sentence in sentences}) < len(sentences) / 3 or sentences[0][:1] == no_context[0]
        if arguments["bos"] in written or dull or alike:
            continue
        if not ending:
            return arguments
        for eos in written:
            ends = [sentence.index(eos) if eos in sentence else STEPS for sentence in sentences]
            after = {token for sentence, end in zip(sentences, ends, strict=True) for token in sentence[end:]}
            if min(ends) >= 1 and len(set(ends)) >= 4 and STEPS in ends and len(after) > 1:
                return arguments | {"eos": eos}
    raise RuntimeError("no lively sentences were drawn")


@check("the first word comes from bos and from each sentence's own context", points=2)
def first_word(learner, draw):
    # Words, contexts and states of one width, here and in the next check: a matrix in the wrong
    # place then gives wrong words, which say more about the mistake than an exception.
    learner.decode(*lively(draw, max_length=1).values()).agrees()


@check("each word is fed back, the state goes on, and the context enters every step", points=2, after=first_word)
def fed_back(learner, draw):
    learner.decode(*lively(draw).values()).agrees()


@check("words, contexts and states may have widths of their own", after=fed_back)
def widths(learner, draw):
    learner.decode(*lively(draw, widths=("d_in", "d_h", "d_s")).values()).agrees()


@check("each sentence ends at its own eos, without it", points=2, after=fed_back)
def own_end(learner, draw):
    learner.decode(*lively(draw, ending=True).values()).agrees()


@check("a sentence that ends at once is an empty list", after=own_end)
def ends_at_once(learner, draw):
    arguments = lively(draw)
    first_words = [sentence[0] for sentence in decode(**arguments)]
    learner.decode(*(arguments | {"eos": first_words[0]}).values()).agrees()


@check("of words with equal logits the first is taken", after=fed_back)
def ties(learner, draw):
    arguments = lively(draw)
    # A logit that is one entry of the state is exact in whatever order it is added up.
    arguments["W_out"] = np.tile(np.eye(draw.size("d_s"))[:, :5], 8)[:, :VOCABULARY]
    arguments["bos"] = VOCABULARY - 1
    learner.decode(*arguments.values()).agrees()


@check("the same answer comes from a fresh start, with arguments by name", after=own_end, fresh=True)
def fresh_values(learner, draw):
    learner.decode(**lively(draw, ending=True)).agrees()


@check("a batch of one sentence is still a list of lists", after=fed_back)
def one_sentence(learner, draw):
    learner.decode(*lively(draw, batch=1).values()).agrees()


@check("the context and the weights passed in are left as they were", after=own_end)
def untouched(learner, draw):
    result = learner.decode(*lively(draw, ending=True).values())
    result.agrees()
    result.leaves_inputs_alone()
