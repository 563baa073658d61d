"""Two heads on one sentence: the first looks at the word before, the second at whom it is about."""

import math

import torch

from attnlab.content import Grid, picture

WORDS = ("the", "cat", "slept", "because", "it", "was", "tired")
HEADS = ("head 1", "head 2")

# Where a word stands, as an angle; then what it is: noun, animal, verb, adjective, pronoun, article.
STEP = math.tau / 9
PLACE = [[math.cos(STEP * place), math.sin(STEP * place)] for place in range(len(WORDS))]
KIND = [
    [0, 0, 0, 0, 0, 1],
    [1, 1, 0, 0, 0, 0],
    [0, 0, 1, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0.3, 0.2, 0, 0, 1, 0],
    [0, 0, 0.4, 0, 0, 0],
    [0, 0, 0, 1, 0, 0],
]
X = torch.tensor([[*place, *kind] for place, kind in zip(PLACE, KIND, strict=True)])[None]

# Head 1 turns the query back by one place. In head 2 an article asks for a noun; verb, adjective and pronoun for
# an animal.
W_Q, W_K = torch.zeros(8, 8), torch.zeros(8, 8)
W_Q[:2, :2] = 25 * torch.tensor([[math.cos(STEP), math.sin(STEP)], [-math.sin(STEP), math.cos(STEP)]])
W_K[:2, :2] = torch.eye(2)
W_Q[4:, 2:] = torch.tensor([[0, 0, 0, 0, 0, 6], [0, 0, 5, 5, 8, 0], [4, 0, 0, 0, 0, 0], [5, 0, 0, 0, 0, 0]])
W_K[4:, 2:6] = torch.eye(4)
STATE = {"W_q.weight": W_Q, "W_k.weight": W_K, "W_v.weight": torch.eye(8), "W_o.weight": torch.eye(8)}
STATE |= {f"{name}.bias": torch.zeros(8) for name in ("W_q", "W_k", "W_v", "W_o")}


@picture(title="Two heads, two things to look for", rows="query", columns="key")
def two_heads(learner):
    layer = learner.MultiHeadAttention(8, len(HEADS))
    layer.load_state_dict(STATE, strict=False)
    _, weights = layer(X, X, X)
    return [Grid(WORDS, WORDS, weights, at=(0, number), name=name) for number, name in enumerate(HEADS)]
