"""Grows the keys and watches scores, weights and gradients, with the root of d_k and without."""

import math
from statistics import mean, median

import torch

from attnlab.content import Curve, Findings, Table, experiment

KEYS, QUERIES = 64, 2000
WIDTHS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
ASKED = 512
BARE, SCALED = "not scaled", "scaled"


@experiment(
    title="Why a root",
    claim="For large d_k dot products grow large and push the softmax into regions where its gradients are extremely "
    "small; dividing by the root of d_k counteracts this",
    source="Vaswani et al. 2017, Attention is all you need, arXiv 1706.03762, section 3.2.1 and footnote 4",
    question=f"{KEYS} keys and a query of {ASKED} numbers each, drawn from a standard normal, and no scaling. Compared "
    "with scaled scores, how much gradient does the softmax let through for the median query?",
    choices=("at least half as much", "between a twentieth and a half", "less than a twentieth"),
    seconds=3,
)
def why_scale(lab):
    generator = torch.Generator().manual_seed(lab.seed)
    measured = []
    for done, width in enumerate(WIDTHS):
        lab.progress(f"queries and keys of {width} numbers", done / len(WIDTHS))
        measured.append({"d_k": width, **_both(width, generator)})
    lab.progress("done", 1.0)

    at = next(row for row in measured if row["d_k"] == ASKED)
    bare, scaled = at[BARE], at[SCALED]
    share = bare["gradient"] / scaled["gradient"]
    helped = [str(row["d_k"]) for row in measured if row[BARE]["gradient"] > row[SCALED]["gradient"]]
    return Findings(
        seen=f"At d_k = {ASKED} a bare score has a variance of {bare['variance']:.0f}, a scaled one of "
        f"{scaled['variance']:.2f}. The median query gives its best key {bare['best']:.3f} of its weight without the "
        f"root and {scaled['best']:.3f} with it, and its softmax lets {bare['gradient']:.4f} and "
        f"{scaled['gradient']:.4f} of gradient through: {share:.3f} times as much. The bare mean falls less, to "
        f"{bare['gradient_mean']:.3f}: {bare['cut_off']:.0%} of the queries get less than 0.001, and a few that "
        "hesitate between two keys carry the rest. On its way on to the query the gradient meets the keys, which the "
        f"root would have divided by {math.sqrt(ASKED):.0f}: there the bare median is {bare['query']:.3f} against "
        f"{scaled['query']:.3f}, and the bare mean {bare['query_mean']:.2f} against {scaled['query_mean']:.2f}. Too "
        "little for most queries, then, and too much for a few. Bare scores let more through than scaled ones at d_k = "
        f"{', '.join(helped) or 'none'}.",
        choice=0 if share >= 0.5 else 1 if share >= 0.05 else 2,
        numbers={"keys": KEYS, "queries": QUERIES, "widths": measured},
        tables=[
            _table(measured, "variance of a score", "entropy of the weights", "best key", "variance entropy best"),
            _table(
                measured,
                "gradient at the scores, median",
                "at the query, median",
                "at the query, mean",
                "gradient query query_mean",
            ),
        ],
        curves=[
            _curve("Entropy of the weights", f"nats, at most {math.log(KEYS):.2f}", measured, "entropy"),
            _curve("Gradient through the softmax, median query", "norm", measured, "gradient"),
        ],
    )


def _both(width, generator):
    """The same queries and keys, scored without and with the root."""
    query = torch.randn(QUERIES, width, generator=generator, dtype=torch.float64)
    key = torch.randn(QUERIES, KEYS, width, generator=generator, dtype=torch.float64)
    # What the rest of a network wants of each weight: any direction will do.
    wanted = torch.randn(QUERIES, KEYS, generator=generator, dtype=torch.float64)
    return {
        BARE: _measured(query, key, wanted, divisor=1.0),
        SCALED: _measured(query, key, wanted, divisor=math.sqrt(width)),
    }


def _measured(query, key, wanted, divisor):
    scores = (torch.einsum("qd,qkd->qk", query, key) / divisor).requires_grad_()
    weights = torch.softmax(scores, dim=-1)
    (gradient,) = torch.autograd.grad((weights * wanted).sum(), scores)
    at_scores = gradient.norm(dim=-1).tolist()
    at_query = (torch.einsum("qk,qkd->qd", gradient, key) / divisor).norm(dim=-1).tolist()
    with torch.no_grad():
        entropy = torch.special.entr(weights).sum(dim=-1).tolist()
        best = weights.amax(dim=-1).tolist()
        variance = float(scores.var())
    return {
        "variance": variance,
        "entropy": mean(entropy),
        "best": median(best),
        "gradient": median(at_scores),
        "gradient_mean": mean(at_scores),
        "query": median(at_query),
        "query_mean": mean(at_query),
        "cut_off": sum(norm < 1e-3 for norm in at_scores) / QUERIES,
    }


def _table(measured, first, second, third, keys):
    header = ["d_k"]
    for name in (first, second, third):
        header += [name, SCALED]
    rows = []
    for row in measured:
        cells = [str(row["d_k"])]
        for key in keys.split():
            cells += [_short(row[BARE][key]), _short(row[SCALED][key])]
        rows.append(tuple(cells))
    return Table(tuple(header), tuple(rows))


def _short(number):
    return f"{number:.0f}" if number >= 100 else f"{number:.2f}" if number >= 1 else f"{number:.4f}"


def _curve(title, y_label, measured, key):
    return Curve(
        title,
        "d_k, as a power of two",
        y_label,
        {how: [(math.log2(row["d_k"]), row[how][key]) for row in measured] for how in (BARE, SCALED)},
    )
