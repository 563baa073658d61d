"""Four words of a translation, each looking back at the sentence it comes from, in which two words change places."""

import numpy as np

from attnlab.content import Grid, picture

SOURCE = ("the", "black", "cat", "sleeps", "<pad>")
TARGET = ("le", "chat", "noir", "dort")

# Every source word is a direction of its own; the padding is a bit of everything and would win were it not masked.
KEYS = np.vstack([np.eye(4), np.full((1, 4), 0.9)])
# What each target word asks for; that it is 'le' and not 'la' depends on the cat. The last number is always one.
QUERIES = np.array(
    [[0.9, 0.0, 0.6, 0.0, 1.0], [0.0, 0.1, 1.0, 0.0, 1.0], [0.0, 1.0, 0.3, 0.0, 1.0], [0.0, 0.0, 0.5, 1.0, 1.0]]
)
W_QUERY = np.vstack([2.0 * np.eye(4), np.full((1, 4), -4.0)])
W_KEY = 2.0 * np.eye(4)
# tanh is near zero only where query and key agree, and near minus one elsewhere.
V = np.full(4, 4.0)


@picture(title="A translation looks back", rows="target word", columns="source word")
def translation_to_source(learner):
    keys = np.repeat(KEYS[None], len(TARGET), axis=0)
    mask = np.repeat([[True, True, True, True, False]], len(TARGET), axis=0)
    _, weights = learner.additive_attention(QUERIES, keys, mask, W_QUERY, W_KEY, V)
    return Grid(TARGET, SOURCE, weights)
