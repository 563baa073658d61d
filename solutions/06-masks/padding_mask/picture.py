"""A batch of four sentences, padded to five words; in the last one there is nothing."""

import torch

from attnlab.content import Grid, picture

LENGTHS = {"five words": 5, "three words": 3, "one word": 1, "no word": 0}
PLACES = ("1st", "2nd", "3rd", "4th", "5th")


@picture(title="Where there is a word", rows="sentence", columns="place")
def words_of_a_batch(learner):
    mask = learner.padding_mask(torch.tensor(list(LENGTHS.values())), len(PLACES))
    return Grid(tuple(LENGTHS), PLACES, mask, at=(slice(None), 0, 0))
