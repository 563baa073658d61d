"""What can cross between judge and worker: plain values, and arrays as bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """An array of one library, held as a plain numpy array decoded from bytes.

    `library` is "numpy" or "torch": what the other side saw, or is to see.
    """

    values: npt.NDArray[np.generic]
    library: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that cannot cross; only what it is called does, as 'function' or 'generator'."""

    kind: str


@dataclass(frozen=True, slots=True)
class Handle:
    """An object that stays in the worker, by the number under which it is kept there."""

    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A function that stays with the judge, by its number; the worker holds something that asks for it.

    `function` is known on the judge's side alone and never crosses.
    """

    number: int
    function: Callable[..., Any] | None = field(default=None, repr=False, compare=False)


Value: TypeAlias = (
    "bool | int | float | str | Array | Opaque | Handle | Callback"
    " | list[Value] | tuple[Value, ...] | dict[str, Value] | frozenset[Value] | None"
)
