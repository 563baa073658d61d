"""Kept versions of a learner's files: number, time and reason are the file's name.

As `.attnlab/history/<exercise>/0003_20261121T072926_reset.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab import files

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study.workspace import Workspace

_NAME = re.compile(r"^(?P<number>\d{4,})_(?P<at>\d{8}T\d{6})_(?P<reason>[a-z-]+)\.py$")
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Kept:
    """One kept version: `number` counts from 1 within the exercise; `at` is the learner's local time."""

    exercise: str
    number: int
    at: datetime
    reason: str
    file: Path

    def content(self) -> bytes:
        """What the version holds.

        Raises:
            NotThere: it was removed behind our back, or cannot be read.
        """
        return files.read(self.file, remedy="look into .attnlab/history: attnlab never removes a version")


def keep(workspace: Workspace, exercise: Exercise, content: bytes, *, reason: str, now: datetime) -> Kept:
    """Keep `content` under the next number; what is kept last already is not kept twice, unless it passed only now."""
    earlier = kept_of(workspace, exercise)
    if earlier:
        last = earlier[-1]
        if last.content() == content and (reason != "pass" or last.reason == "pass"):
            return last
    number = earlier[-1].number + 1 if earlier else 1
    file = workspace.history / exercise.id / f"{number:04d}_{now.strftime(_STAMP)}_{reason}.py"
    files.write(file, content)
    return Kept(exercise.id, number, datetime.strptime(now.strftime(_STAMP), _STAMP), reason, file)


def kept_of(workspace: Workspace, exercise: Exercise) -> list[Kept]:
    """The exercise's kept versions, the oldest first; those kept under an older name of it come along."""
    found = [
        kept
        for name in (exercise.id, *exercise.aliases)
        for file in sorted((workspace.history / name).glob("*.py"))
        if (kept := _kept(exercise, file))
    ]
    return sorted(found, key=lambda kept: (kept.number, kept.at))


def _kept(exercise: Exercise, file: Path) -> Kept | None:
    match = _NAME.match(file.name)
    if match is None:
        return None
    return Kept(exercise.id, int(match["number"]), datetime.strptime(match["at"], _STAMP), match["reason"], file)
