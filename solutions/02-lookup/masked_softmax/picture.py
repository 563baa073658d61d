"""Two sentences of a batch, the shorter one padded, and a third of which nothing may be seen."""

import numpy as np

from attnlab.content import Grid, picture

SENTENCES = ("four words", "two words", "no word")
PLACES = ("1st", "2nd", "3rd", "4th")

# What stands in the padding scores highest, so that a mask left out shows at once.
SCORES = np.array([[0.2, 1.6, 1.0, 0.4], [1.4, 0.8, 3.0, 3.0], [3.0, 3.0, 3.0, 3.0]])
MASK = np.array([[True, True, True, True], [True, True, False, False], [False, False, False, False]])


@picture(title="Padding may not be looked at", rows="sentence", columns="word")
def padded_sentences(learner):
    return Grid(SENTENCES, PLACES, learner.masked_softmax(SCORES, MASK))
