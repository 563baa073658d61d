"""How good a translator is: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal

if TYPE_CHECKING:
    from attnlab.study.evaluating import Evaluated, Measured
    from attnlab.translation.evaluating import Evaluation

_BAR = 24
# Below this a difference is more than chance would make of two equally good runs.
_BY_CHANCE = 0.05
_FIGURES: tuple[tuple[str, Callable[[Evaluation], str]], ...] = (
    ("BLEU", lambda found: f"{found.bleu:.2f}"),
    ("BLEU, lower case", lambda found: f"{found.bleu_tokenised:.2f}"),
    ("chrF", lambda found: f"{found.chrf:.2f}"),
    ("exact matches", lambda found: f"{100 * found.exact:.1f} %"),
    ("alignment error", lambda found: "-" if found.alignment_error is None else f"{found.alignment_error:.3f}"),
    ("sentences a second", lambda found: f"{found.sentences_per_second:,.0f}"),
)


def evaluated_view(evaluated: Evaluated, terminal: Terminal) -> list[str]:
    runs = evaluated.runs
    how = "greedily" if evaluated.beam == 1 else f"with a beam of {evaluated.beam}"
    names = " and ".join(run.name for run in runs) if len(runs) < 3 else f"{len(runs)} runs"
    head = f"{names}: {evaluated.pairs:,} sentences of {evaluated.corpus}, {evaluated.split}, {how}"
    first, *rest = terminal.wrap(head, "", "  ")
    lines = [terminal.paint(first, "bold"), *rest, "", *_figures(runs, terminal), "", *_by_length(runs, terminal), ""]
    if evaluated.comparison:
        lines += [*terminal.wrap(_compared(evaluated), "", "  "), ""]
    for run in runs:
        if run.changed:
            lines += terminal.wrap(f"The corpus has changed since {run.name} was trained on it.", "", "  ")
    signature = f"sacrebleu {runs[0].evaluation.signature}"
    return [*lines, *(terminal.paint(line, "dim") for line in terminal.wrap(signature, "", "  "))]


def evaluated_as_json(evaluated: Evaluated) -> dict[str, Any]:
    """The first run's figures by their names; those of others in lists of their own."""
    first, *others = (_measured_as_json(run, evaluated) for run in evaluated.runs)
    if evaluated.comparison:
        (other,) = others
        found = evaluated.comparison
        return {**first, "compared": other, "difference": found.difference, "p_value": found.p_value}
    return {**first, "beside": others} if others else first


def _measured_as_json(measured: Measured, evaluated: Evaluated) -> dict[str, Any]:
    return {
        "run": str(measured.run.folder),
        "corpus": evaluated.corpus,
        "split": evaluated.split,
        "sentences": evaluated.pairs,
        "beam": evaluated.beam,
        "corpus_changed": measured.changed,
        **measured.evaluation.told(),
    }


def _figures(runs: Sequence[Measured], terminal: Terminal) -> list[str]:
    rows = [(name, *(told(run.evaluation) for run in runs)) for name, told in _FIGURES]
    # Without gold alignments there is no such error.
    rows = [row for row in rows if any(cell != "-" for cell in row[1:])]
    if all(run.evaluation.bleu == run.evaluation.bleu_tokenised for run in runs):
        # Everything is in lower case.
        rows = [row for row in rows if row[0] != "BLEU, lower case"]
    return _table(("", *_heads(runs)) if len(runs) > 1 else None, rows, terminal)


def _by_length(runs: Sequence[Measured], terminal: Terminal) -> list[str]:
    """BLEU by the length of the source; of one run with bars."""
    sign = "█" if terminal.unicode else "#"
    rows: list[tuple[str, ...]] = []
    for bands in zip(*(run.evaluation.by_length for run in runs), strict=True):
        band = bands[0]
        span = f"{band.shortest}-{band.longest}" if band.shortest != band.longest else f"{band.shortest}"
        rows.append((span, f"{band.sentences:,}", *(f"{each.bleu:.1f}" for each in bands)))
    if not rows:
        return ["no sentences"]
    lines = _table(("words", "sentences", *(_heads(runs) if len(runs) > 1 else ["BLEU"])), rows, terminal, right=True)
    if len(runs) > 1:
        return lines
    room = min(terminal.width - max(len(line) for line in lines) - 2, _BAR)
    if room < 8:
        return lines
    bars = ["", *(sign * round(room * min(band.bleu, 100) / 100) for band in runs[0].evaluation.by_length)]
    return [f"{line}  {bar}".rstrip() for line, bar in zip(lines, bars, strict=True)]


def _heads(runs: Sequence[Measured]) -> list[str]:
    """What stands above each run's figures: its kind, where that tells them apart, else its name."""
    kinds = [str(run.run.settings.kind) for run in runs]
    return kinds if len(set(kinds)) == len(kinds) else [run.name for run in runs]


def _table(
    header: tuple[str, ...] | None, rows: Sequence[tuple[str, ...]], terminal: Terminal, *, right: bool = False
) -> list[str]:
    from attnlab.pictures.labels import cut

    whole = [*([header] if header else []), *rows]
    count = len(whole[0])
    room = (terminal.width - max(len(row[0]) for row in whole) - 2) // max(count - 1, 1) - 2
    room = max(room, 6)
    whole = [(row[0], *(cut(cell, room) for cell in row[1:])) for row in whole]
    if header and len(set(whole[0][1:])) < count - 1:
        # Names that begin alike are told apart by their ends.
        whole[0] = (header[0], *(cell if len(cell) <= room else f"~{cell[1 - room :]}" for cell in header[1:]))
    widths = [max(len(row[column]) for row in whole) for column in range(count)]
    lines = []
    for row in whole:
        first = f"{row[0]:>{widths[0]}}" if right else f"{row[0]:<{widths[0]}}"
        cells = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  " + "  ".join([first, *cells]))
    return [terminal.paint(lines[0], "bold"), *lines[1:]] if header else lines


def _compared(evaluated: Evaluated) -> str:
    comparison, (first, *_, last) = evaluated.comparison, evaluated.runs
    assert comparison is not None
    apart = abs(comparison.difference)
    if apart < 0.005:
        return "Both have the same BLEU."
    better, worse = (last, first) if comparison.difference > 0 else (first, last)
    told = f"{better.name} has {apart:.2f} BLEU more than {worse.name}"
    if comparison.p_value < _BY_CHANCE:
        return f"{told}, and not by the choice of sentences (paired bootstrap, p = {comparison.p_value:.3f})."
    return f"{told}, which may be by the choice of sentences (paired bootstrap, p = {comparison.p_value:.3f})."
