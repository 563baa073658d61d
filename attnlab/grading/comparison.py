"""Compares what came back from submitted code with what the reference gives, most basic difference first.

What came back was decoded from bytes sent by hostile code; here it is plain arrays and numbers,
so nothing it holds can answer for itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from attnlab.grading.wording import Number, apart, in_words, number_of
from attnlab.shapes import NamedShape, position, shape_in_words
from attnlab.wire.values import Array, Value

AnyArray: TypeAlias = npt.NDArray[Any]
Whole: TypeAlias = "Value | Sequence[Value]"

UNNAMED = "the result"

# By the width of one real number. Right answers that add in another order differ by some ten to a
# hundred roundings; anything a learner can get wrong is larger by orders.
_RTOL = {2: 4e-3, 4: 2e-5, 8: 1e-9}
# torch.sqrt(torch.tensor(d_k)) is a root in single precision, and right answers divide by it in double.
_TORCH_RTOL = {**_RTOL, 8: 1e-6}
# What counts as magnitude at least, so that a gradient that is zero but for rounding is still zero.
_FLOOR = {2: 5e-2, 4: 5e-2, 8: 1e-3}


class DifferenceKind(StrEnum):
    """In what two values differ, the most basic first."""

    NOTHING = "nothing returned"
    KIND = "another kind of thing"
    PARTS = "another number of parts"
    SHAPE = "another shape"
    DTYPE = "another dtype"
    FINITENESS = "not finite"
    TOKENS = "other tokens"
    VALUES = "other values"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Difference:
    """The most basic difference between two values.

    Args:
        problem: what is so and where, with both numbers.
        name: of the part that differs, as 'weights'.
        axes: the words of its axes, None where they are not known.
        index: the first place that differs, in row-major order, where places can be compared.
        expected, got: the numbers at that place.
        expected_part, got_part: the whole part; `expected_result`, `got_result`: everything.
        also: the differences of the other parts.
    """

    kind: DifferenceKind
    problem: str
    name: str
    axes: tuple[str, ...] | None = None
    index: tuple[int, ...] | None = None
    expected: Number | None = None
    got: Number | None = None
    expected_part: Value = None
    got_part: Value = None
    expected_result: Value = None
    got_result: Value = None
    also: tuple[Difference, ...] = ()


def compare(
    expected: Value,
    got: Value,
    *,
    names: Sequence[NamedShape] = (),
    rtol: float | None = None,
    atol: float = 0.0,
    nan_alike: bool = False,
) -> Difference | None:
    """The most basic difference of what came back from what was expected, or None.

    Args:
        names: one for each part that is returned, as a docstring's `Shapes:` block has them.
        rtol: in place of the tolerance that fits the dtype.
        atol: on top of it, the same for every number.
        nan_alike: NaN matches NaN. Only to ask whether two wrong answers are the same one.
    """
    with np.errstate(all="ignore"):
        found = _Judgement(rtol, atol, nan_alike).of(expected, got, names)
    if not found:
        return None
    order = list(DifferenceKind)
    whole = [replace(one, expected_result=expected, got_result=got) for one in found]
    first, *others = sorted(whole, key=lambda one: order.index(one.kind))
    return replace(first, also=tuple(others))


class _Judgement:
    def __init__(self, rtol: float | None, atol: float, nan_alike: bool) -> None:
        self._rtol = rtol
        self._atol = atol
        self._nan_alike = nan_alike

    def of(self, expected: Value, got: Value, names: Sequence[NamedShape]) -> list[Difference]:
        named = _names_of(expected, names)
        name = named[0]
        match expected:
            case dict():
                return self._entries(expected, got, name)
            case list() | tuple() if _has_parts(expected):
                return self._parts(expected, got, named)
            case list() | tuple():
                found = self._lists(expected, got, name)
            case Array(values, library):
                found = self._array(values, library, expected, got, name)
            case bool() | int() | float():
                found = self._number(expected, got, name)
            case _:
                found = None if expected == got else _kind(expected, got, name)
        return [found] if found else []

    def _entries(self, expected: dict[str, Value], got: Value, name: NamedShape) -> list[Difference]:
        if not isinstance(got, dict):
            return [_kind(expected, got, name)]
        if missing := [key for key in expected if key not in got]:
            problem = f"{name.name} has no entry '{_in_one_line(missing[0])}'"
            return [_difference(DifferenceKind.PARTS, problem, name, expected, got)]
        found: list[Difference] = []
        for key, part in expected.items():
            found += self.of(part, got[key], [NamedShape(_in_one_line(key), None)])
        return found

    def _parts(self, expected: Sequence[Value], got: Value, names: Sequence[NamedShape]) -> list[Difference]:
        words = [name.name for name in names]
        listed = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
        name = NamedShape(listed, None)
        if not isinstance(got, list | tuple):
            if got is None:
                return [_kind(expected, got, name)]
            problem = f"expected {len(expected)} things, {listed}; got one, {in_words(got)}"
            return [_difference(DifferenceKind.PARTS, problem, name, expected, got)]
        if len(got) != len(expected):
            problem = f"expected {len(expected)} things, {listed}; got {len(got) or 'none'}"
            return [_difference(DifferenceKind.PARTS, problem, name, expected, got)]
        found: list[Difference] = []
        for part, got_part, part_name in zip(expected, got, names, strict=True):
            found += self.of(part, got_part, [part_name])
        return found

    def _array(self, expected: AnyArray, library: str, part: Value, got: Value, name: NamedShape) -> Difference | None:
        if isinstance(got, bool | int | float) and expected.ndim == 0 and library == "numpy":
            # Whether a single number is numpy's or Python's own is a matter of taste.
            return self._number(expected[()].item(), got, name)
        if not isinstance(got, Array) or got.library != library:
            return _kind(part, got, name)
        came = got.values
        if came.shape != expected.shape:
            axes = "" if came.ndim == expected.ndim else f"{_counted(came.ndim, 'axis', 'axes')}, "
            problem = (
                f"{name.name} has {axes}shape {shape_in_words(None, came.shape)}, "
                f"expected {shape_in_words(name.axes, expected.shape)}"
            )
            return _difference(DifferenceKind.SHAPE, problem, name, part, got)
        if not _same_dtype(expected.dtype, came.dtype):
            problem = f"{name.name} is {came.dtype}, expected {expected.dtype}"
            return _difference(DifferenceKind.DTYPE, problem, name, part, got)
        return self._values(expected, came, part, got, name, _TORCH_RTOL if library == "torch" else _RTOL)

    def _values(
        self,
        expected: AnyArray,
        came: AnyArray,
        part: Value,
        got: Value,
        name: NamedShape,
        tolerances: Mapping[int, float],
    ) -> Difference | None:
        close = self._close(expected, came, tolerances)
        if close.all():
            return None
        astray = np.isfinite(expected) & ~np.isfinite(came)
        kind = DifferenceKind.FINITENESS if astray.any() else DifferenceKind.VALUES
        where = astray if astray.any() else ~close
        index = tuple(int(place) for place in np.unravel_index(int(where.argmax()), where.shape))
        numbers: tuple[Number, Number] = expected[index].item(), came[index].item()
        shown = apart(*numbers)
        at = f" at {position(name.axes, index)}" if index else ""
        what = "are not finite" if astray.any() else "differ"
        problem = f"{name.name}{at}: expected {shown[0]}, got {shown[1]}{_how_many(where, what)}"
        return _difference(kind, problem, name, part, got, index, numbers)

    def _close(
        self, expected: AnyArray, came: AnyArray, tolerances: Mapping[int, float] = _RTOL
    ) -> npt.NDArray[np.bool_]:
        same: npt.NDArray[np.bool_] = np.asarray(expected == came)
        if expected.dtype.kind not in "fc" or same.all():
            return same
        if self._nan_alike:
            same = same | (np.isnan(expected) & np.isnan(came))
        width = expected.dtype.itemsize // (2 if expected.dtype.kind == "c" else 1)
        wide: AnyArray = expected.astype(np.complex128 if expected.dtype.kind == "c" else np.float64)
        # Infinity has no neighbourhood: a tolerance that grew with it would let everything pass.
        size = np.where(np.isfinite(wide), np.abs(wide), 0.0)
        rtol = tolerances[width] if self._rtol is None else self._rtol
        tolerance = rtol * (size + max(_magnitude(size), _FLOOR[width])) + self._atol
        near: npt.NDArray[np.bool_] = np.abs(wide - came) <= tolerance
        return same | near

    def _number(self, expected: bool | int | float, got: Value, name: NamedShape) -> Difference | None:
        came: Value = got
        width: np.dtype[Any] = np.dtype(np.float64)
        if isinstance(got, Array) and got.values.ndim == 0 and got.values.dtype.kind in "biuf":
            came = got.values[()].item()
            width = got.values.dtype if got.values.dtype.kind == "f" else width
        if not isinstance(came, bool | int | float) or isinstance(came, bool) != isinstance(expected, bool):
            return _kind(expected, got, name)
        if isinstance(expected, int) and isinstance(came, float):
            return _kind(expected, got, name)
        if isinstance(expected, float):
            one, other = np.asarray(expected, width), np.asarray(came, width)
        else:
            one, other = np.asarray(expected), np.asarray(came)
        if self._close(one, other).all():
            return None
        shown = apart(expected, came)
        astray = isinstance(came, float) and not math.isfinite(came) and math.isfinite(expected)
        kind = DifferenceKind.FINITENESS if astray else DifferenceKind.VALUES
        problem = f"{name.name}: expected {shown[0]}, got {shown[1]}"
        return _difference(kind, problem, name, expected, got, (), (expected, came))

    def _lists(self, expected: Sequence[Value], got: Value, name: NamedShape) -> Difference | None:
        if not isinstance(got, list | tuple):
            return _kind(expected, got, name)
        nested = not _all_numbers(expected)
        axes = name.axes if name.axes and len(name.axes) == 1 + nested else ("sentences", "positions")[not nested :]
        named = NamedShape(name.name, axes)
        if not nested:
            return self._sentence(expected, got, named, (), (expected, got))
        if len(got) != len(expected):
            problem = f"{name.name}: expected a list of {_counted(len(expected), 'list', 'lists')}, got {len(got)}"
            return _difference(DifferenceKind.TOKENS, problem, named, expected, got)
        wrong = [
            found
            for place, (one, other) in enumerate(zip(expected, got, strict=True))
            if (found := self._sentence(one, other, named, (place,), (expected, got)))
        ]
        if not wrong:
            return None
        # A list that holds something else than tokens is more basic than one that holds others.
        first = min(wrong, key=lambda one: one.kind is not DifferenceKind.KIND)
        verb = "differ" if len(wrong) > 1 else "differs"
        many = f" ({len(wrong)} of {len(expected)} lists {verb})" if len(expected) > 1 else ""
        return replace(first, problem=first.problem + many)

    def _sentence(
        self, expected: Whole, got: Value, name: NamedShape, above: tuple[int, ...], parts: tuple[Whole, Value]
    ) -> Difference | None:
        axes = name.axes or ()
        at = f"{name.name} at {position(axes[: len(above)], above)}" if above else name.name
        if not isinstance(expected, list | tuple) or not isinstance(got, list | tuple):
            problem = f"{at}: expected {in_words(expected)}, got {in_words(got)}"  # type: ignore[arg-type]
            return _difference(DifferenceKind.KIND, problem, name, *parts)
        for place, (one, other) in enumerate(zip(expected, got, strict=False)):
            if (kind := self._entry(one, other)) is None:
                continue
            index = (*above, place)
            numbers = (number_of(one), number_of(other))
            known = [number for number in numbers if number is not None]
            shown = apart(*known) if len(known) == 2 else (in_words(one), in_words(other))
            problem = f"{name.name} at {position(axes, index)}: expected {shown[0]}, got {shown[1]}"
            return _difference(kind, problem, name, *parts, index, numbers)
        if len(expected) == len(got):
            return None
        agree = min(len(expected), len(got))
        told = f", the first {agree} of them right" if agree > 1 else ""
        problem = f"{at}: expected {_counted(len(expected), 'token', 'tokens')}, got {len(got) or 'none'}{told}"
        return _difference(DifferenceKind.TOKENS, problem, name, *parts, (*above, agree))

    def _entry(self, expected: Value, got: Value) -> DifferenceKind | None:
        """In what two entries of a list of numbers differ, None where they do not."""
        assert isinstance(expected, bool | int | float)
        wrong = self._number(expected, got, NamedShape(UNNAMED, None))
        if wrong is None:
            return None
        basic = (DifferenceKind.KIND, DifferenceKind.NOTHING)
        return DifferenceKind.KIND if wrong.kind in basic else DifferenceKind.TOKENS


def _names_of(expected: Value, names: Sequence[NamedShape]) -> list[NamedShape]:
    """One name for each part of what is expected; 'part 0' and so on where the docstring has none."""
    if isinstance(expected, list | tuple) and _has_parts(expected):
        if len(names) == len(expected):
            return list(names)
        return [NamedShape(f"part {place}", None) for place in range(len(expected))]
    return [names[0] if len(names) == 1 else NamedShape(UNNAMED, None)]


def _has_parts(value: Sequence[Value]) -> bool:
    """Whether several things are returned, rather than one list of numbers or of token lists."""
    if isinstance(value, tuple):
        return len(value) > 0
    return not (_all_numbers(value) or all(isinstance(part, list) and _all_numbers(part) for part in value))


def _all_numbers(value: Sequence[Value]) -> bool:
    return all(isinstance(part, bool | int | float) for part in value)


def _difference(
    kind: DifferenceKind,
    problem: str,
    name: NamedShape,
    expected: Whole,
    got: Value,
    index: tuple[int, ...] | None = None,
    numbers: tuple[Number | None, Number | None] = (None, None),
) -> Difference:
    return Difference(
        kind=kind,
        problem=problem,
        name=name.name,
        axes=name.axes,
        index=index,
        expected=numbers[0],
        got=numbers[1],
        expected_part=expected,  # type: ignore[arg-type]
        got_part=got,
    )


def _kind(expected: Whole, got: Value, name: NamedShape) -> Difference:
    wanted = in_words(expected, name.axes)  # type: ignore[arg-type]
    if got is None:
        problem = f"nothing came back: expected {name.name}, {wanted}; got None"
        return _difference(DifferenceKind.NOTHING, problem, name, expected, got)
    problem = f"{name.name}: expected {wanted}, got {in_words(got)}"
    return _difference(DifferenceKind.KIND, problem, name, expected, got)


def _same_dtype(expected: np.dtype[Any], got: np.dtype[Any]) -> bool:
    if expected.kind in "iu":
        return got.kind in "iu"
    return expected.kind == got.kind and expected.itemsize == got.itemsize


def _magnitude(size: AnyArray) -> float:
    """The median, not the maximum: one score filled with -1e9 must not make the others' errors small."""
    some = size[size > 0]
    return float(np.median(some)) if some.size else 1.0


def _how_many(where: npt.NDArray[np.bool_], what: str) -> str:
    if where.size < 2:
        return ""
    count = int(where.sum())
    if count == where.size:
        return f" (all {where.size} numbers {what})"
    verb = what if count > 1 else {"differ": "differs", "are not finite": "is not finite"}[what]
    return f" ({count} of {where.size} numbers {verb})"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _in_one_line(key: str) -> str:
    """A name as it can stand in a sentence: signs that would end the line are spelt."""
    return key if key.isprintable() else repr(key)[1:-1]
