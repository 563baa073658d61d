"""greedy_decode: a sentence, one most likely token after the other. The lesson: attnlab read 11"""

import torch


def greedy_decode(step, bos, eos, max_length):
    """Write a sentence, always going on with the most likely token.

    `step` is a function, the model: given prefixes, an int64 tensor whose rows all start with bos, it returns what
    it expects next, a float tensor with the log-probability of every word after each prefix. The sentence ends when
    eos comes, or with its max_length-th token, eos counted. Neither bos nor eos is part of what is returned.

    Shapes:
        step:    from prefixes (prefixes, length) to log-probabilities (prefixes, vocabulary)
        returns: tokens (positions), a list of whole numbers
    """
    # Your code goes here.
    raise NotImplementedError("greedy_decode is still to be written")
