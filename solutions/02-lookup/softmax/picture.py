"""The same five scores at four temperatures."""

import numpy as np

from attnlab.content import Grid, picture

WORDS = ("chat", "chien", "cheval", "loup", "lit")
SCORES = np.array([2.0, 1.4, 0.6, 0.0, -1.0])
TEMPERATURES = (0.1, 0.5, 1.0, 10.0)


@picture(title="One row of scores at four temperatures", rows="temperature", columns="word")
def temperatures(learner):
    weights = learner.softmax(np.stack([SCORES / temperature for temperature in TEMPERATURES]))
    return Grid([f"{temperature:g}" for temperature in TEMPERATURES], WORDS, weights)
