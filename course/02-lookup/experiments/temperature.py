"""Divides the same scores by ever larger numbers and watches the weights even out."""

import numpy as np

from attnlab.content import Curve, Findings, Heatmap, Table, experiment

KEYS = 8
TEMPERATURES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


@experiment(
    title="From average to argmax",
    claim="The higher the temperature of a softmax, the softer its weights; at a low one the largest score takes all",
    source="Hinton, Vinyals, Dean 2015, Distilling the knowledge in a neural network, arXiv 1503.02531, section 2",
    question="softmax(scores / T): where do the weights go when T gets very large?",
    choices=("they all become equal", "all to the largest score", "they all become zero"),
    seconds=1,
)
def temperature(lab):
    generator = np.random.default_rng(lab.seed)
    scores = generator.standard_normal(KEYS)
    value = generator.standard_normal(KEYS)
    weights = np.stack([_softmax(scores / degree) for degree in TEMPERATURES])
    effective = [_effective(row) for row in weights]
    contexts = weights @ value
    lab.progress("done", 1.0)

    hottest, coldest = weights[-1], weights[0]
    best = int(scores.argmax())
    lead = float(np.sort(scores)[-1] - np.sort(scores)[-2])
    steady = all(after >= before for before, after in zip(effective, effective[1:]))
    return Findings(
        seen=f"At T = {TEMPERATURES[-1]:g} the {KEYS} weights lie between {hottest.min():.3f} and "
        f"{hottest.max():.3f}, and the context is {contexts[-1]:.3f} where the plain average of the values is "
        f"{value.mean():.3f}. At T = {TEMPERATURES[0]:g} the largest score, {lead:.2f} ahead of the second, has weight "
        f"{coldest[best]:.3f}, and the context is {contexts[0]:.3f}, its own value being {value[best]:.3f}. "
        f"In between the number of keys that count {'only ever grows' if steady else 'does not grow all the way'}, "
        f"from {effective[0]:.2f} to {effective[-1]:.2f}. The sum of the weights stays one all along.",
        choice=_where(hottest, best),
        numbers={
            "scores": scores.tolist(),
            "value": value.tolist(),
            "temperatures": list(TEMPERATURES),
            "weights": weights.tolist(),
            "effective_keys": effective,
            "contexts": contexts.tolist(),
        },
        tables=[
            Table(
                ("T", "largest weight", "smallest weight", "keys that count", "context"),
                tuple(
                    (f"{degree:g}", f"{row.max():.4f}", f"{row.min():.4f}", f"{count:.2f}", f"{context:.3f}")
                    for degree, row, count, context in zip(TEMPERATURES, weights, effective, contexts)
                ),
            )
        ],
        curves=[
            Curve(
                "How many keys count, e to the entropy of the weights",
                "temperature, as a power of ten",
                "keys",
                {"effective keys": [(float(np.log10(t)), count) for t, count in zip(TEMPERATURES, effective)]},
            )
        ],
        heatmaps=[
            Heatmap(
                "Weights by temperature",
                tuple(f"T={degree:g}" for degree in TEMPERATURES),
                tuple(f"{score:.2f}" for score in scores),
                weights.tolist(),
            )
        ],
    )


def _softmax(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


def _effective(weights):
    """e to the entropy: how many equal weights would be as spread out as these."""
    positive = weights[weights > 0]
    return float(np.exp(-(positive * np.log(positive)).sum()))


def _where(weights, best):
    if np.abs(weights - 1 / len(weights)).max() < 0.02:
        return 0
    if weights[best] > 0.98:
        return 1
    return 2 if weights.max() < 0.02 else None
