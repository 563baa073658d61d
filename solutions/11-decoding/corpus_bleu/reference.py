"""corpus_bleu: how close translations come to a person's. The lesson: attnlab read 11"""

import math
from collections import Counter

LENGTHS = range(1, 5)


def corpus_bleu(hypotheses, references):
    """Compare the translations of a whole corpus with a person's, on a scale from 0 to 100.

    100 · brevity · exp(the mean of log p_n for n = 1, 2, 3, 4), where p_n is the share of the hypotheses' n-grams that
    are right, counted over the whole corpus. An n-gram is right at most as many times as it occurs in that one of its
    references that has it most often. Where no n-gram of some length is right, 1/2 is taken for their count, the next
    time this happens 1/4, then 1/8. With c tokens in all hypotheses, and r the sum of the lengths of each hypothesis's
    closest reference (of two equally close the shorter), brevity is exp(1 - r / c) if c < r, else 1. The result is 0 if
    no word is right or no hypothesis has four tokens. Papineni et al. 2002, section 2, smoothed as sacrebleu does.

    Shapes:
        hypotheses: (sentences, positions), a list of token lists
        references: (sentences, references, positions), for each hypothesis a list of one or more token lists
        returns:    a number
    """
    right, all_of_them = Counter(), Counter()
    written = wanted = 0
    for hypothesis, several in zip(hypotheses, references, strict=True):
        written += len(hypothesis)
        wanted += closest_length(hypothesis, several)
        for n in LENGTHS:
            found = ngrams(hypothesis, n)
            allowed = Counter()
            for one in several:
                allowed |= ngrams(one, n)
            right[n] += (found & allowed).total()
            all_of_them[n] += found.total()
    if not right[1] or not all_of_them[4]:
        return 0.0
    logarithms, smoothed = [], 1.0
    for n in LENGTHS:
        if right[n] == 0:
            smoothed /= 2
        logarithms.append(math.log((right[n] or smoothed) / all_of_them[n]))
    brevity = math.exp(min(0, 1 - wanted / written))
    return 100 * brevity * math.exp(sum(logarithms) / len(LENGTHS))


def closest_length(hypothesis, references):
    """The length of the reference that is closest in length, of two equally close the shorter."""
    lengths = sorted(len(one) for one in references)
    return min(lengths, key=lambda length: abs(length - len(hypothesis)))


def ngrams(tokens, n):
    """How often each n-gram occurs."""
    return Counter(tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1))
