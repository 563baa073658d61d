"""Why a worker's conversation ended before its answer came."""

from __future__ import annotations

from attnlab.grading.verdicts import Verdict


class Stopped(Exception):
    """The submission ended the conversation: by time, memory, output, or by leaving.

    Args:
        by_clock: its time was over by the clock alone, and nobody can tell whether it or the machine was slow.
    """

    def __init__(self, verdict: Verdict, problem: str, *, by_clock: bool = False) -> None:
        super().__init__(problem)
        self.verdict = verdict
        self.problem = problem
        self.by_clock = by_clock


class Abandoned(Exception):
    """Whoever asked for the judgement does not want it any more."""
