"""A whole class is judged: several processes share the work, each judgement is kept the moment it is made."""

from attnlab.classroom.batch.events import (
    Attention,
    Began,
    Confined,
    Event,
    Finished,
    Judged,
    Retried,
    SelfTested,
    Slow,
)
from attnlab.classroom.batch.grading import SelfTestFailed, grade_class

__all__ = [
    "Attention",
    "Began",
    "Confined",
    "Event",
    "Finished",
    "Judged",
    "Retried",
    "SelfTestFailed",
    "SelfTested",
    "Slow",
    "grade_class",
]
