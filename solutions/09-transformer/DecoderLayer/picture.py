"""A translation looks at its source through two heads: one finds the word meant, the other the noun it agrees with."""

import torch

from attnlab.content import Grid, picture

SOURCE = ("the", "black", "cat", "sleeps")
TARGET = ("le", "chat", "noir", "dort")
HEADS = ("head 1", "head 2")
D_MODEL, D_FF = 8, 10

# Source words are the first four directions, target words the other four.
MEMORY = torch.eye(D_MODEL)[:4][None]
X = torch.eye(D_MODEL)[4:][None]

W_Q, W_K = torch.zeros(D_MODEL, D_MODEL), torch.zeros(D_MODEL, D_MODEL)
# Head 1: le is the, chat is cat, noir is black, dort is sleeps.
W_Q[[0, 2, 1, 3], [4, 5, 6, 7]] = 2.5
W_K[:4, :4] = torch.eye(4)
# Head 2: le and noir take their form from the noun, dort a little.
W_Q[4, 4:] = torch.tensor([2.5, 0.0, 2.5, 1.0])
W_K[4, 2] = 1.0


def attention(W_q, W_k):
    """The parameters of a layer of attention that adds nothing to what passes it."""
    nothing = torch.zeros(D_MODEL, D_MODEL)
    weights = {"W_q": W_q, "W_k": W_k, "W_v": nothing, "W_o": nothing}
    return {f"{name}.weight": value for name, value in weights.items()} | {
        f"{name}.bias": torch.zeros(D_MODEL) for name in weights
    }


STATE = {f"self_attention.{name}": value for name, value in attention(W_K, W_K).items()}
STATE |= {f"cross_attention.{name}": value for name, value in attention(W_Q, W_K).items()}
for norm in ("norm_1", "norm_2", "norm_3"):
    STATE |= {f"{norm}.weight": torch.ones(D_MODEL), f"{norm}.bias": torch.zeros(D_MODEL)}
STATE |= {"W_1.weight": torch.zeros(D_FF, D_MODEL), "W_1.bias": torch.zeros(D_FF)}
STATE |= {"W_2.weight": torch.zeros(D_MODEL, D_FF), "W_2.bias": torch.zeros(D_MODEL)}


@picture(title="A translation looks at its source", rows="target word", columns="source word")
def cross_attention(learner):
    layer = learner.DecoderLayer(D_MODEL, len(HEADS), D_FF, 0.0)
    layer.load_state_dict(STATE, strict=False)
    layer.eval()
    causal = torch.ones(len(TARGET), len(TARGET), dtype=torch.bool).tril()
    _, weights = layer(X, MEMORY, causal, None)
    return [Grid(TARGET, SOURCE, weights, at=(0, number), name=name) for number, name in enumerate(HEADS)]
