"""Trains the same translator with and without positions in the source, and shuffles the source."""

from random import Random

import torch

from attnlab.content import Findings, Heatmap, Table, experiment
from attnlab.translation import Kind, SentencePair, Split, Trial, corpus_bleu, draw, trained_on_grammar
from attnlab.translation.batching import collate, number

# About half a minute; the same in the experiments of lessons 06 to 08, which share what they train.
SMALL = {"d_model": 64, "d_ff": 128, "training": {"longest": 16, "pairs": 20_000, "steps": 700}}
SENTENCES = 150
LENGTHS = range(5, 13)
TURNED = (("the", "dog", "sees", "the", "cat", "."), ("the", "cat", "sees", "the", "dog", "."))


@experiment(
    title="Blind to order",
    claim="Attention alone cannot tell the order of its input: without positions a sentence is a bag of words",
    source="Vaswani et al. 2017, Attention is all you need, arXiv 1706.03762, section 3.5",
    question="A small Transformer is trained without positions in the source. It translates test sentences as they "
    "are, then with their words shuffled. How often does it write word for word the same?",
    choices=("hardly ever", "about every second time", "practically always"),
    seconds=75,
)
def order_blind(lab):
    seeing_trial = Trial.of_transformer(lab.seed, **SMALL)
    blind_trial = Trial.of_transformer(lab.seed, **SMALL, source_positions=False)
    seeing = _trained(lab, seeing_trial, "with positions", 0.02, 0.45)
    blind = _trained(lab, blind_trial, "without source positions", 0.45, 0.88)
    lab.progress("translating sentences straight and shuffled", 0.9)
    pairs = draw(Split.TEST, SENTENCES, seed=lab.seed, lengths=LENGTHS)
    shuffled = _shuffled(pairs, lab.seed)
    with_positions, without = _measured(seeing, pairs, shuffled), _measured(blind, pairs, shuffled)
    turned = {name: [" ".join(_write(each, TURNED[at])) for at in (0, 1)] for name, each in _named(seeing, blind)}
    lab.progress("done", 1.0)

    same = without["same"] / SENTENCES
    return Findings(
        seen=f"Without positions {without['same']} of {SENTENCES} translations stay word for word the same when the "
        f"source is shuffled, with positions {with_positions['same']}; the largest change of any log-probability of "
        f"the first token is {without['moved']:.1e} without (rounding) and {with_positions['moved']:.1f} with. "
        f"It is not useless for that: on sentences in order it reaches BLEU {without['bleu']:.0f} against "
        f"{with_positions['bleu']:.0f}, with {without['exact']} against {with_positions['exact']} exactly right, "
        "for a bag of words often has one likely reading. Where it has two, the model can only guess: "
        + (
            "it writes the same for 'the dog sees the cat' and 'the cat sees the dog'."
            if turned["without"][0] == turned["without"][1]
            else "for 'the dog sees the cat' turned round it still happened to write something else."
        ),
        choice=0 if same < 0.25 else 2 if same > 0.9 else 1,
        numbers={
            "trial": seeing_trial.described(),
            "trial_without": blind_trial.described(),
            "sentences": SENTENCES,
            "with_positions": {**with_positions, "loss": seeing.loss},
            "without_positions": {**without, "loss": blind.loss},
            "turned": {"sources": [" ".join(words) for words in TURNED], **turned},
        },
        tables=[
            Table(
                ("", "with positions", "without"),
                (
                    ("BLEU, source in order", f"{with_positions['bleu']:.1f}", f"{without['bleu']:.1f}"),
                    (
                        "exactly right, source in order",
                        f"{with_positions['exact']} of {SENTENCES}",
                        f"{without['exact']} of {SENTENCES}",
                    ),
                    (
                        "BLEU, source shuffled",
                        f"{with_positions['bleu_shuffled']:.1f}",
                        f"{without['bleu_shuffled']:.1f}",
                    ),
                    (
                        "the same translation when shuffled",
                        f"{with_positions['same']} of {SENTENCES}",
                        f"{without['same']} of {SENTENCES}",
                    ),
                    (
                        "largest change of a first log-probability",
                        f"{with_positions['moved']:.2g}",
                        f"{without['moved']:.2g}",
                    ),
                ),
            ),
            Table(
                ("source", "with positions", "without"),
                tuple((" ".join(words), turned["with"][at], turned["without"][at]) for at, words in enumerate(TURNED)),
            ),
        ],
        heatmaps=[_twins(each, f"{name} positions") for name, each in _named(seeing, blind)],
    )


def _named(seeing, blind):
    return (("with", seeing), ("without", blind))


def _trained(lab, trial, how, first, last):
    return trained_on_grammar(
        Kind.TRANSFORMER,
        trial,
        folder=lab.folder,
        progress=lambda step: lab.progress(
            f"training {how}, loss {step.loss:.3f}", first + (last - first) * step.number / step.of
        ),
    )


def _shuffled(pairs, seed):
    """The same sentences with their words in another order; the full stop too may end up anywhere."""
    random, found = Random(seed), []
    for pair in pairs:
        words = list(pair.source)
        while tuple(words) == pair.source:
            random.shuffle(words)
        found.append(SentencePair(tuple(words), pair.target, pair.sure, pair.possible, pair.constructions))
    return found


def _measured(trained, pairs, shuffled):
    gold = [pair.target for pair in pairs]
    straight, mixed = ([each.tokens for each in trained.translate(which)] for which in (pairs, shuffled))
    return {
        "bleu": corpus_bleu(straight, gold),
        "bleu_shuffled": corpus_bleu(mixed, gold),
        "exact": sum(written == wanted for written, wanted in zip(straight, gold)),
        "same": sum(one == other for one, other in zip(straight, mixed)),
        "moved": float((_first(trained, pairs) - _first(trained, shuffled)).abs().max()),
    }


@torch.no_grad()
def _first(trained, pairs):
    """The log-probabilities of each sentence's first target token."""
    batch = collate(number(pairs, trained.source, trained.target))
    memory = trained.model.encode(batch.source, batch.source_lengths)
    logits, _ = trained.model.teach(memory, batch.target[:, :1])
    return logits[:, 0].log_softmax(-1)


def _write(trained, words):
    return trained.translate([SentencePair(words, (), frozenset(), frozenset(), frozenset())])[0].tokens


@torch.no_grad()
def _twins(trained, how):
    """Where the words of a sentence with two equal ones look: without positions the two look alike."""
    words = TURNED[0]
    source = torch.tensor([trained.source.encode(words)])
    weights = trained.model.eval().source_weights(source)[-1, 0].mean(0)
    labels = tuple(f"{word} {at + 1}" for at, word in enumerate(words))
    return Heatmap(f"Where the source words look, {how}", labels, labels, weights.tolist())
