"""Trains a small Transformer on one batch and nothing else, wired right and wired wrong in five known ways."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn import functional

from attnlab.content import Curve, Findings, Table, experiment
from attnlab.translation import Kind, Split, TransformerSettings, Vocabulary, build, draw
from attnlab.translation.batching import Batch, collate, number
from attnlab.translation.decoding import greedy_decode
from attnlab.translation.vocabulary import BOS, PAD, SPECIAL

SENTENCES = 24
LENGTHS = range(4, 13)
STEPS = 160
RATE = 3e-3
SMOOTHING = 0.1
NEAR = 0.05
MORE_PADDING = 6
SIZES = {"layers": 1, "heads": 4, "d_model": 64, "d_ff": 128}


def teacher_forced(target):
    return target[:, :-1], target[:, 1:]


def not_shifted(target):
    return target, target


def mean_over_words(logits, labels):
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=PAD)


def padding_counted(logits, labels):
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten())


def softmax_twice(logits, labels):
    return mean_over_words(logits.softmax(-1), labels)


def smoothed(logits, labels):
    wanted = torch.full_like(logits, SMOOTHING / (logits.shape[-1] - 2)).scatter(-1, labels[..., None], 1 - SMOOTHING)
    wanted[..., PAD] = 0
    return -(wanted * logits.log_softmax(-1)).sum(-1)[labels != PAD].mean()


@dataclass(frozen=True)
class Wiring:
    """One way to put the parts together; what is not said is right."""

    name: str
    right: bool = False
    split: Callable = teacher_forced
    loss: Callable = mean_over_words
    causal: bool = True
    source_hidden: bool = False


WIRINGS = (
    Wiring("right", right=True),
    Wiring("right, labels smoothed", right=True, loss=smoothed),
    Wiring("softmax taken twice", loss=softmax_twice),
    Wiring("source hidden", source_hidden=True),
    Wiring("labels not shifted", split=not_shifted),
    Wiring("causal mask missing", causal=False),
    Wiring("padding counted", loss=padding_counted),
)


@dataclass(frozen=True)
class Measured:
    """What became of one wiring; `floor` is the lowest loss that a model wired right could have."""

    wiring: Wiring
    losses: list[float]
    floor: float
    padding_changes_it: bool
    written: int

    @property
    def reached_at(self):
        below = (step for step, loss in enumerate(self.losses, 1) if loss <= self.floor + NEAR)
        return next(below, None) if self.losses[-1] <= self.floor + NEAR else None


@experiment(
    title="One batch by heart",
    claim="A model that is wired right drives the loss of one batch to the lowest it can be; where it does not, "
    "something is wrong",
    source="Karpathy 2019, A recipe for training neural networks, karpathy.github.io/2019/04/25/recipe; the model: "
    "Vaswani et al. 2017, arXiv 1706.03762",
    question="A small Transformer learns 24 sentences and sees nothing else; then it is built once more with one "
    "mistake, in five ways. How many of the five drive the loss to the floor all the same?",
    choices=(
        "none: whoever reaches the floor is wired right",
        "some: reaching the floor is necessary, and not enough",
        "all five: learning by heart needs no right wiring",
    ),
    seconds=25,
)
def overfit_one_batch(lab):
    pairs = draw(Split.TRAIN, SENTENCES, seed=lab.seed, lengths=LENGTHS)
    threads = torch.get_num_threads()
    # Steps this small only wait for a second thread.
    torch.set_num_threads(1)
    try:
        measured = []
        for done, wiring in enumerate(WIRINGS):
            lab.progress(f"learning one batch by heart: {wiring.name}", done / len(WIRINGS))
            measured.append(_measured(wiring, pairs, lab.seed))
    finally:
        torch.set_num_threads(threads)
    lab.progress("done", 1.0)

    right, smooth = (each for each in measured if each.wiring.right)
    wrong = [each for each in measured if not each.wiring.right]
    reached = [each for each in wrong if each.reached_at]
    stuck = [each for each in wrong if not each.reached_at]
    cannot_write = [each for each in wrong if each.written < SENTENCES]
    told_by_padding = [each for each in wrong if each.padding_changes_it]
    unnoticed = [each for each in reached if each not in cannot_write and each not in told_by_padding]
    return Findings(
        seen=f"Wired right, the loss falls from {right.losses[0]:.2f} to {right.losses[-1]:.3f}, and the model writes "
        f"{right.written} of the {SENTENCES} sentences; with smoothed labels it ends at {smooth.losses[-1]:.3f}, "
        f"{smooth.losses[-1] - smooth.floor:.3f} above a floor of {smooth.floor:.3f}. Of {len(wrong)} mistakes the "
        f"floor gives away {len(stuck)}: {_listed(stuck)}. The others reach it like the right one: {_listed(reached)}. "
        f"Letting the model write what it learned gives away {len(cannot_write)}: {_listed(cannot_write)}. Adding "
        f"{MORE_PADDING} columns of padding, which should change no loss, gives away {len(told_by_padding)}: "
        f"{_listed(told_by_padding)}. No test noticed: {_listed(unnoticed)}.",
        choice=0 if not reached else 2 if not stuck else 1,
        numbers={
            "sentences": SENTENCES,
            "steps": STEPS,
            "rate": RATE,
            "smoothing": SMOOTHING,
            "near": NEAR,
            "more_padding": MORE_PADDING,
            "sizes": SIZES,
            "wirings": {
                each.wiring.name: {
                    "losses": each.losses,
                    "floor": each.floor,
                    "reached_at": each.reached_at,
                    "written": each.written,
                    "padding_changes_it": each.padding_changes_it,
                }
                for each in measured
            },
        },
        tables=[
            Table(
                ("wiring", "first loss", "last loss", "floor", "reached", "writes", "more padding"),
                tuple(
                    (
                        each.wiring.name,
                        f"{each.losses[0]:.3f}",
                        f"{each.losses[-1]:.3f}",
                        f"{each.floor:.3f}",
                        f"step {each.reached_at}" if each.reached_at else "never",
                        f"{each.written} of {SENTENCES}",
                        "changes it" if each.padding_changes_it else "no matter",
                    )
                    for each in measured
                ),
            )
        ],
        curves=[
            Curve(
                "One batch, learned by heart",
                "step",
                "loss per word",
                {
                    each.wiring.name: [(step, loss) for step, loss in enumerate(each.losses, 1) if step % 4 == 1]
                    for each in measured
                },
            )
        ],
    )


def _measured(wiring, pairs, seed):
    source, target = (Vocabulary.of(side) for side in zip(*((pair.source, pair.target) for pair in pairs), strict=True))
    sentences = [pair.source for pair in pairs]
    batch = collate(number(pairs, source, target))
    if wiring.source_hidden:
        # Of every source only a mark is left, so that its length says nothing either.
        sentences = [(SPECIAL[BOS],)] * len(pairs)
        batch = Batch(torch.full_like(batch.source[:, :1], BOS), torch.ones_like(batch.source_lengths), batch.target)
    settings = TransformerSettings(**SIZES, causal=wiring.causal)
    model = build(Kind.TRANSFORMER, len(source), len(target), seed=seed, transformer=settings)
    longer = Batch(batch.source, batch.source_lengths, functional.pad(batch.target, (0, MORE_PADDING), value=PAD))
    with torch.no_grad():
        before, with_padding = (_loss(wiring, model, each) for each in (batch, longer))
    losses = _trained(wiring, model, batch)
    written = greedy_decode(model, sentences, source, target)
    return Measured(
        wiring,
        losses,
        floor=_entropy(len(target)) if wiring.loss is smoothed else 0.0,
        padding_changes_it=abs(float(with_padding - before)) > 1e-3,
        written=sum(hypothesis.tokens == pair.target for hypothesis, pair in zip(written, pairs, strict=True)),
    )


def _trained(wiring, model, batch):
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    losses = []
    for _ in range(STEPS):
        loss = _loss(wiring, model, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def _loss(wiring, model, batch):
    decoder_input, labels = wiring.split(batch.target)
    logits, _ = model.teach(model.encode(batch.source, batch.source_lengths), decoder_input)
    return wiring.loss(logits, labels)


def _entropy(vocabulary):
    """Of a smoothed label: no prediction has a lower loss."""
    each = SMOOTHING / (vocabulary - 2)
    return -(1 - SMOOTHING) * math.log(1 - SMOOTHING) - SMOOTHING * math.log(each)


def _listed(measured):
    return ", ".join(each.wiring.name for each in measured) or "none"
