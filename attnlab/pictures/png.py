"""Curves and panels as PNG files, drawn by matplotlib without a screen and without its global state.

Readable in grey and by the colour-blind: every series has a marker and a line style of its own, every cell its number.
"""

from __future__ import annotations

import io
import logging
import math
import textwrap
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attnlab.errors import NotThere
from attnlab.pictures.labels import cut, visible
from attnlab.pictures.panels import Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which most kinds of colour blindness leave apart, without the yellow that paper swallows.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#666666")
_MARKERS = "os^DvPX*"
_LINES = ("-", "--", "-.", ":")
_SHADES = "Blues"
_DOTS_PER_INCH = 150
_TITLE, _LABEL, _TICK = 64, 72, 24
_CELL = 0.5
_LARGEST = 14.0
_NUMBERED = 16
# From here on white reads better on the shade than black.
_DARK = 0.72
_BROKEN = (ImportError, AttributeError, RuntimeError, OSError, ValueError, TypeError, SystemError)

Points = Sequence[tuple[float, float]]


def curve_png(title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> bytes:
    """The series over common axes, as the bytes of a PNG file; points that are not finite are left out.

    Raises:
        NotThere: matplotlib is missing or broken.
    """
    with _drawing() as figure:
        figure.set_size_inches(7.0, 4.4)
        axes = figure.add_subplot()
        drawn = [_line(axes, number, points) for number, points in enumerate(series.values())]
        axes.set_title(_wrapped(title, _TITLE), loc="left", fontsize=12, fontweight="bold")
        axes.set_xlabel(_wrapped(x_label, _LABEL))
        axes.set_ylabel(_wrapped(y_label, _LABEL // 2))
        if all(x == round(x) for line in drawn for x in line.get_xdata()):
            axes.locator_params(axis="x", integer=True)
        heights = [y for line in drawn for y in line.get_ydata()]
        if heights and 0 < min(heights) < max(heights) / 2:
            axes.set_ylim(bottom=0.0)
        axes.grid(True, color="#d8d8d8", linewidth=0.6)
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        if drawn and (len(drawn) > 1 or any(series)):
            below: dict[str, Any] = {"bbox_to_anchor": (0.0, -0.16), "borderaxespad": 0.0, "frameon": False}
            names = [_legend(name) for name in series]
            axes.legend(drawn, names, loc="upper left", ncols=1 if len(series) < 3 else 2, **below)
        return _bytes(figure)


def panels_png(
    title: str, panels: Sequence[Panel], *, rows: str = "", columns: str = "", between: tuple[float, float] = (0.0, 1.0)
) -> bytes:
    """The panels beside each other as heatmaps of one scale, every cell with its number where there is room.

    Raises:
        NotThere: matplotlib is missing or broken.
    """
    with _drawing() as figure:
        across = min(len(panels), 2) or 1
        down = max(math.ceil(len(panels) / across), 1)
        most_columns = max((len(panel.columns) for panel in panels), default=1)
        most_rows = max((len(panel.rows) for panel in panels), default=1)
        width = across * (1.6 + _CELL * most_columns) + 0.9
        height = down * (1.5 + _CELL * most_rows) + 0.5
        figure.set_size_inches(min(max(width, 4.0), _LARGEST), min(max(height, 2.5), _LARGEST * down))
        grid = figure.subplots(down, across, squeeze=False)
        shown = [axes for line in grid for axes in line]
        image = None
        for axes, panel in zip(shown, panels, strict=False):
            image = _heatmap(axes, panel, between, rows, columns) or image
        for axes in shown[len(panels) :]:
            axes.set_axis_off()
        figure.suptitle(_wrapped(title, 28 * across), fontsize=12, fontweight="bold")
        if image is not None:
            bar = figure.colorbar(image, ax=shown, shrink=0.7)
            bar.set_label("weight" if between == (0.0, 1.0) else "value")
        return _bytes(figure)


def _line(axes: Axes, number: int, points: Points) -> Any:
    kept = sorted((x, y) for x, y in points if math.isfinite(x) and math.isfinite(y))
    colour = _COLOURS[number % len(_COLOURS)]
    (line,) = axes.plot(
        [x for x, _ in kept],
        [y for _, y in kept],
        color=colour,
        marker=_MARKERS[number % len(_MARKERS)],
        linestyle=_LINES[(number + number // len(_MARKERS)) % len(_LINES)],
        # Every other marker is open: overlapping series stay apart in grey.
        markerfacecolor=colour if number % 2 == 0 else "white",
        markersize=6,
        linewidth=1.6,
    )
    return line


def _heatmap(axes: Axes, panel: Panel, between: tuple[float, float], rows: str, columns: str) -> Any:
    axes.set_title(_wrapped(panel.name, 36), fontsize=11)
    if not panel.rows or not panel.columns:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "there is nothing to show", ha="center", transform=axes.transAxes)
        return None
    low, high = between
    values = [[value if math.isfinite(value) else math.nan for value in row] for row in panel.values]
    image = axes.imshow(values, cmap=_SHADES, vmin=low, vmax=high, aspect="auto")
    ticks = [_short(label) for label in panel.columns]
    slanted = max(len(label) for label in ticks) > 6
    turn: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
    axes.set_xticks(range(len(ticks)), ticks, **turn)
    axes.set_yticks(range(len(panel.rows)), [_short(label) for label in panel.rows])
    axes.set_xlabel(_wrapped(columns, 36))
    axes.set_ylabel(_wrapped(rows, 36))
    if len(panel.columns) <= _NUMBERED and len(panel.rows) <= _NUMBERED:
        for row, line in enumerate(panel.values):
            for column, value in enumerate(line):
                _number(axes, row, column, value, (value - low) / (high - low))
    return image


def _number(axes: Axes, row: int, column: int, value: float, share: float) -> None:
    written = "?" if not math.isfinite(value) else f"{value:.2f}" if abs(value) < 100 else f"{value:.0e}"
    colour = "white" if math.isfinite(value) and share > _DARK else "black"
    axes.text(column, row, written, ha="center", va="center", color=colour, fontsize=8)


def _wrapped(text: str, width: int) -> str:
    """At most three lines: a title is never cut off at the edge of the picture."""
    lines = textwrap.wrap(cut(visible(text), 3 * width), width)
    return "\n".join(lines)


def _short(label: str) -> str:
    return cut(visible(label), _TICK)


def _legend(name: str) -> str:
    shown = cut(visible(name), _LABEL // 2)
    # matplotlib takes a label that begins so for one that is to stay out of the legend.
    return f" {shown}" if shown.startswith("_") else shown


def _bytes(figure: Figure) -> bytes:
    written = io.BytesIO()
    # Tight: whatever the labels are, the picture grows until none is cut off.
    figure.savefig(written, format="png", dpi=_DOTS_PER_INCH, bbox_inches="tight", pad_inches=0.15, facecolor="white")
    return written.getvalue()


@contextmanager
def _drawing() -> Iterator[Figure]:
    """An empty figure of matplotlib's own style, whatever the learner has configured; quiet about missing glyphs."""
    matplotlib, new_figure = _matplotlib()
    style = {key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")}
    # A dollar sign in a label is a dollar sign.
    style |= {"text.parse_math": False, "font.family": ["DejaVu Sans"], "axes.formatter.use_mathtext": False}
    with warnings.catch_warnings(), matplotlib.rc_context(style):
        warnings.simplefilter("ignore")
        yield new_figure()


def _matplotlib() -> tuple[Any, Any]:
    from attnlab.stage import interrupts_held

    # Its talk of font caches and folders would end up in the middle of ours.
    logging.getLogger("matplotlib").addHandler(logging.NullHandler())
    try:
        with interrupts_held(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import matplotlib
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
    except _BROKEN as error:
        raise NotThere(
            f"matplotlib, which draws PNG files, cannot be used here: {error}",
            remedy="'pip install matplotlib' into the environment that attnlab runs in",
        ) from error

    def new_figure() -> Any:
        figure = Figure(layout="constrained")
        FigureCanvasAgg(figure)
        return figure

    return matplotlib, new_figure
