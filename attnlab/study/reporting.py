"""All experiments of a course in order, and one report on them: a web page that needs no other file.

The report is written after each experiment, so that whatever ends the run loses nothing of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import AttnlabError, CannotWrite, NotThere
from attnlab.study.experimenting import (
    FINDINGS_FORMAT,
    Outcome,
    Tell,
    find_experiment,
    folder_of_findings,
    run_experiment,
    verdict,
    versions,
    with_pictures,
)

if TYPE_CHECKING:
    from attnlab.content import Course, Experiment, Lesson
    from attnlab.study.workspace import Workspace

Predict = Callable[["Experiment"], int | None]
# Of a curve with more points than this only the picture is shown.
_MOST_POINTS = 60


@dataclass(frozen=True)
class Entry:
    """How one experiment of a report ended.

    Args:
        told: the run as plain values, as it was saved; None where it failed.
        outcome: what it found just now; None where it failed or an earlier run was taken over.
        problem: why it failed.
        unreported: why the report could not be written after it.
    """

    name: str
    lesson: Lesson
    told: Mapping[str, Any] | None = None
    outcome: Outcome | None = None
    problem: AttnlabError | None = None
    unreported: AttnlabError | None = None


def run_all(
    course: Course,
    *,
    seed: int,
    tell: Tell,
    predict: Predict,
    resume: bool,
    report: Path,
    workspace: Workspace | None,
    folder: Path,
    clock: Callable[[], datetime],
) -> Iterator[Entry]:
    """Run every experiment of the course, writing the report after each; one that fails stops no other.

    Args:
        predict: asked for the index of the choice predicted, before each run.
        resume: take over what an earlier run with this seed and these versions measured.
    """
    book = _Book(course, seed, report)
    place = folder_of_findings(workspace, folder)
    for name, lesson in course.experiments():
        if resume and (told := earlier_run(course, place, name, seed)):
            yield book.with_entry(Entry(name, lesson, told), clock())
            continue
        try:
            _, experiment = find_experiment(course, name)
            prediction = predict(experiment)
            outcome = run_experiment(
                course, lesson, experiment, seed=seed, tell=tell, prediction=prediction,
                workspace=workspace, folder=folder, now=clock(),
            )  # fmt: skip
        except AttnlabError as error:
            yield book.with_entry(Entry(name, lesson, problem=error), clock())
            continue
        outcome = with_pictures(outcome)
        yield book.with_entry(Entry(name, lesson, outcome.told, outcome), clock())


def earlier_run(course: Course, place: Path, name: str, seed: int) -> Mapping[str, Any] | None:
    """What the last run of an experiment with this seed saved, by these same versions; None where there is none."""
    for saved in sorted(place.glob(f"{name}_[0-9]*T[0-9]*.json"), reverse=True):
        try:
            told = json.loads(saved.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if not isinstance(told, dict) or told.get("format_version") != FINDINGS_FORMAT:
            continue
        same = told.get("experiment") == name and told.get("seed") == seed
        if same and told.get("versions") == versions(course):
            return told
    return None


class _Book:
    """The report as it grows; each experiment's figures are drawn once."""

    def __init__(self, course: Course, seed: int, report: Path) -> None:
        self._course, self._seed, self._report = course, seed, report
        self._sections: dict[str, dict[str, Any]] = {}

    def with_entry(self, entry: Entry, now: datetime) -> Entry:
        self._sections[entry.name] = section(entry)
        try:
            files.write(self._report, self._page(now))
        except (CannotWrite, NotThere) as error:
            return Entry(entry.name, entry.lesson, entry.told, entry.outcome, entry.problem, unreported=error)
        return entry

    def _page(self, now: datetime) -> str:
        from attnlab.pictures import rendered

        experiments = [
            self._sections.get(name) or _waiting(name, lesson) for name, lesson in self._course.experiments()
        ]
        return rendered(
            "report.html",
            title=f"Experiments: {self._course.title}",
            experiments=experiments,
            seed=self._seed,
            at=now.strftime("%Y-%m-%d %H:%M"),
            versions=in_words(versions(self._course)),
        )


def section(entry: Entry) -> dict[str, Any]:
    """One experiment as the report's template takes it."""
    told = entry.told
    if told is None:
        problem = entry.problem.problem if entry.problem else ""
        return {**_waiting(entry.name, entry.lesson), "state": "failed", "problem": problem}
    found, predicted = told["choice"], told["prediction"]
    return {
        **_waiting(entry.name, entry.lesson),
        "state": "measured",
        "title": told["title"],
        "claim": told["claim"],
        "source": told["source"],
        "question": told["question"],
        "choices": [
            {"text": text, "predicted": number == predicted, "measured": number == found}
            for number, text in enumerate(told["choices"])
        ],
        "verdict": verdict(told["choices"], predicted, found),
        "seen": told["seen"],
        "tables": told["tables"],
        "curves": [_curve(curve) for curve in told["curves"]],
        "heatmaps": [_heatmap(heatmap) for heatmap in told["heatmaps"]],
        "seed": told["seed"],
        "seconds": told["seconds"],
        "at": str(told["at"])[:16].replace("T", " "),
        "versions": in_words(told["versions"]),
        "taken_over": entry.outcome is None,
    }


def in_words(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items())


def _waiting(name: str, lesson: Lesson) -> dict[str, Any]:
    return {"name": name, "title": name.replace("_", " "), "lesson": lesson.title, "state": "waiting"}


def _curve(curve: Mapping[str, Any]) -> dict[str, Any]:
    from attnlab.pictures import curve_png, visible

    series = {name: [(float(x), float(y)) for x, y in points] for name, points in curve["series"].items()}
    try:
        picture = base64.b64encode(curve_png(curve["title"], curve["x"], curve["y"], series)).decode("ascii")
    except NotThere:
        # The numbers stand below it in any case.
        picture = None
    shown = {key: visible(curve[key]) for key in ("title", "x", "y")}
    return {**shown, "picture": picture, "alt": _alt(shown, series), **_points(series)}


def _alt(shown: Mapping[str, str], series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """What the curves show, in words."""
    from attnlab.pictures import visible

    told = []
    for name, points in series.items():
        if points:
            (first, start), (last, end) = min(points), max(points)
            told.append(f"{visible(name)} goes from {start:.4g} at {first:.4g} to {end:.4g} at {last:.4g}")
    return f"Curves of {shown['y']} over {shown['x']}: {'; '.join(told) or 'nothing was measured'}."


def _points(series: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, Any]:
    """The curves as a table, a row for every place along the x axis; empty where it would be endless."""
    from attnlab.pictures import visible

    by_name = {name: dict(points) for name, points in series.items()}
    places = sorted({x for points in by_name.values() for x in points})
    if len(places) > _MOST_POINTS:
        return {"names": [], "rows": []}
    rows = [[f"{x:.6g}", *(f"{points[x]:.4g}" if x in points else "" for points in by_name.values())] for x in places]
    return {"names": [visible(name) for name in by_name], "rows": rows}


def _heatmap(heatmap: Mapping[str, Any]) -> Any:
    from attnlab.pictures import Panel, table_of

    values = tuple(tuple(float(value) for value in row) for row in heatmap["values"])
    return table_of(Panel(heatmap["title"], tuple(heatmap["rows"]), tuple(heatmap["columns"]), values))
