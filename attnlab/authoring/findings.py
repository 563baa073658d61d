"""What an audit yields: everything wrong with a course, each with its place, and how much was proved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

AUDIT_FORMAT = 1


class Weight(StrEnum):
    """A problem fails the audit; a warning is for the author's judgement."""

    PROBLEM = "problem"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the course.

    Args:
        file: from the course's root.
        place: a key of a TOML file, `line 12`, or the name of a check, misconception or variant; None for the whole.
        what: what is so, to be read after the file and the place.
        detail: more lines, such as a mutant's difference.
    """

    file: Path
    place: str | None
    what: str
    detail: tuple[str, ...] = ()
    weight: Weight = Weight.PROBLEM

    def __str__(self) -> str:
        return f"{self.file.as_posix()}{f' [{self.place}]' if self.place else ''}: {self.what}"


@dataclass(frozen=True, slots=True)
class CheckFails:
    """How a check was seen to fail: by which misconceptions and, where none of them does it, by what else.

    `otherwise` is a mutant's name or an imposter in words.
    """

    check: str
    misconceptions: tuple[str, ...]
    otherwise: str | None

    @property
    def seen(self) -> bool:
        return bool(self.misconceptions) or self.otherwise is not None


@dataclass(frozen=True, slots=True)
class MutantCounts:
    """What became of a reference's mutants; those made are the sum of the others."""

    killed: int = 0
    equivalent: int = 0
    surviving: int = 0

    @property
    def made(self) -> int:
        return self.killed + self.equivalent + self.surviving

    def __add__(self, other: MutantCounts) -> MutantCounts:
        return MutantCounts(
            self.killed + other.killed, self.equivalent + other.equivalent, self.surviving + other.surviving
        )


@dataclass(frozen=True, slots=True)
class ExerciseAudit:
    """What was proved of one exercise, and what was found."""

    exercise: str
    findings: tuple[Finding, ...]
    checks: tuple[CheckFails, ...] = ()
    misconceptions: int = 0
    variants: int = 0
    mutants: MutantCounts = MutantCounts()
    seconds: float = 0.0

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.weight is Weight.PROBLEM)


@dataclass(frozen=True, slots=True)
class Audit:
    """All of it: `findings` of the course as a whole and its lessons, then exercise by exercise."""

    course: tuple[Finding, ...]
    exercises: tuple[ExerciseAudit, ...]
    seeds: int
    seconds: float

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.course, *(finding for exercise in self.exercises for finding in exercise.findings))

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.weight is Weight.PROBLEM)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.weight is Weight.WARNING)

    @property
    def mutants(self) -> MutantCounts:
        return sum((exercise.mutants for exercise in self.exercises), MutantCounts())

    def counts(self) -> dict[str, int]:
        """How much there was to prove, by name."""
        return {
            "exercises": len(self.exercises),
            "checks": sum(len(exercise.checks) for exercise in self.exercises),
            "misconceptions": sum(exercise.misconceptions for exercise in self.exercises),
            "variants": sum(exercise.variants for exercise in self.exercises),
            "mutants": self.mutants.made,
            "killed": self.mutants.killed,
            "equivalent": self.mutants.equivalent,
            "surviving": self.mutants.surviving,
            "problems": len(self.problems),
            "warnings": len(self.warnings),
        }

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, with the format's version."""
        return {
            "audit_format": AUDIT_FORMAT,
            "seeds": self.seeds,
            "seconds": round(self.seconds, 3),
            "counts": self.counts(),
            "course": [_plain(finding) for finding in self.course],
            "exercises": [
                {
                    "exercise": exercise.exercise,
                    "findings": [_plain(finding) for finding in exercise.findings],
                    "checks": [asdict(check) for check in exercise.checks],
                    "misconceptions": exercise.misconceptions,
                    "variants": exercise.variants,
                    "mutants": {"made": exercise.mutants.made, **asdict(exercise.mutants)},
                    "seconds": round(exercise.seconds, 3),
                }
                for exercise in self.exercises
            ],
        }


def in_order(findings: Iterable[Finding]) -> Sequence[Finding]:
    """Each finding once, file by file and in the order in which they were made."""
    order: dict[Path, list[Finding]] = {}
    for finding in findings:
        listed = order.setdefault(finding.file, [])
        if finding not in listed:
            listed.append(finding)
    return [finding for listed in order.values() for finding in listed]


def _plain(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "file": finding.file.as_posix()}
