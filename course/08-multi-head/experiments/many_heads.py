"""Trains the same translator with one wide head, four and sixteen narrow ones, and looks at what each of four does."""

from copy import deepcopy

import torch

from attnlab.content import Curve, Findings, Heatmap, Table, experiment
from attnlab.translation import Kind, Split, Trial, alignment_error_rate, corpus_bleu, draw, trained_on_grammar
from attnlab.translation.batching import collate, number
from attnlab.translation.training import token_loss

# About half a minute; the same in the experiments of lessons 06 to 08, which share what they train.
SMALL = {"d_model": 64, "d_ff": 128, "training": {"longest": 16, "pairs": 20_000, "steps": 700}}
HEADS = (1, 4, 16)
SENTENCES = 300
LENGTHS = range(9, 17)
CLOSE = 1.0
SMOOTHED = 20


@experiment(
    title="One wide head or several narrow ones",
    claim="Several heads translate better than one of the same total width, and too many narrow ones worse again",
    source="Vaswani et al. 2017, Attention is all you need, arXiv 1706.03762, table 3, rows (A); "
    "Voita et al. 2019, Analyzing multi-head self-attention, arXiv 1905.09418, for what single heads do",
    question="Three small Transformers of the same size: one head of width 64, four of 16, sixteen of 4. "
    "Which has the best BLEU after the same training?",
    choices=(
        "the one wide head",
        "the four",
        "the sixteen",
        "the best two are within one BLEU of each other",
    ),
    seconds=110,
)
def many_heads(lab):
    pairs = draw(Split.TEST, SENTENCES, seed=lab.seed, lengths=LENGTHS)
    models, measured = {}, {}
    for at, heads in enumerate(HEADS):
        first = 0.02 + 0.3 * at
        models[heads] = _trained(lab, heads, first, first + 0.27)
        measured[heads] = _measured(models[heads], pairs)
    lab.progress("looking at what each head of four looks at", 0.93)
    four = models[4]
    encoder, decoder = _encoder_heads(four, pairs), _decoder_heads(four, pairs)
    shown = min(pairs, key=lambda pair: (len(pair.source), -len(pair.constructions)))
    lab.progress("done", 1.0)

    best, second = sorted(HEADS, key=lambda heads: -measured[heads]["bleu"])[:2]
    close = measured[best]["bleu"] - measured[second]["bleu"] < CLOSE
    positional = [head for head in encoder if abs(head["offset"]) == 1 and head["share"] >= 0.9]
    cheapest, dearest = (choose(encoder, key=lambda head: head["loss_without"]) for choose in (min, max))
    aligned = min(decoder, key=lambda head: head["alignment_error"])
    return Findings(
        seen="BLEU is "
        + ", ".join(f"{measured[heads]['bleu']:.1f} with {_named(heads)}" for heads in HEADS)
        + f" on {SENTENCES} sentences of {LENGTHS[0]} to {LENGTHS[-1]} words, at {four.parameters:,} parameters each: "
        + (
            f"{_named(best)} and {_named(second)} are too close to call. "
            if close
            else f"{_named(best)} come out ahead. "
            if best > 1
            else "one head comes out ahead. "
        )
        + f"Of the {len(encoder)} encoder heads of the model with four, {len(positional)} look at a direct neighbour "
        "nine times out of ten, as the positional heads of Voita et al. do. Silenced one at a time, they "
        "are not worth the same: the test loss of "
        f"{measured[4]['loss']:.3f} becomes {cheapest['loss_without']:.3f} without {cheapest['name']} and "
        f"{dearest['loss_without']:.3f} without {dearest['name']}. In the decoder, {aligned['name']} is nearest to "
        f"the gold alignment (error {aligned['alignment_error']:.2f}; they range to "
        f"{max(head['alignment_error'] for head in decoder):.2f}).",
        choice=3 if close else HEADS.index(best),
        numbers={
            "trials": {str(heads): _trial(lab, heads).described() for heads in HEADS},
            "sentences": SENTENCES,
            "parameters": {str(heads): models[heads].parameters for heads in HEADS},
            "measured": {str(heads): measured[heads] for heads in HEADS},
            "encoder_heads": encoder,
            "decoder_heads": decoder,
        },
        tables=[
            Table(
                ("heads", "width of each", "parameters", "training loss", "test loss", "BLEU", "exactly right"),
                tuple(
                    (
                        str(heads),
                        str(SMALL["d_model"] // heads),
                        f"{models[heads].parameters:,}",
                        f"{models[heads].loss:.3f}",
                        f"{measured[heads]['loss']:.3f}",
                        f"{measured[heads]['bleu']:.1f}",
                        f"{measured[heads]['exact']} of {SENTENCES}",
                    )
                    for heads in HEADS
                ),
            ),
            Table(
                ("encoder head", "looks most often", "how often", "largest weight", "test loss without it"),
                tuple(
                    (
                        head["name"],
                        _place(head["offset"]),
                        f"{head['share']:.0%}",
                        f"{head['confidence']:.2f}",
                        f"{head['loss_without']:.3f}",
                    )
                    for head in encoder
                ),
            ),
            Table(
                ("decoder head, at the source", "alignment error", "largest weight", "test loss without it"),
                tuple(
                    (
                        head["name"],
                        f"{head['alignment_error']:.3f}",
                        f"{head['confidence']:.2f}",
                        f"{head['loss_without']:.3f}",
                    )
                    for head in decoder
                ),
            ),
        ],
        curves=[
            Curve(
                "Training loss",
                "step",
                "nats per token",
                {_named(heads): _smoothed(models[heads].losses) for heads in HEADS},
            )
        ],
        heatmaps=_heatmaps(four, shown, decoder),
    )


def _trial(lab, heads):
    return Trial.of_transformer(lab.seed, **SMALL, heads=heads)


def _named(heads):
    return {1: "one head", 4: "four heads", 16: "sixteen heads"}[heads]


def _trained(lab, heads, first, last):
    return trained_on_grammar(
        Kind.TRANSFORMER,
        _trial(lab, heads),
        folder=lab.folder,
        progress=lambda step: lab.progress(
            f"training with {_named(heads)}, loss {step.loss:.3f}", first + (last - first) * step.number / step.of
        ),
    )


def _measured(trained, pairs):
    hypotheses = trained.translate(pairs)
    return {
        "loss": _loss(trained.model, trained, pairs),
        "bleu": corpus_bleu([each.tokens for each in hypotheses], [pair.target for pair in pairs]),
        "exact": sum(each.tokens == pair.target for each, pair in zip(hypotheses, pairs)),
    }


@torch.no_grad()
def _loss(model, trained, pairs):
    return float(token_loss(model.eval(), collate(number(pairs, trained.source, trained.target))))


@torch.no_grad()
def _encoder_heads(trained, pairs):
    """For every encoder head the offset that it looks at most often, and the test loss without it."""
    batch = collate(number(pairs, trained.source, trained.target))
    weights = trained.model.eval().source_weights(batch.source)
    places = torch.arange(batch.source.shape[1])
    words = places < batch.source_lengths.unsqueeze(1)
    found = []
    for layer, head in _each_head(trained):
        largest, looked = weights[layer, :, head].max(-1)
        offsets, counts = (looked - places)[words].unique(return_counts=True)
        found.append(
            {
                "name": f"layer {layer + 1} head {head + 1}",
                "offset": int(offsets[counts.argmax()]),
                "share": float(counts.max() / counts.sum()),
                "confidence": float(largest[words].mean()),
                "loss_without": _loss(_silenced(trained.model, "encoder", layer, head), trained, pairs),
            }
        )
    return found


@torch.no_grad()
def _decoder_heads(trained, pairs):
    """For every head from the decoder to the source its alignment error, and the test loss without it."""
    batch = collate(number(pairs, trained.source, trained.target))
    memory = trained.model.eval().encode(batch.source, batch.source_lengths)
    weights = trained.model.cross_weights(memory, batch.target[:, :-1])
    found = []
    for layer, head in _each_head(trained):
        looks = [
            weights[layer, row, head, : len(pair.target), : len(pair.source)].tolist() for row, pair in enumerate(pairs)
        ]
        found.append(
            {
                "name": f"layer {layer + 1} head {head + 1}",
                "alignment_error": alignment_error_rate(pairs, looks),
                "confidence": sum(max(row) for rows in looks for row in rows) / sum(len(rows) for rows in looks),
                "loss_without": _loss(_silenced(trained.model, "decoder", layer, head), trained, pairs),
            }
        )
    return found


def _each_head(trained):
    settings = trained.model.settings
    return [(layer, head) for layer in range(settings.layers) for head in range(settings.heads)]


def _silenced(model, side, layer, head):
    """The same model, whose W_o no longer takes anything from this head."""
    changed = deepcopy(model)
    chosen = getattr(changed, side)[layer]
    attention = chosen.attention if side == "encoder" else chosen.cross_attention
    width = attention.W_o.in_features // attention.heads
    attention.W_o.weight[:, head * width : (head + 1) * width] = 0
    return changed


@torch.no_grad()
def _heatmaps(trained, pair, decoder):
    """On one sentence: the last encoder layer's heads, then the decoder's best and worst aligned ones."""
    batch = collate(number([pair], trained.source, trained.target))
    memory = trained.model.encode(batch.source, batch.source_lengths)
    own = trained.model.source_weights(batch.source)[:, 0]
    cross = trained.model.cross_weights(memory, batch.target[:, :-1])[:, 0].flatten(0, 1)[:, : len(pair.target)]
    chosen = sorted(range(len(decoder)), key=lambda at: decoder[at]["alignment_error"])
    return [
        Heatmap(f"Encoder, layer {len(own)} head {head + 1}", pair.source, pair.source, weights.tolist())
        for head, weights in enumerate(own[-1])
    ] + [
        Heatmap(f"Decoder, {decoder[at]['name']}", pair.target, pair.source, cross[at].tolist())
        for at in (chosen[0], chosen[-1])
    ]


def _place(offset):
    if offset == 0:
        return "at the word itself"
    side = "before" if offset < 0 else "after"
    return f"at the word {side}" if abs(offset) == 1 else f"{abs(offset)} words {side}"


def _smoothed(losses):
    groups = [losses[first : first + SMOOTHED] for first in range(0, len(losses), SMOOTHED)]
    return [(at * SMOOTHED + len(group) / 2, sum(group) / len(group)) for at, group in enumerate(groups)]
