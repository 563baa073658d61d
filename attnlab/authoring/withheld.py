"""What can be seen wrong with checks, misconceptions and variants once their files have run, unjudged."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from attnlab.authoring.definitions import sentence_findings
from attnlab.authoring.findings import Finding
from attnlab.content import Answers, Check, Course
from attnlab.grading.session import DEFINED

# Whatever a check calls besides has_right_shape looks at more than shapes.
_LOOKS_FURTHER = frozenset({
    "agrees", "equals", "is_finite", "leaves_inputs_alone", "gradients_agree", "refuses", "require", "array", "value",
})  # fmt: skip


def withheld_findings(course: Course, answers: Answers) -> Iterator[Finding]:
    """Points that do not add up, sentences, order and freshness of checks; what misconceptions tell and ask."""
    exercise = answers.exercise
    settings = (exercise.folder / "exercise.toml").relative_to(course.root)
    folder = exercise.answers.relative_to(course.root)
    total = sum(check.points for check in answers.checks)
    if total != exercise.points:
        yield Finding(settings, "points", f"is {exercise.points:g}; the checks' points add up to {total:g}")
    yield from _checks(folder / "checks.py", answers)
    yield from _misconceptions(folder / "misconceptions.py", answers)
    if not answers.variants:
        yield Finding(folder / "variants.py", None, "defines no variant")
    for variant in answers.variants:
        if not variant.described.strip():
            yield Finding(folder / "variants.py", variant.id, "does not say how it is written")


def looks_at_shapes_only(check: Check) -> bool:
    """Whether a check compares nothing but shapes, so that values all of one kind may pass it."""
    try:
        tree = ast.parse(inspect.getsource(check.judge))
    except (OSError, SyntaxError):
        return False
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return "has_right_shape" in names and not names & _LOOKS_FURTHER


def _checks(file: Path, answers: Answers) -> Iterator[Finding]:
    if not answers.checks:
        yield Finding(file, None, "defines no check")
        return
    if not any(check.fresh for check in answers.checks):
        yield Finding(file, None, "no check is fresh=True, so an answer remembered from another check would pass")
    earlier: list[Check] = []
    for check in answers.checks:
        yield from sentence_findings(file, check.id, check.sentence)
        if check.id == DEFINED:
            yield Finding(file, check.id, "is the name of the engine's own first check; give it another")
        for needed in check.after:
            if needed not in earlier:
                yield Finding(file, check.id, f"stands on '{needed.id}', which does not come before it")
        if check.points <= 0:
            yield Finding(file, check.id, f"is worth {check.points:g} points")
        if check.sentence in {other.sentence for other in earlier}:
            yield Finding(file, check.id, f"its sentence is another check's as well: {check.sentence}")
        earlier.append(check)


def _misconceptions(file: Path, answers: Answers) -> Iterator[Finding]:
    if not answers.misconceptions:
        yield Finding(file, None, "defines no misconception")
    told: dict[str, str] = {}
    tiers = len(answers.exercise.hints)
    for misconception in answers.misconceptions:
        name = misconception.id
        if not misconception.tell.strip():
            yield Finding(file, name, "tells nothing")
        elif misconception.tell in told:
            yield Finding(file, name, f"tells the same as '{told[misconception.tell]}'")
        told[misconception.tell] = name
        if not misconception.ask.strip():
            yield Finding(file, name, "asks nothing")
        elif not misconception.ask.rstrip().endswith("?"):
            yield Finding(file, name, f"what it asks is no question: {misconception.ask.strip()}")
        if misconception.hint is not None and not 1 <= misconception.hint <= tiers:
            yield Finding(file, name, f"points to hint {misconception.hint}; there are {tiers}")
