"""Tells what of this machine matters to attnlab: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import locale
import os
import platform
import shlex
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from attnlab import __version__
from attnlab.content import Exercise, Library, read_course
from attnlab.errors import AttnlabError
from attnlab.paths import COURSE_VARIABLE, course_root

_OLDEST_PYTHON = (3, 11)
_NARROW = 50


class State(StrEnum):
    """`LACKING` leaves attnlab working with less; `BROKEN` does not."""

    OK = "ok"
    LACKING = "missing"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what is so, and the remedy where something is wrong."""

    about: str
    state: State
    said: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """All that was found, in the order in which it matters."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        return all(finding.state is not State.BROKEN for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        return {"healthy": self.healthy, "findings": [asdict(finding) for finding in self.findings]}

    def block(self) -> str:
        """Everything in plain lines, to be pasted into a question or a bug report."""
        width = max(len(finding.about) for finding in self.findings)
        return "\n".join(f"{each.about:<{width}}  {each.state:<7}  {each.said}" for each in self.findings)


def examine(
    course: Path | None,
    folder: Path,
    *,
    shows_unicode: bool,
    colour: bool,
    environment: Mapping[str, str] = os.environ,
) -> Examination:
    """Look at everything; imports numpy and torch, writes and removes a probe file.

    Args:
        course: the course asked for with an option, if one was.
        folder: where file events are tried: the workspace, or any folder.
    """
    found, exercises = _course(course, environment)
    return Examination(
        (
            _attnlab(),
            _python(),
            _platform(),
            found,
            _library(Library.NUMPY, exercises),
            *_torch(exercises),
            *_isolation(),
            _watcher(folder),
            _temporary_folder(),
            _terminal(shows_unicode, colour, environment),
            _editor(environment),
        )
    )


def _attnlab() -> Finding:
    return Finding("attnlab", State.OK, f"{__version__}, in {Path(__file__).parents[1]}")


def _python() -> Finding:
    said = f"{platform.python_implementation()} {platform.python_version()}, {sys.executable}"
    if sys.version_info < _OLDEST_PYTHON:
        return Finding("python", State.BROKEN, said, "attnlab needs Python 3.11 or later")
    return Finding("python", State.OK, said)


def _platform() -> Finding:
    return Finding("platform", State.OK, f"{platform.platform()}, {os.cpu_count()} processors")


def _course(option: Path | None, environment: Mapping[str, str]) -> tuple[Finding, Sequence[Exercise]]:
    asked = "--course" if option else COURSE_VARIABLE if environment.get(COURSE_VARIABLE) else "this installation"
    try:
        course = read_course(course_root(option, environment))
    except AttnlabError as error:
        return Finding("course", State.BROKEN, error.problem, error.remedy), ()
    counts = f"{len(course.lessons)} lessons, {len(course.exercises)} exercises"
    said = f"{course.title} {course.version} ({counts}), by {asked}: {course.root}"
    return Finding("course", State.OK, said), course.exercises


def _library(library: Library, exercises: Sequence[Exercise]) -> Finding:
    needing = sum(exercise.library is library for exercise in exercises)
    state = State.BROKEN if needing else State.LACKING
    try:
        import_module(library)
    except ImportError as error:
        said = f"cannot be imported ({error}); {needing} exercises need it"
        return Finding(library, state, said, f"pip install {library}")
    except (OSError, RuntimeError) as error:
        said = f"fails while it is imported ({error}); {needing} exercises need it"
        return Finding(library, state, said, f"pip install --force-reinstall {library}")
    return Finding(library, State.OK, metadata.version(library))


def _torch(exercises: Sequence[Exercise]) -> list[Finding]:
    found = _library(Library.TORCH, exercises)
    if found.state is not State.OK:
        return [found]
    # By name, not by an import statement: this room looks at torch and computes nothing with it.
    torch: Any = import_module("torch")
    return [replace(found, said=f"{found.said}, {torch.get_num_threads()} threads"), _accelerator(torch)]


def _accelerator(torch: Any) -> Finding:
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
        return Finding("accelerator", State.OK, f"CUDA {torch.version.cuda}: {', '.join(names)}")
    if torch.backends.mps.is_available():
        return Finding("accelerator", State.OK, "Apple GPU (mps)")
    built = f"torch is built for CUDA {torch.version.cuda} but sees no device" if torch.version.cuda else "none"
    return Finding("accelerator", State.OK, f"{built}; the course does without")


def _isolation() -> list[Finding]:
    """What of the confinement of submitted code this system offers."""
    from attnlab.grading import available_layers
    from attnlab.grading.isolation import named, remedy_for

    layers = available_layers()
    missing = {name: reason for name, (there, reason) in layers.items() if not there}
    present = [named(name) for name, (there, _) in layers.items() if there]
    there = Finding("isolation", State.OK, ", ".join(present) or "none: submitted code runs with your own rights")
    if not missing:
        return [there]
    said = ", ".join(f"{name} ({reason})" for name, reason in missing.items())
    remedy = f"enough for your own code; before grading other people's: {remedy_for(missing)}"
    return [there, Finding("isolation", State.LACKING, f"without {said}", remedy)]


def _watcher(folder: Path) -> Finding:
    from attnlab.study.watching_saves import events_arrive, file_events

    remedy = "none needed: 'attnlab watch' looks at the files again and again instead"
    stop = threading.Event()
    try:
        with tempfile.TemporaryDirectory(prefix=".attnlab-probe-", dir=folder) as made:
            batches = file_events([Path(made)], 30, stop)
            next(batches, None)
            if events_arrive(batches, Path(made)):
                return Finding("file events", State.OK, f"arrive in {folder}")
    except (ImportError, OSError, RuntimeError) as error:
        return Finding("file events", State.LACKING, f"cannot be had in {folder}: {error}", remedy)
    return Finding("file events", State.LACKING, f"do not arrive in {folder}", remedy)


def _temporary_folder() -> Finding:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"attnlab")
        free = shutil.disk_usage(tempfile.gettempdir()).free
    except OSError as error:
        remedy = "make room there, or name another folder by TMPDIR"
        return Finding("temporary files", State.BROKEN, f"cannot be written: {error}", remedy)
    return Finding("temporary files", State.OK, f"{tempfile.gettempdir()}, {free / 2**30:.1f} GiB free")


def _terminal(shows_unicode: bool, colour: bool, environment: Mapping[str, str]) -> Finding:
    size = shutil.get_terminal_size()
    kind = "a terminal" if sys.stdout.isatty() else "not a terminal"
    encoding = getattr(sys.stdout, "encoding", None) or locale.getpreferredencoding(False)
    said = (
        f"{kind}, {size.columns} x {size.lines}, TERM={environment.get('TERM', '')}, {encoding}, "
        f"{'with' if colour else 'without'} colour, {'Unicode' if shows_unicode else 'ASCII only'}"
    )
    if size.columns < _NARROW:
        return Finding("terminal", State.LACKING, said, f"make it at least {_NARROW} columns wide for the pictures")
    if not shows_unicode:
        return Finding("terminal", State.LACKING, said, "set a UTF-8 locale, such as LANG=C.UTF-8, for proper formulas")
    return Finding("terminal", State.OK, said)


def _editor(environment: Mapping[str, str], which: Callable[[str], str | None] = shutil.which) -> Finding:
    remedy = "set VISUAL or EDITOR, for the key e of 'attnlab watch'"
    command = editor_command(environment)
    if not command:
        return Finding("editor", State.LACKING, "neither VISUAL nor EDITOR is set", remedy)
    if not which(command[0]):
        return Finding("editor", State.LACKING, f"'{command[0]}' is not to be found", remedy)
    return Finding("editor", State.OK, shlex.join(command))


def editor_command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The editor asked for by VISUAL, else EDITOR, as words of a command; none when neither is set."""
    named = environment.get("VISUAL") or environment.get("EDITOR") or ""
    try:
        return shlex.split(named, posix=os.name != "nt")
    except ValueError:
        return [named]
