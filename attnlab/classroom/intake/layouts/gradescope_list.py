"""The list in a Gradescope export: who handed in which folder, read event by event.

Nothing is built from it that is not needed: it holds every output of every run of an autograder, too, and objects
that only Ruby knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from attnlab.classroom.intake.entries import Refused, opened_plain
from attnlab.classroom.intake.kinds import METADATA_CAP

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list tells of one submission.

    Args:
        submitters: of each what is known: name, sid, email.
        created: when it was handed in, as it is written there.
    """

    submitters: tuple[dict[str, str], ...] = ()
    created: str = ""


def read_list(file: str) -> dict[str, Listed]:
    """Submissions by the folders they lie in.

    Raises:
        Refused: it is no such list.
    """
    with opened_plain(file) as opened:
        if opened.seek(0, 2) > METADATA_CAP:
            raise Refused(f"its list of submissions has more than {METADATA_CAP >> 20} MiB")
        opened.seek(0)
        try:
            return _read(iter(yaml.parse(opened, Loader=_LOADER)))
        except (yaml.YAMLError, ValueError, RecursionError, StopIteration) as error:
            raise Refused("its list of submissions is not what Gradescope writes") from error


def _read(events: Iterator[Any]) -> dict[str, Listed]:
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            break
    listed = {}
    while (folder := _key(events)) is not None:
        listed[folder] = _one(events)
    return listed


def _key(events: Iterator[Any]) -> str | None:
    """The next key of a mapping that has begun; None at its end."""
    event = next(events)
    if isinstance(event, yaml.MappingEndEvent):
        return None
    if not isinstance(event, yaml.ScalarEvent):
        raise ValueError("a key is no text")
    return str(event.value).removeprefix(":")


def _one(events: Iterator[Any]) -> Listed:
    event = next(events)
    if not isinstance(event, yaml.MappingStartEvent):
        _skip(events, event)
        return Listed()
    submitters: list[dict[str, str]] = []
    created = ""
    while (key := _key(events)) is not None:
        event = next(events)
        if key == "submitters" and isinstance(event, yaml.SequenceStartEvent):
            submitters = _submitters(events)
        elif key == "created_at" and isinstance(event, yaml.ScalarEvent):
            created = str(event.value)
        else:
            _skip(events, event)
    return Listed(tuple(submitters), created)


def _submitters(events: Iterator[Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        if not isinstance(event, yaml.MappingStartEvent):
            _skip(events, event)
            continue
        told: dict[str, str] = {}
        while (key := _key(events)) is not None:
            value = next(events)
            if isinstance(value, yaml.ScalarEvent):
                # As it is written: a sid of 0042 is no number. Only an unquoted null is nothing.
                told[key] = "" if value.implicit[0] and value.value in ("", "~", "null") else str(value.value)
            else:
                _skip(events, value)
        found.append(told)
    return found


def _skip(events: Iterator[Any], event: Any) -> None:
    """Read to the end of a value that has begun."""
    depth = 0
    while True:
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        elif isinstance(event, yaml.StreamEndEvent):
            raise ValueError("it ends too early")
        if depth == 0:
            return
        event = next(events)
