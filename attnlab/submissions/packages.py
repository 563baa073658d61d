"""A submission as one zip file: exercise files, a trained run, and a manifest with every file's checksum.

What comes out of somebody else's is trusted in nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from attnlab import __version__
from attnlab.translation.handed_in import LARGEST, MODEL

if TYPE_CHECKING:
    from attnlab.content import Course

PACKAGE_FORMAT = 1
MANIFEST = "manifest.json"
METRICS = "metrics.jsonl"
SOURCE_CAP = 1 << 20
PACKAGE_CAP = 80 << 20
RUN_FILES = {**LARGEST, METRICS: 16 << 20}
_MOST_MEMBERS = 1_000
_MANIFEST_CAP = 1 << 20
# Zip files know no earlier day; one day for all makes the same work the same bytes.
_DAY = (1980, 1, 1, 0, 0, 0)
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError,
    LookupError, MemoryError,
)  # fmt: skip


class BadPackage(Exception):
    """What was handed in is no submission that can be opened; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A submission that was opened: sources by exercise, and the files of its run by name."""

    course: str
    exercises: Mapping[str, bytes] = field(repr=False)
    run: Mapping[str, bytes] = field(repr=False)


def packed(course: Course, members: Mapping[str, bytes], run: str | None) -> bytes:
    """The zip file of these members with its manifest; the same members give the same bytes.

    Args:
        run: the name of the run's folder.
    """
    manifest = {
        "format_version": PACKAGE_FORMAT,
        "attnlab": __version__,
        "course": course.id,
        "course_version": course.version,
        "run": run,
        "files": {name: _listed(content) for name, content in members.items()},
    }
    told = (json.dumps(manifest, indent=1) + "\n").encode()
    return _zipped({MANIFEST: told, **members})


def open_package(content: bytes, course: Course) -> Package:
    """What a submission holds of this course; members of other names are not even read.

    Raises:
        BadPackage: it is damaged, lies about its sizes, or belongs elsewhere.
    """
    if len(content) > PACKAGE_CAP:
        raise BadPackage(f"it has more than {PACKAGE_CAP >> 20} MiB")
    homes = {f"exercises/{exercise.lesson}/{exercise.id}.py": exercise.id for exercise in course.exercises}
    caps = {
        MANIFEST: _MANIFEST_CAP,
        **dict.fromkeys(homes, SOURCE_CAP),
        **{f"run/{name}": most for name, most in RUN_FILES.items()},
    }
    try:
        found = _unzipped(content, caps)
    except _DAMAGED as error:
        raise BadPackage("it is damaged, or no zip file that 'attnlab submit' writes") from error
    told = _manifest(found.pop(MANIFEST, None))
    if told["course"] != course.id:
        raise BadPackage(f"it belongs to the course {str(told['course'])[:60]!r}, not to '{course.id}'")
    for name, listed in told["files"].items():
        if name in caps and (name not in found or listed != _listed(found[name])):
            raise BadPackage(f"{name} is not what was packed: it is missing or has changed since")
    if odd := sorted(found.keys() - told["files"].keys()):
        raise BadPackage(f"{odd[0]} was added after it was packed")
    return Package(
        course=course.id,
        exercises={homes[name]: source for name, source in found.items() if name in homes},
        run={name.removeprefix("run/"): part for name, part in found.items() if name.startswith("run/")},
    )


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _DAY)
            # Weights do not shrink by it, and take seconds.
            info.compress_type = zipfile.ZIP_STORED if name.endswith(MODEL) else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def _unzipped(content: bytes, caps: Mapping[str, int]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise BadPackage(f"it has {len(members)} members; none has more than {_MOST_MEMBERS}")
        for member in members:
            name = member.filename
            if name not in caps:
                continue
            if name in found:
                raise BadPackage(f"it has {name} twice")
            # The directory's word about the size is no more than a word: reading stops where the cap is.
            with archive.open(member) as opened:
                part = opened.read(caps[name] + 1)
            if len(part) > caps[name]:
                raise BadPackage(f"{name} has more than {caps[name] >> 20} MiB")
            found[name] = part
    return found


def _manifest(content: bytes | None) -> dict[str, Any]:
    if content is None:
        raise BadPackage(f"it has no {MANIFEST}, so it was not written by 'attnlab submit'")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadPackage(f"its {MANIFEST} is not JSON") from error
    if not isinstance(told, dict) or type(told.get("format_version")) is not int:
        raise BadPackage(f"its {MANIFEST} is not what 'attnlab submit' writes")
    if told["format_version"] > PACKAGE_FORMAT:
        raise BadPackage(f"it was written by a later attnlab; this one knows format {PACKAGE_FORMAT}")
    if not isinstance(told.get("course"), str) or not isinstance(told.get("files"), dict):
        raise BadPackage(f"its {MANIFEST} is not what 'attnlab submit' writes")
    return told


def _listed(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": sha256(content).hexdigest()}
