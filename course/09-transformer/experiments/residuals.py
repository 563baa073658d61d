"""Sends a gradient down stacks of layers with and without residuals and norms, then lets the stacks learn.

All weights are as they are before training, drawn as Glorot and Bengio 2010 propose; there is no dropout.
"""

import math
from statistics import fmean

import torch
from torch import nn
from torch.nn import functional

from attnlab.content import Curve, Findings, Table, experiment

DEPTHS = (2, 4, 8, 16, 32)
D_MODEL, HEADS, D_FF = 64, 4, 128
BATCH, LENGTH = 4, 12
DRAWS = 5
# What is learned: to name the word one stands on. Nothing has to be found, it only must not be lost.
VOCABULARY, STEPS, RATE = 20, 150, 1e-3
SHALLOW, DEEP = 2, 12
ASKED = 16


def norm(x):
    return functional.layer_norm(x, x.shape[-1:])


# How a sublayer is put into the stream.
BOTH, AFTER = "residual, norm before", "residual, norm after"
NO_NORM, NO_RESIDUAL, BARE = "residual, no norm", "norm, no residual", "neither"
STACKS = {
    BOTH: lambda x, sublayer: x + sublayer(norm(x)),
    AFTER: lambda x, sublayer: norm(x + sublayer(x)),
    NO_NORM: lambda x, sublayer: x + sublayer(x),
    NO_RESIDUAL: lambda x, sublayer: sublayer(norm(x)),
    BARE: lambda x, sublayer: sublayer(x),
}


@experiment(
    title="A way past every sublayer",
    claim="Without residuals the gradient is lost on its way down through a deep stack; with them it arrives, "
    "best where the norm stands before the sublayer, and the stack learns",
    source="He, Zhang, Ren, Sun 2016, Identity mappings in deep residual networks, arXiv 1603.05027, section 2, "
    "equation 5; the Transformer's residuals: Vaswani et al. 2017, arXiv 1706.03762, section 3.1; where the norm goes: "
    "Xiong et al. 2020, arXiv 2002.04745, section 3",
    question=f"Four stacks, {DEEP} layers deep: residuals and the norm before, residuals and the norm after, residuals "
    f"and no norm, norms and no residuals. Which of them will have learned to name their words after {STEPS} steps?",
    choices=(
        "only the one with residuals and the norm before",
        "the two with residuals and norms",
        "the three with residuals",
        "others than these, or none",
    ),
    seconds=20,
)
def residuals(lab):
    arrived = {name: [] for name in STACKS}
    for done, depth in enumerate(DEPTHS):
        lab.progress(f"gradients through {depth} layers", 0.5 * done / len(DEPTHS))
        for name, put_in in STACKS.items():
            arrived[name].append(_arrives(put_in, depth, lab.seed))
    losses = {}
    for done, name in enumerate(STACKS):
        lab.progress(f"training: {name}", 0.5 + 0.5 * done / len(STACKS))
        losses[name] = [_loss_after_training(STACKS[name], depth, lab.seed) for depth in (SHALLOW, DEEP)]
    lab.progress("done", 1.0)

    at = DEPTHS.index(ASKED)
    # Halfway from knowing nothing to knowing all; the four that are asked about, without the barest.
    learned = [name for name in STACKS if name != BARE and losses[name][1] < math.log(VOCABULARY) / 2]
    expected = [[BOTH], [BOTH, AFTER], [BOTH, AFTER, NO_NORM]]
    return Findings(
        seen=_seen({name: arrived[name][at] for name in STACKS}, losses),
        choice=expected.index(learned) if learned in expected else len(expected),
        numbers={
            "sizes": {"d_model": D_MODEL, "heads": HEADS, "d_ff": D_FF, "batch": BATCH, "length": LENGTH},
            "depths": DEPTHS,
            "draws": DRAWS,
            "arrives": arrived,
            "training": {"steps": STEPS, "rate": RATE, "vocabulary": VOCABULARY, "depths": (SHALLOW, DEEP)},
            "loss": losses,
        },
        tables=[
            Table(
                ("of a gradient of its own for every word arrives", *(f"{depth} layers" for depth in DEPTHS)),
                tuple((name, *(_written(each["own"]) for each in arrived[name])) for name in STACKS),
            ),
            Table(
                ("of the same gradient for all words arrives", *(f"{depth} layers" for depth in DEPTHS)),
                tuple((name, *(_written(each["same"]) for each in arrived[name])) for name in STACKS),
            ),
            Table(
                (f"after {STEPS} steps", f"loss, {SHALLOW} layers", f"loss, {DEEP} layers", "knowing nothing"),
                tuple(
                    (name, f"{shallow:.3f}", f"{deep:.3f}", f"{math.log(VOCABULARY):.3f}")
                    for name, (shallow, deep) in losses.items()
                ),
            ),
        ],
        curves=[
            Curve(
                "How much of a gradient arrives at the bottom",
                "layers, as a power of two",
                "share, as a power of ten",
                {
                    name: [
                        (math.log2(depth), math.log10(each["own"]))
                        for depth, each in zip(DEPTHS, arrived[name])
                        if each["own"] > 0 and math.isfinite(each["own"])
                    ]
                    for name in STACKS
                },
            )
        ],
    )


class Attention(nn.Module):
    """Self-attention with heads, without a mask."""

    def __init__(self):
        super().__init__()
        self.W_q, self.W_k, self.W_v, self.W_o = (nn.Linear(D_MODEL, D_MODEL) for _ in range(4))

    def forward(self, x):
        query, key, value = (
            W(x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for W in (self.W_q, self.W_k, self.W_v)
        )  # (batch, heads, length, d_head)
        context = functional.scaled_dot_product_attention(query, key, value)
        return self.W_o(context.transpose(1, 2).flatten(2))  # (batch, length, d_model)


def _stack(depth, generator):
    sublayers = nn.ModuleList()
    for _ in range(depth):
        network = nn.Sequential(nn.Linear(D_MODEL, D_FF), nn.ReLU(), nn.Linear(D_FF, D_MODEL))
        sublayers.extend([Attention(), network])
    _draw(sublayers, generator)
    return sublayers


def _draw(module, generator):
    with torch.no_grad():
        for parameter in module.parameters():
            bound = math.sqrt(6 / sum(parameter.shape)) if parameter.ndim == 2 else 0.0
            parameter.uniform_(-bound, bound, generator=generator)


def _through(sublayers, put_in, x):
    for sublayer in sublayers:
        x = put_in(x, sublayer)
    return x


def _arrives(put_in, depth, seed):
    """How long the gradient is at the bottom, in geometric mean over draws, when it is 1 at the top.

    At the top every word has a gradient of its own, or all words of a sentence have the same.
    """
    lengths = {"own": [], "same": []}
    for draw in range(DRAWS):
        generator = torch.Generator().manual_seed(1000 * seed + draw)
        # In float32 the smallest of these would be nothing but rounding.
        sublayers = _stack(depth, generator).double()
        x = torch.randn(BATCH, LENGTH, D_MODEL, generator=generator, dtype=torch.float64, requires_grad=True)
        top = _through(sublayers, put_in, x)
        gradient = torch.randn(top.shape, generator=generator, dtype=torch.float64)
        same = gradient.mean(dim=1, keepdim=True).expand_as(gradient)
        for name, asked in (("own", gradient - same), ("same", same)):
            (bottom,) = torch.autograd.grad(top, x, grad_outputs=asked / asked.norm(), retain_graph=True)
            lengths[name].append(bottom.norm().item())
    return {name: _geometric_mean(each) for name, each in lengths.items()}


def _loss_after_training(put_in, depth, seed):
    generator = torch.Generator().manual_seed(seed)
    sublayers = _stack(depth, generator)
    embedding, to_words = nn.Embedding(VOCABULARY, D_MODEL), nn.Linear(D_MODEL, VOCABULARY)
    with torch.no_grad():
        embedding.weight.normal_(generator=generator)
    _draw(to_words, generator)
    parameters = [*sublayers.parameters(), *embedding.parameters(), *to_words.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=RATE)
    losses = []
    for _ in range(STEPS):
        words = torch.randint(VOCABULARY, (BATCH, LENGTH), generator=generator)
        logits = to_words(norm(_through(sublayers, put_in, embedding(words))))
        loss = functional.cross_entropy(logits.flatten(0, 1), words.flatten())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return fmean(losses[-10:])


def _geometric_mean(lengths):
    if not all(math.isfinite(length) and length > 0 for length in lengths):
        return min(lengths, key=math.isfinite)
    return math.exp(fmean(math.log(length) for length in lengths))


def _seen(arrived, losses):
    own = {name: _written(each["own"]) for name, each in arrived.items()}
    both, after, without, bare = (losses[name][1] for name in (BOTH, AFTER, NO_RESIDUAL, NO_NORM))
    return (
        f"Of a gradient of 1 that asks every word for something else, {own[BOTH]} arrives below {ASKED} layers with "
        f"residuals and the norm before, {own[AFTER]} with the norm after, {own[NO_RESIDUAL]} without residuals (below "
        f"1e-14 that is rounding), and {own[NO_NORM]} with residuals but without norms. What all words have in common "
        f"gets through without residuals as well ({_written(arrived[NO_RESIDUAL]['same'])}): attention averages away "
        f"what tells them apart. After {STEPS} steps {DEEP} layers have a loss of {both:.2f} with residuals and the "
        f"norm before, {after:.2f} with the norm after, {without:.2f} without residuals and {bare:.2f} without norms; "
        f"knowing nothing is {math.log(VOCABULARY):.2f}."
    )


def _written(share):
    return f"{share:.2f}" if 0.01 <= share < 1000 else f"{share:.0e}"
