"""A dictionary of animals by what they are like, asked three things."""

import numpy as np

from attnlab.content import Grid, picture

QUESTIONS = ("small, soft", "can swim", "anything")
ANIMALS = ("kitten", "mouse", "seal", "whale", "owl")

# One column per trait: small, soft, swims.
TRAITS = np.array([[0.8, 1.0, 0.0], [1.0, 0.6, 0.0], [0.2, 0.5, 0.9], [0.0, 0.0, 1.0], [0.5, 0.5, 0.0]])
ASKED = np.array([[3.0, 3.0, 0.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
WEIGHT_IN_GRAMS = np.array([[900.0], [20.0], [90_000.0], [50_000_000.0], [600.0]])


@picture(title="Three questions to a soft dictionary", rows="question", columns="animal")
def questions_to_animals(learner):
    _, weights = learner.soft_lookup(ASKED, TRAITS, WEIGHT_IN_GRAMS)
    return Grid(QUESTIONS, ANIMALS, weights)
