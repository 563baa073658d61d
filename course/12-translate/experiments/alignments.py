"""Trains a small Transformer to translate and compares what each of its heads looks at with the gold alignments."""

import torch

from attnlab.content import Findings, Heatmap, Table, experiment
from attnlab.translation import (
    Construction,
    Kind,
    Split,
    Trial,
    alignment_error_rate,
    draw,
    trained_on_grammar,
)
from attnlab.translation.batching import collate, number

SENTENCES = 200
SHOWN = range(8, 12)


@experiment(
    title="Did it find the words?",
    claim="A Transformer's heads align words, though nobody told it which belong together: averaged over the heads, "
    "the layer before the last aligns best",
    source="Garg, Peitz, Nallasamy, Paulik 2019, Jointly learning to align and translate with Transformer models, "
    "arXiv 1909.02074, its baseline; the error rate: Och and Ney 2003",
    question="A Transformer with two decoder layers of four heads learns to translate. Link each word it writes "
    "with the source word it looks at most. Which look gives the lowest alignment error?",
    choices=(
        "that of the best single head",
        "the last layer's, averaged over its heads",
        "that of the layer before it, averaged over its heads",
        "the average over all heads of both layers",
    ),
    seconds=50,
)
def alignments(lab):
    trial = Trial.of_transformer(lab.seed)
    trained = trained_on_grammar(
        Kind.TRANSFORMER,
        trial,
        folder=lab.folder,
        progress=lambda step: lab.progress(f"training, loss {step.loss:.2f}", 0.9 * step.number / step.of),
    )
    lab.progress("comparing what it looks at with the gold alignments", 0.92)
    pairs = draw(Split.TEST, SENTENCES, seed=lab.seed, lengths=range(4, trial.longest + 1))
    weights = _looks(trained, pairs)
    layers, _, heads, _, _ = weights.shape
    of_heads = {
        f"layer {layer + 1}, head {head + 1}": _error(pairs, weights[layer, :, head])
        for layer in range(layers)
        for head in range(heads)
    }
    of_layers = [_error(pairs, weights[layer].mean(dim=1)) for layer in range(layers)]
    everything = weights.mean(dim=(0, 2))
    together = _error(pairs, everything)
    # The row in which a word is read, not written: one place later.
    one_late = _error(pairs, everything, late=1)
    nth_to_nth = _error(pairs, torch.eye(*everything.shape[1:]).expand_as(everything))
    least = alignment_error_rate(pairs, [_best_links(pair) for pair in pairs])
    translations = trained.translate(pairs)
    exact = sum(written.tokens == pair.target for written, pair in zip(translations, pairs, strict=True))
    lab.progress("done", 1.0)

    best_head = min(of_heads, key=of_heads.__getitem__)
    worst_head = max(of_heads, key=of_heads.__getitem__)
    contest = [of_heads[best_head], of_layers[-1], of_layers[-2], together]
    shown, look = _one_sentence(pairs, everything)
    return Findings(
        seen=f"It translates {exact} of {SENTENCES} test sentences exactly. The single heads' errors go from "
        f"{of_heads[best_head]:.3f} ({best_head}) to {of_heads[worst_head]:.3f} ({worst_head}). Averaged over heads, "
        f"the last layer has {of_layers[-1]:.3f} and the one before it {of_layers[-2]:.3f}, so the claim "
        f"{'holds between them' if of_layers[-2] < of_layers[-1] else 'does not hold here'}; all eight together have "
        f"{together:.3f}. Linking first with first, second with second has {nth_to_nth:.3f}; with one link a word no "
        f"look could get below {least:.3f}. Taken from the row in which the word is read, not written, the same "
        f"weights have {one_late:.3f}.",
        choice=min(range(len(contest)), key=contest.__getitem__),
        numbers={
            "trial": trial.described(),
            "sentences": SENTENCES,
            "exact": exact,
            "parameters": trained.parameters,
            "training_seconds": trained.seconds,
            "heads": of_heads,
            "layers": of_layers,
            "all": together,
            "one_row_late": one_late,
            "first_with_first": nth_to_nth,
            "least_possible": least,
            "sentence": {"source": shown.source, "target": shown.target, "weights": look},
        },
        tables=[
            Table(
                ("what is looked at", "alignment error"),
                (
                    *((name, f"{error:.3f}") for name, error in of_heads.items()),
                    *((f"layer {at + 1}, averaged", f"{error:.3f}") for at, error in enumerate(of_layers)),
                    ("all averaged", f"{together:.3f}"),
                    ("all averaged, one row too late", f"{one_late:.3f}"),
                    ("first with first, second with second", f"{nth_to_nth:.3f}"),
                    ("the best that one link a word can do", f"{least:.3f}"),
                ),
            ),
            _links(shown, look),
        ],
        heatmaps=[Heatmap("Where each French word looked, all heads averaged", shown.target, shown.source, look)],
    )


@torch.no_grad()
def _looks(trained, pairs):
    """(layers, batch, heads, places, keys); place t is where word t is written."""
    batch = collate(number(pairs, trained.source, trained.target))
    memory = trained.model.eval().encode(batch.source, batch.source_lengths)
    return trained.model.cross_weights(memory, batch.target[:, :-1])


def _error(pairs, weights, late=0):
    return alignment_error_rate(pairs, [_of_pair(pair, rows, late) for pair, rows in zip(pairs, weights, strict=True)])


def _of_pair(pair, rows, late=0):
    return rows[late : len(pair.target) + late, : len(pair.source)].tolist()


def _best_links(pair):
    """For each target word all weight on a source word that is sure, or else possible."""
    ranks = [[((source, at) in pair.possible) + ((source, at) in pair.sure) for source in range(len(pair.source))]
             for at in range(len(pair.target))]  # fmt: skip
    return [[float(rank == max(row)) for rank in row] for row in ranks]


def _one_sentence(pairs, weights):
    telling = {Construction.ADJECTIVE_ORDER, Construction.NEGATION}
    rows = [at for at, pair in enumerate(pairs) if len(pair.source) in SHOWN]
    at = max(rows, key=lambda at: len(telling & pairs[at].constructions))
    look = weights[at].clamp(0, 1)
    return pairs[at], _of_pair(pairs[at], look)


def _links(pair, look):
    rows = []
    for at, weights in enumerate(look):
        found = max(range(len(weights)), key=weights.__getitem__)
        gold = [source for source in range(len(pair.source)) if (source, at) in pair.possible]
        named = " ".join(pair.source[source] for source in gold)
        agrees = "yes" if found in gold else "no"
        rows.append((pair.target[at], pair.source[found], f"{weights[found]:.2f}", named, agrees))
    return Table(("writes", "looks most at", "weight", "comes from", "agrees"), tuple(rows))
