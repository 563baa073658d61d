"""A submission as one zip file: the exercise files, the trained run, and a manifest with every file's checksum.

What goes in is chosen by name, so that nothing else of the workspace can: no progress, no history, no state of a
training. What comes out of somebody else's is trusted in nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnlab import __version__
from attnlab.errors import NotThere, WrongUsage
from attnlab.study import files
from attnlab.translation.handed_in import LARGEST, MODEL, RUN, VOCABULARY

if TYPE_CHECKING:
    from attnlab.content import Course
    from attnlab.study.workspace import Workspace

PACKAGE_FORMAT = 1
MANIFEST = "manifest.json"
METRICS = "metrics.jsonl"
SOURCE_CAP = 1 << 20
PACKAGE_CAP = 80 << 20
_RUN_FILES = {**LARGEST, METRICS: 16 << 20}
_MUST = (RUN, VOCABULARY, MODEL)
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


@dataclass(frozen=True, slots=True)
class Packed:
    """A submission that was written, and what is in it.

    Args:
        run: the name of the run's folder; None without one.
        left_out: files that could not come along, with why.
    """

    file: Path
    size: int
    exercises: tuple[str, ...]
    run: str | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A submission that was opened: sources by exercise, and the files of its run by name."""

    course: str
    exercises: Mapping[str, bytes] = field(repr=False)
    run: Mapping[str, bytes] = field(repr=False)


def pack(workspace: Workspace, run: Path | None, file: Path) -> Packed:
    """Write the submission; the same work gives the same bytes.

    Args:
        run: the folder of a trained run.

    Raises:
        NotThere: the run's folder lacks what a run has.
        WrongUsage: a file of the run is larger than may be handed in.
        CannotWrite: the disk is full and the like.
    """
    members: dict[str, bytes] = {}
    left_out = []
    exercises = []
    for exercise in workspace.course.exercises:
        name = workspace.relative(exercise)
        try:
            content = _own(workspace.file(exercise), workspace.root, SOURCE_CAP)
        except _LeftOut as reason:
            left_out.append(f"{name}: {reason}")
            continue
        if content is not None:
            members[name] = content
            exercises.append(exercise.id)
    if run is not None:
        members |= {f"run/{name}": content for name, content in _run_files(run)}
    manifest = {
        "format_version": PACKAGE_FORMAT,
        "attnlab": __version__,
        "course": workspace.course.id,
        "course_version": workspace.course.version,
        "run": run.name if run else None,
        "files": {
            name: {"size": len(content), "sha256": sha256(content).hexdigest()} for name, content in members.items()
        },
    }
    told = (json.dumps(manifest, indent=1) + "\n").encode()
    zipped = _zipped({MANIFEST: told, **members})
    files.write(file, zipped)
    return Packed(file, len(zipped), tuple(exercises), run.name if run else None, tuple(left_out))


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
        **{f"run/{name}": most for name, most in _RUN_FILES.items()},
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


class _LeftOut(Exception):
    """Why a file does not come along."""


def _own(file: Path, root: Path, most: int) -> bytes | None:
    """The bytes of a file of the workspace; a link that leads out of it is not followed."""
    if not file.is_file():
        return None
    if not file.resolve().is_relative_to(root.resolve()):
        raise _LeftOut("it is a link that leads out of the workspace")
    if file.stat().st_size > most:
        raise _LeftOut(f"it has more than {most >> 20} MiB")
    try:
        return files.read_if_there(file)
    except NotThere as error:
        raise _LeftOut(error.problem) from error


def _run_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, most in _RUN_FILES.items():
        file = folder / name
        if not file.is_file():
            if name in _MUST:
                raise NotThere(
                    f"{files.shown(folder)} has no {name} yet",
                    remedy="'attnlab train' goes on with it, or name another run with --run",
                )
            continue
        if file.stat().st_size > most:
            if name == METRICS:
                continue
            raise WrongUsage(
                f"{files.shown(file)} has {file.stat().st_size / (1 << 20):.0f} MiB; at most {most >> 20} are taken",
                remedy="train a smaller model to hand it in: --layers, --d-model and --subwords make it so",
            )
        yield name, files.read(file, remedy="look whether another command is busy with the run")


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
