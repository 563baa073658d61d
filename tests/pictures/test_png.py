"""PNG files: drawn without a screen, whatever the labels hold, and without leaving a trace in matplotlib."""

import math
import struct
import subprocess
import sys
import warnings

import pytest

from attnlab.errors import NotThere
from attnlab.pictures import Panel, curve_png, panels_png

HOSTILE = ("$x_1$", "a\x1b[2Jb\n", "a" * 500, "_hidden", "\U0001f600 漢字", "% \\ { } ^ $", "", "<b>")
SERIES = {name: [(x, x * (number + 1.0)) for x in range(5)] for number, name in enumerate(HOSTILE)}
WEIGHTS = tuple((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8) for _ in HOSTILE)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def ink_at_the_edge(png: bytes) -> bool:
    """Whether anything but white touches the outermost pixels, as a label that is cut off would."""
    import io

    from matplotlib.image import imread

    pixels = imread(io.BytesIO(png), format="png")[..., :3]
    edges = (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])
    return any(bool((edge < 1).any()) for edge in edges)


def test_a_curve_is_as_large_as_a_page_is_wide():
    width, height = size(curve_png("Growth", "doublings", "size", {"size": [(0, 1), (1, 2), (2, 4)]}))

    assert 800 < width < 1300
    assert 500 < height < 1000


def test_labels_of_any_kind_are_drawn_and_none_is_cut_off():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        curve = curve_png(HOSTILE[2], HOSTILE[0], HOSTILE[1], SERIES)
        panels = panels_png(HOSTILE[5], [Panel(name, HOSTILE, HOSTILE, WEIGHTS) for name in HOSTILE[:2]], rows="$q$")

    assert not ink_at_the_edge(curve)
    assert not ink_at_the_edge(panels)


def test_a_dollar_sign_starts_no_formula():
    plain = curve_png("t", "x", "y", {"a $broken formula": [(0, 1), (1, 2)]})

    assert size(plain)
    assert curve_png(r"$\alpha$", "x", "y", {}) != curve_png("α", "x", "y", {})


def test_the_same_numbers_give_the_same_file():
    panel = Panel("yours", ("a", "b"), ("c", "d"), ((0.1, 0.9), (0.5, 0.5)))

    assert panels_png("t", [panel]) == panels_png("t", [panel])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, -5.0])
def test_a_number_that_is_no_weight_is_drawn_all_the_same(value):
    assert size(panels_png("t", [Panel("", ("q", "r"), ("k", "l"), ((value, 0.5), (0.2, 0.3)))]))


@pytest.mark.parametrize("series", [{}, {"nothing": []}, {"lost": [(0.0, math.nan)]}, {"one": [(3.0, 7.0)]}])
def test_a_curve_of_nothing_is_an_empty_picture(series):
    assert size(curve_png("t", "x", "y", series))


def test_a_panel_of_nothing_says_so():
    assert size(panels_png("t", [Panel("", (), (), ())]))
    assert size(panels_png("t", []))


def test_matplotlib_is_left_as_it_was_found():
    import matplotlib

    before = dict(matplotlib.rcParams)

    curve_png("t", "x", "y", SERIES)

    assert dict(matplotlib.rcParams) == before


def test_a_style_of_the_learners_own_has_no_say(tmp_path):
    script = (
        "import sys; from attnlab.pictures import curve_png;"
        "sys.stdout.buffer.write(curve_png('t', 'x', 'y', {'a': [(0, 1), (1, 2)]}))"
    )
    plain = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=tmp_path)
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nlines.linewidth: 20\nbackend: nonesuch\n")

    styled = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=tmp_path)

    assert styled.stdout == plain.stdout
    assert plain.stderr == b""


@pytest.mark.parametrize(
    "broken", [ImportError("no such file"), AttributeError("numpy has no attribute"), RuntimeError("ABI")]
)
def test_a_missing_or_broken_matplotlib_is_one_sentence(monkeypatch, broken):
    import builtins

    importing = builtins.__import__

    def without_matplotlib(name, *rest, **options):
        if name.split(".")[0] == "matplotlib":
            raise broken
        return importing(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_matplotlib)

    with pytest.raises(NotThere, match="matplotlib, which draws PNG files, cannot be used here") as told:
        curve_png("t", "x", "y", SERIES)

    assert "pip install matplotlib" in told.value.remedy
