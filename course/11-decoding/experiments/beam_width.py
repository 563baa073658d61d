"""Translates the same sentences with wider and wider beams, by a model that has learned little and by a better one."""

from dataclasses import dataclass
from time import process_time

import torch

from attnlab.content import Curve, Findings, Table, experiment
from attnlab.translation import Kind, Split, Trial, corpus_bleu, draw, trained_on_grammar
from attnlab.translation.batching import collate
from attnlab.translation.vocabulary import BOS, EOS

WIDTHS = (1, 2, 4, 8, 16, 32, 64)
ALPHAS = (0.0, 1.0)
SENTENCES = 100
LENGTHS = range(6, 19)
TOGETHER = 50
# Of how many steps the training of each model is, by what it is called.
MODELS = {"hardly trained": 150, "trained": 450}
# What a chance sentence more or less makes in BLEU is not called better or worse.
CLEARLY = 1.0


@experiment(
    title="How wide a beam?",
    claim="Up to some width a wider beam translates better; beyond it, though it finds likelier sentences, worse",
    source="Koehn, Knowles 2017, Six challenges for neural machine translation, arXiv 1706.03872, section 3.6; "
    "Stahlberg, Byrne 2019, On NMT search errors and model errors, arXiv 1908.10090",
    question="A model that was trained for a few seconds translates with beams of 1, 2, 4, … 64, and the highest sum "
    "of log-probabilities wins. At which width is BLEU highest?",
    choices=("at 64: the wider the better", "somewhere in between", "at 1: greedy is as good as any"),
    seconds=70,
)
def beam_width(lab):
    pairs = draw(Split.TEST, SENTENCES, seed=lab.seed, lengths=LENGTHS)
    wanted = [pair.target for pair in pairs]
    measured, losses, empty = {}, {}, {}
    done = 0.0
    for name, steps in MODELS.items():
        share = 0.15 if name == "hardly trained" else 0.4
        trial = Trial.of_transformer(lab.seed, training={"steps": steps})
        trained = trained_on_grammar(
            Kind.TRANSFORMER, trial, folder=lab.folder, progress=_telling(lab, name, done, done + share)
        )
        done += share
        losses[name] = trained.loss
        measured[name] = []
        for width in WIDTHS:
            lab.progress(f"{name}, a beam of {width}", done)
            measured[name].append(_translate(trained, pairs, wanted, width))
            done += 0.2 * width / sum(WIDTHS)
        empty[name] = _empty_is_likelier(trained, pairs, measured[name])
    lab.progress("done", 1.0)

    little, more = (measured[name] for name in MODELS)
    return Findings(
        seen=" ".join([*_told(little, more), _told_of_the_empty(empty["hardly trained"])]),
        choice=_where(little),
        numbers={
            "steps": MODELS,
            "losses": losses,
            "sentences": SENTENCES,
            "widths": WIDTHS,
            **{
                name: [
                    {"width": each.width, "bleu": each.bleu, "length": each.length, "score": each.score}
                    for each in found
                ]
                for name, found in measured.items()
            },
            "empty_likelier": empty,
        },
        tables=[_table(name, found) for name, found in measured.items()],
        curves=[
            Curve(
                "Quality against the width of the beam",
                "doublings of the beam",
                "BLEU",
                {
                    f"{name}, alpha {alpha:g}": [(place, each.bleu[alpha]) for place, each in enumerate(found)]
                    for name, found in measured.items()
                    for alpha in ALPHAS
                },
            )
        ],
    )


@dataclass(frozen=True)
class Measured:
    """What came of one width: BLEU and relative length by alpha, the best scores and their mean, and the cost."""

    width: int
    bleu: dict
    length: dict
    score: float
    scores: list
    asked: int
    seconds: float


def _translate(trained, pairs, wanted, width):
    began = process_time()
    finished, asked = _search(trained, [pair.source for pair in pairs], width)
    seconds = process_time() - began
    bleu, length = {}, {}
    for alpha in ALPHAS:
        best = [max(each, key=lambda one: one[0] / ((5 + one[1]) / 6) ** alpha) for each in finished]
        written = [tuple(trained.target.tokens[token] for token in tokens) for _, _, tokens in best]
        bleu[alpha] = corpus_bleu(written, wanted)
        length[alpha] = sum(map(len, written)) / sum(map(len, wanted))
    scores = [max(score for score, _, _ in each) for each in finished]
    return Measured(width, bleu, length, sum(scores) / len(scores), scores, asked, seconds)


@torch.no_grad()
def _search(trained, sentences, width):
    """The finished hypotheses of every sentence as (score, length, tokens), and how many prefixes were asked about.

    The search of the lesson, for many sentences side by side; the model keeps what it has read of each prefix.
    """
    model = trained.model.eval()
    finished, asked = [None] * len(sentences), 0
    order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
    for first in range(0, len(order), TOGETHER):
        chunk = order[first : first + TOGETHER]
        numbered = [trained.source.encode(sentences[place]) for place in chunk]
        batch = collate([(sentence, [BOS]) for sentence in numbered])
        memory = model.encode(batch.source, batch.source_lengths)
        found, count = _rounds(model, memory, [2 * len(sentence) + 10 for sentence in numbered], width)
        asked += count
        for place, hypotheses in zip(chunk, found):
            finished[place] = hypotheses
    return finished, asked


def _rounds(model, memory, max_lengths, width):
    finished = [[] for _ in max_lengths]
    state, token = model.start(memory), torch.full((len(max_lengths),), BOS)
    live = [(0.0, sentence, ()) for sentence in range(len(max_lengths))]
    asked = length = 0
    while live:
        length += 1
        asked += len(live)
        logits, state, _ = model.step(token, state, memory.rows(torch.tensor([sentence for _, sentence, _ in live])))
        gains, tokens = torch.log_softmax(logits, dim=-1).topk(min(width, logits.shape[-1]))
        continuations = [[] for _ in max_lengths]
        for row, ((score, sentence, _), gained, words) in enumerate(zip(live, gains.tolist(), tokens.tolist())):
            continuations[sentence] += [(score + gain, row, word) for gain, word in zip(gained, words)]
        kept = []
        for sentence, several in enumerate(continuations):
            going_on = []
            for score, row, word in sorted(several, reverse=True)[:width]:
                written = (*live[row][2], word) if word != EOS else live[row][2]
                if word == EOS or length == max_lengths[sentence]:
                    finished[sentence].append((score, length, written))
                else:
                    going_on.append((row, (score, sentence, written)))
            if len(finished[sentence]) < width:
                kept += going_on
        rows = torch.tensor([row for row, _ in kept], dtype=torch.long)
        live = [hypothesis for _, hypothesis in kept]
        state, token = tuple(part[rows] for part in state), torch.tensor([written[-1] for _, _, written in live])
    return finished, asked


@torch.no_grad()
def _empty_is_likelier(trained, pairs, found):
    """For each width, for how many sentences nothing at all is likelier than the likeliest that was found."""
    batch = collate([(trained.source.encode(pair.source), [BOS]) for pair in pairs])
    memory = trained.model.encode(batch.source, batch.source_lengths)
    logits, _, _ = trained.model.step(torch.full((len(pairs),), BOS), trained.model.start(memory), memory)
    nothing = torch.log_softmax(logits, dim=-1)[:, EOS].tolist()
    return [sum(empty > best for empty, best in zip(nothing, each.scores)) for each in found]


def _where(found):
    bleu = [each.bleu[0.0] for each in found]
    if bleu[-1] >= max(bleu) - CLEARLY:
        return 0 if bleu[-1] > bleu[0] + CLEARLY else 2
    return 2 if bleu[0] >= max(bleu) - CLEARLY else 1


def _told(little, more):
    first, last, best = little[0], little[-1], max(little, key=lambda each: each.bleu[0.0])
    yield (
        f"Of the model that was hardly trained greedy search gets {first.bleu[0.0]:.1f} BLEU, a beam of {best.width} "
        f"{best.bleu[0.0]:.1f}, and one of {last.width} {last.bleu[0.0]:.1f}. All the while the mean score of what was "
        f"found goes from {first.score:.2f} to {last.score:.2f}, and the length of the translations from "
        f"{first.length[0.0]:.0%} of the references' to {last.length[0.0]:.0%}."
    )
    yield (
        f"Divided by the penalty (alpha 1) BLEU is {last.bleu[1.0]:.1f} at {last.width}, with {last.length[1.0]:.0%} "
        "of the length."
    )
    greedy, widest, highest = more[0], more[-1], max(more, key=lambda each: each.bleu[0.0])
    yield (
        f"Of the better model greedy search gets {greedy.bleu[0.0]:.1f}, the best beam, {highest.width}, "
        f"{highest.bleu[0.0]:.1f}, and {widest.width} {widest.bleu[0.0]:.1f}. A beam "
        f"of {widest.width} asks about {widest.asked / greedy.asked:.0f} times as many prefixes as greedy search."
    )


def _told_of_the_empty(likelier):
    return (
        f"For {likelier[0]} of {SENTENCES} sentences the first model finds the empty translation likelier than what "
        f"greedy search wrote, for {likelier[-1]} likelier than all that the widest beam found."
    )


def _table(name, found):
    rows = tuple(
        (
            f"{each.width}",
            f"{each.bleu[0.0]:.1f}",
            f"{each.length[0.0]:.2f}",
            f"{each.bleu[1.0]:.1f}",
            f"{each.length[1.0]:.2f}",
            f"{each.score:.2f}",
            f"{each.asked}",
            f"{each.seconds:.1f}",
        )
        for each in found
    )
    names = (f"beam, {name}", "BLEU", "length", "BLEU, alpha 1", "length, alpha 1", "score", "prefixes", "seconds")
    return Table(names, rows)


def _telling(lab, name, first, last):
    return lambda step: lab.progress(
        f"training the model that is {name}, loss {step.loss:.2f}", first + (last - first) * step.number / step.of
    )
