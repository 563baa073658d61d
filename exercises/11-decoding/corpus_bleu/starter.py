"""corpus_bleu: how close translations come to a person's. The lesson: attnlab read 11"""

import math
from collections import Counter


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
    # Your code goes here.
    raise NotImplementedError("corpus_bleu is still to be written")
