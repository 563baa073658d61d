"""What the leader of a batch asks its judges, and how that crosses to their processes: a line of JSON each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from attnlab.content import Limits
from attnlab.grading.judge import Isolation
from attnlab.grading.verdicts import CheckResult, Report, report_from_json


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all that a judge's process does.

    Args:
        private: the folder with the instructor's own checks.
        corpora: the folder of all corpora, where it is not the usual one.
        libraries: what is going to be needed, to be imported while something else goes on.
    """

    course: Path
    isolation: Isolation
    private: Path | None = None
    corpora: Path | None = None
    libraries: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        private, corpora = (str(folder) if folder else None for folder in (self.private, self.corpora))
        return {
            "course": str(self.course), "isolation": str(self.isolation), "private": private, "corpora": corpora,
            "libraries": list(self.libraries),
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Settings:
        private, corpora = (Path(told[name]) if told[name] else None for name in ("private", "corpora"))
        isolation = Isolation(told["isolation"])
        return cls(Path(told["course"]), isolation, private, corpora, tuple(told["libraries"]))


@dataclass(frozen=True, slots=True)
class JudgeWork:
    """One student's file for one exercise.

    Args:
        siblings: the student's other files that it leads to, by exercise.
        known: results that still hold, by check.
        carry: whether those other files pass, where that is known.
        hidden: checks whose inputs no student may learn.
    """

    student: str
    exercise: str
    file: Path
    seed: int
    siblings: Mapping[str, Path] = field(default_factory=dict)
    limits: Limits | None = None
    known: Mapping[str, CheckResult] = field(default_factory=dict)
    carry: Mapping[str, bool] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class JudgePackage:
    """One student's package with a trained run."""

    student: str
    exercise: str
    file: Path
    seed: int


@dataclass(frozen=True, slots=True)
class Prove:
    """Try the judge itself on one exercise."""

    exercise: str
    seed: int
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class TellConfinement:
    """Say what confines submissions that compute with a library."""

    library: str


Job = JudgeWork | JudgePackage | Prove | TellConfinement


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of trying the judge on an exercise; without problems it may be graded.

    Args:
        versions: of every check, by its id.
    """

    exercise: str
    versions: Mapping[str, str]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confinement:
    """The layers that submissions get, and why they get no others."""

    layers: tuple[str, ...]
    missing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """The judge could not do a job, for no fault of the submission."""

    problem: str
    remedy: str = ""


Answer = Report | Proof | Confinement | Fault

_KINDS: dict[str, type[Job]] = {
    "work": JudgeWork,
    "package": JudgePackage,
    "prove": Prove,
    "confinement": TellConfinement,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def job_to_line(ident: int, job: Job) -> bytes:
    """A job and its number, as a line."""
    told = {name: _plain(value) for name, value in _fields(job).items()}
    return _line({"id": ident, "job": _NAMES[type(job)], **told})


def job_from_line(line: bytes) -> tuple[int, Job]:
    """The number and the job that were written."""
    told = json.loads(line)
    ident, kind = told.pop("id"), _KINDS[told.pop("job")]
    if "file" in told:
        told["file"] = Path(told["file"])
    if told.get("limits"):
        told["limits"] = Limits(**told["limits"])
    if "siblings" in told:
        told["siblings"] = {name: Path(file) for name, file in told["siblings"].items()}
        told["known"] = _results(told["known"])
        told["hidden"] = frozenset(told["hidden"])
    return ident, kind(**told)


def answer_to_line(ident: int, answer: Answer) -> bytes:
    """The answer to a job, as a line."""
    match answer:
        case Report():
            return _line({"id": ident, "report": answer.to_json()})
        case Proof():
            return _line({"id": ident, "proof": asdict(answer)})
        case Confinement():
            return _line({"id": ident, "confinement": asdict(answer)})
        case Fault():
            return _line({"id": ident, "fault": asdict(answer)})


def answer_from_json(told: Mapping[str, Any]) -> Answer:
    """The answer in a line that has been read."""
    if report := told.get("report"):
        return report_from_json(report)
    if proof := told.get("proof"):
        return Proof(proof["exercise"], proof["versions"], tuple(proof["problems"]))
    if confinement := told.get("confinement"):
        return Confinement(tuple(confinement["layers"]), confinement["missing"])
    return Fault(**told["fault"])


def waiting_to_line(change: int) -> bytes:
    """That so many more sessions (or fewer, below zero) only wait for a submission that hangs, as a line."""
    return _line({"waiting": change})


def _fields(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in type(job).__dataclass_fields__}


def _plain(value: Any) -> Any:
    match value:
        case Path():
            return str(value)
        case Limits():
            return asdict(value)
        case frozenset():
            return sorted(value)
        case dict():
            if value and all(isinstance(one, CheckResult) for one in value.values()):
                return Report("", 0, True, tuple(value.values())).to_json()["checks"]
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return value


def _results(told: Any) -> dict[str, CheckResult]:
    if not told:
        return {}
    whole = {**Report("", 0, True, ()).to_json(), "checks": told}
    return {result.id: result for result in report_from_json(whole).checks}


def _line(told: Mapping[str, Any]) -> bytes:
    # ASCII, so that half a surrogate, as a submission may print one, crosses like anything else.
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"
