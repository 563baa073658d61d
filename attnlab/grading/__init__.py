"""One submission, one exercise -> one report. The trusted side: holds the answers, believes nothing it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnlab.grading.stops import Abandoned
from attnlab.grading.verdicts import CheckResult, Diagnosis, Failure, Input, Report, Verdict, report_from_json

if TYPE_CHECKING:
    from attnlab.grading.judge import Isolation, Judge
    from attnlab.grading.picturing import Pictured, draw_reference, draw_submission

__all__ = [
    "Abandoned",
    "CheckResult",
    "Diagnosis",
    "Failure",
    "Input",
    "Isolation",
    "Judge",
    "Pictured",
    "Report",
    "Verdict",
    "available_layers",
    "draw_reference",
    "draw_submission",
    "report_from_json",
]  # fmt: skip


def available_layers() -> dict[str, tuple[bool, str]]:
    """Each isolation layer: whether submissions can be given it here, and why not or what it does."""
    from attnlab.content import Library
    from attnlab.grading.isolation import DOES
    from attnlab.grading.processes import Workers

    workers = Workers(())
    try:
        missing = workers.missing(Library.NUMPY)
    finally:
        workers.close()
    return {layer: (layer not in missing, missing.get(layer, text)) for layer, text in DOES.items()}


def __getattr__(name: str) -> Any:
    if name in ("Judge", "Isolation"):
        from attnlab.grading import judge

        return getattr(judge, name)
    if name in ("Pictured", "draw_reference", "draw_submission"):
        from attnlab.grading import picturing

        return getattr(picturing, name)
    raise AttributeError(name)
