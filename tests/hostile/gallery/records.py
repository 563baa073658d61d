"""One stranger's work, and what it must come to."""

from __future__ import annotations

import io
import json
import tarfile
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

RIGHT = "def double(numbers):\n    return numbers + numbers\n"
SUMMED = "def double_sum(numbers):\n    return (2 * numbers).sum(dim=-1)\n"
# What a submission that is refused something is told.
REFUSED = ("PermissionError", "FileNotFoundError", "OSError", "ValueError", "ProcessLookupError", "ModuleNotFoundError")
FAILED = frozenset({"failed"})
STOPPED = frozenset({"timed out"})
CRASHED = frozenset({"crashed"})
MEMORY = frozenset({"out of memory"})
SHOUTED = frozenset({"too much output"})
PASSED = frozenset({"passed"})
ENDED = FAILED | STOPPED | CRASHED | MEMORY | SHOUTED


@dataclass(frozen=True, slots=True)
class Case:
    """What one student hands in.

    Args:
        files: by their path in the student's folder; '/.zip' is an archive beside it, called like the student. What
            takes long to make is made when it is written.
        verdicts: one of these it must be.
        points: what it may earn at the most; 3 is all there is, of which 1 is for a result of the right shape.
        told: one of these words is in the reason; empty where any sentence is.
        exercise: what it is graded as.
        make: puts into the folder what is no plain file.
    """

    files: Mapping[str, bytes | Callable[[], bytes]]
    verdicts: frozenset[str] = FAILED
    points: float = 0.0
    told: tuple[str, ...] = ()
    exercise: str = "double"
    make: Callable[[Path], None] | None = None


def source(text: str | bytes, verdicts: frozenset[str] = FAILED, *told: str, points: float = 0.0) -> Case:
    """A file for the exercise that computes with numpy."""
    content = text.encode() if isinstance(text, str) else text
    return Case({"double.py": content}, verdicts, points, told)


def calling(body: str, verdicts: frozenset[str] = FAILED, *told: str, points: float = 0.0) -> Case:
    """A file that does something in the call and then answers rightly."""
    lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return source(f"def double(numbers):\n{lines}\n    return numbers + numbers\n", verdicts, *told, points=points)


def importing(body: str, verdicts: frozenset[str] = FAILED, *told: str, points: float = 0.0) -> Case:
    """A file that does something when it is loaded and then answers rightly."""
    return source(f"{textwrap.dedent(body).strip()}\n{RIGHT}", verdicts, *told, points=points)


def refused(body: str) -> Case:
    """A file that tries, when it is loaded, what it has no business doing."""
    return importing(body, FAILED, *REFUSED)


def summing(body: str, verdicts: frozenset[str] = FAILED, points: float = 0.0) -> Case:
    """A file for the exercise that computes with torch."""
    return Case({"double_sum.py": f"import torch\n{body}".encode()}, verdicts, points, (), "double_sum")


def right(body: str) -> Case:
    """A file that looks odd and is right: it keeps its points."""
    return importing(body, PASSED, points=3.0)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return buffer.getvalue()


def tarred(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def code(*cells: str, **told: object) -> bytes:
    """A notebook of these cells."""
    written = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": [], "execution_count": None, "id": f"c{at}"}
        for at, cell in enumerate(cells)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": written, **told}).encode()
