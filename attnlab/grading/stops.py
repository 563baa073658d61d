"""Why a worker's conversation ended before its answer came."""

from __future__ import annotations

from attnlab.grading.verdicts import Verdict


class Stopped(Exception):
    """The submission ended the conversation: by time, memory, output, or by leaving."""

    def __init__(self, verdict: Verdict, problem: str) -> None:
        super().__init__(problem)
        self.verdict = verdict
        self.problem = problem


class Abandoned(Exception):
    """Whoever asked for the judgement does not want it any more."""
