"""padding_mask: where there is a word. The lesson: attnlab read 06"""

import torch


def padding_mask(lengths, max_length):
    """Say which keys of each sentence are words and which are padding.

    True for the first lengths[i] of sentence i's max_length keys, False for the others. The axes of size one
    are for heads and queries, to all of which the same keys are padding. The mask is on the device of lengths.

    Shapes:
        lengths: (batch), whole numbers, from 0 to max_length
        returns: mask (batch, 1, 1, keys), True where there is a word; keys is max_length
    """
    # Your code goes here.
    raise NotImplementedError("padding_mask is still to be written")
