"""Two rows of numbers, doubled."""

import numpy as np

from attnlab.content import Grid, picture

NUMBERS = np.array([[0.05, 0.1, 0.4], [0.5, 0.25, 0.0]])


@picture(title="Twice as dark", rows="row", columns="column")
def twice_as_dark(learner):
    return Grid(("one", "two"), ("a", "b", "c"), learner.double(NUMBERS))
