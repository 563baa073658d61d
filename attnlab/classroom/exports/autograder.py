"""An autograder for Gradescope: one zip file with the assignment, the course and attnlab itself in it."""

from __future__ import annotations

import io
import re
import shlex
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import attnlab
from attnlab import files
from attnlab.classroom.assignment.dates import has_zone
from attnlab.classroom.exports.scripts import RUN_AUTOGRADER, SETUP
from attnlab.errors import NotThere, WrongUsage

if TYPE_CHECKING:
    from attnlab.classroom.assignment import Assignment
    from attnlab.content import Course

# Zip files know no earlier day; one day for all makes the same autograder the same bytes.
_DAY = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = ("__pycache__", "_course")
_ASSIGNMENT = "assignment/assignment.toml"
_PRIVATE = "private"
_NAME = re.compile(r"[\w.-]*")
_PRIVATE_LINE = re.compile(r"^private\s*=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Built:
    """An autograder that was made.

    Args:
        wheels: how many libraries it brings along; without any they are fetched when Gradescope builds it.
    """

    file: Path
    size: int
    exercises: int
    private: bool
    wheels: int


def build(assignment: Assignment, course: Course, out: Path, *, wheels: Path | None = None, isolation: str) -> Built:
    """Make the autograder; nothing that it needs lies outside of the zip but the libraries, and those only once.

    Args:
        wheels: a folder with the wheels of all libraries, for machines that cannot fetch any.
        isolation: how submissions are confined there: 'strict', 'auto' or 'none'.

    Raises:
        WrongUsage: the assignment means something else on another machine, or wheels are lacking.
    """
    requirements = _requirements()
    brought = _wheels(wheels, requirements) if wheels else {}
    members = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN_AUTOGRADER.replace("@ISOLATION@", isolation).encode(),
        "requirements.txt": "".join(f"{name}\n" for name in requirements).encode(),
        _ASSIGNMENT: _assignment_text(assignment).encode(),
        **{f"attnlab/{name}": content for name, content in _below(Path(attnlab.__file__).parent)},
    }
    for part in ("course", "exercises", "solutions"):
        members |= {f"course/{part}/{name}": content for name, content in _below(course.root / part)}
    if assignment.private:
        members |= {f"assignment/{_PRIVATE}/{name}": content for name, content in _below(assignment.private)}
    members |= brought
    zipped = _zipped(members)
    files.write(out, zipped)
    # The assignment's secret is in it; not every file system can keep one.
    with suppress(OSError):
        out.chmod(0o600)
    return Built(
        file=out,
        size=len(zipped),
        exercises=len(assignment.items or ()),
        private=assignment.private is not None,
        wheels=len(brought),
    )


def _assignment_text(assignment: Assignment) -> str:
    """The file as it was read, but for where the private checks are."""
    told = tomllib.loads(assignment.text)
    moments = [told.get("due"), *told.get("extensions", {}).values()]
    # An extension may be a number of days, which is the same everywhere.
    if any(isinstance(moment, date) and not has_zone(moment) for moment in moments):
        raise WrongUsage(
            "a date of the assignment has no time zone, and means another moment on Gradescope's machines",
            remedy="write it with the zone, as 2026-11-30T23:59:59+01:00",
        )
    if not told.get(_PRIVATE):
        return assignment.text
    moved = _PRIVATE_LINE.sub(f'{_PRIVATE} = "{_PRIVATE}"', assignment.text, count=1)
    try:
        if tomllib.loads(moved) == {**told, _PRIVATE: _PRIVATE}:
            return moved
    except tomllib.TOMLDecodeError:
        pass
    raise WrongUsage("where the private checks lie is not said in one line", remedy="write it as: private = 'FOLDER'")


def _requirements() -> list[str]:
    """What attnlab needs: of the checkout that this is, else of the installation."""
    from importlib.metadata import PackageNotFoundError, requires

    project = Path(attnlab.__file__).parents[1] / "pyproject.toml"
    if project.is_file():
        told = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        if told.get("name") == attnlab.__name__:
            return sorted(told["dependencies"])
    try:
        return sorted(line for line in requires(attnlab.__name__) or () if "extra ==" not in line)
    except PackageNotFoundError:
        raise NotThere(
            "attnlab was not installed by pip, so it is not known what it needs",
            remedy="install it: pip install attnlab",
        ) from None


def _wheels(folder: Path, requirements: Sequence[str]) -> Mapping[str, bytes]:
    found = sorted(folder.glob("*.whl")) if folder.is_dir() else []
    there = {_normal(wheel.name.partition("-")[0]) for wheel in found}
    lacking = [line for line in requirements if _normal(_NAME.match(line)[0]) not in there]  # type: ignore[index]
    if lacking:
        shown = files.shown(folder)
        raise WrongUsage(
            f"{shown} has no wheel of {', '.join(lacking)}",
            remedy=f"fetch them with what they need: pip download --only-binary :all: -d {shlex.quote(shown)} "
            + " ".join(map(shlex.quote, lacking)),
        )
    return {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in found}


def _normal(name: str) -> str:
    """A project's name as all ways to write it mean it."""
    return re.sub(r"[-_.]+", "-", name).casefold()


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below, by its path from there."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _LEFT_OUT for part in parts)
        if file.is_file() and not hidden and file.suffix != ".pyc":
            yield "/".join(parts), files.read(file, remedy="give yourself the right to read it")


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            runs = name in ("setup.sh", "run_autograder")
            info.external_attr = (0o755 if runs else 0o644) << 16
            archive.writestr(info, content)
    return buffer.getvalue()
