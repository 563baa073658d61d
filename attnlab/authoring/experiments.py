"""What can be seen wrong with an experiment without taking its measurements."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from attnlab.authoring.findings import Finding
from attnlab.content import Course, Experiment, Lesson, read_experiment

LONGEST = 120


def experiment_findings(course: Course, lesson: Lesson, name: str) -> Iterator[Finding]:
    """Everything missing from one experiment; its file is run, its measurement is not.

    Raises:
        ContentInvalid: the file does not run or defines no such experiment.
    """
    experiment = read_experiment(lesson, name)
    file = lesson.experiment_file(name).relative_to(course.root)
    yield from _described(file, experiment)
    if len(experiment.choices) < 2:
        yield Finding(file, "choices", f"there are {len(experiment.choices)}; a prediction needs at least two")
    if len(set(experiment.choices)) < len(experiment.choices):
        yield Finding(file, "choices", "two of them are the same")
    if not 0 < experiment.seconds <= LONGEST:
        yield Finding(file, "seconds", f"is {experiment.seconds}; an experiment takes between 1 and {LONGEST}")
    parameters = list(inspect.signature(experiment.run).parameters)
    if len(parameters) != 1:
        yield Finding(file, name, f"takes ({', '.join(parameters)}); an experiment takes the lab and nothing else")


def _described(file: Path, experiment: Experiment) -> Iterator[Finding]:
    for key in ("title", "claim", "source", "question"):
        if not getattr(experiment, key).strip():
            yield Finding(file, key, "is empty")
    if not experiment.question.rstrip().endswith("?"):
        yield Finding(file, "question", f"is no question: {experiment.question.strip()}")
