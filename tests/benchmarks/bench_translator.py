"""Training and decoding of the translator beside joeynmt 2.3 and a straightforward nn.Transformer loop.

All train Transformer-Tiny (4+4 layers, 128 wide, 256 feed-forward, 4 heads, tied embeddings) on Multi30k en-de,
lower-cased, joint BPE of 10,000, in batches of 4,096 tokens with dropout 0.3 and label smoothing 0.1. joeynmt and
the plain loop run as they come and once more with the environment tuned; ours tunes it by itself. Aims: `--parts fast`
at 8 times joeynmt and 6 times the plain loop, both tuned; `--parts reference` at half of `fast`; the test sentences
at 20 times joeynmt's rate greedily and 8 times with a beam of 5.

joeynmt needs an interpreter of its own, outside the repository:

    python -m venv /tmp/joeynmt
    /tmp/joeynmt/bin/pip install torch==2.13.0 numpy sacrebleu sentencepiece subword-nmt pyyaml packaging tqdm \
        importlib_metadata matplotlib plotly tensorboard
    /tmp/joeynmt/bin/pip install --no-deps joeynmt==2.3.0

Run: .venv/bin/python tests/benchmarks/bench_translator.py --joeynmt-python /tmp/joeynmt/bin/python
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from shutil import copy

import numpy as np
from measuring import median, table
from transformer_flops import Sizes, training_flops
from translator_corpus import DATA, prepare
from translator_jobs import TUNED, Job, Report, in_turn, joeynmt_missing

JOEYNMT, PLAIN, REFERENCE, FAST = "joeynmt", "plain", "reference", "fast"
TITLES = {
    JOEYNMT: "joeynmt 2.3",
    PLAIN: "nn.Transformer loop",
    REFERENCE: "attnlab --parts reference",
    FAST: "attnlab --parts fast",
}
AS_IT_COMES, TUNED_TOO = ", as it comes", ", tuned"
PEAK, TRAINING, DECODING = "peak", "training", "decoding"
BEAMS = (1, 5)
# Of ours: all are met while it warms up.
SHAPES = "24"

Reports = dict[str, list[Report]]


def main() -> None:
    asked = arguments()
    if not asked.data.is_dir():
        print(f"nothing is measured: there is no {asked.data}; --data names the folder with Multi30k", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="bench-translator-") as temporary:
        work = (asked.work or Path(temporary)).absolute()
        work.mkdir(parents=True, exist_ok=True)
        print(f"load of this machine over the last minute: {os.getloadavg()[0]:.2f}")
        print(f"preparing the corpus below {work}", file=sys.stderr)
        corpus = prepare(work, asked.data, asked.sentences)
        measured: dict[str, Reports] = {}
        jobs = {PEAK: Job("matrix_peak.py", ["--seconds", "4"], TUNED)} if PEAK in asked.tables else {}
        if TRAINING in asked.tables:
            jobs |= training_jobs(asked, work)
        # The peak is measured in turn with the others: a share of it compares what was the case at the same time.
        measured[TRAINING] = in_turn(asked.rounds, jobs)
        peaks = measured[TRAINING].pop(PEAK, [])
        measured[PEAK] = {PEAK: peaks}
        if peaks:
            show_peak(peaks)
        if measured[TRAINING]:
            show_training(measured[TRAINING], peaks, corpus)
        if DECODING in asked.tables and give_weights(asked, work):
            measured[DECODING] = in_turn(asked.rounds, decoding_jobs(asked, work))
            show_decoding(measured[DECODING], asked.sentences)
            show_agreement(work)
        if asked.json:
            asked.json.write_text(json.dumps(measured, indent=2) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured, in turn (default: 3)")
    parser.add_argument("--seconds", type=float, default=20, help="of each training, warmed up (default: 20)")
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--sentences", type=int, default=1000, help="of the test set, to be translated")
    parser.add_argument("--competitors", nargs="+", choices=list(TITLES), default=list(TITLES))
    parser.add_argument("--tables", nargs="+", choices=[PEAK, TRAINING, DECODING], default=[PEAK, TRAINING, DECODING])
    parser.add_argument("--joeynmt-python", default=os.environ.get("JOEYNMT_PYTHON"), help="or JOEYNMT_PYTHON")
    parser.add_argument(
        "--joeynmt-decode-tokens",
        type=int,
        default=512,
        help="its batches when it translates (default: 512, fast for it)",
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with Multi30k's files")
    parser.add_argument(
        "--work", type=Path, help="where to work, to look at it afterwards (default: a temporary folder)"
    )
    parser.add_argument("--weights", type=Path, help="decode with these: a run's model.safetensors, or an .npz")
    parser.add_argument("--learning-seconds", type=float, default=120, help="of training for want of --weights")
    parser.add_argument("--json", type=Path, help="write every single report to this file")
    asked = parser.parse_args()
    if JOEYNMT in asked.competitors and (why := joeynmt_missing(asked.joeynmt_python)):
        print(f"joeynmt is left out: {why}", file=sys.stderr)
        asked.competitors.remove(JOEYNMT)
    return asked


def training_jobs(asked: argparse.Namespace, work: Path) -> dict[str, Job]:
    jobs: dict[str, Job] = {}
    common = ["--work", str(work), "--seconds", str(asked.seconds), "--batch-tokens", str(asked.batch_tokens)]
    for name in asked.competitors:
        if name == JOEYNMT:
            theirs = "joeynmt_trainer.py", ["train", *common]
            jobs[TITLES[name] + AS_IT_COMES] = Job(*theirs, python=asked.joeynmt_python)
            jobs[TITLES[name] + TUNED_TOO] = Job(*theirs, TUNED, asked.joeynmt_python)
        elif name == PLAIN:
            jobs[TITLES[name] + AS_IT_COMES] = Job("plain_transformer.py", common)
            jobs[TITLES[name] + TUNED_TOO] = Job("plain_transformer.py", common, TUNED)
        else:
            jobs[TITLES[name]] = Job("attnlab_trainer.py", ["train", *common, "--parts", name, "--shapes", SHAPES])
    return jobs


def decoding_jobs(asked: argparse.Namespace, work: Path) -> dict[str, Job]:
    jobs: dict[str, Job] = {}
    for beam in BEAMS:
        options = ["decode", "--work", str(work), "--beam", str(beam)]
        if JOEYNMT in asked.competitors:
            theirs = "joeynmt_trainer.py", [*options, "--decode-tokens", str(asked.joeynmt_decode_tokens)]
            jobs[f"{TITLES[JOEYNMT]}{AS_IT_COMES}, {_way(beam)}"] = Job(*theirs, python=asked.joeynmt_python)
            jobs[f"{TITLES[JOEYNMT]}{TUNED_TOO}, {_way(beam)}"] = Job(*theirs, TUNED, asked.joeynmt_python)
        jobs[f"attnlab, {_way(beam)}"] = Job("attnlab_trainer.py", options)
    return jobs


def give_weights(asked: argparse.Namespace, work: Path) -> bool:
    """Put weights where all decoders look for them: with the same ones they write sentences of the same length."""
    place = work / "weights.npz"
    if asked.weights is None:
        options = ["train", "--work", str(work), "--seconds", str(asked.learning_seconds), "--keep", str(place)]
        return bool(in_turn(1, {"learning weights to decode with": Job("attnlab_trainer.py", options)}))
    if asked.weights.suffix == ".safetensors":
        from safetensors.numpy import load_file

        np.savez(place, **load_file(asked.weights))
    elif asked.weights.absolute() != place:
        copy(asked.weights, place)
    return True


def show_peak(reports: Sequence[Report]) -> None:
    rows = [[name, f"{_middle(reports, name) / 1e12:.2f}"] for name in reports[0]]
    table(f"One product of two square matrices of 2,048, median of {len(reports)}", ["numbers", "TFLOP/s"], rows)


def show_training(measured: Reports, peaks: Sequence[Report], corpus: Sequence[tuple[int, int]]) -> None:
    rates = {name: _middle(reports, "rate") for name, reports in measured.items()}
    theirs = [(TITLES[name], rates.get(TITLES[name] + TUNED_TOO)) for name in (JOEYNMT, PLAIN)]
    rows = []
    for name, reports in measured.items():
        several = sorted(report["rate"] for report in reports)
        needed = training_flops(corpus, Sizes(), int(_middle(reports, "types")))
        rows.append(
            [
                name,
                f"{rates[name]:,.0f}",
                f"{several[0]:,.0f} to {several[-1]:,.0f}",
                f"{_middle(reports, 'overall_rate'):,.0f}",
                *(_times(rates[name], other) for _, other in theirs),
                _times(rates[name], rates.get(TITLES[FAST])),
                f"{_middle(reports, 'padding'):.0%}",
                f"{_middle(reports, 'peak_bytes') / 2**20:,.0f} MiB",
                f"{needed / 1e6:.1f}",
                *(_share(needed * rates[name], peaks, numbers) for numbers in ("float32", "bfloat16")),
            ]
        )
    header = ["competitor", "target tokens/s, median step", "over the rounds", "all steps"]
    header += [*(f"x {title}, tuned" for title, _ in theirs), "x fast", "padding", "memory", "MFLOP needed a token"]
    header += ["of the float32 peak", "of the bfloat16 peak"]
    rounds = max((len(reports) for reports in measured.values()), default=0)
    table(f"Training, median of {rounds} rounds (aim of fast: x 8 and x 6; of reference: half of fast)", header, rows)


def show_decoding(measured: Reports, sentences: int) -> None:
    rates = {name: _middle(reports, "rate") for name, reports in measured.items()}
    rows = []
    for name, reports in measured.items():
        way = name.rsplit(", ", 1)[-1]
        others = [rates.get(f"{TITLES[JOEYNMT]}{kind}, {way}") for kind in (AS_IT_COMES, TUNED_TOO)]
        several = sorted(report["rate"] for report in reports)
        rows.append(
            [
                name,
                f"{rates[name]:,.1f}",
                f"{several[0]:,.1f} to {several[-1]:,.1f}",
                *(_times(rates[name], other) for other in others),
                f"{_middle(reports, 'length'):.1f}",
                f"{_middle(reports, 'peak_bytes') / 2**20:,.0f} MiB",
            ]
        )
    header = ["competitor", "sentences/s", "over the rounds", "x joeynmt as it comes", "x joeynmt tuned"]
    header += ["tokens written a sentence", "memory"]
    table(f"Decoding {sentences:,} sentences, text to text (aim: x 20 greedily, x 8 with beam 5)", header, rows)


def show_agreement(work: Path) -> None:
    """How many translations are the same: both decoders have the same weights. joeynmt cuts long ones off earlier."""
    for beam in BEAMS:
        ours, theirs = (work / f"{name}-{beam}.txt" for name in ("attnlab", "joeynmt"))
        if ours.is_file() and theirs.is_file():
            pairs = list(zip(*(file.read_text("utf-8").splitlines() for file in (ours, theirs))))
            same = sum(one == other for one, other in pairs)
            print(f"\nThe same translation by both, {_way(beam)}: {same:,} of {len(pairs):,}.")


def _way(beam: int) -> str:
    return "greedily" if beam == 1 else f"beam {beam}"


def _middle(reports: Sequence[Report], what: str) -> float:
    return median([report[what] for report in reports])


def _times(rate: float, other: float | None) -> str:
    return f"{rate / other:.2f}" if other else "-"


def _share(flops: float, peaks: Sequence[Report], numbers: str) -> str:
    return f"{flops / _middle(peaks, numbers):.0%}" if peaks else "-"


if __name__ == "__main__":
    main()
