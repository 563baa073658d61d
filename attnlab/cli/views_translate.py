"""Translations, and where their words looked: as lines for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.cli.terminal import Terminal
from attnlab.translation.corpora import GRAMMAR

if TYPE_CHECKING:
    from attnlab.study.translating import Interpreter, Looks, Translated

_TOLD_WORDS = 6


def opened_view(interpreter: Interpreter, terminal: Terminal) -> list[str]:
    """What translates, before the first sentence is asked for."""
    source, target = interpreter.languages
    whose = {"mine": "by your own parts", "reference": "by the reference's parts", "fast": "by attnlab's fast search"}
    return terminal.wrap(
        f"{interpreter.run.folder.name} translates {source} to {target}, {whose[interpreter.made_of]}; "
        "an empty line ends",
        "",
        "  ",
    )


def translated_lines(translated: Translated) -> list[str]:
    """The translation alone, or several with their scores, in columns that a tab separates."""
    if len(translated.renderings) == 1:
        return [translated.renderings[0].text]
    return [f"{_score(each.score)}\t{each.text}" for each in translated.renderings]


def unknown_view(unknown: Sequence[str], interpreter: Interpreter, terminal: Terminal) -> list[str]:
    """Which words the model reads as unknown, and what it might know instead."""
    from attnlab.errors import nearest_name
    from attnlab.pictures import visible
    from attnlab.study.translating import known_words

    if not unknown:
        return []
    shown = [f"'{visible(word)}'" for word in unknown[:_TOLD_WORDS]]
    more = f" and {len(unknown) - len(shown)} more" if len(unknown) > len(shown) else ""
    known = known_words(interpreter.run)
    told = f"not among the {len(known):,} tokens it knows: {', '.join(shown)}{more}"
    if len(unknown) == 1 and (nearest := nearest_name(unknown[0], known)):
        told += f"; did you mean '{nearest}'?"
    elif interpreter.run.settings.corpus == GRAMMAR:
        told += f"; 'attnlab data sample {GRAMMAR}' shows what its sentences are like"
    return terminal.wrap(told, "", "  ")


def too_long_view(translated: Translated, interpreter: Interpreter, terminal: Terminal) -> list[str]:
    """That the sentence is longer than any the model can have learned from, where that is known."""
    from attnlab.translation.grammar import LONGEST

    length = len(translated.tokens)
    if interpreter.run.settings.corpus != GRAMMAR or length <= LONGEST:
        return []
    told = f"{length} tokens: no sentence it learned from has more than {LONGEST}, and longer ones go wrong"
    return terminal.wrap(told, "", "  ")


def looks_view(looks: Looks, terminal: Terminal) -> list[str]:
    """The panels below each other, a row for each token of the translation."""
    from attnlab.pictures import heatmap

    lines: list[str] = []
    for panel in looks.panels:
        # The picture would cut a name that is longer than a line.
        drawn = heatmap("", panel.rows, panel.columns, panel.values, plain=not terminal.unicode)
        picture = drawn.text(terminal.width, colour=terminal.colour).splitlines()
        name = [terminal.paint(line, "bold") for line in terminal.wrap(panel.name, "", "  ")]
        lines += ["", *name, *picture[1:]]
    return lines if looks.panels else ["", "there is nothing to show"]


def translated_as_json(
    translated: Translated, looks: Looks | None = None, saved: Sequence[Path] = ()
) -> dict[str, Any]:
    from attnlab.study.experimenting import plain_values

    told: dict[str, Any] = {
        "source": translated.source,
        "tokens": list(translated.tokens),
        "unknown": list(translated.unknown),
        "translations": [
            {"text": each.text, "tokens": list(each.tokens), "score": plain_values(each.score)}
            for each in translated.renderings
        ],
    }
    if looks is not None:
        told["looks"] = [{"name": panel.name, "weights": plain_values(panel.values)} for panel in looks.panels]
        told["saved"] = [str(file) for file in saved]
    return told


def _score(score: float | None) -> str:
    # No minus before what is rounded to nothing.
    return "-" if score is None else f"{round(score, 3) + 0.0:.3f}"
