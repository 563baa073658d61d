"""beam_search: several sentences at once, and the best of them. The lesson: attnlab read 11"""

import torch


def beam_search(step, bos, eos, beam, max_length, alpha):
    """Write a sentence, keeping at every round the `beam` most likely beginnings.

    `step` is the model, as in greedy_decode. A score is the sum of the log-probabilities of a hypothesis's tokens, eos
    included. Each round makes every continuation of every live hypothesis by one token and keeps the `beam` best of
    them all. Of these, the ones that end in eos are finished: they leave the beam, and nobody takes their slot in
    this round. The search stops when `beam` hypotheses have finished, when none is live, or when max_length tokens,
    eos counted, are written; only in that last case the live ones compete as they are, and then they always do.

    The winner is the one with the highest score / ((5 + length) / 6)**alpha, where length counts the tokens and eos,
    but not bos; Wu et al. 2016, section 7. Neither bos nor eos is part of what is returned.

    Shapes:
        step:    from prefixes (prefixes, length) to log-probabilities (prefixes, vocabulary)
        returns: tokens (positions), a list of whole numbers
    """
    # Your code goes here.
    raise NotImplementedError("beam_search is still to be written")
