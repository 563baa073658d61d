"""A file that could be a student's work for an exercise, and all that decides whether it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from attnlab.classroom.intake.matching import Certainty


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file for an exercise.

    Args:
        file: where its bytes lie, ready to be judged.
        digest: of these bytes.
        parts: what it is called in what was handed in.
        submitted: when, where the system tells.
        attempt: higher for what was handed in later, where the system tells; else zero.
        untouched: whether it is the starter as it was.
        ignored: what in it was not taken into account, a clause each.
        besides: exercises that it defines something for too, though its name speaks of another.
    """

    exercise: str
    certainty: Certainty
    file: str
    digest: bytes
    origin: str
    parts: tuple[str, ...]
    submitted: datetime | None = None
    attempt: int = 0
    untouched: bool = False
    ignored: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
