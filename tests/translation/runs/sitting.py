"""A tiny model and corpus to train in a folder.

As a program, a sitting that can be killed, with the arguments FOLDER STEPS SAVE_STEPS DIES_AT, and OWN to train a
learner's parts.
"""

import os
import signal
import sys
from functools import cache
from itertools import count
from pathlib import Path

import torch
from torch.nn import functional

from attnlab.content import read_course
from attnlab.translation import trainees
from attnlab.translation.batching import Batch
from attnlab.translation.corpora import GrammarCorpus, TextPair
from attnlab.translation.corpus import Split
from attnlab.translation.flat import flatten
from attnlab.translation.kinds import Kind
from attnlab.translation.parts import Own, assemble, select
from attnlab.translation.recipes import Recipe
from attnlab.translation.runs import RunSettings, is_run
from attnlab.translation.runs.trainer import Rhythm, resume, start
from attnlab.translation.runs.weights import untrained
from attnlab.translation.vocabulary import PAD

RECIPE = Recipe(
    layers=1, heads=2, d_model=16, d_ff=24, d_embedding=12, dropout=0.2, batch_tokens=150, warmup=4, averaging=0.9
)


class Small(GrammarCorpus):
    """Some dozen short sentences of the grammar."""

    fingerprint = "small"

    @cache  # noqa: B019
    def pairs(self, split):
        return self.drawn(split, 60 if split == Split.TRAIN else 6, seed=0, lengths=range(3, 9))

    def texts(self, split, most=None):
        return [TextPair(" ".join(pair.source), " ".join(pair.target), pair) for pair in self.pairs(split)[:most]]


class TinyTrainee:
    """Plain cross entropy; `breaks` is called with every batch before it is learned from."""

    def __init__(self, model, breaks=lambda trainee, batch: None):
        self.model = model.train()
        self.flat = flatten(model)
        self.device = torch.device("cpu")
        self.breaks = breaks

    def accumulate(self, batch: Batch, share: float) -> float:
        self.breaks(self, batch)
        self.model.train()
        logits, _ = self.model.teach(self.model.encode(batch.source, batch.source_lengths), batch.target[:, :-1])
        loss = functional.cross_entropy(
            logits.flatten(0, 1), batch.target[:, 1:].flatten(), ignore_index=PAD, reduction="sum"
        )
        torch.autograd.backward(loss * share)
        return float(loss.detach())

    def rising(self, step: int, warmup: int) -> float:
        return step / warmup

    def updated(self) -> None:
        pass


def make(settings, source, target, device):
    return TinyTrainee(untrained(settings, source, target))


@cache
def own_parts():
    """The course's parts, one of them from a learner's file."""
    course = read_course(Path(__file__).parents[3])
    exercise = course.exercise("scaled_dot_product_attention")
    source = (exercise.answers / "reference.py").read_bytes() + b"\n# mine\n"
    return assemble(select(course, {exercise.id: Own(source, "scaled_dot_product_attention.py")}))


def make_of_own_parts(settings, source, target, device):
    return trainees.make(settings, source, target, device, own_parts())


def breaking(breaks):
    return lambda settings, source, target, device: TinyTrainee(untrained(settings, source, target), breaks)


def settings_of(steps=12, *, kind="transformer", minutes=None, recipe=RECIPE):
    steps = None if minutes else steps
    return RunSettings(kind=Kind(kind), corpus="grammar", recipe=recipe, seed=5, steps=steps, minutes=minutes)


def ticking(seconds=1.0):
    """A clock that goes on by so many seconds whenever it is read."""
    ticks = count()
    return lambda: next(ticks) * seconds


def quiet(save_steps=None, **other):
    return Rhythm(**{"sample": 1e9, "validate": 1e9, "save": 1e9, "save_steps": save_steps, **other})


def dying(at):
    """Kill this process when it is about to see something safely on the disk for the so manieth time."""
    calls, fsync = count(1), os.fsync

    def counted(descriptor):
        if next(calls) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(descriptor)

    os.fsync = counted


if __name__ == "__main__":
    folder, steps, save_steps, dies_at = Path(sys.argv[1]), *(int(each) for each in sys.argv[2:5])
    made = make_of_own_parts if "OWN" in sys.argv else make
    dying(dies_at)
    if is_run(folder):
        events = resume(folder, Small(), made, rhythm=quiet(save_steps))
    else:
        events = start(folder, settings_of(steps), Small(), made, rhythm=quiet(save_steps))
    for event in events:
        print(type(event).__name__, getattr(event, "number", ""), flush=True)
