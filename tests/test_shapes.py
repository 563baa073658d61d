"""Shapes as words: what a docstring says is what a message can say."""

from __future__ import annotations

from attnlab.shapes import NamedShape, position, read_shapes, shape_in_words, singular

DOCSTRING = """Mix the values.

    Shapes:
        query:   (batch, queries, d_k)
        mask:    (batch, 1 | heads, queries, keys), True where a query
                 may look
        returns: context (batch, queries, d_v), weights (batch,
                 queries, keys)

    Raises:
        ValueError: (never, mind)
    """


def test_arguments_are_read_with_the_words_of_their_axes():
    shapes = read_shapes(DOCSTRING)

    assert shapes.arguments["query"] == NamedShape("query", ("batch", "queries", "d_k"))
    assert shapes.arguments["mask"].axes == ("batch", "1 | heads", "queries", "keys")


def test_several_things_returned_keep_their_names_and_order_across_lines():
    context, weights = read_shapes(DOCSTRING).returns

    assert (context.name, context.axes) == ("context", ("batch", "queries", "d_v"))
    assert (weights.name, weights.axes) == ("weights", ("batch", "queries", "keys"))


def test_the_block_ends_where_the_indentation_does():
    assert set(read_shapes(DOCSTRING).arguments) == {"query", "mask"}


def test_no_docstring_and_no_block_say_nothing():
    assert read_shapes(None) == read_shapes("Just a sentence (with brackets).")


def test_a_shape_that_is_not_in_words_has_no_axes():
    assert read_shapes("Shapes:\n    x: (..., d_k)\n").arguments["x"].axes is None


def test_a_position_is_told_by_axis_in_the_singular():
    assert position(("batch", "queries", "keys"), (0, 2, 3)) == "batch 0, query 2, key 3"
    assert position(None, (0, 2)) == "index (0, 2)"


def test_names_that_only_look_like_plurals_stay():
    assert [singular(axis) for axis in ("d_s", "heads", "batch", "class")] == ["d_s", "head", "batch", "class"]


def test_a_shape_is_told_with_its_axes_where_they_fit():
    assert shape_in_words(("batch", "keys"), (2, 6)) == "(batch 2, keys 6)"
    assert shape_in_words(("batch", "keys"), (2,)) == "(2,)"


def test_axes_that_are_there_to_be_broadcast_are_told_by_their_size_alone():
    assert position(("batch", "1", "1", "keys"), (0, 0, 0, 2)) == "batch 0, key 2"
    assert shape_in_words(("batch", "1", "1", "keys"), (2, 1, 1, 6)) == "(batch 2, 1, 1, keys 6)"
