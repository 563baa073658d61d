"""What a learner has done, in `.attnlab/state.json`: readable by a person, never losing an entry it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import files
from attnlab.errors import AttnlabError, NewerFormat

if TYPE_CHECKING:
    from attnlab.content import Exercise
    from attnlab.study.workspace import Workspace

STATE_FORMAT = 1


class Status(StrEnum):
    """How far an exercise is. Passing once stays passed; what was revealed never counts as done."""

    NOT_STARTED = "not started"
    TRIED = "tried"
    PASSED = "passed"
    REVEALED = "revealed"


class StateDamaged(AttnlabError):
    """The progress file is there and cannot be understood; it has not been touched."""


@dataclass(frozen=True)
class Entry:
    """One exercise's progress.

    Args:
        starter: the fingerprint of the starter the file was laid out from.
        file: where the file was laid out, below the workspace.
        hints: the tiers shown so far, from 1.
        checks: how often it was judged; `passes` how often it then passed.
        last: the last report in short: verdict, check, hint, seed, at.
        times: when it was first tried, passed, revealed and tested out of.
        seconds: how long it was worked on before it passed; None where that was not followed from the beginning.
        extra: keys of later versions, kept and written back.
    """

    status: Status = Status.NOT_STARTED
    starter: str | None = None
    file: str | None = None
    hints: tuple[int, ...] = ()
    checks: int = 0
    passes: int = 0
    last: Mapping[str, Any] | None = None
    times: Mapping[str, str] = field(default_factory=dict)
    seconds: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self.status is Status.PASSED

    def marked(self, event: str, at: str) -> Entry:
        """The entry with the first time of `event` noted."""
        return self if event in self.times else replace(self, times={**self.times, event: at})


@dataclass(frozen=True)
class Progress:
    """All entries by exercise id; `experiments` and `lessons` are small tables by name."""

    exercises: Mapping[str, Entry] = field(default_factory=dict)
    experiments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lessons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def of(self, exercise: Exercise) -> Entry:
        """The exercise's entry, under its id or a name it had before."""
        for name in (exercise.id, *exercise.aliases):
            if name in self.exercises:
                return self.exercises[name]
        return Entry()

    def with_entry(self, exercise: Exercise, entry: Entry) -> Progress:
        """The same progress with this entry, under the exercise's present id."""
        kept = {name: other for name, other in self.exercises.items() if name not in exercise.aliases}
        return replace(self, exercises={**kept, exercise.id: entry})


def read_progress(workspace: Workspace) -> Progress:
    """The workspace's progress; an empty one where none is written yet.

    Raises:
        NewerFormat: a later attnlab wrote it; it is left untouched.
        StateDamaged: it cannot be understood; `mend_progress` sets it aside.
    """
    content = files.read_if_there(workspace.state_file)
    return Progress() if content is None else _parsed(content, workspace.state_file)


def change_progress(workspace: Workspace, change: Callable[[Progress], Progress]) -> Progress:
    """Read, change and write the progress while no other command can."""
    with files.locked(workspace.lock_file):
        before = read_progress(workspace)
        after = change(before)
        if after != before:
            write_progress(workspace, after)
    return after


def write_progress(workspace: Workspace, progress: Progress) -> None:
    # In ASCII: half a surrogate pair, which JSON may hold, has no bytes of its own.
    files.write(workspace.state_file, json.dumps(_plain(progress), indent=2) + "\n")


def mend_progress(workspace: Workspace) -> str | None:
    """Set a damaged progress file aside and rebuild what the kept passes prove; says so in one sentence, or None."""
    if _damage(workspace) is None:
        return None
    from attnlab.study.history import kept_of

    with files.locked(workspace.lock_file):
        # Another command may have mended it while this one waited.
        problem = _damage(workspace)
        if problem is None:
            return None
        aside = _free_name(workspace.state_file)
        # Copied, not moved: after a kill in between, the next command finds it and mends it, not nothing.
        files.write(aside, files.read(workspace.state_file, remedy="try again"))
        passed = {
            exercise.id: Entry(Status.PASSED, file=workspace.relative(exercise), passes=1)
            for exercise in workspace.course.exercises
            if any(kept.reason == "pass" for kept in kept_of(workspace, exercise))
        }
        write_progress(workspace, Progress(exercises=passed))
    return f"{problem}; it is kept as {files.shown(aside)}, and {len(passed)} passes were found again in your history"


def _damage(workspace: Workspace) -> str | None:
    try:
        read_progress(workspace)
    except StateDamaged as damage:
        return damage.problem
    return None


def _parsed(content: bytes, file: Path) -> Progress:
    try:
        table = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(file, f"is not JSON ({error})") from error
    if not isinstance(table, dict):
        raise _damaged(file, "is not a JSON object")
    version = table.pop("format_version", None)
    if not isinstance(version, int):
        raise _damaged(file, "has no format_version")
    if version > STATE_FORMAT:
        raise NewerFormat(
            f"{files.shown(file)} is of format {version}; this attnlab knows up to {STATE_FORMAT}",
            remedy="update attnlab: pip install --upgrade attnlab",
        )
    tables = {}
    for name in ("exercises", "experiments", "lessons"):
        entries = table.pop(name, {})
        if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
            raise _damaged(file, f"has something else than a table under '{name}'")
        tables[name] = entries
    try:
        exercises = {name: _entry(entry) for name, entry in tables["exercises"].items()}
    except (ValueError, TypeError) as error:
        raise _damaged(file, f"has an entry that cannot be understood ({error})") from error
    return Progress(exercises, tables["experiments"], tables["lessons"], extra=table)


def _entry(raw: Mapping[str, Any]) -> Entry:
    known = {name: raw[name] for name in _ENTRY_KEYS if name in raw}
    if "status" in known:
        known["status"] = Status(known["status"])
    if "hints" in known:
        known["hints"] = tuple(int(tier) for tier in known["hints"])
    for name in ("last", "times"):
        if known.get(name) is not None and not isinstance(known[name], dict):
            raise ValueError(f"{name} is not a table")
    for name in ("starter", "file"):
        if not isinstance(known.get(name, ""), str):
            raise ValueError(f"{name} is not text")
    for name in ("checks", "passes"):
        if not isinstance(known.get(name, 0), int):
            raise ValueError(f"{name} is not a number")
    if not isinstance(known.get("seconds"), int | None):
        raise ValueError("seconds is not a number")
    return Entry(**known, extra={name: value for name, value in raw.items() if name not in _ENTRY_KEYS})


def _plain(progress: Progress) -> dict[str, Any]:
    return {
        "format_version": STATE_FORMAT,
        "exercises": {name: _plain_entry(entry) for name, entry in progress.exercises.items()},
        "experiments": dict(progress.experiments),
        "lessons": dict(progress.lessons),
        **progress.extra,
    }


def _plain_entry(entry: Entry) -> dict[str, Any]:
    known = {name: getattr(entry, name) for name in _ENTRY_KEYS}
    known |= {"status": entry.status.value, "hints": list(entry.hints)}
    return {**{name: value for name, value in known.items() if value not in (None, [], {})}, **entry.extra}


_ENTRY_KEYS = tuple(field.name for field in fields(Entry) if field.name != "extra")


def _damaged(file: Path, what: str) -> StateDamaged:
    return StateDamaged(
        f"the progress file {files.shown(file)} {what}",
        remedy="any attnlab command in the workspace sets it aside and goes on",
    )


def _free_name(file: Path) -> Path:
    number = 1
    while (aside := file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")).exists():
        number += 1
    return aside
