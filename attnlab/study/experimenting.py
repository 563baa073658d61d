"""Predict, then run: a lesson's experiments, what was predicted, what was measured, and the numbers saved as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab.errors import CannotWrite, UnknownName
from attnlab.study import files
from attnlab.study.progress import Progress, change_progress
from attnlab.study.workspace import Workspace

if TYPE_CHECKING:
    from attnlab.content import Course, Experiment, Findings, Lesson

FINDINGS_FORMAT = 1
Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Outcome:
    """What an experiment found; `prediction` is None when none was made.

    Args:
        saved: where its numbers are; None when they could not be written, and `forgotten` says why.
    """

    experiment: Experiment
    findings: Findings
    prediction: int | None
    saved: Path | None
    forgotten: CannotWrite | None = None

    @property
    def foreseen(self) -> bool | None:
        """Whether the prediction came true; None without one, or when the measurement bears none of the choices out."""
        if self.prediction is None or self.findings.choice is None:
            return None
        return self.prediction == self.findings.choice


def all_experiments(course: Course, progress: Progress) -> list[tuple[str, Lesson, Mapping[str, Any] | None]]:
    """Every experiment's name, its lesson, and what is noted of its last run."""
    return [(name, lesson, progress.experiments.get(name)) for name, lesson in course.experiments()]


def find_experiment(course: Course, name: str) -> tuple[Lesson, Experiment]:
    """The experiment called `name`, loaded, with its lesson.

    Raises:
        UnknownName: none is; the error names the nearest.
    """
    from attnlab.content import read_experiment

    for known, lesson in course.experiments():
        if known == name or known == name.replace("-", "_"):
            return lesson, read_experiment(lesson, known)
    known_names = [known for known, _ in course.experiments()]
    raise UnknownName("experiment", name, known_names, listing="'attnlab experiment' lists them all")


def run_experiment(
    course: Course,
    lesson: Lesson,
    experiment: Experiment,
    *,
    seed: int,
    tell: Tell,
    prediction: int | None,
    workspace: Workspace | None,
    folder: Path,
    now: datetime,
) -> Outcome:
    """Run it and save what it found: in the workspace, or in `folder` outside of one.

    Args:
        tell: is told what is being done and which share of the whole is behind, from 0 to 1.
        prediction: the index of the choice predicted.
    """
    place = workspace.root / ".attnlab" / "experiments" if workspace else folder
    findings = experiment.run(_Lab(seed, tell, place))
    at = now.isoformat(timespec="seconds")
    saved = place / f"{experiment.name}_{now.strftime('%Y%m%dT%H%M%S')}.json"
    told = {
        "format_version": FINDINGS_FORMAT, "experiment": experiment.name, "course": course.id, "lesson": lesson.id,
        "claim": experiment.claim, "source": experiment.source, "seed": seed, "at": at, "prediction": prediction,
        **findings_as_json(findings),
    }  # fmt: skip
    noted = {"at": at, "prediction": prediction, "found": findings.choice, "seed": seed}
    try:
        files.write(saved, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        if workspace:
            change_progress(workspace, lambda progress: _noted(progress, experiment.name, noted))
    except CannotWrite as error:
        # Minutes of measuring are not thrown away because a disk is full.
        return Outcome(experiment, findings, prediction, saved if saved.exists() else None, forgotten=error)
    return Outcome(experiment, findings, prediction, saved)


def findings_as_json(findings: Findings) -> dict[str, Any]:
    """Plain values only; a number that is not finite becomes its name as a string."""
    return {
        "seen": findings.seen,
        "choice": findings.choice,
        "numbers": _plain(findings.numbers),
        "tables": [{"header": list(each.header), "rows": [list(row) for row in each.rows]} for each in findings.tables],
        "curves": [
            {"title": each.title, "x": each.x_label, "y": each.y_label, "series": _plain(each.series)}
            for each in findings.curves
        ],
        "heatmaps": [
            {"title": each.title, "rows": list(each.rows), "columns": list(each.columns), "values": _plain(each.values)}
            for each in findings.heatmaps
        ],
    }


@dataclass(frozen=True)
class _Lab:
    seed: int
    tell: Tell
    place: Path

    def progress(self, doing: str, share: float) -> None:
        self.tell(doing, min(max(float(share), 0.0), 1.0))

    def earlier(self, name: str) -> Mapping[str, object] | None:
        saved = sorted(self.place.glob(f"{name}_[0-9]*T[0-9]*.json"))
        if not saved:
            return None
        try:
            told = json.loads(saved[-1].read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        numbers = told.get("numbers") if isinstance(told, dict) and told.get("experiment") == name else None
        return numbers if isinstance(numbers, dict) else None


def _noted(progress: Progress, name: str, noted: Mapping[str, Any]) -> Progress:
    before = progress.experiments.get(name, {})
    return replace(progress, experiments={**progress.experiments, name: {**before, **noted}})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return str(value)
