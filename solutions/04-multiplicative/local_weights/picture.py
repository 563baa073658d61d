"""Four target words, each looking into a window around the place it guesses."""

import numpy as np

from attnlab.content import Grid, picture

SOURCE = ("I", "have", "never", "seen", "the", "sea", "before")
TARGET = ("je", "n'ai", "jamais", "vu")
CENTRES = np.array([0.0, 1.4, 2.2, 3.1])
HALF_WIDTH = 2.5

# The words that mean the same score high, and so does one beyond every window.
SCORES = np.array(
    [
        [2.0, 0.5, 0.0, 0.0, 0.0, 0.0, 3.0],
        [0.5, 2.0, 1.2, 0.0, 0.0, 0.0, 3.0],
        [0.0, 0.3, 2.0, 0.2, 0.0, 0.0, 3.0],
        [0.0, 0.4, 0.0, 2.0, 0.0, 0.5, 3.0],
    ]
)
MASK = np.ones_like(SCORES, dtype=bool)


@picture(title="A window around a guess", rows="target word", columns="source word")
def windows(learner):
    return Grid(TARGET, SOURCE, learner.local_weights(SCORES, CENTRES, HALF_WIDTH, MASK))
