"""The wire: what goes in comes out, and nothing that was not sent by us is believed."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from attnlab.wire import (
    PREFIX,
    Array,
    BrokenFrame,
    Call,
    Callback,
    Handle,
    Opaque,
    Raised,
    decode,
    encode,
    frame_lengths,
)

DTYPES = st.sampled_from(["bool", "int64", "uint8", "float16", "float32", "float64", "complex64"])
ARRAYS = DTYPES.flatmap(
    lambda dtype: hnp.arrays(dtype=dtype, shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | ARRAYS.map(lambda values: Array(values, "numpy"))
    | st.builds(Opaque, st.text(max_size=20))
    | st.builds(Callback, st.integers(0, 2**31))
    | st.frozensets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


def crossed(message):
    frame = encode(message)
    header, body = frame_lengths(frame[: PREFIX.size])
    assert len(frame) == PREFIX.size + header + body
    return decode(frame[PREFIX.size : PREFIX.size + header], frame[PREFIX.size + header :])


def same(one, other):
    if isinstance(one, Array):
        return (
            isinstance(other, Array)
            and (one.library, one.values.dtype, one.values.shape)
            == (other.library, other.values.dtype, other.values.shape)
            and one.values.tobytes() == other.values.tobytes()
        )
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and one == other


@given(VALUES)
@settings(deadline=None)
def test_every_value_comes_out_as_it_went_in(value):
    call = Call(id=1, target="softmax", arguments=(value,), keywords={"scores": value})

    arrived = crossed(call)

    assert same(arrived.arguments, call.arguments)
    assert same(arrived.keywords, call.keywords)


def test_infinities_and_nan_cross():
    arrived = crossed(Call(id=1, target="f", arguments=(math.inf, -math.inf, math.nan), keywords={}))

    assert arrived.arguments[:2] == (math.inf, -math.inf)
    assert math.isnan(arrived.arguments[2])


def test_an_arrived_array_owns_its_memory_and_can_be_changed():
    arrived = crossed(Call(id=1, target="f", arguments=(Array(np.arange(3.0), "numpy"),), keywords={}))

    arrived.arguments[0].values[0] = 7.0

    assert arrived.arguments[0].values[0] == 7.0


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, object(), {1, 2}, b"bytes"])
def test_what_cannot_cross_is_refused_by_the_sender(value):
    with pytest.raises(BrokenFrame):
        encode(Call(id=1, target="f", arguments=(value,), keywords={}))


@given(st.binary(max_size=300), st.binary(max_size=100))
@settings(deadline=None)
def test_arbitrary_bytes_are_a_broken_frame_and_nothing_else(header, body):
    with pytest.raises(BrokenFrame):
        decode(header, body)


def tree(**changes):
    whole = {"kind": "call", "fields": None, "arrays": []}
    whole["fields"] = {
        "id": 1, "target": "f", "handle": None, "arguments": {"tuple": []},
        "keywords": None, "keep": False, "projection": None, "elsewhere": False,
    }  # fmt: skip
    return json.dumps(whole | changes).encode()


def test_the_hand_written_header_used_here_is_a_valid_one():
    assert decode(tree(), b"").target == "f"


@pytest.mark.parametrize(
    "arrays",
    [
        [["float64", [2**40]]],
        [["float64", [2**40, 2**40]]],
        [["float64", [0, 2**40]]],
        [["float64", [1] * 70]],
        [["float64", [-1]]],
        [["float64", [True]]],
        [["object", [1]]],
        [["float64", "no shape"]],
        "no list",
        [["float64"]],
    ],
)
def test_a_lying_array_description_is_refused_before_anything_is_built(arrays):
    with pytest.raises(BrokenFrame):
        decode(tree(arrays=arrays), b"12345678")


def test_a_body_longer_than_its_arrays_is_refused():
    with pytest.raises(BrokenFrame):
        decode(tree(), b"more")


def test_a_header_nested_beyond_reason_is_refused():
    deep = b'{"kind": "call", "fields": ' + b"[" * 100_000 + b"]" * 100_000 + b', "arrays": []}'

    with pytest.raises(BrokenFrame):
        decode(deep, b"")


def test_an_integer_of_ten_thousand_digits_is_refused():
    with pytest.raises(BrokenFrame):
        decode(tree(kind="call").replace(b'"id": 1', b'"id": ' + b"9" * 10_000), b"")


def test_a_boolean_byte_that_is_neither_zero_nor_one_becomes_true():
    arrived = decode(
        tree(arrays=[["bool", [2]]]).replace(b'{"tuple": []}', b'{"tuple": [{"array": 0, "library": "numpy"}]}'),
        b"\x07\x00",
    )

    assert arrived.arguments[0].values.tolist() == [True, False]
    assert (arrived.arguments[0].values == np.array([True, False])).all()


def test_a_prefix_that_announces_too_much_is_refused():
    with pytest.raises(BrokenFrame):
        frame_lengths(struct.pack(">4sIQ", b"ATN1", 10, 1 << 40))


def test_a_prefix_of_another_protocol_is_refused():
    with pytest.raises(BrokenFrame):
        frame_lengths(b"HTTP/1.1 200 OK\r"[: PREFIX.size])


def test_a_reply_whose_message_is_too_long_is_refused():
    with pytest.raises(BrokenFrame):
        crossed(Raised(id=1, error="E", message="x" * 5000, places=[]))


def test_an_array_can_be_named_twice():
    shared = Array(np.ones(3), "numpy")

    arrived = crossed(Call(id=1, target="f", arguments=(shared, shared), keywords={"handle": Handle(3, "Layer")}))

    assert same(arrived.arguments, (shared, shared))
    assert arrived.keywords == {"handle": Handle(3, "Layer")}
