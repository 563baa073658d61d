"""Trains the same translator with and without the causal mask, and lets both write."""

import torch

from attnlab.content import Curve, Findings, Heatmap, Table, experiment
from attnlab.translation import Kind, Split, Trial, corpus_bleu, draw, trained_on_grammar
from attnlab.translation.batching import collate, number
from attnlab.translation.vocabulary import PAD

# About half a minute; the same in the experiments of lessons 06 to 08, which share what they train.
SMALL = {"d_model": 64, "d_ff": 128, "training": {"longest": 16, "pairs": 20_000, "steps": 700}}
SENTENCES = 150
LENGTHS = range(4, 13)
SMOOTHED = 20


@experiment(
    title="A decoder that peeks",
    claim="Without the causal mask a decoder reads the answer in training, and then it cannot write",
    source="Vaswani et al. 2017, Attention is all you need, arXiv 1706.03762, section 3.2.3: "
    "leftward flow is masked out to keep the decoder auto-regressive",
    question="Two small Transformers train on the same sentences. In one of them each target token may also look at "
    "the tokens after it. How do its training loss and its translations compare with the other's?",
    choices=(
        "lower loss, better translations: it knows more",
        "lower loss, worse translations",
        "higher loss, worse translations: it is distracted",
        "about the same on both",
    ),
    seconds=75,
)
def peeking(lab):
    masked_trial, open_trial = (
        Trial.of_transformer(lab.seed, **SMALL),
        Trial.of_transformer(lab.seed, **SMALL, causal=False),
    )
    masked = _trained(lab, masked_trial, "with the mask", 0.02, 0.45)
    peeks = _trained(lab, open_trial, "without the mask", 0.45, 0.88)
    lab.progress("letting both write", 0.9)
    pairs = draw(Split.TEST, SENTENCES, seed=lab.seed, lengths=LENGTHS)
    with_mask, without = _measured(masked, pairs), _measured(peeks, pairs)
    shown = pairs[0]
    written = peeks.translate([shown])[0].tokens
    lab.progress("done", 1.0)

    lower = without["loss"] < 0.8 * with_mask["loss"]
    worse = without["bleu"] < 0.9 * with_mask["bleu"]
    better = without["bleu"] * 0.9 > with_mask["bleu"]
    higher = without["loss"] > 1.25 * with_mask["loss"]
    reached = _first_below(peeks.losses, 0.1)
    reached_masked = _first_below(masked.losses, 0.1)
    return Findings(
        seen=f"Peeking, the loss per token ends at {without['loss']:.4f} and not at {with_mask['loss']:.4f}"
        f"{_when(reached, reached_masked)}. Given the whole target it names {without['named']:.1%} of the next tokens "
        f"right; given only what has been written, {without['named_blind']:.1%}. Of {SENTENCES} sentences it "
        f"translates {without['exact']} exactly (BLEU {without['bleu']:.0f}), with the mask {with_mask['exact']} "
        f"(BLEU {with_mask['bleu']:.0f}). In training the next token was there to be copied, so it learned to copy; "
        "when it writes, there is nothing after the last token.",
        choice=1 if lower and worse else 0 if lower and better else 2 if higher and worse else 3,
        numbers={
            "trial": masked_trial.described(),
            "trial_peeking": open_trial.described(),
            "sentences": SENTENCES,
            "parameters": masked.parameters,
            "with_mask": with_mask,
            "without_mask": without,
            "first_step_below_a_tenth": {"with mask": reached_masked, "without": reached},
            "sentence": {"source": shown.source, "target": shown.target, "peeking_writes": written},
        },
        tables=[
            Table(
                ("", "with the mask", "without"),
                (
                    ("training loss, the last 50 steps", f"{with_mask['loss']:.4f}", f"{without['loss']:.4f}"),
                    ("next token right, whole target given", _percent(with_mask["named"]), _percent(without["named"])),
                    (
                        "next token right, only the prefix given",
                        _percent(with_mask["named_blind"]),
                        _percent(without["named_blind"]),
                    ),
                    ("BLEU when it writes", f"{with_mask['bleu']:.1f}", f"{without['bleu']:.1f}"),
                    (
                        "exactly right",
                        f"{with_mask['exact']} of {SENTENCES}",
                        f"{without['exact']} of {SENTENCES}",
                    ),
                ),
            ),
            Table(
                ("", "words"),
                (
                    ("source", " ".join(shown.source)),
                    ("reference", " ".join(shown.target)),
                    ("with the mask", " ".join(masked.translate([shown])[0].tokens)),
                    ("without", " ".join(written[: len(shown.target) + 6]) or "(nothing)"),
                ),
            ),
        ],
        curves=[
            Curve(
                "Training loss",
                "step",
                "nats per token",
                {"with the mask": _smoothed(masked.losses), "without": _smoothed(peeks.losses)},
            )
        ],
        heatmaps=[_ahead(masked, shown, "with the mask"), _ahead(peeks, shown, "without")],
    )


def _trained(lab, trial, how, first, last):
    return trained_on_grammar(
        Kind.TRANSFORMER,
        trial,
        folder=lab.folder,
        progress=lambda step: lab.progress(
            f"training {how}, loss {step.loss:.3f}", first + (last - first) * step.number / step.of
        ),
    )


@torch.no_grad()
def _measured(trained, pairs):
    """Loss, next tokens named right with and without what comes after, and how good what it writes is."""
    hypotheses = trained.translate(pairs)
    batch = collate(number(pairs, trained.source, trained.target))
    memory = trained.model.encode(batch.source, batch.source_lengths)
    given, wanted = batch.target[:, :-1], batch.target[:, 1:]
    counted = wanted != PAD
    at_once = trained.model.teach(memory, given)[0].argmax(-1)
    state, one_by_one = trained.model.start(memory), []
    for token in given.unbind(1):
        logits, state, _ = trained.model.step(token, state, memory)
        one_by_one.append(logits.argmax(-1))
    return {
        "loss": trained.loss,
        "named": _share(at_once == wanted, counted),
        "named_blind": _share(torch.stack(one_by_one, 1) == wanted, counted),
        "bleu": corpus_bleu([each.tokens for each in hypotheses], [pair.target for pair in pairs]),
        "exact": sum(each.tokens == pair.target for each, pair in zip(hypotheses, pairs)),
    }


@torch.no_grad()
def _ahead(trained, pair, how):
    """What each target token looks at in the target, with the head that looks most at the token it must predict."""
    batch = collate(number([pair], trained.source, trained.target))
    memory = trained.model.encode(batch.source, batch.source_lengths)
    weights = trained.model.target_weights(memory, batch.target[:, :-1])[:, 0].flatten(0, 1)
    ahead = weights.diagonal(1, -2, -1).mean(-1)
    words = ("<s>", *pair.target)
    return Heatmap(f"One head of the decoder, {how}", words, words, weights[int(ahead.argmax())].tolist())


def _share(right, counted):
    return float((right & counted).sum() / counted.sum())


def _percent(share):
    return f"{share:.1%}"


def _smoothed(losses):
    """Means over a few steps each, so that two curves can be told apart."""
    groups = [losses[first : first + SMOOTHED] for first in range(0, len(losses), SMOOTHED)]
    return [(at * SMOOTHED + len(group) / 2, sum(group) / len(group)) for at, group in enumerate(groups)]


def _first_below(losses, loss):
    """The first step from which ten steps in a row stay below this loss on average; None if there is none."""
    means = [sum(losses[first : first + 10]) / 10 for first in range(len(losses) - 9)]
    return next((first + 1 for first, mean in enumerate(means) if mean < loss), None)


def _when(reached, reached_masked):
    if reached is None:
        return ""
    masked = f"after {reached_masked}" if reached_masked else "never"
    return f"; it is below a tenth after {reached} steps, with the mask {masked}"
