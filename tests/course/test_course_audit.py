"""The course that ships holds what it promises: every exercise is audited, mutants included."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from attnlab.authoring import Finding, audit
from attnlab.content import try_course

ROOT = Path(__file__).parents[2]


def exercise_names() -> list[str]:
    course, _ = try_course(ROOT)
    return [exercise.id for exercise in course.exercises] if course else []


def told(findings: Iterable[Finding]) -> str:
    return "\n" + "\n\n".join("\n    ".join([str(finding), *finding.detail]) for finding in findings)


def test_texts_experiments_and_folders_hold():
    audited = audit(ROOT, judging=False, jobs=1)

    assert audited.problems == (), told(audited.problems)


@pytest.mark.parametrize("name", exercise_names())
def test_an_exercise_holds(name):
    audited = audit(ROOT, [name], jobs=1)

    assert audited.problems == (), told(audited.problems)
    assert audited.mutants.killed > 0
