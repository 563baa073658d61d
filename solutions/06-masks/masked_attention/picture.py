"""Two sentences of a batch, the second one padded, neither of which may look ahead."""

import torch

from attnlab.content import Grid, picture

SENTENCES = (("the", "cat", "sleeps", "now"), ("it", "sleeps", "<pad>", "<pad>"))
LENGTHS = torch.tensor([4, 2])

# Later words match better, and padding best of all, so that whatever a mask lets through shows.
QUERY = torch.ones(2, 1, 4, 4, dtype=torch.float64)
STRENGTH = torch.tensor([[0.5, 1.0, 1.5, 2.0], [0.5, 1.0, 3.0, 3.0]], dtype=torch.float64)
KEY = STRENGTH[:, None, :, None].expand(2, 1, 4, 4) / 2
VALUE = torch.arange(8, dtype=torch.float64).reshape(2, 1, 4, 1)


@picture(title="Neither padding nor the future", rows="query", columns="key")
def batch_of_two(learner):
    _, weights = learner.masked_attention(QUERY, KEY, VALUE, LENGTHS, causal=True)
    return [
        Grid(words, words, weights, at=(number, 0), name=f"sentence {number + 1}")
        for number, words in enumerate(SENTENCES)
    ]
