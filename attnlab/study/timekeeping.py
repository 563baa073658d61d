"""How long an exercise took, as far as can be told: stretches of activity, gaps of more than ten minutes left out.

Signs of activity are checks, hints, saves, and looking at what comes next or reading. The last one is the time
of the file `.attnlab/active`; what an exercise took stands with its progress. Nothing of it leaves the machine.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.study.progress import Entry, Status

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study.workspace import Workspace

LONGEST_GAP = 600


def noticed(workspace: Workspace, now: datetime) -> None:
    """Remember that something was done now; where that cannot be remembered, nothing is lost but a time."""
    file = _sign(workspace)
    with suppress(OSError):
        if not file.exists():
            file.touch()
        os.utime(file, (now.timestamp(), now.timestamp()))


def looked(workspace: Workspace, now: datetime) -> None:
    """The same of a mere look at what comes next: it may begin a stretch, but takes nothing from one that runs."""
    last = _time(_sign(workspace))
    if last is None or not 0 <= now.timestamp() - last <= LONGEST_GAP:
        noticed(workspace, now)


def stretch(workspace: Workspace, exercise: Exercise, now: datetime) -> int:
    """Seconds worked since the last sign of activity; the file's last save is one as well."""
    signs = [_time(_sign(workspace)), _time(workspace.file(exercise))]
    end = now.timestamp()
    start = signs[0] if signs[0] is not None else signs[1]
    if start is None or start >= end:
        return 0
    moments = sorted({start, end, *(sign for sign in signs if sign is not None and start <= sign <= end)})
    return round(sum(gap for before, after in pairwise(moments) if (gap := after - before) <= LONGEST_GAP))


def worked(entry: Entry, seconds: int) -> Entry:
    """The entry with this time added: until the pass, and only where the work was followed from its beginning."""
    if entry.status in (Status.PASSED, Status.REVEALED):
        return entry
    if entry.seconds is None and (entry.status is Status.TRIED or entry.hints):
        return entry
    return replace(entry, seconds=(entry.seconds or 0) + seconds)


def _sign(workspace: Workspace) -> Path:
    return workspace.state_file.with_name("active")


def _time(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None
