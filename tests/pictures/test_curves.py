"""Curves are readable without colour, at any width, in ASCII."""

import math
import re

import pytest

from attnlab.pictures import curve
from attnlab.pictures.labels import cells

FALLING = [(length, math.exp(-length / 20)) for length in range(5, 60, 5)]
FLAT = [(length, 0.95) for length in range(5, 60, 5)]
SERIES = {"no attention": FALLING, "additive attention": FLAT}


def bottleneck(**options):
    return curve("Quality against length", "length (tokens)", "tokens right", SERIES, **options)


@pytest.mark.parametrize("width", [24, 50, 60, 80, 200])
@pytest.mark.parametrize("plain", [False, True])
def test_no_line_is_wider_than_there_is_room(width, plain):
    text = bottleneck(plain=plain).text(width)

    assert max(cells(line) for line in text.splitlines()) <= width


def test_every_series_has_a_marker_of_its_own_that_the_legend_explains():
    text = bottleneck().text(60)

    assert "● no attention" in text
    assert "○ additive attention" in text
    assert text.count("●") == text.count("○") == len(FALLING) + 1


def test_a_plain_curve_is_ascii_whatever_its_labels_hold():
    text = curve("Übersetzung → später", "λ", "y", {"naïve": FLAT}, plain=True).text(60)

    assert text.isascii()
    assert "Ubersetzung" in text


def test_colour_adds_nothing_but_colour():
    picture = bottleneck()

    coloured = re.sub(r"\x1b\[[0-9;]*m", "", picture.text(60, colour=True))

    assert [line.rstrip() for line in coloured.splitlines()] == picture.text(60).splitlines()


def test_control_characters_in_labels_cannot_reach_the_terminal():
    text = curve("a\x1b[2Jb\nc", "x\x07", "y\r", {"s\u202e": FLAT}).text(60)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    assert "a\\x1b[2Jb\\nc" in text


def test_a_falling_series_starts_above_where_it_ends():
    lines = curve("", "x", "y", {"falling": FALLING}).text(60).splitlines()

    marked = [(line.index("●"), row) for row, line in enumerate(lines[2:-2]) if "●" in line]
    marked.sort()

    assert [row for _, row in marked] == sorted(row for _, row in marked)
    assert marked[0][1] < marked[-1][1]


def test_points_that_are_not_finite_are_left_out():
    broken = [*FLAT, (60, math.nan), (math.inf, 0.5)]

    assert curve("t", "x", "y", {"s": broken}).text(60) == curve("t", "x", "y", {"s": FLAT}).text(60)


@pytest.mark.parametrize("series", [{}, {"nothing": []}, {"lost": [(0, math.nan)]}])
def test_a_curve_without_points_says_so(series):
    assert "nothing was measured" in curve("t", "x", "y", series).text(60)


@pytest.mark.parametrize(
    "points", [[(3, 7)], [(0, 0)], [(1, 5), (2, 5)], [(1, 1e-9), (2, 3e-9)], [(1, 1e9), (2, -1e9)]]
)
def test_flat_tiny_and_huge_ranges_are_drawn(points):
    text = curve("t", "x", "y", {"s": points}).text(50)

    assert text.count("●") == len(points) + 1


def test_where_series_meet_the_picture_says_that_several_do():
    text = curve("t", "x", "y", {"one": FLAT, "two": FLAT}).text(60)

    assert "= several together" in text
    assert "= several together" not in bottleneck().text(60)


def test_axes_that_reach_further_hold_a_curve_that_still_grows():
    beginning = curve("", "step", "loss", {"loss": [(1.0, 6.0), (20.0, 5.0)]}, reach=((0.0, 0.0), (300.0, 6.0)))
    whole = curve("", "step", "loss", {"loss": [(1.0, 6.0), (300.0, 1.0)]}, reach=((0.0, 0.0), (300.0, 6.0)))

    ticks = [next(line for line in str(drawn).splitlines() if "300" in line) for drawn in (beginning, whole)]
    assert ticks[0] == ticks[1]


def test_a_bare_curve_has_neither_title_nor_legend():
    lines = str(curve("Title", "step", "loss", {"series": [(1.0, 6.0), (20.0, 5.0)]}, bare=True)).splitlines()

    assert lines[0] == "loss"
    assert lines[-1].strip() == "step"


def test_axes_are_drawn_before_the_first_point_where_they_are_known():
    assert "nothing was measured" not in str(curve("", "step", "loss", {"loss": []}, reach=((0.0, 0.0), (9.0, 1.0))))
