"""Heatmaps are readable without colour, at any width, in ASCII."""

import math

import pytest

from attnlab.pictures import heatmap
from attnlab.pictures.labels import cells

TARGET = ("le", "petit", "chat", "ne", "dort", "pas", "dans", "le", "jardin", "déjà")
SOURCE = ("the", "small", "cat", "does", "not", "sleep", "in", "the", "old", "garden", "already", ".")
WEIGHTS = [[max(0.0, 0.9 - 0.3 * abs(row - column)) for column in range(len(SOURCE))] for row in range(len(TARGET))]


@pytest.mark.parametrize("width", [24, 50, 60, 80, 200])
@pytest.mark.parametrize("plain", [False, True])
def test_no_line_is_wider_than_there_is_room(width, plain):
    text = heatmap("Where each word looked", TARGET, SOURCE, WEIGHTS, plain=plain).text(width)

    assert max(cells(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("width", [24, 50, 80])
def test_a_plain_heatmap_shows_every_weight_as_a_percentage(width):
    text = heatmap("t", TARGET, SOURCE, WEIGHTS, plain=True).text(width)

    assert text.isascii()
    assert text.count("90") == len(TARGET)
    assert "deja" in text


def test_a_larger_weight_is_never_drawn_lighter():
    steps = [level / 40 for level in range(41)]

    line = heatmap("t", ("row",), tuple("c" * len(steps)), [steps]).text(200).splitlines()[-2]

    shades = [" ░▒▓█".index(sign) for sign in line.removeprefix("row ")]
    levels = shades[::3]
    assert levels == sorted(levels)
    assert levels[-1] == 4


def test_labels_that_do_not_fit_side_by_side_are_written_downwards():
    heads = heatmap("t", ("a", "b"), SOURCE, WEIGHTS[:2]).text(50).splitlines()[1:-3]

    downwards = ["".join(letters).strip() for letters in zip(*(line.ljust(50) for line in heads), strict=True)]
    assert tuple(word for word in downwards if word) == SOURCE


def test_control_characters_in_labels_cannot_reach_the_terminal():
    text = heatmap("\x1b]0;owned\x07", ("\x1b[2J",), ("\r",), [[0.5]]).text(60)

    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf])
def test_a_weight_that_is_no_number_is_shown_as_a_question(weight):
    assert "?" in heatmap("t", ("q",), ("k",), [[weight]]).text(60)


def test_a_heatmap_of_nothing_says_so():
    assert "nothing to show" in heatmap("t", (), (), []).text(60)
