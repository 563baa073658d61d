"""Our own translator, by the doors that `attnlab train` and `attnlab translate` use.

Run by the benchmarks of the translator in a process of its own, with nothing set in the environment: the engine
sets what it wants by itself, before torch is imported, so that every import of torch here is inside a function.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measuring import ROOT
from steady_steps import SteadySteps, peak_bytes, tell
from transformer_flops import Sizes
from translator_corpus import NAME, opened

from attnlab.translation import machine
from attnlab.translation.kinds import Kind

if TYPE_CHECKING:
    from attnlab.translation.batching import Batch, Batches
    from attnlab.translation.corpora import TextCorpus
    from attnlab.translation.phrases import SentencePair
    from attnlab.translation.runs.settings import RunSettings
    from attnlab.translation.trainee import Trainee

SMOOTHING, DROPOUT = 0.1, 0.3
# Steps that no measurement comes to.
FOREVER = 1_000_000


def main() -> None:
    machine.prepare()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measure", choices=["train", "decode"])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--parts", choices=["fast", "reference"], default="fast")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], help="not the one that is found to be faster")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--d-model", type=int, default=Sizes().d_model)
    parser.add_argument("--joined", type=int, default=1, help="how many sentences make one, for long ones")
    parser.add_argument("--shapes", type=int, default=0, help="so many batches again and again; 0: all")
    parser.add_argument("--keep", type=Path, help="where to leave the weights at the end")
    parser.add_argument("--beam", type=int, default=1)
    asked = parser.parse_args()
    if asked.measure == "decode":
        tell(decoding(asked.work, asked.beam))
    else:
        tell(training(asked))


def training(asked: argparse.Namespace) -> dict[str, float | list[float]]:
    """The rate of the engine's own loop, from one step to the next."""
    from attnlab.translation.batching import Batches, number
    from attnlab.translation.loop import State
    from attnlab.translation.loop import training as steps_of
    from attnlab.translation.plan import Plan

    corpus = opened(asked.work)
    settings = settings_of(asked)
    trainee = trainee_of(settings, corpus)
    numbered = number(joined(corpus.pairs("train"), asked.joined), *corpus.vocabularies)
    batches = Noted(Batches(numbered, tokens=asked.batch_tokens, seed=0), asked.shapes)
    recipe = settings.recipe
    plan = Plan(FOREVER, recipe.learning_rate, recipe.warmup, recipe.clip, recipe.decay, recipe.averaging)
    state = State.fresh(trainee, plan)
    before = peak_bytes()
    clock = SteadySteps(asked.seconds, warm_up=asked.shapes or 3)
    for step in steps_of(trainee, batches, state, seed=0, clock=time.perf_counter):
        if not clock.step(step.tokens, batches.places):
            break
    if asked.keep:
        if state.average is not None:
            trainee.flat.values.copy_(state.average)
        np.savez(
            asked.keep, **{name: weights.numpy(force=True) for name, weights in trainee.model.state_dict().items()}
        )
    return {
        **clock.report(),
        "before_bytes": before,
        "types": len(corpus.vocabularies[1]),
        "loss": step.loss,
        "pieces": step.pieces,
    }


def decoding(work: Path, beam: int) -> dict[str, float]:
    """Sentences a second from text to text, the model loaded."""
    import torch

    from attnlab.translation.models import build
    from attnlab.translation.searching import search
    from attnlab.translation.transformer import TransformerSettings

    corpus = opened(work)
    source, target = corpus.vocabularies
    sizes = Sizes()
    settings = TransformerSettings(sizes.layers, sizes.heads, sizes.d_model, sizes.d_ff, tied=True)
    model = build(Kind.TRANSFORMER, len(source), len(target), seed=0, transformer=settings)
    model.load_state_dict({name: torch.from_numpy(weights) for name, weights in np.load(work / "weights.npz").items()})
    for name in ("warm_up", "test"):
        texts = (work / f"{name}.en").read_text("utf-8").splitlines()
        begun = time.perf_counter()
        found = search(model, [corpus.tokens(text) for text in texts], source, target, beam=beam, looking=False)
        translations = [corpus.text(several[0].tokens) for several in found]
        took = time.perf_counter() - begun
    (work / f"attnlab-{beam}.txt").write_text("".join(f"{each}\n" for each in translations), encoding="utf-8")
    # The end of sentence is written, too.
    written = sum(len(several[0].tokens) + 1 for several in found)
    return {"rate": len(texts) / took, "length": written / len(texts), "peak_bytes": peak_bytes()}


def settings_of(asked: argparse.Namespace) -> RunSettings:
    """The recipe of this corpus in the sizes asked for; the precision is chosen by measurement, as for any run."""
    from attnlab.translation.recipes import recipe_for
    from attnlab.translation.runs.settings import RunSettings

    sizes = Sizes()
    recipe = replace(
        recipe_for(Kind.TRANSFORMER, NAME),
        layers=sizes.layers,
        heads=sizes.heads,
        d_model=asked.d_model,
        d_ff=2 * asked.d_model,
        dropout=DROPOUT,
        smoothing=SMOOTHING,
        batch_tokens=asked.batch_tokens,
    )
    chosen = machine.choose("cpu")
    return RunSettings(
        kind=Kind.TRANSFORMER,
        corpus=NAME,
        recipe=recipe,
        steps=FOREVER,
        parts=asked.parts,
        precision=asked.precision or chosen.precision,
        threads=chosen.threads,
    )


def trainee_of(settings: RunSettings, corpus: TextCorpus) -> Trainee:
    """What `attnlab train` would train with these settings; reference parts are those of the course."""
    import torch

    from attnlab.translation.trainees import make

    parts = None
    if settings.parts == "reference":
        from attnlab.content import read_course
        from attnlab.translation.parts import assemble, select

        parts = assemble(select(read_course(ROOT)))
    source, target = corpus.vocabularies
    return make(settings, len(source), len(target), torch.device("cpu"), parts)


def joined(pairs: list[SentencePair], several: int) -> list[SentencePair]:
    """Every so many neighbours as one pair: sentences as long as are wanted, as natural as can be had."""
    from attnlab.translation.phrases import SentencePair

    nothing = frozenset[tuple[int, int]]()
    groups = [pairs[at : at + several] for at in range(0, len(pairs) - several + 1, several)]
    return [
        SentencePair(
            tuple(token for pair in group for token in pair.source),
            tuple(token for pair in group for token in pair.target),
            nothing,
            frozenset(),
            frozenset(),
        )
        for group in groups
    ]


@dataclass
class Noted:
    """The engine's batches, with a note of how many places the last one had on the target's side.

    Args:
        shapes: after so many batches the same ones come again; 0 for all of the corpus. The engine cuts every epoch
            into batches of the same shapes, for each of which some products are compiled once: a short measurement
            that had to wait for them would tell nothing of a long training.
    """

    batches: Batches
    shapes: int
    places: int = field(default=0, init=False)

    def at(self, step: int) -> Batch:
        batch = self.batches.at(1 + (step - 1) % self.shapes if self.shapes else step)
        self.places = batch.target[:, 1:].numel()
        return batch


if __name__ == "__main__":
    main()
