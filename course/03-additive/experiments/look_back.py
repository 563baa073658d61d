"""Trains the same translator with additive attention, and looks at what it looks at."""

from attnlab.content import Curve, Findings, Heatmap, Table, experiment
from attnlab.translation import (
    Construction,
    Kind,
    Split,
    Trial,
    alignment_error_rate,
    draw,
    links_of,
    quality_by_length,
    train_on_grammar,
)

BANDS = [range(first, first + 5) for first in range(4, 49, 5)]
SENTENCES = 60
TELLING = {Construction.ADJECTIVE_ORDER, Construction.NEGATION}


@experiment(
    title="Looking back",
    claim="With attention the quality of a translation no longer falls with the length of the sentence",
    source="Bahdanau, Cho, Bengio 2015, Neural machine translation by jointly learning to align and translate, "
    "arXiv 1409.0473, section 5.1 and figure 2",
    question="The same encoder, width and training, but before each word the decoder may look at every source word. "
    "What is left of its BLEU on 4-8 words when the sentences have 34-38?",
    choices=(
        "no more than without attention",
        "clearly more, but less than nine tenths",
        "at least nine tenths: the curve is nearly flat",
    ),
    seconds=50,
)
def look_back(lab):
    trial = Trial(seed=lab.seed)
    without = _measured_before(lab, trial)
    share = 0.85 if without else 0.5
    trained = train_on_grammar(Kind.ADDITIVE, trial, progress=_telling(lab, "with attention", 0.03, share))
    lab.progress("translating test sentences of every length", share + 0.04)
    measured = quality_by_length(trained, BANDS, each=SENTENCES, seed=lab.seed)
    bleu = {quality.band: quality.bleu for quality in measured}
    if without is None:
        plain = train_on_grammar(Kind.RNN, trial, progress=_telling(lab, "without attention", 0.57, 0.9))
        without = {each.band: each.bleu for each in quality_by_length(plain, BANDS, each=SENTENCES, seed=lab.seed)}

    lab.progress("comparing what it looked at with the gold alignments", 0.97)
    pairs = draw(Split.TEST, 200, seed=lab.seed, lengths=range(4, trial.longest + 1))
    error = alignment_error_rate(pairs, trained.look(pairs))
    pair, looked = _one_sentence(trained, lab.seed)
    agreeing = sum(link in pair.possible for link in links_of(looked))
    lab.progress("done", 1.0)

    within = [quality.band for quality in measured if quality.longest <= trial.longest]
    short, long, longest = within[0], within[-1], measured[-1].band
    kept, kept_without = (_share(curve[long], curve[short]) for curve in (bleu, without))
    return Findings(
        seen=f"From {short} to {long} words BLEU goes from {bleu[short]:.0f} to {bleu[long]:.0f} with attention "
        f"({kept:.0%} is left) and from {without[short]:.0f} to {without[long]:.0f} without ({kept_without:.0%}). "
        f"At {longest} words, longer than any it was trained on, it is {bleu[longest]:.0f} with and "
        f"{without[longest]:.0f} without. Nobody told it which word belongs to which, yet the error of its "
        f"alignments against the gold is {error:.3f}; in the sentence shown, {agreeing} of {len(pair.target)} words "
        "look most at a word they come from.",
        choice=2 if kept >= 0.9 else 1 if kept > kept_without + 0.1 else 0,
        numbers={
            "trial": trial.described(),
            "sentences": SENTENCES,
            "parameters": trained.parameters,
            "training_seconds": trained.seconds,
            "loss": trained.loss,
            "bleu": bleu,
            "bleu_without_attention": without,
            "exact": {quality.band: quality.exact for quality in measured},
            "alignment_error": error,
            "sentence": {"source": pair.source, "target": pair.target, "weights": looked},
        },
        tables=[
            Table(
                ("source words", "BLEU without", "BLEU with", "exactly right with"),
                tuple(
                    (
                        quality.band,
                        f"{without[quality.band]:.1f}",
                        f"{quality.bleu:.1f}",
                        f"{quality.exact} of {quality.sentences}",
                    )
                    for quality in measured
                ),
            ),
            _looks(pair, looked),
        ],
        curves=[
            Curve(
                "Quality against sentence length",
                "source words",
                "BLEU",
                {
                    "looking back": [(quality.middle, quality.bleu) for quality in measured],
                    "one vector": [(quality.middle, without[quality.band]) for quality in measured],
                },
            )
        ],
        heatmaps=[Heatmap("Where each French word looked in the English", pair.target, pair.source, looked)],
    )


def _measured_before(lab, trial):
    """The curve without attention from an earlier run of the bottleneck, if it was the same trial."""
    numbers = lab.earlier("bottleneck")
    if not numbers or numbers.get("trial") != trial.described() or numbers.get("sentences") != SENTENCES:
        return None
    curve = numbers.get("bleu")
    return curve if isinstance(curve, dict) and set(curve) == {f"{band[0]}-{band[-1]}" for band in BANDS} else None


def _telling(lab, how, first, last):
    return lambda step: lab.progress(
        f"training {how}, loss {step.loss:.2f}", first + (last - first) * step.number / step.of
    )


def _one_sentence(trained, seed):
    """The first test sentence with a moved adjective and a negation that came out right, and what it looked at."""
    pairs = draw(Split.TEST, 60, seed=seed, lengths=range(9, 13), showing=Construction.NEGATION)
    telling = [pair for pair in pairs if pair.constructions >= TELLING]
    hypotheses = trained.translate(telling)
    right = [pair for pair, written in zip(telling, hypotheses) if written.tokens == pair.target]
    chosen = (right or telling)[0]
    return chosen, trained.look([chosen])[0]


def _looks(pair, looked):
    rows = []
    for at, (word, weights) in enumerate(zip(pair.target, looked)):
        found = max(range(len(weights)), key=weights.__getitem__)
        gold = [source for source in range(len(pair.source)) if (source, at) in pair.possible]
        named = " ".join(pair.source[source] for source in gold)
        rows.append((word, pair.source[found], f"{weights[found]:.2f}", named, "yes" if found in gold else "no"))
    return Table(("writes", "looks most at", "weight", "comes from", "agrees"), tuple(rows))


def _share(part, whole):
    return part / whole if whole else 0.0
