"""Predict, then run: a lesson's experiments, what was predicted, what was measured, and the numbers saved as JSON."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import AttnlabError, CannotWrite, NotThere, ToolFault, UnknownName
from attnlab.stage import one_thread
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
        told: everything about the run as plain values, as it is saved.
        saved: where its numbers are; None when they could not be written, and `forgotten` says why.
        pictures: its curves and heatmaps as PNG files beside them; `unpictured` says why some are missing.
    """

    experiment: Experiment
    findings: Findings
    prediction: int | None
    told: Mapping[str, Any]
    saved: Path | None
    forgotten: CannotWrite | None = None
    pictures: tuple[Path, ...] = ()
    unpictured: AttnlabError | None = None

    @property
    def foreseen(self) -> bool | None:
        """Whether the prediction came true; None without one, or when the measurement bears none of the choices out."""
        if self.prediction is None or self.findings.choice is None:
            return None
        return self.prediction == self.findings.choice


def verdict(choices: Sequence[str], prediction: int | None, found: int | None) -> str:
    """What was predicted and what the measurement bears out, in one sentence."""
    if found is None:
        return "The measurement bears none of the choices out."
    measured = f"'{choices[found]}'"
    if prediction is None:
        return f"The measurement bears out {measured}."
    predicted = f"'{choices[prediction]}'"
    if prediction == found:
        return f"You predicted {predicted}, and so it was."
    return f"You predicted {predicted}; the measurement bears out {measured}."


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
    place = folder_of_findings(workspace, folder)
    begun = time.perf_counter()
    findings = _measured(experiment, _Lab(seed, tell, place, kept=place / ("kept" if workspace else ".attnlab-kept")))
    seconds = time.perf_counter() - begun
    at = now.isoformat(timespec="seconds")
    saved = place / f"{experiment.name}_{now.strftime('%Y%m%dT%H%M%S')}.json"
    told = {
        "format_version": FINDINGS_FORMAT, "experiment": experiment.name, "course": course.id, "lesson": lesson.id,
        "title": experiment.title, "claim": experiment.claim, "source": experiment.source,
        "question": experiment.question,
        "choices": list(experiment.choices), "seed": seed, "at": at, "seconds": round(seconds, 1),
        "versions": versions(course), "prediction": prediction, **findings_as_json(findings),
    }  # fmt: skip
    noted = {"at": at, "prediction": prediction, "found": findings.choice, "seed": seed}
    outcome = Outcome(experiment, findings, prediction, told, saved)
    try:
        files.write(saved, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        if workspace:
            change_progress(workspace, lambda progress: _noted(progress, experiment.name, noted))
    except CannotWrite as error:
        # Minutes of measuring are not thrown away because a disk is full.
        return replace(outcome, saved=saved if saved.exists() else None, forgotten=error)
    return outcome


def with_pictures(outcome: Outcome) -> Outcome:
    """The outcome with its curves and heatmaps saved as PNG files beside its numbers.

    Where matplotlib is missing or the disk is full the outcome says so; the numbers are safe.
    """
    from attnlab.pictures import Panel, curve_png, panels_png

    saved = outcome.saved
    if saved is None:
        return outcome
    drawn: list[Path] = []
    findings = outcome.findings
    try:
        for number, each in enumerate(findings.curves, start=1):
            picture = curve_png(each.title, each.x_label, each.y_label, each.series)
            drawn.append(saved.with_name(f"{saved.stem}_curve{number}.png"))
            files.write(drawn[-1], picture)
        for number, heatmap in enumerate(findings.heatmaps, start=1):
            panel = Panel("", heatmap.rows, heatmap.columns, tuple(tuple(row) for row in heatmap.values))
            drawn.append(saved.with_name(f"{saved.stem}_heatmap{number}.png"))
            files.write(drawn[-1], panels_png(heatmap.title, [panel]))
    except (NotThere, CannotWrite) as error:
        return replace(outcome, pictures=tuple(file for file in drawn if file.exists()), unpictured=error)
    return replace(outcome, pictures=tuple(drawn))


def folder_of_findings(workspace: Workspace | None, folder: Path) -> Path:
    """Where an experiment's numbers are saved: in the workspace, or in `folder` outside of one."""
    return workspace.root / ".attnlab" / "experiments" if workspace else folder


def versions(course: Course) -> dict[str, str]:
    """What the numbers of an experiment may depend on, each by its version."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from attnlab import __version__

    found = {"attnlab": __version__, f"course {course.id}": course.version, "python": platform.python_version()}
    for library in ("numpy", "torch"):
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    return found


def _measured(experiment: Experiment, lab: _Lab) -> Findings:
    """What it finds.

    Raises:
        ToolFault: it does not run through, or what it returns are no findings.
    """
    from attnlab.content import Findings

    try:
        with one_thread():
            found: object = experiment.run(lab)
    except AttnlabError:
        raise
    except Exception as error:
        raise _failed(experiment, f"{type(error).__name__}: {error}{_last_place(error)}") from error
    if not isinstance(found, Findings):
        raise _failed(experiment, f"it returned {type(found).__name__}, not findings")
    if found.choice is not None and found.choice not in range(len(experiment.choices)):
        raise _failed(experiment, f"it bears out choice {found.choice} of {len(experiment.choices)}")
    return found


def _failed(experiment: Experiment, how: str) -> ToolFault:
    return ToolFault(
        f"the experiment {experiment.name} failed: {how}",
        remedy="this is no fault of yours; please tell the course's maintainers, with the seed",
    )


def _last_place(error: Exception) -> str:
    """Where in the experiment's own file it failed."""
    import traceback

    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "experiments" in Path(frame.filename).parts
    ]
    return f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""


def findings_as_json(findings: Findings) -> dict[str, Any]:
    """Plain values only; a number that is not finite becomes its name as a string."""
    return {
        "seen": findings.seen,
        "choice": findings.choice,
        "numbers": plain_values(findings.numbers),
        "tables": [{"header": list(each.header), "rows": [list(row) for row in each.rows]} for each in findings.tables],
        "curves": [
            {"title": each.title, "x": each.x_label, "y": each.y_label, "series": plain_values(each.series)}
            for each in findings.curves
        ],
        "heatmaps": [
            {
                "title": each.title,
                "rows": list(each.rows),
                "columns": list(each.columns),
                "values": plain_values(each.values),
            }
            for each in findings.heatmaps
        ],
    }


@dataclass(frozen=True)
class _Lab:
    seed: int
    tell: Tell
    place: Path
    kept: Path

    @property
    def folder(self) -> Path:
        # An experiment does without what cannot be kept.
        with suppress(CannotWrite):
            files.make_folder(self.kept)
        return self.kept

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


def plain_values(value: Any) -> Any:
    """What JSON can hold; a number that is not finite becomes its name as a string."""
    if isinstance(value, Mapping):
        return {str(key): plain_values(part) for key, part in value.items()}
    if hasattr(value, "tolist"):
        return plain_values(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain_values(part) for part in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return str(value)
