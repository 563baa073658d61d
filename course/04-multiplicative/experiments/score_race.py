"""Times additive scores against dot products on the same queries and keys, and counts the bytes both take.

The same lines run in torch for the time, which can be held to one core, and in numpy for the
memory, which can be traced.
"""

import tracemalloc
from statistics import median
from time import perf_counter

import numpy as np
import torch

from attnlab.content import Curve, Findings, Table, experiment

BATCH = 2
LENGTHS = (16, 32, 64, 128, 256, 512)
WIDTHS = (64, 128, 256, 512)
WIDTH, WORDS = 64, 50
# A run is repeated until it has had this long, but so often at least: small sizes need many for a steady median.
SECONDS, REPEATS = 0.5, 9
MEGABYTE = 1e6


@experiment(
    title="A race of scores",
    claim="Additive and dot-product scores cost about as much on paper; in practice the dot product, being "
    "one matrix multiplication, is much faster and takes much less memory",
    source="Vaswani et al. 2017, Attention is all you need, arXiv 1706.03762, section 3.2.1; the scores: Luong, Pham, "
    "Manning 2015, arXiv 1508.04025, section 3.1",
    question=f"{WORDS} queries meet {WORDS} keys, all of width 512. How many times as long do additive scores take?",
    choices=("less than twice", "two to ten times", "more than ten times"),
    seconds=8,
)
def score_race(lab):
    generator = np.random.default_rng(lab.seed)
    sizes = [(length, WIDTH) for length in LENGTHS] + [(WORDS, width) for width in WIDTHS]
    races = []
    cores = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for done, (length, width) in enumerate(sizes):
            lab.progress(f"{length} queries and keys of width {width}", done / len(sizes))
            races.append(_race(generator, length, width))
    finally:
        torch.set_num_threads(cores)
    lab.progress("done", 1.0)

    asked, largest = races[-1], races[len(LENGTHS) - 1]
    ratio = asked["additive_ms"] / asked["dot_ms"]
    return Findings(
        seen=f"At {WORDS} words and width 512 additive scores take {asked['additive_ms']:.2f} ms and dot products "
        f"{asked['dot_ms']:.3f} ms: {ratio:.0f} times as long, on one core, medians of at least {REPEATS} runs. "
        f"At {largest['length']} words and width {WIDTH} they take "
        f"{largest['additive_ms'] / largest['dot_ms']:.0f} times as long and at most {largest['additive_mb']:.0f} MB "
        f"at once, against {largest['dot_mb']:.1f} MB, because every query-key pair keeps {WIDTH} numbers until v has "
        f"summed them. Taking one query at a time brings the memory down to {largest['by_query_mb']:.1f} MB, but the "
        f"time only from {largest['additive_ms']:.0f} to {largest['by_query_ms']:.0f} ms: every one of those numbers "
        "still needs its tanh.",
        choice=0 if ratio < 2 else 1 if ratio <= 10 else 2,
        numbers={"batch": BATCH, "repeats_at_least": REPEATS, "dtype": "float32", "races": races},
        tables=[_table(races[: len(LENGTHS)]), _table(races[len(LENGTHS) :])],
        curves=[
            Curve(
                f"Time at width {WIDTH}",
                "words, as a power of two",
                "milliseconds, as a power of ten",
                {
                    "additive": [
                        (_log2(race["length"]), _log10(race["additive_ms"])) for race in races[: len(LENGTHS)]
                    ],
                    "dot": [(_log2(race["length"]), _log10(race["dot_ms"])) for race in races[: len(LENGTHS)]],
                },
            )
        ],
    )


def additive_scores(library, query, keys, W_query, W_key, v):
    """v · tanh(query W_query + key W_key) for all pairs at once.

    Shapes:
        query:   (batch, queries, d)
        keys:    (batch, keys, d)
        W_query: (d, d_a)
        W_key:   (d, d_a)
        v:       (d_a)
        returns: scores (batch, queries, keys)
    """
    together = (query @ W_query)[:, :, None] + (keys @ W_key)[:, None]  # (batch, queries, keys, d_a)
    # In place: a second array of this size would be the code's doing and not the score's.
    return library.tanh(together, out=together) @ v


def additive_scores_by_query(library, query, keys, W_query, W_key, v):
    """The same, one query at a time: what is kept is as large as the keys."""
    projected_query, projected_keys = query @ W_query, keys @ W_key
    scores = []
    for place in range(query.shape[1]):
        together = projected_query[:, place, None] + projected_keys  # (batch, keys, d_a)
        scores.append(library.tanh(together, out=together) @ v)
    return library.stack(scores, 1)


def dot_scores(query, keys):
    """Shapes as above."""
    return query @ keys.swapaxes(-1, -2)


def _race(generator, length, width):
    arrays = [_normal(generator, BATCH, length, width), _normal(generator, BATCH, length, width)]
    arrays += [_normal(generator, width, width), _normal(generator, width, width), _normal(generator, width)]
    timed = _runners(torch, [torch.from_numpy(array) for array in arrays])
    # Taking turns, so that whatever else the machine does meets all of them alike.
    times = {name: [] for name in timed}
    for runner in timed.values():
        runner()
    until = perf_counter() + SECONDS
    while len(times["dot"]) < REPEATS or (perf_counter() < until and len(times["dot"]) < 20 * REPEATS):
        for name, runner in timed.items():
            times[name].append(_milliseconds(runner))
    return {
        "length": length,
        "width": width,
        "pairs_mb": BATCH * length * length * width * arrays[0].itemsize / MEGABYTE,
        "repeats": len(times["dot"]),
        **{f"{name}_ms": median(times[name]) for name in timed},
        **{f"{name}_fastest_ms": min(times[name]) for name in timed},
        **{f"{name}_mb": _peak(runner) for name, runner in _runners(np, arrays).items()},
    }


def _runners(library, arrays):
    query, keys, *parameters = arrays
    return {
        "additive": lambda: additive_scores(library, query, keys, *parameters),
        "by_query": lambda: additive_scores_by_query(library, query, keys, *parameters),
        "dot": lambda: dot_scores(query, keys),
    }


def _milliseconds(runner):
    began = perf_counter()
    runner()
    return 1e3 * (perf_counter() - began)


def _peak(runner):
    """The most memory that was held at once while it ran, inputs not counted, in megabytes."""
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    runner()
    _, peak = tracemalloc.get_traced_memory()
    if not tracing:
        tracemalloc.stop()
    return (peak - before) / MEGABYTE


def _table(races):
    return Table(
        ("words", "width", "additive ms", "dot ms", "ratio", "pairs × d_a MB", "additive MB", "by query MB", "dot MB"),
        tuple(
            (
                str(race["length"]),
                str(race["width"]),
                f"{race['additive_ms']:.3f}",
                f"{race['dot_ms']:.3f}",
                f"{race['additive_ms'] / race['dot_ms']:.1f}",
                f"{race['pairs_mb']:.2f}",
                f"{race['additive_mb']:.2f}",
                f"{race['by_query_mb']:.2f}",
                f"{race['dot_mb']:.2f}",
            )
            for race in races
        ),
    )


def _normal(generator, *shape):
    return generator.standard_normal(shape, dtype=np.float32)


def _log2(number):
    return float(np.log2(number))


def _log10(number):
    return float(np.log10(number))
