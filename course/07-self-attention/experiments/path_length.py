"""Measures how much of a gradient arrives at a word far back: through an RNN, and through one attention layer.

Nothing is trained: the question is what a first training step has to work with.
"""

import math

import torch
from torch import nn

from attnlab.content import Curve, Findings, Table, experiment

LENGTH, WIDTH, SENTENCES, MODELS = 128, 64, 16, 5
DISTANCES = (1, 2, 4, 8, 16, 32, 64, 127)
FAR = 64


@experiment(
    title="How far a gradient gets",
    claim="Between two positions of a sentence a recurrent layer puts a path as long as their distance, "
    "a self-attention layer one step, and the longer the path, the harder it is to learn along it",
    source="Vaswani et al. 2017, Attention is all you need, arXiv 1706.03762, section 4 and table 1",
    question=f"A plain RNN, untrained, reads {LENGTH} words. Some of the gradient of its last state arrives at the "
    f"word one step back. What part of that arrives at the word {FAR} steps back?",
    choices=("at least a tenth", "less than a tenth, more than a millionth", "less than a millionth"),
    seconds=3,
)
def path_length(lab):
    layers = {
        "RNN": lambda: Recurrent(nn.RNN(WIDTH, WIDTH, batch_first=True, dtype=torch.float64)),
        "RNN, orthogonal": lambda: Recurrent(orthogonal(nn.RNN(WIDTH, WIDTH, batch_first=True, dtype=torch.float64))),
        "GRU": lambda: Recurrent(nn.GRU(WIDTH, WIDTH, batch_first=True, dtype=torch.float64)),
        "self-attention": LastPosition,
    }
    # A generator of its own: the layers' weights are drawn from torch's, which stays as it was outside.
    norms = {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(lab.seed)
        for done, (name, make) in enumerate(layers.items()):
            lab.progress(f"sending gradients back through {MODELS} of {name}", done / len(layers))
            norms[name] = gradient_norms(make)
    lab.progress("done", 1.0)

    kept = {name: norm[FAR] / norm[1] for name, norm in norms.items()}
    crossing = next((d for d in range(1, LENGTH) if norms["self-attention"][d] > norms["RNN"][d]), None)
    return Findings(
        seen=f"Of the gradient that arrives one word back, the RNN brings {kept['RNN']:.0e} to the word {FAR} back; "
        f"with an orthogonal W_h it is {kept['RNN, orthogonal']:.0e}, for a GRU {kept['GRU']:.0e}, and for one layer "
        f"of self-attention {kept['self-attention']:.2f}. Near by, attention is behind: one word back the RNN's "
        f"gradient is {norms['RNN'][1] / norms['self-attention'][1]:.0f} times as large, since an untrained softmax "
        f"shares its weight among all {LENGTH} words. "
        + (f"From distance {crossing} on attention's is the larger. " if crossing else "The RNN's stays the larger. ")
        + "The path is as short as claimed; what it carries before training is little, and alike everywhere.",
        choice=0 if kept["RNN"] >= 0.1 else 1 if kept["RNN"] > 1e-6 else 2,
        numbers={
            "length": LENGTH,
            "width": WIDTH,
            "sentences": SENTENCES,
            "models": MODELS,
            "kept_at_64": kept,
            "norms": {name: [norm[d] for d in DISTANCES] for name, norm in norms.items()},
            "attention_larger_from": crossing,
        },
        tables=[
            Table(
                ("words back", "RNN's path", *norms, "attention's path"),
                tuple(
                    (
                        str(d),
                        f"{d} step{'s' if d > 1 else ''}",
                        *(f"{norm[d]:.1e}" for norm in norms.values()),
                        "1 step",
                    )
                    for d in DISTANCES
                ),
            )
        ],
        curves=[
            Curve(
                "Gradient of the last position, by distance",
                "words back",
                "norm, as a power of ten",
                {name: [(d, math.log10(norm[d])) for d in range(1, LENGTH, 3)] for name, norm in norms.items()},
            )
        ],
    )


class Recurrent(nn.Module):
    """The last state of a recurrent layer."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        states, _ = self.layer(x)
        return states[:, -1]


class LastPosition(nn.Module):
    """What the last position gets from one layer of self-attention as lesson 07 has it."""

    def __init__(self):
        super().__init__()
        self.W_q, self.W_k, self.W_v = (nn.Linear(WIDTH, WIDTH, bias=False, dtype=torch.float64) for _ in range(3))

    def forward(self, x):
        scores = self.W_q(x[:, -1:]) @ self.W_k(x).mT / math.sqrt(WIDTH)
        return (torch.softmax(scores, dim=-1) @ self.W_v(x))[:, 0]


def orthogonal(layer):
    """The kindest start for a long path: W_h neither shrinks nor stretches, and only tanh does."""
    nn.init.orthogonal_(layer.weight_hh_l0)
    return layer


def gradient_norms(make):
    """By distance from the last position, the root mean square over sentences and models of a gradient's norm.

    The gradient is that of the last output's projection on a random direction of length one.
    """
    squares = torch.zeros(LENGTH, dtype=torch.float64)
    for _ in range(MODELS):
        x = torch.randn(SENTENCES, LENGTH, WIDTH, dtype=torch.float64, requires_grad=True)
        direction = nn.functional.normalize(torch.randn(SENTENCES, WIDTH, dtype=torch.float64), dim=-1)
        (make()(x) * direction).sum().backward()
        squares += x.grad.square().sum(dim=-1).sum(dim=0)
    return (squares / (MODELS * SENTENCES)).sqrt().flip(0).tolist()
