"""One reading of an exception: which message it knows, and what that message means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from attnlab.grading.explainers.evidence import Inputs
from attnlab.grading.verdicts import Diagnosis

Told: TypeAlias = "Callable[[re.Match[str], Inputs], Diagnosis | None] | Diagnosis"

_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Reading:
    """Any of some patterns in a message, and what it means: always the same, or worked out from the match.

    Args:
        types: the exception types it applies to; empty for all, as numpy and torch differ in theirs.
    """

    patterns: tuple[str, ...]
    told: Told
    types: tuple[str, ...] = ()

    def of(self, type_name: str, message: str, inputs: Inputs) -> Diagnosis | None:
        if self.types and type_name not in self.types:
            return None
        for pattern in self.patterns:
            if found := re.search(pattern, message[:_LONGEST]):
                return self.told if isinstance(self.told, Diagnosis) else self.told(found, inputs)
        return None
