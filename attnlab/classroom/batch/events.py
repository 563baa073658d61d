"""What happens while a class is graded, told one by one to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass

from attnlab.classroom.records import Judgement


@dataclass(frozen=True, slots=True)
class Confined:
    """How submissions are confined, in one line."""

    isolation: str


@dataclass(frozen=True, slots=True)
class SelfTested:
    """The judge was tried on what it has to know: of every exercise the right answer, the starter and a wrong one.

    Args:
        reused: how many of the exercises had been tried before, and nothing of them has changed.
    """

    exercises: tuple[str, ...]
    reused: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Began:
    """Judging begins.

    Args:
        total: how many works there are to judge.
        reused: how many more have results that still hold.
        jobs: how many processes share them.
    """

    students: int
    total: int
    reused: int
    jobs: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One work was judged, and that is kept."""

    judgement: Judgement
    of: int
    left: int


@dataclass(frozen=True, slots=True)
class Retried:
    """One work is judged once more, by itself."""

    student: str
    exercise: str
    why: str


@dataclass(frozen=True, slots=True)
class Slow:
    """One work took long."""

    student: str
    exercise: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Attention:
    """A person should look at this work; `why` is a clause."""

    student: str
    exercise: str
    why: str


@dataclass(frozen=True, slots=True)
class Finished:
    """All is judged.

    Args:
        judged: how many works were.
        reused: how many more had results that still hold.
        attention: how many a person should look at.
    """

    judged: int
    reused: int
    attention: int
    seconds: float


Event = Confined | SelfTested | Began | Judged | Retried | Slow | Attention | Finished
