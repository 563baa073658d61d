"""A sentence looks at itself; then once more with one word hidden from all the others."""

import torch

from attnlab.content import Grid, picture

WORDS = ("the", "cat", "slept", "because", "it", "was", "tired")

# What a word is: a noun, an animal, a verb, an adjective.
KEYS = torch.tensor(
    [[0, 0, 0, 0], [3, 4, 0, 0], [0, 0, 4, 0], [0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 4]],
    dtype=torch.float64,
)
# What a word looks for: 'the' a noun, 'cat' what is said of it, 'slept' and 'it' an animal, and so on.
QUERIES = torch.tensor(
    [[2, 0, 0, 0], [0, 0, 0.8, 1], [0, 1.3, 0, 0], [0, 0, 1.2, 0.8], [0, 2, 0, 0], [0, 0.8, 0, 1], [0, 1.5, 0, 0]],
    dtype=torch.float64,
)
VALUES = torch.eye(len(WORDS), 3, dtype=torch.float64)


@picture(title="A sentence looks at itself", rows="query", columns="key")
def sentence_to_itself(learner):
    _, weights = learner.scaled_dot_product_attention(QUERIES, KEYS, VALUES)
    mask = torch.ones(len(WORDS), len(WORDS), dtype=torch.bool)
    mask[:, WORDS.index("cat")] = False
    _, masked = learner.scaled_dot_product_attention(QUERIES, KEYS, VALUES, mask)
    return [Grid(WORDS, WORDS, weights, name="no mask"), Grid(WORDS, WORDS, masked, name="'cat' hidden")]
