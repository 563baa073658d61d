"""What can cross between judge and worker: plain values, and arrays as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

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


Value: TypeAlias = (
    "bool | int | float | str | Array | Opaque | Handle | list[Value] | tuple[Value, ...] | dict[str, Value] | None"
)
