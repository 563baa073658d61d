"""What a translator costs to train: tokens/s and memory over batch, length and width, and time over tokens.

Ours alone, on Multi30k en-de in subwords, one size changed at a time from Transformer-Tiny in batches of 4,096.
Longer sentences are neighbours in the corpus joined to one. Memory is the most the process held, and how much
of that came on top of what it held before its first step. Time is linear in tokens where all fifths are alike.

Run: .venv/bin/python tests/benchmarks/bench_translator_sizes.py [--parts fast] [--seconds 20]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measuring import median, table
from transformer_flops import Sizes, training_flops
from translator_corpus import DATA, prepare
from translator_jobs import Job, Report, in_turn

# So many batches again and again, all met while it warms up; the long training takes the whole corpus.
SHAPES = 12


@dataclass(frozen=True)
class Case:
    """One size to measure: places in a batch, sentences joined to one, the model's width."""

    batch_tokens: int = 4096
    joined: int = 1
    d_model: int = Sizes().d_model

    @property
    def name(self) -> str:
        return f"batch {self.batch_tokens:,}, sentences joined {self.joined}, width {self.d_model}"


CASES = (
    *(Case(batch_tokens=tokens) for tokens in (1024, 2048, 4096, 8192, 16_384)),
    *(Case(joined=several) for several in (2, 4, 8)),
    *(Case(d_model=width) for width in (64, 256, 512)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of each training, warmed up (default: 10)")
    parser.add_argument("--long-seconds", type=float, default=60, help="of the one whose fifths are compared")
    parser.add_argument("--parts", choices=["fast", "reference"], default="fast")
    parser.add_argument("--cases", type=int, default=len(CASES), help="measure only the first so many")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with Multi30k's files")
    asked = parser.parse_args()
    if not asked.data.is_dir():
        print(f"nothing is measured: there is no {asked.data}; --data names the folder with Multi30k", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="bench-translator-") as temporary:
        work = Path(temporary)
        print(f"preparing the corpus below {work}", file=sys.stderr)
        lengths = prepare(work, asked.data, 1)
        cases = {case.name: case for case in CASES[: asked.cases]}
        jobs = {name: job_of(case, asked.parts, work, asked.seconds, SHAPES) for name, case in cases.items()}
        measured = in_turn(asked.rounds, jobs)
        show_sizes({cases[name]: reports for name, reports in measured.items()}, lengths, asked.parts)
        long = in_turn(1, {"time over tokens": job_of(Case(), asked.parts, work, asked.long_seconds)})
        for reports in long.values():
            if reports[0]["fifths"]:
                show_fifths(reports[0])


def job_of(case: Case, parts: str, work: Path, seconds: float, shapes: int = 0) -> Job:
    sizes = [
        "--shapes",
        shapes,
        "--batch-tokens",
        case.batch_tokens,
        "--joined",
        case.joined,
        "--d-model",
        case.d_model,
    ]
    options = ["train", "--work", work, "--parts", parts, "--seconds", seconds, *sizes]
    return Job("attnlab_trainer.py", [str(option) for option in options])


def show_sizes(measured: dict[Case, list[Report]], lengths: Sequence[tuple[int, int]], parts: str) -> None:
    rows = []
    for case, reports in measured.items():
        middle = {what: median([report[what] for report in reports]) for what in reports[0] if what != "fifths"}
        long = joined(lengths, case.joined)
        needed = training_flops(long, Sizes(d_model=case.d_model, d_ff=2 * case.d_model), int(middle["types"]))
        rows.append(
            [
                f"{case.batch_tokens:,}",
                f"{sum(target for _, target in long) / len(long):.0f}",
                f"{case.d_model}",
                f"{middle['rate']:,.0f}",
                f"{middle['step_seconds'] * 1000:,.0f} ms",
                f"{middle['padding']:.0%}",
                f"{needed * middle['rate'] / 1e9:,.0f}",
                f"{middle['peak_bytes'] / 2**20:,.0f} MiB",
                f"{(middle['peak_bytes'] - middle['before_bytes']) / 2**20:,.0f} MiB",
            ]
        )
    header = ["batch tokens", "target tokens a sentence", "width", "target tokens/s", "a step", "padding"]
    header += ["needed GFLOP/s", "memory", "of it for training"]
    rounds = max((len(reports) for reports in measured.values()), default=0)
    table(f"Cost against size, --parts {parts}, median of {rounds}", header, rows)


def joined(lengths: Sequence[tuple[int, int]], several: int) -> list[tuple[int, int]]:
    """The lengths of so many neighbours joined; each pair has one end of sentence."""
    groups = [lengths[at : at + several] for at in range(0, len(lengths) - several + 1, several)]
    return [(sum(source for source, _ in group), sum(target - 1 for _, target in group) + 1) for group in groups]


def show_fifths(report: Report) -> None:
    rows = [
        [f"{number} of 5", f"{rate:,.0f}", f"{1e6 / rate:,.1f} s"] for number, rate in enumerate(report["fifths"], 1)
    ]
    table(f"Time over tokens, {report['steps']} steps", ["fifth of the steps", "target tokens/s", "a million"], rows)


if __name__ == "__main__":
    main()
