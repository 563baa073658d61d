"""The inputs that showed a failure, saved so that one can go on with them in a notebook or a debugger."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import WrongUsage

if TYPE_CHECKING:
    from attnlab.grading import Report


def save_inputs(report: Report, file: Path) -> tuple[str, ...]:
    """Write the arguments of the first failing call to `file`, which `numpy.load` reads; return their names there.

    The parts of a list or table are named `argument.0` or `argument.key`; what is no array, number or text is left out.

    Raises:
        WrongUsage: nothing failed on inputs, or the file's name does not end in .npz.
    """
    import numpy as np

    if file.suffix != ".npz":
        raise WrongUsage(f"{file.name} does not end in .npz", remedy="name it so: numpy.load then reads it")
    failed = report.first_failure
    inputs = failed.failure.inputs if failed and failed.failure else ()
    arrays = {name: np.asarray(part) for given in inputs for name, part in _parts(given.name, given.value)}
    if not arrays:
        raise WrongUsage("there are no inputs to save: no call of yours failed", remedy="leave --save-input away")
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    files.write(file, packed.getvalue())
    return tuple(arrays)


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case bool() | int() | float() | str():
            yield name, value
        case list() | tuple():
            for place, part in enumerate(value):
                yield from _parts(f"{name}.{place}", part)
        case dict():
            for key, part in value.items():
                yield from _parts(f"{name}.{key}", part)
        case _ if hasattr(value, "values"):
            yield name, value.values
