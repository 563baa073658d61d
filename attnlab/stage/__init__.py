"""Loads one file as a module and performs calls as told: by the worker on submissions, by the judge on its own."""

from typing import TYPE_CHECKING, Any

from attnlab.stage.interrupts import interrupts_held
from attnlab.stage.loading import load_source
from attnlab.stage.threads import one_thread

if TYPE_CHECKING:
    from attnlab.stage.crossing import to_object, to_value
    from attnlab.stage.performing import Stage

__all__ = ["Stage", "interrupts_held", "load_source", "one_thread", "to_object", "to_value"]


def __getattr__(name: str) -> Any:
    # Performing needs numpy; loading a course's file does not.
    if name == "Stage":
        from attnlab.stage.performing import Stage

        return Stage
    if name in ("to_object", "to_value"):
        from attnlab.stage import crossing

        return getattr(crossing, name)
    raise AttributeError(name)
