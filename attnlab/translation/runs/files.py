"""What may be read of a run's folder: no more than can be meant, and nothing that lies about itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attnlab.errors import NewerFormat, NotThere
from attnlab.translation.shelf import reason

FORMAT = 1
_MIB = 1 << 20
# Far beyond what a run of ours holds; a file that is larger is not one.
LARGEST = {
    "run.json": _MIB,
    "vocabulary.json": 64 * _MIB,
    "subwords.model": 64 * _MIB,
    "model.safetensors": 4096 * _MIB,
    "state.safetensors": 4 * 4096 * _MIB,
}
_LARGEST_OTHER = _MIB
# Under this name the header of a file of tensors holds what it is, as JSON.
STORY = "attnlab"
REMEDY = "train anew, in another folder named with --run"


def read_capped(file: Path) -> bytes:
    """The bytes of a file that has to be there.

    Raises:
        NotThere: it is not, cannot be read, or is larger than any such file.
    """
    most = largest(file)
    try:
        with file.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        raise NotThere(f"{file} cannot be read: {reason(error)}", remedy=REMEDY) from error
    if len(content) > most:
        raise broken(file, f"it has more than {most // _MIB} MiB")
    return content


def largest(file: Path) -> int:
    """How many bytes a file of this name has at most."""
    return LARGEST.get(file.name, _LARGEST_OTHER)


def header(file: Path) -> dict[str, Any] | None:
    """What a file of tensors says it is; None where there is no such file. No tensor is read.

    Raises:
        NotThere: it cannot be read, is cut short, or says nothing that is understood.
        NewerFormat: a later attnlab wrote it.
    """
    from safetensors import SafetensorError, safe_open

    if not file.is_file():
        return None
    try:
        if file.stat().st_size > largest(file):
            raise broken(file, f"it has more than {largest(file) // _MIB} MiB")
        with safe_open(file, framework="numpy") as opened:
            told: dict[str, Any] = json.loads((opened.metadata() or {})[STORY])
        version = int(told["format_version"])
        if version > FORMAT:
            raise newer(file, version)
        int(told["step"]), int(told["steps"])
    except OSError as error:
        raise NotThere(f"{file} cannot be read: {reason(error)}", remedy=REMEDY) from error
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise broken(file, "it is cut short, or not what attnlab writes") from error
    return told


def newer(file: Path, version: int) -> NewerFormat:
    return NewerFormat(
        f"{file} is of format {version}; this attnlab knows up to {FORMAT}",
        remedy="update attnlab: pip install --upgrade attnlab",
    )


def broken(file: Path, why: str) -> NotThere:
    return NotThere(f"{file} cannot be understood: {why}", remedy=REMEDY)
