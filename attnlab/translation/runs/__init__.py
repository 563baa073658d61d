"""A training that is kept in a folder: everything needed to go on with it exactly, and to translate with it."""

from typing import TYPE_CHECKING, Any

from attnlab.translation.plan import Step
from attnlab.translation.runs.events import (
    Event,
    Finished,
    Halved,
    Sampled,
    Saved,
    Started,
    Translation,
    Validated,
    told,
)
from attnlab.translation.runs.folder import Run, is_run, list_runs, open_run
from attnlab.translation.runs.settings import RunSettings

if TYPE_CHECKING:
    from attnlab.translation.runs.trainer import Rhythm, resume, start

__all__ = [
    "Event",
    "Finished",
    "Halved",
    "Rhythm",
    "Run",
    "RunSettings",
    "Sampled",
    "Saved",
    "Started",
    "Step",
    "Translation",
    "Validated",
    "is_run",
    "list_runs",
    "open_run",
    "resume",
    "start",
    "told",
]


def __getattr__(name: str) -> Any:
    # Training imports torch; looking at a run does not.
    if name in ("Rhythm", "resume", "start"):
        from attnlab.translation.runs import trainer

        return getattr(trainer, name)
    raise AttributeError(name)
