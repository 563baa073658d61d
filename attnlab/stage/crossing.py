"""Live objects become wire values and back; whatever cannot cross becomes only its name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from attnlab.wire import Array, Callback, Handle, Opaque, Value
from attnlab.wire.frames import is_member

_DEPTH = 16
_WIDTH = 50_000
_CROSSING_KINDS = "biufc"


def to_value(thing: object, depth: int = 0) -> Value:
    """A snapshot of `thing` as a wire value; arrays are copied."""
    if thing is None or type(thing) in (bool, float, str):
        return thing  # type: ignore[return-value]
    if type(thing) is int:
        return thing if -(1 << 63) <= thing < 1 << 63 else Opaque("an integer beyond 64 bits")
    if isinstance(thing, Array | Opaque | Handle | Callback):
        return thing
    if isinstance(thing, Borrowed):
        return Callback(thing.number)
    if isinstance(thing, np.ndarray | np.generic):
        return _from_numpy(thing)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(thing, torch.Tensor):
        return _from_torch(thing)
    if depth >= _DEPTH:
        return Opaque("something nested very deeply")
    if type(thing) in (list, tuple) or _is_named_tuple(thing):
        parts = list(thing)  # type: ignore[call-overload]
        if len(parts) > _WIDTH:
            return Opaque(f"a {type(thing).__name__} of {len(parts)} things")
        crossed = [to_value(part, depth + 1) for part in parts]
        return crossed if type(thing) is list else tuple(crossed)
    if type(thing) in (set, frozenset):
        return _from_set(thing, depth)  # type: ignore[arg-type]
    if isinstance(thing, Mapping) and len(thing) <= _WIDTH and all(type(key) is str for key in thing):
        return {key: to_value(part, depth + 1) for key, part in thing.items()}
    return Opaque(type(thing).__name__)


def to_object(
    value: Value,
    kept: Mapping[int, object] | None = None,
    *,
    borrow: Callable[[Callback], Borrowed] | None = None,
) -> Any:
    """A fresh live object for a wire value: arrays and tensors of their own, changeable at will.

    Args:
        kept: the objects that handles stand for.
        borrow: makes something callable of a callback.
    """

    def inner(part: Value) -> Any:
        return to_object(part, kept, borrow=borrow)

    match value:
        case Array(values, "torch"):
            import torch

            return torch.from_numpy(values.copy())
        case Array(values, _):
            return values.copy()
        case Handle(number, _):
            return (kept or {})[number]
        case Callback() if borrow is not None:
            return borrow(value)
        case list():
            return [inner(part) for part in value]
        case tuple():
            return tuple(inner(part) for part in value)
        case frozenset():
            return {inner(part) for part in value}
        case dict():
            return {key: inner(part) for key, part in value.items()}
        case _:
            return value


class Borrowed:
    """A function of the judge's in the hands of performed code: to call it is to ask."""

    def __init__(self, number: int, ask: Callable[[tuple[Value, ...], dict[str, Value]], Value]) -> None:
        self.number = number
        self._ask = ask

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        crossed = tuple(to_value(argument) for argument in arguments)
        return to_object(self._ask(crossed, {name: to_value(value) for name, value in keywords.items()}))


def _from_set(thing: set[Any] | frozenset[Any], depth: int) -> Value:
    if len(thing) > _WIDTH:
        return Opaque(f"a set of {len(thing)} things")
    members = [to_value(part, depth + 1) for part in thing]
    return frozenset(members) if all(is_member(member) for member in members) else Opaque("set")


def _from_numpy(thing: np.ndarray[Any, Any] | np.generic) -> Value:
    plain = np.array(thing, copy=True, subok=False)
    if plain.dtype.kind not in _CROSSING_KINDS or plain.dtype.itemsize > 16:
        return Opaque(f"an array of {plain.dtype}")
    if plain.dtype.kind == "c" and plain.dtype.itemsize == 32:
        return Opaque(f"an array of {plain.dtype}")
    return Array(plain.astype(plain.dtype.newbyteorder("="), copy=False), "numpy")


def _from_torch(thing: Any) -> Value:
    import torch

    if thing.layout is not torch.strided or thing.is_quantized or thing.is_meta or thing.is_nested:
        return Opaque(f"a tensor that is not plain ({thing.layout})")
    try:
        plain = thing.detach().cpu().resolve_conj().resolve_neg().contiguous().numpy()
    except (TypeError, RuntimeError):
        return Opaque(f"a tensor of {thing.dtype}")
    return Array(np.array(plain, copy=True), "torch")


def _is_named_tuple(thing: object) -> bool:
    return isinstance(thing, tuple) and isinstance(getattr(thing, "_fields", None), Sequence)
