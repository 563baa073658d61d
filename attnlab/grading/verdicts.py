"""What judging an answer yields: one verdict a check, one report a submission and exercise.

A report is data, versioned and complete: the terminal, `--json`, the gradebook and the notebook
all read the same one. `to_json` and `from_json` are inverse to each other.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from attnlab.errors import NewerFormat

REPORT_FORMAT = 1


class Verdict(StrEnum):
    """How one check ended. Only `PASSED`, which takes a decoded match, earns points."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not reached"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    TOO_MUCH_OUTPUT = "too much output"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the learner's code seems to do, and the question that leads out.

    `misconception` is the id of the catalogued mistake when one was recognised; `hint` the tier of
    the hint that fits, from 1.
    """

    tell: str
    ask: str | None = None
    misconception: str | None = None
    hint: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """One argument of the call that failed: its name, as text, and the value itself.

    The value is for saving and stays out of the JSON; a seed brings it back.
    """

    name: str
    text: str
    value: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a check did not pass, from the most basic thing on.

    Args:
        problem: what is so and where, with both numbers, as
            `weights at batch 0, query 2, key 3: expected 0.1192, got 0.2384`.
        call: the call that showed it, as `softmax(scores, axis=-1)`.
        diagnosis: what the mistake seems to be; None when nothing is known.
        excerpt: the submission's own lines of a traceback, nothing of ours.
        smallest_case: where nothing known fits, the first row that differs, both ways side by side.
        inputs: the arguments of that call.
    """

    problem: str
    call: str | None = None
    diagnosis: Diagnosis | None = None
    excerpt: tuple[str, ...] = ()
    smallest_case: str | None = None
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's sentence, what it is worth, and how it ended."""

    id: str
    sentence: str
    points: float
    verdict: Verdict
    failure: Failure | None = None

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASSED


@dataclass(frozen=True, slots=True)
class Report:
    """Everything judging one file for one exercise yielded.

    Args:
        attempted: False when the gap of the starter is still open.
        seed: replays the very same inputs.
        output: what the submission printed, capped.
        isolation: the layers that confined it, as `("landlock", "seccomp", "limits")`.
        note: why nothing stands below, when the whole file was not reached: one sentence.
        seconds: wall-clock time of the whole judgement.
        by_clock: checks that a clock ended on a machine that may have been busy; another time they may end otherwise.
    """

    exercise: str
    seed: int
    attempted: bool
    checks: tuple[CheckResult, ...]
    output: str = ""
    isolation: tuple[str, ...] = ()
    note: str | None = None
    seconds: float = 0.0
    by_clock: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def points(self) -> float:
        return sum(check.points for check in self.checks if check.passed)

    @property
    def max_points(self) -> float:
        return sum(check.points for check in self.checks)

    @property
    def first_failure(self) -> CheckResult | None:
        """The most basic check that did not pass and says why."""
        return next((check for check in self.checks if check.failure is not None), None)

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, with the format's version."""
        totals = {"passed": self.passed, "points": self.points, "max_points": self.max_points}
        return {"report_format": REPORT_FORMAT, **asdict(_without_values(self)), **totals}


def report_from_json(entry: dict[str, Any]) -> Report:
    """The report that `to_json` wrote.

    Raises:
        NewerFormat: a later attnlab wrote it.
    """
    if entry["report_format"] > REPORT_FORMAT:
        raise NewerFormat(
            f"a report of format {entry['report_format']} cannot be read; this attnlab knows up to {REPORT_FORMAT}",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    return Report(
        exercise=entry["exercise"],
        seed=entry["seed"],
        attempted=entry["attempted"],
        checks=tuple(_check_result(check) for check in entry["checks"]),
        output=entry["output"],
        isolation=tuple(entry["isolation"]),
        note=entry["note"],
        seconds=entry["seconds"],
        by_clock=tuple(entry.get("by_clock", ())),
    )


def _check_result(entry: dict[str, Any]) -> CheckResult:
    failure = entry["failure"]
    return CheckResult(
        id=entry["id"],
        sentence=entry["sentence"],
        points=entry["points"],
        verdict=Verdict(entry["verdict"]),
        failure=None if failure is None else _failure(failure),
    )


def _failure(entry: dict[str, Any]) -> Failure:
    diagnosis = entry["diagnosis"]
    return Failure(
        problem=entry["problem"],
        call=entry["call"],
        diagnosis=None if diagnosis is None else Diagnosis(**diagnosis),
        excerpt=tuple(entry["excerpt"]),
        smallest_case=entry["smallest_case"],
        inputs=tuple(Input(given["name"], given["text"]) for given in entry["inputs"]),
    )


def _without_values(report: Report) -> Report:
    """The report with the failing inputs as text alone."""

    def bare(check: CheckResult) -> CheckResult:
        if check.failure is None:
            return check
        inputs = tuple(replace(given, value=None) for given in check.failure.inputs)
        return replace(check, failure=replace(check.failure, inputs=inputs))

    return replace(report, checks=tuple(bare(check) for check in report.checks))
