"""What a training tells, as lines of JSON in its folder; cut back when it goes on from an earlier step."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from attnlab.errors import CannotWrite, NotThere
from attnlab.translation.shelf import reason

# A line that is longer is none of ours.
_LONGEST = 1 << 20


class Metrics:
    """The file, open to be added to. Lines wait in memory until `flush`, or until there are many."""

    def __init__(self, file: Path, *, remedy: str) -> None:
        self._file = file
        self._remedy = remedy
        self._waiting: list[bytes] = []
        self._opened: FileIO | None = None

    def cut_back(self, step: int) -> None:
        """Leave out what was told of later steps, and a line that was cut short; from now on it can be added to.

        Raises:
            CannotWrite: the file cannot be changed.
        """
        try:
            end = _end_of(self._file, step)
            self._opened = FileIO(self._file, "a")
            self._opened.truncate(end)
        except OSError as error:
            raise self._cannot(error) from error

    def add(self, line: dict[str, Any]) -> None:
        self._waiting.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def flush(self, *, durably: bool = False) -> None:
        """Write what waits; `durably` waits for the disk.

        Raises:
            CannotWrite: the disk is full and the like; what was there before is untouched.
        """
        assert self._opened is not None
        before = os.fstat(self._opened.fileno()).st_size
        content = memoryview(b"".join(self._waiting))
        try:
            while content:
                content = content[self._opened.write(content) :]
            if durably:
                os.fsync(self._opened.fileno())
        except OSError as error:
            with suppress(OSError):
                self._opened.truncate(before)
            raise self._cannot(error) from error
        self._waiting.clear()

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _cannot(self, error: OSError) -> CannotWrite:
        return CannotWrite(f"{self._file} could not be written: {reason(error)}", remedy=self._remedy)


def read_metrics(file: Path) -> Iterator[dict[str, Any]]:
    """Every whole line; none where there is no such file yet.

    Raises:
        NotThere: it is there and cannot be read.
    """
    try:
        with file.open("rb") as opened:
            for line in _lines(opened):
                table = _parsed(line)
                if table is not None:
                    yield table
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotThere(
            f"{file} cannot be read: {reason(error)}", remedy="give yourself the right to read it"
        ) from error


def _end_of(file: Path, step: int) -> int:
    """Where the last line ends that tells of no later step."""
    end = 0
    with suppress(FileNotFoundError), file.open("rb") as opened:
        for line in _lines(opened):
            table = _parsed(line)
            if table is None or not line.endswith(b"\n") or _step(table) > step:
                break
            end += len(line)
    return end


def _lines(opened: BinaryIO) -> Iterator[bytes]:
    while line := opened.readline(_LONGEST):
        yield line


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        table = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None


def _step(table: dict[str, Any]) -> float:
    step = table.get("number", table.get("step", 0))
    return step if isinstance(step, int | float) else 0
