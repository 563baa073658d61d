"""What a comparison notices, what it says of it, and what it must never let pass."""

import math

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from attnlab.grading.comparison import DifferenceKind, compare
from attnlab.grading.side_by_side import smallest_case
from attnlab.shapes import NamedShape
from attnlab.wire.values import Array, Opaque

WEIGHTS = NamedShape("weights", ("batch", "queries", "keys"))
CONTEXT = NamedShape("context", ("batch", "d_v"))
TOKENS = NamedShape("tokens", None)


def given(*drawn, examples=100):
    """Hypothesis without a deadline, which a busy machine would miss."""
    some = hypothesis.settings(max_examples=examples, deadline=None)
    return lambda test: some(hypothesis.given(*drawn)(test))


def numpy_array(values, dtype=None):
    return Array(np.asarray(values, dtype), "numpy")


def arrays(dtype=np.float64):
    width = np.dtype(dtype).itemsize * 8
    numbers = st.floats(-1e3, 1e3, width=width, allow_nan=False)
    return npst.arrays(dtype, npst.array_shapes(min_dims=0, max_dims=3, max_side=5), elements=numbers)


def values_of_every_kind():
    plain = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=3)
    leaves = plain | arrays().map(numpy_array) | arrays(np.float32).map(numpy_array)
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=6,
    )


@given(values_of_every_kind())
def test_whatever_does_not_hold_nan_equals_itself(value):
    assert compare(value, value) is None


@given(values_of_every_kind(), values_of_every_kind(), examples=300)
def test_any_two_values_can_be_compared_and_a_difference_is_one_line_and_can_be_shown(expected, got):
    difference = compare(expected, got)

    if difference is not None:
        assert difference.problem
        assert "\n" not in difference.problem
        smallest_case(difference)


@given(arrays(), st.data())
def test_nan_equals_nothing_not_even_itself(expected, data):
    got = expected.copy()
    place = tuple(data.draw(st.integers(0, size - 1)) for size in expected.shape)
    got[place] = np.nan

    assert compare(numpy_array(expected), numpy_array(got)) is not None
    assert compare(numpy_array(got), numpy_array(got)) is not None
    assert compare(numpy_array(got), numpy_array(expected)) is not None


@given(arrays(), st.data())
def test_one_changed_number_is_found_where_it_is(expected, data):
    place = tuple(data.draw(st.integers(0, size - 1)) for size in expected.shape)
    got = expected.copy()
    got[place] += data.draw(st.sampled_from([-1, 1])) * (1e-5 * np.abs(expected).max() + 1e-5)

    difference = compare(numpy_array(expected), numpy_array(got))

    assert difference is not None
    assert difference.kind is DifferenceKind.VALUES
    assert difference.index == place
    assert (difference.expected, difference.got) == (expected[place], got[place])


@given(arrays())
def test_rounding_makes_no_difference(expected):
    assert compare(numpy_array(expected), numpy_array(expected * (1 + 1e-13) + 1e-15)) is None


@given(arrays(np.float32))
def test_rounding_in_single_precision_makes_no_difference(expected):
    assert compare(numpy_array(expected), numpy_array(expected * np.float32(1 + 4e-6))) is None


@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
def test_infinity_equals_only_itself(infinity):
    expected = numpy_array([infinity, 1.0, 2.0])

    assert compare(expected, expected) is None
    assert compare(expected, numpy_array([-infinity, 1.0, 2.0])) is not None
    assert compare(expected, numpy_array([1e300, 1.0, 2.0])) is not None
    assert compare(expected, numpy_array([infinity, 1.0, 2.1])) is not None


def test_one_huge_number_does_not_make_the_others_careless():
    expected = numpy_array([1e9, 1.0, 2.0, 3.0])

    assert compare(expected, numpy_array([1e9, 1.0, 2.0, 3.0001])) is not None


def test_the_first_difference_in_row_major_order_is_told_with_axis_words_and_the_count():
    expected = np.zeros((2, 3, 4))
    expected[0, 2, 3], expected[1, 0, 0] = 0.1192, 0.5
    got = expected.copy()
    got[0, 2, 3], got[1, 0, 0] = 0.2384, 0.6

    difference = compare(numpy_array(expected), numpy_array(got), names=[WEIGHTS])

    assert difference.problem == (
        "weights at batch 0, query 2, key 3: expected 0.1192, got 0.2384 (2 of 24 numbers differ)"
    )


@given(st.floats(1e-3, 1e3), st.floats(1e-8, 1e-2))
def test_the_two_numbers_shown_can_be_told_apart(number, relative):
    difference = compare(numpy_array([number]), numpy_array([number * (1 + relative)]))

    if difference is not None:
        expected, got = difference.problem.split(": expected ")[1].split(", got ")
        assert expected != got


def test_a_number_that_is_not_finite_comes_before_one_that_is_wrong():
    difference = compare(numpy_array([1.0, 2.0, 3.0]), numpy_array([1.5, np.nan, 3.0]))

    assert difference.kind is DifferenceKind.FINITENESS
    assert difference.problem == "the result at index (1): expected 2, got nan (1 of 3 numbers is not finite)"


def test_a_shape_is_told_with_the_axes_it_should_have():
    difference = compare(numpy_array(np.zeros((3, 2, 6))), numpy_array(np.zeros((3, 2, 7))), names=[WEIGHTS])

    assert difference.kind is DifferenceKind.SHAPE
    assert difference.problem == "weights has shape (3, 2, 7), expected (batch 3, queries 2, keys 6)"


def test_another_number_of_axes_is_told_as_such():
    difference = compare(numpy_array(np.zeros((3, 2))), numpy_array(np.zeros(3)), names=[CONTEXT])

    assert difference.problem == "context has 1 axis, shape (3,), expected (batch 3, d_v 2)"


def test_a_shape_that_would_broadcast_is_another_shape():
    assert compare(numpy_array(np.zeros((2, 3))), numpy_array(np.zeros((1, 3)))).kind is DifferenceKind.SHAPE
    assert compare(numpy_array(np.zeros((1,))), numpy_array(np.zeros(()))).kind is DifferenceKind.SHAPE


@pytest.mark.parametrize("dtype", ["float64", "float16", "int64", "bool", "complex64"])
def test_a_dtype_of_another_kind_or_width_is_told(dtype):
    ones = np.ones((2, 3))

    difference = compare(numpy_array(ones, "float32"), numpy_array(ones, dtype), names=[CONTEXT])

    assert difference.kind is DifferenceKind.DTYPE
    assert difference.problem == f"context is {dtype}, expected float32"


def test_the_width_of_whole_numbers_is_a_matter_of_taste():
    assert compare(numpy_array([1, 2], "int64"), numpy_array([1, 2], "int32")) is None
    assert compare(numpy_array([1, 2], "int64"), numpy_array([1, 3], "int32")) is not None


def test_nothing_returned_comes_before_all_else():
    difference = compare(numpy_array(np.zeros((3, 2))), None, names=[CONTEXT])

    assert difference.kind is DifferenceKind.NOTHING
    assert difference.problem.startswith("nothing came back: expected context")


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([[1.0, 2.0]], "a list of 1 list"),
        (3.5, "the number 3.5"),
        ("text", "a text"),
        (Opaque("function"), "a function"),
        (Array(np.zeros((2, 2)), "torch"), "a torch tensor of shape (2, 2)"),
    ],
)
def test_another_kind_of_thing_is_told_in_words(got, words):
    difference = compare(numpy_array(np.zeros((2, 2))), got)

    assert difference.kind is DifferenceKind.KIND
    assert difference.problem.endswith(f"got {words}")


def test_what_submitted_code_names_itself_cannot_reach_a_terminal_raw():
    difference = compare(numpy_array(np.zeros(2)), Opaque("evil\x1b[2J\n[red]"))

    assert "\x1b" not in difference.problem
    assert "[" not in difference.problem.split("got")[1]


def test_a_tuple_may_come_as_a_list_but_not_with_another_number_of_parts():
    one, other = numpy_array(np.zeros((2, 3))), numpy_array(np.ones((2, 3, 4)))
    names = [CONTEXT, WEIGHTS]

    assert compare((one, other), [one, other], names=names) is None
    assert compare((one, other), (one,), names=names).kind is DifferenceKind.PARTS
    assert compare((one, other), one, names=names).problem == (
        "expected 2 things, context and weights; got one, a numpy array of shape (2, 3)"
    )


def test_of_several_parts_the_most_basic_difference_is_told_first_and_the_others_are_kept():
    expected = (numpy_array(np.zeros((2, 3))), numpy_array(np.zeros((2, 3, 4))))
    got = (numpy_array(np.ones((2, 3))), numpy_array(np.zeros((2, 3, 5))))

    difference = compare(expected, got, names=[CONTEXT, WEIGHTS])

    assert (difference.name, difference.kind) == ("weights", DifferenceKind.SHAPE)
    assert [(one.name, one.kind) for one in difference.also] == [("context", DifferenceKind.VALUES)]


def test_a_plain_number_and_an_array_of_one_number_are_the_same_thing():
    assert compare(2.5, numpy_array(2.5)) is None
    assert compare(numpy_array(2.5), 2.5) is None
    assert compare(0.0, 0) is None
    assert compare(2.5, True) is not None
    assert compare(2.5, math.nan) is not None


def test_a_plain_number_is_no_torch_tensor():
    assert compare(Array(np.asarray(2.5), "torch"), 2.5).kind is DifferenceKind.KIND


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=4), st.data())
def test_one_changed_token_is_found_by_sentence_and_position(sentences, data):
    places = [(row, column) for row, one in enumerate(sentences) for column in range(len(one))]
    if not places:
        return
    row, column = data.draw(st.sampled_from(places))
    got = [list(one) for one in sentences]
    got[row][column] += 1

    difference = compare(sentences, got, names=[TOKENS])

    assert difference.kind is DifferenceKind.TOKENS
    assert difference.index == (row, column)
    assert f"sentence {row}, position {column}" in difference.problem


def test_a_sentence_that_is_too_short_is_told_with_both_lengths():
    difference = compare([[1, 2, 3], [4, 5]], [[1, 2], [4, 5]], names=[TOKENS])

    assert difference.problem == (
        "tokens at sentence 0: expected 3 tokens, got 2, the first 2 of them right (1 of 2 lists differs)"
    )


def test_tokens_may_be_numbers_of_numpy_but_not_fractions_nor_truth_values():
    assert compare([[1, 2]], [[numpy_array(1), numpy_array(2)]]) is None
    assert compare([[1, 2]], [[1.0, 2]]).kind is DifferenceKind.KIND
    assert compare([[1, 2]], [[True, 2]]).kind is DifferenceKind.KIND


def test_a_missing_entry_of_a_dictionary_is_named():
    expected = {"W_q": numpy_array([1.0]), "W_k": numpy_array([2.0])}

    assert compare(expected, {"W_q": numpy_array([1.0])}).problem == "the result has no entry 'W_k'"
    assert compare(expected, {**expected, "W_k": numpy_array([3.0])}).name == "W_k"


def test_two_wrong_answers_with_nan_at_the_same_places_can_be_told_to_be_the_same():
    one, other = numpy_array([np.nan, 1.0]), numpy_array([np.nan, 2.0])

    assert compare(one, one, nan_alike=True) is None
    assert compare(one, other, nan_alike=True) is not None


def test_the_smallest_case_shows_the_row_in_question_and_at_most_eight_numbers():
    expected = np.arange(60.0).reshape(3, 20)
    got = expected.copy()
    got[1, 12] += 0.00001

    shown = smallest_case(
        compare(numpy_array(expected), numpy_array(got), names=[NamedShape("scores", ("batch", "keys"))])
    )

    lines = shown.splitlines()
    assert lines[0] == "scores at batch 1"
    assert lines[1].split()[:2] == ["key", "..."]
    assert "32" in lines[2].split()
    assert "32.00001" in lines[3].split()
    assert all(len([word for word in line.split()[1:] if word != "..."]) <= 8 for line in lines[1:])


def test_the_smallest_case_of_tokens_shows_where_a_sentence_ends():
    shown = smallest_case(compare([[1, 2], [3, 4, 5]], [[1, 2], [3, 4]], names=[TOKENS]))

    assert shown.splitlines()[-1].split() == ["got", "3", "4", "-"]
