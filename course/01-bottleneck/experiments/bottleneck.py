"""Trains an encoder-decoder whose whole sentence is one vector, and measures BLEU by sentence length."""

from attnlab.content import Curve, Findings, Table, experiment
from attnlab.translation import Kind, Trial, quality_by_length, train_on_grammar

BANDS = [range(first, first + 5) for first in range(4, 49, 5)]
SENTENCES = 60


@experiment(
    title="One vector for every sentence",
    claim="Without attention a translator does well on short sentences and rapidly worse as they get longer",
    source="Cho, van Merriënboer, Bahdanau, Bengio 2014, On the properties of neural machine translation: "
    "encoder-decoder approaches, arXiv 1409.1259, section 5.1",
    question="A model that must keep the sentence in one vector trains on sentences of 3 to 40 words. "
    "What is left of its BLEU on 4-8 words when the sentences have 34-38?",
    choices=("at least nine tenths", "between half and nine tenths", "less than half"),
    seconds=40,
)
def bottleneck(lab):
    trial = Trial(seed=lab.seed)
    trained = train_on_grammar(
        Kind.RNN,
        trial,
        progress=lambda step: lab.progress(
            f"training without attention, loss {step.loss:.2f}", 0.05 + 0.85 * step.number / step.of
        ),
    )
    lab.progress("translating test sentences of every length", 0.9)
    measured = quality_by_length(trained, BANDS, each=SENTENCES, seed=lab.seed)
    lab.progress("done", 1.0)

    within = [quality for quality in measured if quality.longest <= trial.longest]
    short, long = within[0], within[-1]
    kept = long.bleu / short.bleu if short.bleu else 0.0
    rose = sum(after.bleu > before.bleu for before, after in zip(within, within[1:]))
    return Findings(
        seen=f"BLEU goes from {short.bleu:.0f} at {short.band} words to {long.bleu:.0f} at {long.band}: "
        f"{kept:.0%} of it is left. Of {short.sentences} sentences each, {short.exact} short and {long.exact} long "
        f"ones came out exactly right. "
        + (f"From one length to the next it rose {rose} of {len(within) - 1} times. " if rose else "")
        + f"One vector of {trial.d_model} numbers has to hold 4 words or 40, and {trial.steps} training steps "
        "are few; more of both would move the slope, to longer sentences.",
        choice=0 if kept >= 0.9 else 1 if kept >= 0.5 else 2,
        numbers={
            "trial": trial.described(),
            "sentences": SENTENCES,
            "parameters": trained.parameters,
            "training_seconds": trained.seconds,
            "loss": trained.loss,
            "bleu": {quality.band: quality.bleu for quality in measured},
            "exact": {quality.band: quality.exact for quality in measured},
        },
        tables=[
            Table(
                ("source words", "BLEU", "exactly right", "seen in training"),
                tuple(
                    (
                        quality.band,
                        f"{quality.bleu:.1f}",
                        f"{quality.exact} of {quality.sentences}",
                        _seen(quality, trial.longest),
                    )
                    for quality in measured
                ),
            )
        ],
        curves=[
            Curve(
                "Quality against sentence length",
                "source words",
                "BLEU",
                {"one vector": [(quality.middle, quality.bleu) for quality in measured]},
            )
        ],
    )


def _seen(quality, longest):
    if quality.longest <= longest:
        return "such lengths"
    return "no such lengths" if quality.shortest > longest else "some of them"
