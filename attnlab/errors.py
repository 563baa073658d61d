"""Everything that can go wrong on the tool's side, each with what to do next.

A learner's mistake is never one of these: it is a value in a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


class AttnlabError(Exception):
    """What is so and where; the remedy says what to do next.

    Args:
        problem: one clause, lower case, no full stop.
        remedy: what to do next, in the same form.
    """

    exit_code = 3

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class WrongUsage(AttnlabError):
    """What was typed cannot be meant: exit code 2."""

    exit_code = 2


class UnknownName(WrongUsage):
    """A lesson, exercise, experiment or command that does not exist, with the nearest that does."""

    def __init__(self, kind: str, wanted: str, known: Sequence[str], *, listing: str) -> None:
        nearest = nearest_name(wanted, known)
        super().__init__(
            f"there is no {kind} called '{wanted}'",
            remedy=f"did you mean '{nearest}'?" if nearest else listing,
        )
        self.nearest = nearest


class NotThere(AttnlabError):
    """A file or folder that is needed is missing or cannot be read."""


class CannotWrite(AttnlabError):
    """A file could not be written; what was there before is untouched."""


class NewerFormat(AttnlabError):
    """A file written by a later version of attnlab; it is left untouched."""


class ContentInvalid(AttnlabError):
    """The course has problems; all of them are listed, each with file and key."""

    def __init__(self, problems: Sequence[object]) -> None:
        count = len(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(
            f"the course has {count} problem{'s' if count != 1 else ''}:\n{listed}",
            remedy="mend the files named above, then 'attnlab author audit'",
        )
        self.problems = tuple(problems)


class Diverged(AttnlabError):
    """A training whose loss or gradient is no finite number any more; what it had learned before is kept."""

    exit_code = 1


class MemoryRanOut(AttnlabError):
    """There is not enough memory for the least that has to be computed at once."""


class ToolFault(AttnlabError):
    """Something of our own failed: never held against a submission."""


def nearest_name(wanted: str, known: Sequence[str]) -> str | None:
    """The known name that looks most like the wanted one, ignoring case, or None."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(wanted.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return folded[close[0]]
    containing = [name for name in known if wanted and wanted.casefold() in name.casefold()]
    return containing[0] if len(containing) == 1 else None
