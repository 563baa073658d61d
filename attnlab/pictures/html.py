"""Panels and reports as web pages that stand alone: no other file, no network, numbers as text in every cell."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from attnlab.errors import NotThere
from attnlab.pictures.labels import visible
from attnlab.pictures.panels import Panel

_TEMPLATES = Path(__file__).with_name("templates")
_STEPS = 10
# From a cell without weight to one with all of it; the steps differ in lightness, so grey tells them apart as well.
_LIGHT = ((255, 255, 255), (8, 69, 148))
_DARK = ((27, 30, 36), (140, 200, 255))


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: as text, in words with its labels, and how deep its shade is."""

    text: str
    told: str
    step: int
    marked: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A panel as a table of cells, its labels made visible."""

    caption: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    columns: tuple[str, ...]
    corner: str


def table_of(
    panel: Panel,
    *,
    rows: str = "",
    columns: str = "",
    between: tuple[float, float] = (0.0, 1.0),
    marked: Collection[tuple[int, int]] = (),
) -> Table:
    """The panel as a table; `rows` and `columns` say what one row and one column is."""
    heads = tuple(visible(label) for label in panel.columns)
    lines = tuple(
        (
            visible(label),
            tuple(
                _cell(value, between, f"{_said(rows, visible(label))}, {_said(columns, head)}", (row, column) in marked)
                for column, (head, value) in enumerate(zip(heads, values, strict=True))
            ),
        )
        for row, (label, values) in enumerate(zip(panel.rows, panel.values, strict=True))
    )
    corner = f"{visible(rows)} \\ {visible(columns)}" if rows and columns else ""
    return Table(visible(panel.name), lines, heads, corner)


def picture_page(title: str, tables: Sequence[Table], *, sentences: Sequence[str]) -> str:
    """A page with the tables beside each other, and what is to be said of them above."""
    return rendered("picture.html", script="arrows.js", title=visible(title), tables=tables, sentences=sentences)


def rendered(template: str, *, script: str | None = None, **filled: Any) -> str:
    """A template of this room, filled in; everything filled in is escaped.

    Args:
        script: one of this room's scripts; the template gets it with the digest by which the page's policy allows it.

    Raises:
        NotThere: jinja2 is missing.
    """
    if script:
        written = (_TEMPLATES / script).read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
        filled |= {"script": written, "digest": digest}
    return str(_environment().get_template(template).render(shades=_shades(), **filled))


@lru_cache(maxsize=1)
def _environment() -> Any:
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise NotThere(
            f"jinja2, which writes web pages, cannot be used here: {error}",
            remedy="'pip install jinja2' into the environment that attnlab runs in",
        ) from error
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The only text that is not escaped: this room's own.
    environment.globals["style"] = Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))
    environment.filters["ours"] = Markup
    environment.filters["visible"] = visible
    return environment


def _cell(value: float, between: tuple[float, float], told: str, marked: bool) -> Cell:
    low, high = between
    if not math.isfinite(value):
        return Cell(str(value), f"{told}: {value}", 0, marked)
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    text = f"{value:.2f}" if abs(value) < 1000 else f"{value:.0e}"
    return Cell(text, f"{told}: {value:.4g}", math.floor(share * _STEPS + 0.5), marked)


def _said(kind: str, label: str) -> str:
    return f"{visible(kind)} {label}" if kind else label


def _shades() -> dict[str, list[tuple[int, str, str]]]:
    """For light and dark: every step's number, its background, and whichever of black and white reads better on it."""
    return {
        "light": [_shade(step, *_LIGHT) for step in range(_STEPS + 1)],
        "dark": [_shade(step, *_DARK) for step in range(_STEPS + 1)],
    }


def _shade(step: int, empty: tuple[int, ...], full: tuple[int, ...]) -> tuple[int, str, str]:
    mixed = tuple(round(a + (b - a) * step / _STEPS) for a, b in zip(empty, full, strict=True))
    bright = luminance(mixed)
    ink = "#000000" if (bright + 0.05) / 0.05 >= 1.05 / (bright + 0.05) else "#ffffff"
    return step, "#" + "".join(f"{part:02x}" for part in mixed), ink


def luminance(colour: Sequence[int]) -> float:
    """The relative luminance of a colour, as WCAG 2 defines it for contrast."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
