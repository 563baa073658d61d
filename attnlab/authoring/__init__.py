"""The author's verbs: make the skeleton of a lesson or an exercise, and audit the course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnlab.authoring.findings import Audit, CheckFails, ExerciseAudit, Finding, MutantCounts, Weight
from attnlab.authoring.skeletons import Made, new_exercise, new_lesson

if TYPE_CHECKING:
    from attnlab.authoring.auditing import audit

__all__ = [
    "Audit", "CheckFails", "ExerciseAudit", "Finding", "Made", "MutantCounts", "Weight", "audit", "new_exercise",
    "new_lesson",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    # Auditing needs the judge, and with it numpy; making a skeleton does not.
    if name == "audit":
        from attnlab.authoring.auditing import audit

        return audit
    raise AttributeError(name)
