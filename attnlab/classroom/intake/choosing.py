"""Which of several files for one exercise is graded; what is left out is told, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from attnlab.classroom.intake.candidates import Candidate
from attnlab.classroom.intake.matching import Certainty
from attnlab.classroom.records import Odd, Oddity, Work


def chosen(candidates: Iterable[Candidate], student: str) -> tuple[tuple[Work, ...], list[Oddity]]:
    """One work for each exercise, in the order of their names, and an oddity for every file that is not graded for it.

    What the system tells of the order in which files were handed in decides; then a starter as it was gives way; then
    the plainer name does.
    """
    by_exercise: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_exercise[candidate.exercise].append(candidate)
    ranked = {exercise: sorted(rivals, key=_order) for exercise, rivals in sorted(by_exercise.items())}
    best_of = {exercise: rivals[0] for exercise, rivals in ranked.items()}
    graded = {best.origin for best in best_of.values()}
    oddities: dict[str, Oddity] = {}
    for exercise, (best, *others) in ranked.items():
        for other in others:
            # What a graded file happens to define besides is its own affair.
            helps_itself = other.certainty == Certainty.CONTENT and other.origin in graded
            if other.digest != best.digest and not helps_itself:
                oddities.setdefault(other.origin, _left_out(exercise, other, best, student))
    works = tuple(
        Work(exercise, Path(best.file), best.origin, (*best.ignored, *_unheeded(best, best_of)))
        for exercise, best in best_of.items()
    )
    return works, list(oddities.values())


def _order(candidate: Candidate) -> tuple[object, ...]:
    return (
        -candidate.submitted.timestamp() if candidate.submitted else 0.0,
        candidate.untouched,
        candidate.certainty,
        -candidate.attempt,
        len(candidate.parts),
        candidate.origin,
    )


def _unheeded(best: Candidate, works: Collection[str]) -> list[str]:
    """What a file defines besides, for exercises that nothing else was handed in for."""
    return [
        f"it also defines {exercise}, which counts only in a file of its own"
        for exercise in best.besides
        if exercise not in works
    ]


def _left_out(exercise: str, other: Candidate, best: Candidate, student: str) -> Oddity:
    if other.origin == best.origin:
        return Oddity(Odd.DUPLICATE, other.origin, "it is in the archive twice; the first is graded", student)
    later = other.submitted and best.submitted and other.submitted < best.submitted
    newer = 0 < other.attempt < best.attempt
    if later or newer:
        return Oddity(Odd.OLDER, other.origin, f"{best.origin} was handed in later and is graded", student)
    return Oddity(Odd.DUPLICATE, other.origin, f"for {exercise} {best.origin} is graded", student)
