"""Messages become bytes and bytes become messages; what arrives is trusted in nothing.

A frame is a fixed prefix (magic, header length, body length), a JSON header, and a body of raw
array bytes. The header tells each array's dtype and shape; dtypes come from an allow-list and every
size is checked before anything is built. No byte of a frame is ever executed or unpickled.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from attnlab.wire.messages import FIELDS, KINDS, Message
from attnlab.wire.values import Array, Callback, Handle, Opaque, Value

MAGIC = b"ATN1"
PREFIX = struct.Struct(">4sIQ")
HEADER_CAP = 4 << 20
BODY_CAP = 256 << 20
DEPTH_CAP = 24
NODE_CAP = 200_000
RANK_CAP = 16
DTYPES = {
    name: np.dtype(name)
    for name in (
        "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "float32", "float64", "complex64", "complex128",
    )
}  # fmt: skip


class BrokenFrame(Exception):
    """What arrived is not a frame of ours; the message says which rule it breaks."""


def encode(message: Message) -> bytes:
    """One message as the bytes of one frame.

    Raises:
        BrokenFrame: it holds what cannot cross or is larger than a frame may be.
    """
    buffers: list[npt.NDArray[Any]] = []
    fields = {name: _to_tree(getattr(message, name), buffers, 0) for name in FIELDS[type(message)]}
    described = [[array.dtype.name, list(array.shape)] for array in buffers]
    header = json.dumps(
        {"kind": message.kind, "fields": fields, "arrays": described}, separators=(",", ":"), allow_nan=False
    ).encode("utf-8", "surrogatepass")
    body = b"".join(array.tobytes() for array in buffers)
    if len(header) > HEADER_CAP or len(body) > BODY_CAP:
        raise BrokenFrame(f"a message of {len(header) + len(body)} bytes is larger than a frame may be")
    return PREFIX.pack(MAGIC, len(header), len(body)) + header + body


def frame_lengths(prefix: bytes, *, body_cap: int = BODY_CAP) -> tuple[int, int]:
    """The header's and the body's length that a prefix announces.

    Raises:
        BrokenFrame: it is no prefix, or announces more than is allowed.
    """
    magic, header, body = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise BrokenFrame("the frame does not begin as one")
    if header > HEADER_CAP or body > body_cap:
        raise BrokenFrame(f"the frame announces {header + body} bytes, more than is allowed")
    return header, body


def decode(header: bytes, body: bytes) -> Message:
    """The message in a frame's header and body.

    Raises:
        BrokenFrame: for whatever is not exactly as `encode` writes it.
    """
    try:
        tree = json.loads(header.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise BrokenFrame("the header is not JSON") from error
    if not isinstance(tree, dict) or set(tree) != {"kind", "fields", "arrays"}:
        raise BrokenFrame("the header lacks a part")
    kind, fields = KINDS.get(tree["kind"]) if isinstance(tree["kind"], str) else None, tree["fields"]
    if kind is None or not isinstance(fields, dict) or set(fields) != set(FIELDS[kind]):
        raise BrokenFrame("the message is of no known kind")
    arrays = _arrays(tree["arrays"], body)
    reader = _Reader(arrays)
    # Whether the values are what the record wants, `checked` decides.
    values: dict[str, Any] = {name: reader.value(entry, 0) for name, entry in fields.items()}
    try:
        return kind(**values).checked()
    except (TypeError, ValueError) as error:
        raise BrokenFrame(f"the {kind.kind} message does not hold what it must: {error}") from error


def read_frame(read_exactly: Callable[[int], bytes], *, body_cap: int = BODY_CAP) -> Message:
    """The next message from a blocking stream; `read_exactly(n)` raises EOFError at its end."""
    header, body = frame_lengths(read_exactly(PREFIX.size), body_cap=body_cap)
    return decode(read_exactly(header), read_exactly(body))


def is_member(value: Value) -> bool:
    """Whether it may stand in a set: plain and never to be changed."""
    if isinstance(value, tuple):
        return all(is_member(part) for part in value)
    return value is None or isinstance(value, bool | int | float | str)


def _to_tree(value: Value, buffers: list[npt.NDArray[Any]], depth: int) -> Any:
    if depth > DEPTH_CAP:
        raise BrokenFrame("nested too deeply")
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        if not -(1 << 63) <= value < 1 << 63:
            raise BrokenFrame("an integer beyond 64 bits")
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if type(value) is list:
        return [_to_tree(part, buffers, depth + 1) for part in value]
    if type(value) is tuple:
        return {"tuple": [_to_tree(part, buffers, depth + 1) for part in value]}
    if type(value) is frozenset:
        # In an order of its own, so that equal messages are equal bytes.
        return {"set": [_to_tree(part, buffers, depth + 1) for part in sorted(value, key=repr)]}
    if type(value) is dict:
        return {"dict": [[str(key), _to_tree(part, buffers, depth + 1)] for key, part in value.items()]}
    if type(value) is Array:
        if value.values.dtype.name not in DTYPES:
            raise BrokenFrame(f"arrays of {value.values.dtype} do not cross")
        buffers.append(value.values)
        return {"array": len(buffers) - 1, "library": value.library}
    if type(value) is Opaque:
        return {"opaque": value.kind}
    if type(value) is Handle:
        return {"handle": value.number, "of": value.kind}
    if type(value) is Callback:
        return {"callback": value.number}
    raise BrokenFrame(f"{type(value).__name__} does not cross")


def _arrays(described: Any, body: bytes) -> list[npt.NDArray[Any]]:
    if not isinstance(described, list) or len(described) > NODE_CAP:
        raise BrokenFrame("the arrays are not described")
    arrays: list[npt.NDArray[Any]] = []
    start = 0
    for entry in described:
        if not (isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str)):
            raise BrokenFrame("an array is not described by dtype and shape")
        dtype, shape = DTYPES.get(entry[0]), entry[1]
        if dtype is None:
            raise BrokenFrame("an array has a dtype that does not cross")
        size = _element_count(shape) * dtype.itemsize
        if start + size > len(body):
            raise BrokenFrame("an array is longer than the body")
        flat = np.frombuffer(body, dtype=np.uint8, count=size, offset=start)
        if dtype == np.bool_:
            # A byte that is neither 0 nor 1 would be a boolean that is not equal to itself.
            arrays.append((flat != 0).reshape(shape))
        else:
            arrays.append(flat.copy().view(dtype).reshape(shape))
        start += size
    if start != len(body):
        raise BrokenFrame("the body is longer than its arrays")
    return arrays


def _element_count(shape: Any) -> int:
    if not isinstance(shape, list) or len(shape) > RANK_CAP:
        raise BrokenFrame("an array has no usable shape")
    count = 1
    for size in shape:
        if type(size) is not int or not 0 <= size <= BODY_CAP:
            raise BrokenFrame("an array has no usable shape")
        count *= size
    if 0 in shape and len(shape) > 1 and max(shape) > 1 << 20:
        raise BrokenFrame("an array has no usable shape")
    return count


class _Reader:
    """Turns a header's tree back into values, counting nodes so that a bomb stays small."""

    def __init__(self, arrays: Sequence[npt.NDArray[Any]]) -> None:
        self._arrays = arrays
        self._nodes = 0

    def value(self, tree: Any, depth: int) -> Value:
        self._nodes += 1
        if depth > DEPTH_CAP or self._nodes > NODE_CAP:
            raise BrokenFrame("nested too deeply")
        if tree is None or isinstance(tree, bool | str | float):
            return tree
        if isinstance(tree, int):
            if not -(1 << 63) <= tree < 1 << 63:
                raise BrokenFrame("an integer beyond 64 bits")
            return tree
        if isinstance(tree, list):
            return [self.value(part, depth + 1) for part in tree]
        if isinstance(tree, dict):
            return self._tagged(tree, depth)
        raise BrokenFrame("a value of no known kind")

    def _tagged(self, tree: dict[str, Any], depth: int) -> Value:
        match tree:
            case {"tuple": list(parts), **rest} if not rest:
                return tuple(self.value(part, depth + 1) for part in parts)
            case {"set": list(parts), **rest} if not rest:
                return self._set(parts, depth)
            case {"dict": list(pairs), **rest} if not rest:
                return dict(self._pair(pair, depth) for pair in pairs)
            case {"float": ("nan" | "inf" | "-inf") as text, **rest} if not rest:
                return float(text)
            case {"array": int(place), "library": ("numpy" | "torch") as library, **rest} if not rest:
                if isinstance(place, bool) or not 0 <= place < len(self._arrays):
                    raise BrokenFrame("an array that is not there")
                return Array(self._arrays[place], library)
            case {"opaque": str(kind), **rest} if not rest:
                return Opaque(kind[:200])
            case {"handle": int(number), "of": str(kind), **rest} if not rest:
                return Handle(number, kind[:200])
            case {"callback": int(number), **rest} if not rest and not isinstance(number, bool):
                return Callback(number)
        raise BrokenFrame("a value of no known kind")

    def _set(self, parts: list[Any], depth: int) -> frozenset[Value]:
        members = [self.value(part, depth + 1) for part in parts]
        if not all(is_member(member) for member in members):
            raise BrokenFrame("a set holds what no set can")
        return frozenset(members)

    def _pair(self, pair: Any, depth: int) -> tuple[str, Value]:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise BrokenFrame("a dictionary entry is not a pair")
        return pair[0], self.value(pair[1], depth + 1)
