"""Two panels are compared cell by cell, and drawn so that the eye can do the same."""

import math
import re

import pytest

from attnlab.pictures import Panel, differing, furthest, side_by_side
from attnlab.pictures.labels import cells

WORDS = ("the", "cat", "slept", "because", "it", "was", "tired")
SMOOTH = [[max(0.0, 0.9 - 0.3 * abs(row - column)) for column in range(7)] for row in range(7)]


def panel(values, name="", words=WORDS):
    return Panel(name, words, words, tuple(tuple(row) for row in values))


def changed(row, column, value):
    values = [list(each) for each in SMOOTH]
    values[row][column] = value
    return panel(values, "yours")


REFERENCE = panel(SMOOTH, "the reference")
WRONG = changed(4, 1, 0.7)


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100, 200])
@pytest.mark.parametrize("plain", [False, True])
def test_no_line_is_wider_than_there_is_room(width, plain):
    text = side_by_side(WRONG, REFERENCE, plain=plain).text(width)

    assert max(cells(line) for line in text.splitlines()) <= width


def test_they_stand_beside_each_other_where_both_are_readable_and_below_where_not():
    wide, narrow = (side_by_side(WRONG, REFERENCE).text(width).splitlines() for width in (100, 60))

    assert re.search(r"yours +the reference", wide[0])
    assert narrow[0] == "yours"
    assert "the reference" in narrow
    assert len(narrow) > len(wide)


@pytest.mark.parametrize("width", [60, 100])
def test_labels_stand_across_in_sixty_columns(width):
    assert "the cat slept because it" in re.sub(r" +", " ", side_by_side(WRONG, REFERENCE).text(width))


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("width", [60, 100])
def test_only_the_cells_that_differ_are_marked_and_the_key_says_so(width, plain):
    text = side_by_side(WRONG, REFERENCE, plain=plain, told="differs from the reference").text(width)

    assert text.count("!") == 2
    assert "! differs from the reference" in text


def test_two_alike_have_no_mark_and_no_key_for_one():
    assert "!" not in side_by_side(REFERENCE, REFERENCE).text(80)


def test_a_plain_picture_is_ascii_and_holds_the_numbers_of_both():
    text = side_by_side(WRONG, REFERENCE, plain=True).text(100)

    assert text.isascii()
    assert "70!" in text


def test_numbers_from_minus_one_to_one_are_told_in_hundredths():
    wave = Panel("wave", ("0", "1"), ("0", "1"), ((-1.0, 1.0), (0.0, -0.42)))

    plain = side_by_side(wave, wave, between=(-1.0, 1.0), plain=True).text(60)
    shaded = side_by_side(wave, wave, between=(-1.0, 1.0)).text(60)

    assert "-100" in plain
    assert "-42" in plain
    assert "hundredths" in plain
    assert "░ from -0.8" in shaded


def test_a_number_without_room_becomes_a_star():
    scores = Panel("yours", ("q",), ("k", "l"), ((12345.0, 0.5),))

    assert "*" in side_by_side(scores, scores, plain=True).text(60)


def test_the_furthest_cell_is_named_with_both_numbers():
    found = furthest([WRONG], [REFERENCE])

    assert (found.row, found.column, found.ours, found.theirs) == ("it", "cat", 0.7, SMOOTH[4][1])
    assert differing(WRONG, REFERENCE) == {(4, 1)}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_further_away_than_any_number(value):
    found = furthest([changed(2, 3, value)], [REFERENCE])

    assert (found.row, found.column) == ("slept", "because")
    assert found.distance == math.inf


def test_two_that_are_no_number_in_the_same_place_do_not_differ():
    assert differing(changed(2, 3, math.nan), changed(2, 3, math.nan)) == frozenset()


def test_panels_without_cells_have_no_furthest():
    assert furthest([Panel("", (), (), ())], [Panel("", (), (), ())]) is None
