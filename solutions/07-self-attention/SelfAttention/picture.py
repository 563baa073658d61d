"""A sentence looks at itself through matrices by which 'it' finds the animal, and 'the' its noun."""

import torch

from attnlab.content import Grid, picture

WORDS = ("the", "cat", "slept", "because", "it", "was", "tired")

# What a word is: noun, animal, verb, adjective, pronoun, article.
X = torch.tensor(
    [
        [0, 0, 0, 0, 0, 1],
        [1, 1, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0.3, 0.2, 0, 0, 1, 0],
        [0, 0, 0.4, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
    ]
)[None]
# Keys show the first four. An article asks for a noun; verb, adjective and pronoun for an animal; a noun for the
# other two.
W_Q = torch.tensor(
    [[0, 0, 0, 0, 0, 6], [0, 0, 5, 5, 8, 0], [4, 0, 0, 0, 0, 0], [5, 0, 0, 0, 0, 0]], dtype=torch.float32
)
W_K = torch.eye(4, 6)
W_V = torch.eye(3, 6)


@picture(title="A sentence looks at itself", rows="query", columns="key")
def sentence_to_itself(learner):
    layer = learner.SelfAttention(6, 4, 3)
    layer.load_state_dict({"W_q.weight": W_Q, "W_k.weight": W_K, "W_v.weight": W_V}, strict=False)
    _, weights = layer(X)
    _, causal = layer(X, torch.ones(1, len(WORDS), len(WORDS), dtype=torch.bool).tril())
    return [
        Grid(WORDS, WORDS, weights, at=(0,), name="no mask"),
        Grid(WORDS, WORDS, causal, at=(0,), name="no later word"),
    ]
