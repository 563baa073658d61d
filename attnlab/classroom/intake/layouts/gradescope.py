"""Gradescope: the export of an assignment, `submission_<number>/` with a list of who handed them in; and the one
submission that an autograder finds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.classroom.intake.entries import Found, Refused, read_plain
from attnlab.classroom.intake.kinds import METADATA
from attnlab.classroom.intake.layouts.bundles import Bundle, Sorted, Tops, by_top, inside, others, student
from attnlab.classroom.intake.names import folded, printable
from attnlab.classroom.records import Odd, Oddity, Student

if TYPE_CHECKING:
    from attnlab.classroom.intake.layouts.gradescope_list import Listed

LAYOUT = "Gradescope export"
ONE = "Gradescope submission"
_JSON = "submission_metadata.json"
_ONE_CAP = 4 << 20
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def gradescope(found: Found) -> Sorted:
    """A student for each submitter, so that all of a group have what the group handed in.

    Raises:
        Refused: the list of submissions is there and cannot be read.
    """
    tops = by_top(found)
    listed = [name for name in tops if name in METADATA[:2] and tops[name][0].file and len(tops[name][0].parts) == 1]
    if not listed:
        return Sorted(LAYOUT, [], share=0.0)
    from attnlab.classroom.intake.layouts.gradescope_list import read_list

    told = read_list(tops[listed[0]][0].file)
    explained = [name for name in tops if name in told or name.startswith("submission_")]
    newest: dict[str, Bundle] = {}
    oddities: list[Oddity] = []
    for name in sorted({*told, *explained} - {*listed}):
        for bundle in _of(name, told.get(name), tops):
            _keep_newest(bundle, newest, oddities)
    oddities += others(tops, [*explained, *listed], LAYOUT)
    return Sorted(LAYOUT, list(newest.values()), oddities, by_id=True)


def one_of_gradescope(found: Found, path: Path) -> Sorted | None:
    """What an autograder finds: `submission/` and beside it a file that tells whose it is; None where it is not so.

    Args:
        path: of what was found: that folder itself, or the one it lies in.
    """
    tops = by_top(found)
    if _JSON in tops and "submission" in tops:
        told, entries = tops[_JSON][0].file, inside(tops["submission"])
    elif path.name == "submission" and (path.parent / _JSON).is_file():
        told, entries = str(path.parent / _JSON), list(found.entries)
    else:
        return None
    try:
        submitters, created = _metadata(read_plain(told, _ONE_CAP))
    except (Refused, ValueError, RecursionError):
        return None
    bundles = [Bundle(one, list(entries), "submission", created) for one in submitters]
    return Sorted(ONE, bundles, by_id=True) if bundles else None


def moment(text: str) -> datetime | None:
    """A time with its zone, as Gradescope writes it: '2023-01-05 10:20:30.123456000 Z'."""
    date, _, rest = text.strip().replace("T", " ").partition(" ")
    rest = rest.replace("UTC", "Z").replace(" ", "")
    try:
        told = datetime.fromisoformat(f"{date}T{rest}")
    except ValueError:
        return None
    # Ruby leaves the zone out where it is the world's.
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _of(name: str, told: Listed | None, tops: Tops) -> list[Bundle]:
    entries = inside(tops.get(name, []))
    if told is None or not told.submitters:
        return [Bundle(student(name), entries, printable(name))]
    created = moment(told.created)
    return [Bundle(_student(one), list(entries), printable(name), created) for one in told.submitters]


def _keep_newest(bundle: Bundle, newest: dict[str, Bundle], oddities: list[Oddity]) -> None:
    key = folded(bundle.student.key)
    rival = newest.get(key)
    if rival is None:
        newest[key] = bundle
        return
    older, newer = sorted((rival, bundle), key=lambda one: (one.submitted or _LONG_AGO, one.origin))
    newest[key] = newer
    kind = Odd.OLDER if older.submitted and newer.submitted else Odd.DUPLICATE
    oddities.append(Oddity(kind, older.origin, f"{newer.origin} is theirs too and is graded", newer.student.key))


def _student(told: dict[str, str]) -> Student:
    key = told.get("sid") or told.get("email") or told.get("name") or "?"
    return student(key, told.get("name", ""), told.get("email", ""), sid=told.get("sid", ""))


def _metadata(content: bytes) -> tuple[list[Student], datetime | None]:
    told = json.loads(content)
    if not isinstance(told, dict) or not isinstance(told.get("users"), list):
        raise ValueError
    users = [
        {key: str(user[key]) for key in ("email", "name", "sid") if isinstance(user.get(key), str | int)}
        for user in told["users"]
        if isinstance(user, dict)
    ]
    created = told.get("created_at")
    return [_student(user) for user in users if user], moment(created) if isinstance(created, str) else None
